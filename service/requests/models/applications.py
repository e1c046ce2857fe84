"""What a unit applies for: to give a request back, to have more time, or to wait."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, SmallInteger, text
from sqlmodel import Field, SQLModel

from service.kit.database import one_of, utc, word
from service.requests.models.parts import of_request
from service.requests.rules.words import ApplicationKind, ApplicationOutcome, SuspensionCause


class RequestApplication(SQLModel, table=True):
    """An application of the lead unit; at most one of a request is undecided.

    An approved suspension is a pause of the clock from `decided_at` until `ended_at`.
    """

    __tablename__ = "request_applications"
    __table_args__ = (
        one_of("kind", ApplicationKind),
        one_of("outcome", ApplicationOutcome),
        one_of("cause", SuspensionCause),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("kind = 'return' OR legal_basis IS NULL", name="legal_basis"),
        CheckConstraint("kind = 'return' OR suggested_unit_id IS NULL", name="suggested_unit"),
        CheckConstraint("(kind = 'extension') = (extends_by IS NOT NULL)", name="extends_by"),
        CheckConstraint("extends_by >= 1", name="extension"),
        CheckConstraint("(kind = 'suspension') = (cause IS NOT NULL)", name="suspension_cause"),
        CheckConstraint("(kind = 'suspension') = (review_on IS NOT NULL)", name="review_on"),
        CheckConstraint(
            "ended_at IS NULL OR (kind = 'suspension' AND outcome = 'approved' AND ended_at >= decided_at)",
            name="ended",
        ),
        Index(None, "request_id", "asked_at"),
        Index(
            "request_applications_undecided_key",
            "request_id",
            unique=True,
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    request_id: UUID = Field(sa_column=of_request())
    kind: ApplicationKind = Field(sa_column=word(ApplicationKind))
    round: int = Field(sa_column=Column(SmallInteger, nullable=False))
    unit_id: UUID = Field(foreign_key="units.id")
    note_id: UUID = Field(foreign_key="request_notes.id")
    legal_basis: str | None = Field(default=None, repr=False)
    suggested_unit_id: UUID | None = Field(default=None, foreign_key="units.id")
    #: So many more of the limit's unit.
    extends_by: int | None = Field(default=None, sa_type=SmallInteger)
    cause: SuspensionCause | None = Field(default=None, sa_column=word(SuspensionCause, nullable=True))
    #: The day on which the suspension ends by itself.
    review_on: date | None = None
    asked_at: datetime = Field(sa_column=utc())
    asked_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    #: The unit's own approver; the desk or the supervisors decide after them.
    signed_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    signed_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    outcome: ApplicationOutcome | None = Field(
        default=None, sa_column=word(ApplicationOutcome, nullable=True)
    )
    decided_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    decided_by: UUID | None = Field(default=None, foreign_key="accounts.id")
    ended_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
