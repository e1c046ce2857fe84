"""How long the steps may take."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
)
from sqlmodel import Field, SQLModel

import service.catalog.models  # noqa: F401  foreign keys point there
from service.kit.calendar import LimitUnit
from service.kit.database import one_of, utc, word
from service.requests.rules.deadlines import StepName


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
