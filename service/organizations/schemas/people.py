"""People and what they are where: memberships, handovers, and the caller's own page."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from service.accounts.schemas import AccountRead
from service.kit.pages import Paging
from service.kit.types import Moment, Schema, Word
from service.organizations.rules import Permission, Role
from service.organizations.schemas.units import UnitRef


class PersonRef(Schema):
    """A person, as they are named elsewhere."""

    id: UUID
    name: str = Field(examples=["张伟"])


# --- memberships -------------------------------------------------------------------------------------


class MembershipRead(Schema):
    """A role held at a unit, from `valid_from` until (not including) `valid_to`."""

    id: UUID
    person: PersonRef
    phone: Annotated[str | None, Field(description="Masked in lists; null to those who may not see it.")] = (
        None
    )
    unit: UnitRef
    role: Role
    valid_from: Moment
    valid_to: Moment | None


class MembershipFilter(Paging):
    """Roles that are held now, unless `ended` asks for those that are over."""

    unit: UUID | None = None
    person: UUID | None = Field(default=None, description="An account's id.")
    role: Role | None = None
    ended: bool = Field(default=False, description="Those that are over, instead.")


class MembershipCreate(Schema):
    """A role for somebody who has an account; others are invited."""

    account_id: UUID = Field(examples=["019a1b2c-3d4e-7f50-8123-456789abcdef"])
    unit_id: UUID
    role: Role = Field(examples=["handler"])
    valid_to: Moment | None = Field(default=None, description="Without end, unless given.")


class Leaving(Schema):
    """How somebody leaves."""

    deputy_id: UUID | None = Field(
        default=None,
        description="The account that takes over all open work at the unit, for good.",
        examples=["019a1b2c-3d4e-7f50-8123-456789abcdef"],
    )


# --- handovers ---------------------------------------------------------------------------------------


class HandoverRead(Schema):
    """Who deals with whose open work at a unit; without `ends_at` for good."""

    id: UUID
    from_person: PersonRef
    to_person: PersonRef
    unit: UnitRef
    starts_at: Moment
    ends_at: Moment | None


class HandoverFilter(Paging):
    """Handovers that are in force or still to come, unless `ended` asks for those that are over."""

    unit: UUID | None = None
    person: UUID | None = Field(default=None, description="Whose work it is, or who took it over.")
    ended: bool = False


class HandoverCreate(Schema):
    """Hand one's own open work at a unit to a deputy who holds the same roles there."""

    from_account_id: UUID | None = Field(
        default=None, description="The caller, unless given; for others `people.manage` is needed."
    )
    to_account_id: UUID = Field(examples=["019a1b2c-3d4e-7f50-8123-456789abcdef"])
    unit_id: UUID
    starts_at: Moment | None = Field(default=None, description="Now, unless given.")
    ends_at: Moment | None = Field(default=None, description="For good, unless given.")


# --- accounts ----------------------------------------------------------------------------------------


class AccountFilter(Paging):
    q: Word | None = Field(default=None, description="Part of the name, or the beginning of the user name.")
    active: bool = True


class HeldPermission(Schema):
    """A permission and the units at which it is held; below them it holds too."""

    permission: Permission
    everywhere: bool
    unit_ids: list[UUID]


class HeldRole(Schema):
    """What the caller is at a unit."""

    membership_id: UUID
    role: Role
    unit: UnitRef
    valid_from: Moment
    valid_to: Moment | None


class MeRead(Schema):
    """The caller: who they are, what they are where, what they may do, whose work they see to."""

    account: AccountRead
    memberships: list[HeldRole]
    permissions: list[HeldPermission] = Field(description="With an API key: only its scopes.")
    handovers: list[HandoverRead] = Field(description="In force: the caller's own, and those to the caller.")
