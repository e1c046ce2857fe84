"""The tables of a request: what is now, and its texts, which live in rows of their own and can be erased."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    Sequence,
    SmallInteger,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlmodel import Field, SQLModel

import service.catalog.models  # noqa: F401  foreign keys point there
from service.catalog.rules.words import Confidentiality, DeclineReason, RequestType, Urgency
from service.kit.calendar import LimitUnit
from service.kit.crypto import Sealed
from service.kit.database import one_of, utc, word
from service.requests.rules.deadlines import StepName
from service.requests.rules.lifecycle import MOST_REDOS, OPEN, Stage, Status, Verb
from service.requests.rules.words import NoteAudience, Origin, ResultKind, SearchPart

#: The running part of a dated number. It has gaps, and is never reset.
numbers_sequence = Sequence("request_numbers", metadata=SQLModel.metadata)


def _words(members: tuple[Status, ...]) -> str:
    return ", ".join(f"'{member}'" for member in members)


#: From dispatch to rating there is a unit that answers for it, and a promise.
_HELD = (Status.TO_SIGN, Status.RETURN_REVIEW, Status.HANDLING, Status.CLOSE_REVIEW, Status.CALLBACK)


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
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint(f"round BETWEEN 1 AND {1 + MOST_REDOS}", name="round"),
        CheckConstraint(
            "CASE WHEN status = 'close_review' THEN coalesce(stage IN ('by_unit', 'by_desk'), false)"
            " WHEN status IN ('submitted', 'need_info') THEN coalesce(stage = 'second_person', true)"
            " ELSE stage IS NULL END",
            name="stage_of_status",
        ),
        CheckConstraint("stage <> 'second_person' OR decline_reason IS NOT NULL", name="proposed_reason"),
        CheckConstraint("status <> 'not_accepted' OR decline_reason IS NOT NULL", name="declined_reason"),
        CheckConstraint(
            f"status NOT IN ({_words(_HELD)}) OR (lead_unit_id IS NOT NULL AND due_at IS NOT NULL)",
            name="held_by_a_unit",
        ),
        CheckConstraint(
            f"CASE WHEN status = 'suspended' THEN review_at IS NOT NULL"
            f" ELSE (status IN ({_words(OPEN)})) = (step_due_at IS NOT NULL) END",
            name="open_has_a_due_time",
        ),
        CheckConstraint("(step_due_at IS NULL) = (step_yellow_at IS NULL)", name="step"),
        CheckConstraint("(due_at IS NULL) = (due_yellow_at IS NULL)", name="due"),
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
    #: What is due now, in every open status, and from when on its light is yellow.
    step_due_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    step_yellow_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    sign_due_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
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


def _of_request(**options: Any) -> Column[UUID]:
    return Column(ForeignKey("requests.id", ondelete="CASCADE"), **{"nullable": False, **options})


class RequestNote(SQLModel, table=True):
    """Something said about a request: with a step (`verb`), or by itself as a comment."""

    __tablename__ = "request_notes"
    __table_args__ = (
        one_of("verb", Verb),
        one_of("audience", NoteAudience),
        Index(None, "request_id", "created_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(sa_column=_of_request())
    verb: Verb | None = Field(default=None, sa_column=word(Verb, nullable=True))
    audience: NoteAudience = Field(sa_column=word(NoteAudience))
    text: str = Field(repr=False)
    created_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    created_at: datetime = Field(sa_column=utc())


class RequestResult(SQLModel, table=True):
    """What a unit answers; the enterprise sees it once the desk has approved it (`published_at`)."""

    __tablename__ = "request_results"
    __table_args__ = (
        one_of("kind", ResultKind),
        CheckConstraint("(kind = 'cannot_yet') = (planned_on IS NOT NULL)", name="planned_on"),
        Index(None, "request_id", "created_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(sa_column=_of_request())
    round: int = Field(sa_column=Column(SmallInteger, nullable=False))
    kind: ResultKind = Field(sa_column=word(ResultKind))
    text: str = Field(repr=False)
    planned_on: date | None = None
    created_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    created_at: datetime = Field(sa_column=utc())
    published_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))


#: Where in the store the bytes of attachments are.
ATTACHMENTS = "attachments"


class RequestAttachment(SQLModel, table=True):
    """A file of a request, or the evidence of one of its results; the bytes are in the store."""

    __tablename__ = "request_attachments"
    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("octet_length(digest) = 32", name="digest"),
        Index(None, "request_id", "created_at", "id"),
        Index(None, "result_id", postgresql_where=text("result_id IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(sa_column=_of_request())
    result_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("request_results.id", ondelete="CASCADE"))
    )
    name: str = Field(repr=False)
    media_type: str
    size: int
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    created_at: datetime = Field(sa_column=utc())

    @property
    def storage_key(self) -> str:
        return f"{ATTACHMENTS}/{self.id}"


class RequestSearch(SQLModel, table=True):
    """What search may know of a request: the folded text, and the words it is indexed under.

    Apart from the request, so that its steps need not touch the index again.
    """

    __tablename__ = "request_search"
    __table_args__ = (
        one_of("part", SearchPart),
        Index(
            "request_search_question_idx",
            "words",
            postgresql_using="gin",
            postgresql_where=text("part = 'question'"),
        ),
        Index(
            "request_search_answer_idx",
            "words",
            postgresql_using="gin",
            postgresql_where=text("part = 'answer'"),
        ),
    )

    request_id: UUID = Field(sa_column=_of_request(primary_key=True))
    part: SearchPart = Field(sa_column=word(SearchPart, primary_key=True))
    folded: str = Field(repr=False)
    words: Any = Field(sa_column=Column(TSVECTOR, nullable=False), repr=False)


class StepLimit(SQLModel, table=True):
    """How long a step may take; another limit may hold for urgent requests."""

    __tablename__ = "step_limits"
    __table_args__ = (
        one_of("step", StepName),
        one_of("unit", LimitUnit),
        one_of("urgent_unit", LimitUnit),
        CheckConstraint("amount >= 1 AND urgent_amount >= 1", name="amount"),
        CheckConstraint("(urgent_amount IS NULL) = (urgent_unit IS NULL)", name="urgent"),
        CheckConstraint("version >= 1", name="version"),
    )

    step: StepName = Field(sa_column=word(StepName, primary_key=True))
    #: By which the log names it.
    id: UUID
    amount: int
    unit: LimitUnit = Field(sa_column=word(LimitUnit))
    urgent_amount: int | None = None
    urgent_unit: LimitUnit | None = Field(default=None, sa_column=word(LimitUnit, nullable=True))
    updated_at: datetime = Field(sa_column=utc())
    version: int = 1


class AnonymousFiling(SQLModel, table=True):
    """The secret that opens one anonymous request, by its digest."""

    __tablename__ = "anonymous_filings"

    request_id: UUID = Field(sa_column=_of_request(primary_key=True))
    secret_digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False), repr=False)


class FilingCount(SQLModel, table=True):
    """How often somebody filed anonymously on a day, by the day's digest of the address.

    It is not tied to what was filed; counts of earlier days are deleted.
    """

    __tablename__ = "filing_counts"
    __table_args__ = (CheckConstraint("filings >= 1", name="filings"), Index(None, "day"))

    address_digest: bytes = Field(sa_column=Column(LargeBinary, primary_key=True), repr=False)
    day: date
    filings: int
