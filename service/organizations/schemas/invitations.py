"""Invitations: made, listed, accepted. The code goes out once and is never kept."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from service.accounts.schemas import Password, Username
from service.kit.pages import Paging
from service.kit.personal import Phone
from service.kit.types import Line, Moment, Schema, Word, wrong
from service.organizations.rules import Role
from service.organizations.rules.people import InvitationStatus
from service.organizations.schemas.fields import Uscc
from service.organizations.schemas.units import UnitRef


class InvitationCreate(Schema):
    """Staff are invited to their unit, an enterprise's contact by its social credit code or id."""

    unit_id: UUID | None = None
    uscc: Uscc | None = None
    role: Role
    name: Line | None = Field(default=None, description="Who is meant; they may correct it.")
    phone: Phone | None = Field(default=None, description="Where the code is sent, or of whom it is asked.")
    expires_in_days: Annotated[int, Field(ge=1, le=60)] = 14

    @model_validator(mode="after")
    def _one_unit(self) -> "InvitationCreate":
        if (self.unit_id is None) == (self.uscc is None):
            raise wrong(
                "one_unit",
                "请填写 unit_id 或 uscc，二者选一。",
                "Give either unit_id or uscc.",
            )
        return self


class InvitationRead(Schema):
    """An invitation, without its code."""

    id: UUID
    unit: UnitRef
    role: Role
    name: str | None = Field(examples=["张伟"])
    phone: str | None = Field(description="Masked.", examples=["138****1234"])
    status: InvitationStatus
    created_at: Moment
    expires_at: Moment


class InvitationMade(InvitationRead):
    """A new invitation with its code, which is shown this once: for a letter, a text message, a call."""

    code: str = Field(examples=["9F2K-7QXD-M3RB-0T5C-W8HJ"], repr=False)


class InvitationFilter(Paging):
    unit: UUID | None = None
    status: InvitationStatus | None = None


class InvitationProof(Schema):
    """What shows that one was invited."""

    code: Annotated[Word, Field(examples=["9F2K-7QXD-M3RB-0T5C-W8HJ"], repr=False)]
    uscc: Uscc | None = Field(default=None, description="Needed by an enterprise's contact.")


class InvitationAccept(InvitationProof):
    """Accept with a new account. Name and phone are taken from the invitation unless given."""

    username: Username
    password: Password
    name: Line | None = None
    phone: Phone | None = None


class Accepted(Schema):
    """What came of an invitation; sign in with the user name and password."""

    account_id: UUID
    username: str = Field(examples=["zhang.wei"])
    membership_id: UUID
    unit: UnitRef
    role: Role
