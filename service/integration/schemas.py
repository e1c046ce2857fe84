"""What goes in and out of integration's routes."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from service.kit.types import Moment, Schema, storable


class FeedFilter(Schema):
    """Where to go on in the feed, and how far."""

    after: Annotated[str, AfterValidator(storable)] | None = Field(
        default=None,
        max_length=200,
        description="`next` of the call before. Left out: from the first event; `latest`: only what comes.",
    )
    limit: int = Field(default=100, ge=1, le=1000, description="Events a call.")


class SubjectRead(Schema):
    """What an event is about."""

    kind: str = Field(examples=["request"])
    id: UUID


class FeedItem(Schema):
    """That something happened; what is now, the subject itself tells."""

    id: UUID
    type: str = Field(examples=["request.dispatched"])
    subject: SubjectRead
    version: int = Field(description="The subject's version after it.")
    occurred_at: Moment
    recorded_at: Moment


class Feed(Schema):
    """A stretch of the feed."""

    items: list[FeedItem]
    next: str = Field(description="Give it as `after`, also when there were no items.")
    more: bool = Field(description="Whether to ask again at once.")
