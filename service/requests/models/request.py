"""A request as it stands now."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
    Sequence,
    SmallInteger,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

import service.catalog.models  # noqa: F401  foreign keys point there
from service.catalog.rules.words import Confidentiality, DeclineReason, RequestType, Urgency
from service.kit.calendar import LimitUnit
from service.kit.crypto import Sealed
from service.kit.database import one_of, utc, word
from service.requests.rules.standing import MOST_REDOS
from service.requests.rules.statuses import HELD, OPEN, STAGES, Stage, Status
from service.requests.rules.words import Origin

#: The running part of a dated number. It has gaps, and is never reset.
numbers_sequence = Sequence("request_numbers", metadata=SQLModel.metadata)


def _words(members: tuple[Status, ...]) -> str:
    return ", ".join(f"'{member}'" for member in members)


def _stage_of_status() -> str:
    """Each status has the stages that the lifecycle gives it, and no others."""
    cases = []
    for status, stages in STAGES.items():
        named = ", ".join(f"'{stage}'" for stage in stages if stage is not None)
        if named:
            cases.append(f"WHEN '{status}' THEN coalesce(stage IN ({named}), {str(None in stages).lower()})")
    return f"CASE status {' '.join(cases)} ELSE stage IS NULL END"


def _units() -> Column[list[UUID]]:
    return Column(ARRAY(Uuid), nullable=False, server_default=text("'{}'"))


class ServiceRequest(SQLModel, table=True):
    """One request of an enterprise, as it stands now. Only `actions.transition` changes it."""

    __tablename__ = "requests"
    __table_args__ = (
        one_of("status", Status),
        one_of("stage", Stage),
        one_of("type", RequestType),
        one_of("urgency", Urgency),
        one_of("confidentiality", Confidentiality),
        one_of("origin", Origin),
        one_of("decline_reason", DeclineReason),
        one_of("promised_unit", LimitUnit),
        one_of("limit_unit", LimitUnit),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint(f"round BETWEEN 1 AND {1 + MOST_REDOS}", name="round"),
        CheckConstraint(_stage_of_status(), name="stage_of_status"),
        CheckConstraint("stage <> 'second_person' OR decline_reason IS NOT NULL", name="proposed_reason"),
        CheckConstraint("status <> 'not_accepted' OR decline_reason IS NOT NULL", name="declined_reason"),
        CheckConstraint(
            f"status NOT IN ({_words(HELD)}) OR (lead_unit_id IS NOT NULL AND due_at IS NOT NULL)",
            name="held_by_a_unit",
        ),
        CheckConstraint(
            f"CASE WHEN status = 'suspended' THEN review_at IS NOT NULL"
            f" ELSE (status IN ({_words(OPEN)})) = (step_due_at IS NOT NULL) END",
            name="open_has_a_due_time",
        ),
        CheckConstraint("num_nonnulls(step_since, step_due_at, step_yellow_at) IN (0, 3)", name="step"),
        CheckConstraint(
            "num_nonnulls(handling_since, limit_amount, limit_unit, due_at, due_yellow_at) IN (0, 5)",
            name="due",
        ),
        CheckConstraint(
            "extended_by >= 0 AND (extended_by = 0 OR extended_by <= limit_amount)", name="extended_by"
        ),
        CheckConstraint(
            "num_nonnulls(promised_amount, promised_unit, promised_text) IN (0, 3)", name="promise"
        ),
        CheckConstraint(
            "NOT lead_unit_id = ANY (co_unit_ids || accused_unit_ids)"
            " AND NOT co_unit_ids && accused_unit_ids",
            name="accused_is_kept_out",
        ),
        CheckConstraint(
            "confidentiality <> 'anonymous'"
            " OR num_nonnulls(opened_by, enterprise_id, contact_name, contact_phone) = 0",
            name="anonymous",
        ),
        CheckConstraint(
            "(contact_phone IS NULL) = (contact_phone_digest IS NULL)", name="contact_phone_digest"
        ),
        CheckConstraint("(lat IS NULL) = (long IS NULL)", name="place"),
        CheckConstraint("lat BETWEEN -90 AND 90 AND long BETWEEN -180 AND 180", name="coordinates"),
        CheckConstraint("(external_id IS NULL) = (source IS NULL)", name="external_id"),
        CheckConstraint("origin <> 'import' OR external_id IS NOT NULL", name="imported"),
        CheckConstraint("grade BETWEEN 1 AND 5", name="grade"),
        CheckConstraint("num_nonnulls(grade, solved, rated_at) IN (0, 3)", name="rating"),
        UniqueConstraint("number"),
        UniqueConstraint("source", "external_id"),
        Index(None, "created_at", "id"),
        Index(None, "updated_at", "id"),
        Index(None, "due_at", "id"),
        Index(None, "step_due_at", "id"),
        Index(None, "status", "created_at", "id"),
        Index(None, "lead_unit_id", "created_at", "id"),
        Index(None, "enterprise_id", "created_at", "id"),
        Index(None, "item_id", "created_at", "id"),
        Index(None, "type", "created_at", "id"),
        Index(None, "origin", "created_at", "id"),
        Index(None, "urgency", "created_at", "id", postgresql_where=text("urgency <> 'normal'")),
        Index(None, "area_id", "created_at", "id"),
        Index(None, "opened_by", "created_at", "id"),
        Index(None, "assigned_to", "created_at", "id", postgresql_where=text("assigned_to IS NOT NULL")),
        Index(None, "co_unit_ids", postgresql_using="gin"),
        Index(None, "contact_phone_digest", postgresql_where=text("contact_phone_digest IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    number: str
    version: int = 1
    status: Status = Field(sa_column=word(Status))
    stage: Stage | None = Field(default=None, sa_column=word(Stage, nullable=True))
    round: int = Field(default=1, sa_column=Column(SmallInteger, nullable=False))
    created_at: datetime = Field(sa_column=utc())
    updated_at: datetime = Field(sa_column=utc())

    # --- what it says ----------------------------------------------------------------------------------
    type: RequestType = Field(sa_column=word(RequestType))
    item_id: UUID | None = Field(default=None, foreign_key="service_items.id")
    urgency: Urgency = Field(sa_column=word(Urgency))
    confidentiality: Confidentiality = Field(sa_column=word(Confidentiality))
    title: str = Field(repr=False)
    description: str = Field(repr=False)
    attributes: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False), repr=False
    )
    address: str | None = Field(default=None, repr=False)
    lat: float | None = Field(default=None, repr=False)
    long: float | None = Field(default=None, repr=False)

    # --- whose it is, and about whom -------------------------------------------------------------------
    origin: Origin = Field(sa_column=word(Origin))
    origin_id: str | None = None
    source: str | None = None
    external_id: str | None = None
    opened_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    enterprise_id: UUID | None = Field(default=None, foreign_key="enterprises.id")
    #: The town it happened in: the enterprise's when it was recorded.
    area_id: UUID | None = Field(default=None, foreign_key="units.id")
    contact_name: str | None = Field(
        default=None, sa_column=Column(Sealed("request.contact_name"), nullable=True), repr=False
    )
    contact_phone: str | None = Field(
        default=None, sa_column=Column(Sealed("request.contact_phone"), nullable=True), repr=False
    )
    contact_phone_digest: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    #: Filed for an enterprise that has not confirmed it.
    is_unconfirmed: bool = False
    #: An array, so that the check above keeps them from ever holding the request.
    accused_unit_ids: list[UUID] = Field(default_factory=list, sa_column=_units())

    # --- who holds it ----------------------------------------------------------------------------------
    suggestion: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    lead_unit_id: UUID | None = Field(default=None, foreign_key="units.id")
    co_unit_ids: list[UUID] = Field(default_factory=list, sa_column=_units())
    assigned_to: UUID | None = Field(default=None, foreign_key="accounts.id")
    decline_reason: DeclineReason | None = Field(default=None, sa_column=word(DeclineReason, nullable=True))
    decline_channel: str | None = None
    decline_proposed_by: UUID | None = Field(default=None, foreign_key="accounts.id")

    # --- its times -------------------------------------------------------------------------------------
    submitted_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    accepted_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    first_dispatched_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    dispatched_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    signed_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    contacted_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    answered_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    #: What is due now, in every open status; its time counts since then, its light is yellow from then on.
    step_since: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    step_due_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    step_yellow_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    sign_due_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    #: The handling of this round: since when its time counts, its limit, and by how much that was extended.
    handling_since: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    limit_amount: int | None = Field(default=None, sa_type=SmallInteger)
    limit_unit: LimitUnit | None = Field(default=None, sa_column=word(LimitUnit, nullable=True))
    extended_by: int = Field(default=0, sa_column=Column(SmallInteger, nullable=False))
    due_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    due_yellow_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    original_due_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    review_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    #: Frozen at dispatch: editing the catalog later rewrites no promise.
    promised_amount: int | None = Field(default=None, sa_type=SmallInteger)
    promised_unit: LimitUnit | None = Field(default=None, sa_column=word(LimitUnit, nullable=True))
    promised_text: str | None = None

    # --- what the enterprise thought of this round -----------------------------------------------------
    grade: int | None = Field(default=None, sa_type=SmallInteger)
    solved: bool | None = None
    rated_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
