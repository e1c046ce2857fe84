"""The log table. The app role may insert and read it, never change or delete (migration 0001)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, FetchedValue, Identity, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType
from sqlmodel import Field, SQLModel

from service.events.kinds import Audience
from service.kit.database import one_of, utc, word


class TransactionId(UserDefinedType[str]):
    """`xid8`: the number of the transaction that wrote a row."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


ischema_names["xid8"] = TransactionId


class Event(SQLModel, table=True):
    """One thing that happened.

    `(tx, sequence)` is the order of the feed; `previous` chains the events of one subject: it is the `digest`
    of the one before, so that no event can be changed or taken out unnoticed.
    """

    __tablename__ = "events"
    __table_args__ = (
        one_of("audience", Audience),
        CheckConstraint("audience <> 'unit' OR unit_id IS NOT NULL", name="unit_is_named"),
        Index(None, "tx", "sequence", unique=True),
        Index(None, "subject_id", "sequence"),
    )

    id: UUID = Field(primary_key=True)
    tx: str = Field(
        default=None,
        sa_column=Column(TransactionId, nullable=False, server_default=FetchedValue()),
    )
    sequence: int = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False, unique=True)
    )
    type: str
    actor_id: UUID | None = Field(default=None, description="None: the system itself.")
    subject_kind: str
    subject_id: UUID
    version: int = Field(description="The subject's version after the event.")
    unit_id: UUID | None = Field(default=None, description="The unit that acted, or is told.")
    audience: Audience = Field(sa_column=word(Audience))
    occurred_at: datetime = Field(sa_column=utc())
    recorded_at: datetime = Field(sa_column=utc())
    previous: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    data: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
