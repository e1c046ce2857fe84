"""The tables of the organization: units, what each kind adds to them, memberships, handovers, invitations."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, String, UniqueConstraint
from sqlmodel import Field, SQLModel

import service.accounts.models  # noqa: F401  foreign keys point there
from service.kit.crypto import Sealed
from service.kit.database import one_of, utc, word
from service.kit.ids import new_id
from service.organizations.rules.permissions import Role
from service.organizations.rules.units import ScaleCategory, UnitKind


class Unit(SQLModel, table=True):
    """A node of the tree: district › park or town › enterprise; departments, work groups under the district.

    `code` is unique within a kind: letters of a department, the division code of a town, the social credit
    code of an enterprise. It exists from `valid_from` until (not including) `valid_to`.
    """

    __tablename__ = "units"
    __table_args__ = (
        one_of("kind", UnitKind),
        UniqueConstraint("kind", "code"),
        CheckConstraint("(kind = 'district') = (parent_id IS NULL)", name="parent"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        CheckConstraint("NOT is_street OR kind = 'town'", name="street"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        CheckConstraint("kind <> 'enterprise' OR code ~ '^[0-9A-HJ-NP-RTUW-Y]{18}$'", name="uscc"),
        CheckConstraint("version >= 1", name="version"),
        Index(None, "parent_id", "kind"),
        Index(None, "kind", "sort_key", "id"),
        Index("units_one_district_key", "kind", unique=True, postgresql_where="kind = 'district'"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: UnitKind = Field(sa_column=word(UnitKind))
    code: str
    name: str
    #: The name in pinyin, by which lists are sorted; the database has no Chinese order.
    sort_key: str = Field(sa_type=String(collation="C"))
    #: The name as it is searched: without spaces, widths and cases.
    search_name: str
    parent_id: UUID | None = Field(default=None, foreign_key="units.id")
    is_street: bool = False
    valid_from: date
    valid_to: date | None = None
    is_sample: bool = False
    created_at: datetime = Field(sa_column=utc())
    updated_at: datetime = Field(sa_column=utc())
    version: int = 1


class Department(SQLModel, table=True):
    """What a department adds to its unit."""

    __tablename__ = "departments"

    id: UUID = Field(primary_key=True, foreign_key="units.id")
    #: Whether the district appraises it; not so for bodies under the city or the state, and companies.
    in_appraisal: bool = True
    #: Whether it inspects and fines.
    is_enforcement: bool = False
    #: Whether it is led from above the district (垂管).
    is_vertical: bool = False


class Enterprise(SQLModel, table=True):
    """What an enterprise adds to its unit: the social credit code is its code, the home unit its parent."""

    __tablename__ = "enterprises"
    __table_args__ = (
        CheckConstraint("(industry_code IS NULL) = (industry_edition IS NULL)", name="industry"),
        CheckConstraint("industry_code ~ '^[0-9]{4}$'", name="industry_code"),
        CheckConstraint(
            "(contact_phone IS NULL) = (contact_phone_digest IS NULL)", name="contact_phone_digest"
        ),
        Index(None, "area_id"),
        Index(None, "work_group_id"),
        Index(None, "industry_code"),
    )

    id: UUID = Field(primary_key=True, foreign_key="units.id")
    industry_code: str | None = None
    industry_edition: int | None = None
    #: The town or street it stands in; its home unit may be another one, or the park.
    area_id: UUID | None = Field(default=None, foreign_key="units.id")
    work_group_id: UUID | None = Field(default=None, foreign_key="units.id")
    address: str | None = None
    contact_name: str | None = Field(default=None, repr=False)
    contact_phone: str | None = Field(
        default=None, sa_column=Column(Sealed("enterprise.contact_phone"), nullable=True), repr=False
    )
    contact_phone_digest: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)


class ParkTown(SQLModel, table=True):
    """A park lies in these towns; a town may hold parts of several parks."""

    __tablename__ = "park_towns"
    __table_args__ = (Index(None, "town_id"),)

    park_id: UUID = Field(primary_key=True, foreign_key="units.id")
    town_id: UUID = Field(primary_key=True, foreign_key="units.id")


class ScaleStatus(SQLModel, table=True):
    """An enterprise was above scale in a year, as the statistics bureau says; it is never computed here."""

    __tablename__ = "scale_statuses"
    __table_args__ = (
        one_of("category", ScaleCategory),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
        Index(None, "year", "category"),
    )

    enterprise_id: UUID = Field(primary_key=True, foreign_key="enterprises.id")
    year: int = Field(primary_key=True)
    category: ScaleCategory = Field(sa_column=word(ScaleCategory))
    source: str


class Membership(SQLModel, table=True):
    """A person holds a role at a unit, from a moment until (not including) another, or without end."""

    __tablename__ = "memberships"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        Index(
            "memberships_without_end_key",
            "account_id",
            "unit_id",
            "role",
            unique=True,
            postgresql_where="valid_to IS NULL",
        ),
        Index(None, "account_id"),
        Index(None, "unit_id", "role"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="accounts.id")
    unit_id: UUID = Field(foreign_key="units.id")
    role: Role = Field(sa_column=word(Role))
    valid_from: datetime = Field(sa_column=utc())
    valid_to: datetime | None = Field(default=None, sa_column=utc(nullable=True))


class Handover(SQLModel, table=True):
    """Who deals with a person's open work at a unit meanwhile (AB 岗), or for good when it has no end.

    Nothing is copied: who reads somebody's work asks for the handovers in force (`queries.people`).
    """

    __tablename__ = "handovers"
    __table_args__ = (
        CheckConstraint("from_account_id <> to_account_id", name="to_somebody_else"),
        CheckConstraint("ends_at >= starts_at", name="period"),
        Index(None, "from_account_id"),
        Index(None, "to_account_id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    from_account_id: UUID = Field(foreign_key="accounts.id")
    to_account_id: UUID = Field(foreign_key="accounts.id")
    unit_id: UUID = Field(foreign_key="units.id")
    starts_at: datetime = Field(sa_column=utc())
    ends_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    created_by: UUID = Field(foreign_key="accounts.id")
    created_at: datetime = Field(sa_column=utc())


class Invitation(SQLModel, table=True):
    """Whoever brings the code gets the role at the unit, once, before it expires. The code is not kept."""

    __tablename__ = "invitations"
    __table_args__ = (
        one_of("role", Role),
        UniqueConstraint("code_digest"),
        CheckConstraint("expires_at > created_at", name="expires_at"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted"),
        CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="one_end"),
        CheckConstraint("(phone IS NULL) = (phone_digest IS NULL)", name="phone_digest"),
        Index(None, "unit_id", "created_at", "id"),
        Index(None, "phone_digest"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    unit_id: UUID = Field(foreign_key="units.id")
    role: Role = Field(sa_column=word(Role))
    name: str | None = Field(default=None, repr=False)
    phone: str | None = Field(
        default=None, sa_column=Column(Sealed("invitation.phone"), nullable=True), repr=False
    )
    phone_digest: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    code_digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False), repr=False)
    created_at: datetime = Field(sa_column=utc())
    created_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    expires_at: datetime = Field(sa_column=utc())
    accepted_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    accepted_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    revoked_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
