"""Filing without a name: the secret that opens a request, and how often somebody files."""

from datetime import date
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    LargeBinary,
)
from sqlmodel import Field, SQLModel

import service.catalog.models  # noqa: F401  foreign keys point there
from service.requests.models.parts import of_request


class AnonymousFiling(SQLModel, table=True):
    """The secret that opens one anonymous request, by its digest."""

    __tablename__ = "anonymous_filings"

    request_id: UUID = Field(sa_column=of_request(primary_key=True))
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
