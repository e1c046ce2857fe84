"""The texts and files of a request, in rows of their own, which can be erased."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlmodel import Field, SQLModel

import service.catalog.models  # noqa: F401  foreign keys point there
from service.kit.database import one_of, utc, word
from service.requests.rules.statuses import Verb
from service.requests.rules.words import NoteAudience, ResultKind, SearchPart


def of_request(**options: Any) -> Column[UUID]:
    """The column that names the request a row belongs to; the row goes with it."""
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
    request_id: UUID = Field(sa_column=of_request())
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
    request_id: UUID = Field(sa_column=of_request())
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
    request_id: UUID = Field(sa_column=of_request())
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

    request_id: UUID = Field(sa_column=of_request(primary_key=True))
    part: SearchPart = Field(sa_column=word(SearchPart, primary_key=True))
    folded: str = Field(repr=False)
    words: Any = Field(sa_column=Column(TSVECTOR, nullable=False), repr=False)
