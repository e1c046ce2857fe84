"""API keys: what a person says about a new one, and what is shown of it."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from service.kit.pages import Paging
from service.kit.types import Line, Moment, Schema
from service.organizations.rules import Permission


class ApiKeyCreate(Schema):
    """A new key for a script of one's own."""

    name: Annotated[Line, Field(examples=["每日台账同步"])]
    scopes: list[Permission] = Field(
        min_length=1,
        max_length=len(Permission),
        description="What the key may do, at most: of these, what its owner may do at the moment of a call.",
        examples=[["requests.read"]],
    )
    expires_at: Moment | None = Field(default=None, description="Left out: in a year, which is the most.")


class ApiKeyRead(Schema):
    """A key, without itself."""

    id: UUID
    account_id: UUID
    name: str = Field(examples=["每日台账同步"])
    ending: str = Field(description="Its last four characters.", examples=["x7Qd"])
    scopes: list[str] = Field(examples=[["requests.read"]])
    created_at: Moment
    expires_at: Moment
    last_used_at: Moment | None = Field(description="To the minute.")
    revoked_at: Moment | None


class ApiKeyCreated(ApiKeyRead):
    """A key as it is shown this once."""

    key: str = Field(description="Send it as `Authorization: Bearer sk_…`.", examples=["sk_…"], repr=False)


class ApiKeyFilter(Paging):
    """Whose keys."""

    account_id: UUID | None = Field(
        default=None, description="Left out: one's own. Anybody's with `security.manage`."
    )
