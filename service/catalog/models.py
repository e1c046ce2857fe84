"""The tables of the catalog: service items, routing rules, the promise policy and the district's calendar."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

import service.organizations.models  # noqa: F401  foreign keys point there
from service.catalog.rules.routing import Aspect, CoKind
from service.catalog.rules.words import (
    Book,
    Confidentiality,
    DeclineReason,
    ItemKind,
    ItemUnitRole,
    RequestType,
    Urgency,
)
from service.kit.calendar import LimitUnit
from service.kit.database import one_of, utc, word
from service.kit.ids import new_id


def _limit_checks(name: str) -> tuple[CheckConstraint, ...]:
    """A limit is an amount with its unit: both or neither."""
    return (
        one_of(f"{name}_unit", LimitUnit),
        CheckConstraint(f"{name}_amount >= 1", name=f"{name}_amount"),
        CheckConstraint(f"({name}_amount IS NULL) = ({name}_unit IS NULL)", name=name),
    )


class CatalogBook(SQLModel, table=True):
    """A part of the catalog that changes as one whole; whoever changes it holds this row's lock.

    `revision` is new with every change and never comes back, in no database: what was computed from the book
    may be kept under it by any process.
    """

    __tablename__ = "catalog_books"
    __table_args__ = (one_of("name", Book), CheckConstraint("version >= 1", name="version"))

    name: Book = Field(sa_column=word(Book, primary_key=True))
    id: UUID
    revision: UUID
    version: int
    changed_at: datetime = Field(sa_column=utc())


# --- service items -----------------------------------------------------------------------------------


class ServiceItem(SQLModel, table=True):
    """Something an enterprise can ask for: who acts, within which limit, and what its form asks.

    It is offered from `valid_from` until (not including) `valid_to`; it is never deleted, since requests
    name it.
    """

    __tablename__ = "service_items"
    __table_args__ = (
        one_of("kind", ItemKind),
        UniqueConstraint("code"),
        CheckConstraint("code ~ '^[A-Z][A-Z0-9]{1,9}$'", name="code"),
        *_limit_checks("limit"),
        *_limit_checks("urgent"),
        *_limit_checks("contact"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        CheckConstraint("version >= 1", name="version"),
        Index(None, "lead_unit_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    code: str
    kind: ItemKind = Field(sa_column=word(ItemKind))
    #: The heading under which it is listed.
    group_name: str
    name: str
    lead_unit_id: UUID = Field(foreign_key="units.id")
    limit_amount: int
    limit_unit: LimitUnit = Field(sa_column=word(LimitUnit))
    urgent_amount: int | None = None
    urgent_unit: LimitUnit | None = Field(default=None, sa_column=word(LimitUnit, nullable=True))
    contact_amount: int | None = None
    contact_unit: LimitUnit | None = Field(default=None, sa_column=word(LimitUnit, nullable=True))
    promise_note: str | None = None
    is_confidential: bool = False
    #: Whether it is offered on the public Open311 page as well.
    is_public: bool = True
    guidance: str | None = None
    keywords: list[str] = Field(default=[], sa_column=Column(JSONB, nullable=False))
    #: The item's class of GB/T 39666, for exchange with the 12345 hotline.
    hotline_code: str | None = None
    form: list[dict[str, Any]] = Field(default=[], sa_column=Column(JSONB, nullable=False))
    valid_from: date
    valid_to: date | None = None
    is_sample: bool = False
    created_at: datetime = Field(sa_column=utc())
    updated_at: datetime = Field(sa_column=utc())
    version: int = 1


class ItemUnit(SQLModel, table=True):
    """A co-handling unit of an item, or another unit that may lead it, in their order."""

    __tablename__ = "service_item_units"
    __table_args__ = (
        one_of("role", ItemUnitRole),
        one_of("kind", CoKind),
        UniqueConstraint("item_id", "role", "unit_id"),
        CheckConstraint("(kind = 'unit') = (unit_id IS NOT NULL)", name="unit"),
        CheckConstraint("(kind IN ('to_name', 'outside')) = (name IS NOT NULL)", name="name"),
        CheckConstraint("role = 'co' OR kind = 'unit'", name="alternative"),
        CheckConstraint("place >= 0", name="place"),
        Index(None, "unit_id"),
    )

    item_id: UUID = Field(primary_key=True, foreign_key="service_items.id")
    role: ItemUnitRole = Field(sa_column=word(ItemUnitRole, primary_key=True))
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: CoKind = Field(sa_column=word(CoKind))
    unit_id: UUID | None = Field(default=None, foreign_key="units.id")
    name: str | None = None


class PromisePolicyRow(SQLModel, table=True):
    """The limits that hold across items; one row, whose version is that of its book."""

    __tablename__ = "promise_policy"
    __table_args__ = (
        CheckConstraint("book = 'promises'", name="one_row"),
        *_limit_checks("consultation"),
        *_limit_checks("answer_only"),
        *_limit_checks("contact"),
    )

    book: Book = Field(default=Book.PROMISES, sa_column=word(Book, primary_key=True))
    consultation_amount: int
    consultation_unit: LimitUnit = Field(sa_column=word(LimitUnit))
    answer_only_amount: int
    answer_only_unit: LimitUnit = Field(sa_column=word(LimitUnit))
    contact_amount: int
    contact_unit: LimitUnit = Field(sa_column=word(LimitUnit))


# --- routing -----------------------------------------------------------------------------------------


class RoutingRule(SQLModel, table=True):
    """A routing rule; `place` is its order among the active ones, and each aspect has members of its own.

    It is switched off rather than deleted, since requests name the rule that sent them.
    """

    __tablename__ = "routing_rules"
    __table_args__ = (
        one_of("aspect", Aspect),
        one_of("type", RequestType),
        one_of("urgency", Urgency),
        one_of("confidentiality", Confidentiality),
        one_of("decline_reason", DeclineReason),
        UniqueConstraint("place", deferrable=True, initially="DEFERRED"),
        CheckConstraint("is_active = (place IS NOT NULL)", name="place"),
        CheckConstraint(
            "(aspect = 'destination') = (item_id IS NOT NULL OR lead_unit_id IS NOT NULL)", name="destination"
        ),
        CheckConstraint("aspect = 'destination' OR NOT names_co_units", name="co_units"),
        CheckConstraint("(aspect = 'type') = (type IS NOT NULL)", name="aspect_type"),
        CheckConstraint("(aspect = 'urgency') = (urgency IS NOT NULL)", name="aspect_urgency"),
        CheckConstraint(
            "(aspect = 'confidentiality') = (confidentiality IS NOT NULL)", name="aspect_confidentiality"
        ),
        CheckConstraint("(aspect = 'admission') = (decline_reason IS NOT NULL)", name="aspect_admission"),
        CheckConstraint("(decline_reason IS NULL) = (channel IS NULL)", name="channel"),
        CheckConstraint("version >= 1", name="version"),
        Index(None, "item_id"),
        Index(None, "lead_unit_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    place: int | None
    name: str
    aspect: Aspect = Field(sa_column=word(Aspect))
    conditions: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    item_id: UUID | None = Field(default=None, foreign_key="service_items.id")
    lead_unit_id: UUID | None = Field(default=None, foreign_key="units.id")
    #: Whether its co-handling units, perhaps none, take the place of the item's.
    names_co_units: bool = False
    type: RequestType | None = Field(default=None, sa_column=word(RequestType, nullable=True))
    urgency: Urgency | None = Field(default=None, sa_column=word(Urgency, nullable=True))
    confidentiality: Confidentiality | None = Field(
        default=None, sa_column=word(Confidentiality, nullable=True)
    )
    decline_reason: DeclineReason | None = Field(default=None, sa_column=word(DeclineReason, nullable=True))
    channel: str | None = None
    is_active: bool = True
    is_sample: bool = False
    created_at: datetime = Field(sa_column=utc())
    updated_at: datetime = Field(sa_column=utc())
    version: int = 1


class RoutingRuleCoUnit(SQLModel, table=True):
    """A co-handling unit that a routing rule names."""

    __tablename__ = "routing_rule_co_units"
    __table_args__ = (UniqueConstraint("rule_id", "unit_id"), Index(None, "unit_id"))

    rule_id: UUID = Field(primary_key=True, foreign_key="routing_rules.id")
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    unit_id: UUID = Field(foreign_key="units.id")


class RoutingRuleAlso(SQLModel, table=True):
    """A further item that a matter caught by the rule touches."""

    __tablename__ = "routing_rule_also"
    __table_args__ = (UniqueConstraint("rule_id", "item_id"), Index(None, "item_id"))

    rule_id: UUID = Field(primary_key=True, foreign_key="routing_rules.id")
    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    item_id: UUID = Field(foreign_key="service_items.id")


# --- the calendar ------------------------------------------------------------------------------------


class CalendarYear(SQLModel, table=True):
    """A year whose official schedule was entered; then the library's own is not asked any more."""

    __tablename__ = "calendar_years"
    __table_args__ = (CheckConstraint("year BETWEEN 2001 AND 2099", name="year"),)

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    source: str
    updated_at: datetime = Field(sa_column=utc())


class Workday(SQLModel, table=True):
    """The district's own word on a day: from a year's schedule, or entered by itself."""

    __tablename__ = "workdays"
    __table_args__ = (
        ForeignKeyConstraint(["schedule_year"], ["calendar_years.year"]),
        CheckConstraint("day BETWEEN '2001-01-01' AND '2099-12-31'", name="day"),
        CheckConstraint("schedule_year IS NULL OR is_confirmed", name="schedule"),
        Index(None, "schedule_year"),
    )

    day: date = Field(primary_key=True)
    is_workday: bool
    is_confirmed: bool
    source: str
    #: The holiday it belongs to.
    name: str | None = None
    #: The year whose schedule it comes from; None if it was entered by itself.
    schedule_year: int | None = None
    updated_at: datetime = Field(sa_column=utc())


class OfficeHoursSpan(SQLModel, table=True):
    """When offices are open on a working day."""

    __tablename__ = "office_hours"
    __table_args__ = (CheckConstraint("closes_at > opens_at", name="span"),)

    opens_at: time = Field(primary_key=True)
    closes_at: time
