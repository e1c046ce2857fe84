"""People: who sees whose roles and phones, and who deals with whose work now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Label, Select, and_, exists, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel import select as select_rows

from service.accounts.models import Account
from service.accounts.rules import normal_username
from service.accounts.schemas import AccountRead
from service.kit.database import UnitOfWork
from service.kit.errors import NotFound
from service.kit.personal import masked_phone
from service.organizations.actor import Actor, reach, within
from service.organizations.models import Enterprise, Handover, Membership, Unit
from service.organizations.queries.units import in_force, reference
from service.organizations.rules import Permission, Role
from service.organizations.schemas.people import (
    AccountFilter,
    HandoverFilter,
    MembershipFilter,
    MembershipRead,
)

# --- memberships -------------------------------------------------------------------------------------


def visible_memberships(actor: Actor) -> ColumnElement[bool]:
    """Who sees that somebody holds a role, and their phone: the one clause for lists and single reads.

    Where people may be read; one's own; and the cadres of a group that serves an enterprise whose people may
    be read, so that an enterprise finds its cadres.
    """
    readable = reach(actor, Permission.PEOPLE_READ)
    serves = exists().where(
        col(Enterprise.work_group_id) == col(Membership.unit_id), within(Enterprise.id, readable)
    )
    return or_(
        within(Membership.unit_id, readable),
        col(Membership.account_id) == actor.account_id,
        and_(col(Membership.role) == Role.CADRE, serves),
    )


def memberships(actor: Actor, wanted: MembershipFilter, now: datetime) -> Select[Any]:
    """The list's statement; each row is made by `membership_read`."""
    over = col(Membership.valid_to) <= now
    statement = _memberships(actor).where(over if wanted.ended else in_force(now))
    if wanted.unit is not None:
        statement = statement.where(col(Membership.unit_id) == wanted.unit)
    if wanted.person is not None:
        statement = statement.where(col(Membership.account_id) == wanted.person)
    if wanted.role is not None:
        statement = statement.where(col(Membership.role) == wanted.role)
    return statement


def membership(actor: Actor, id: UUID) -> Select[Any]:
    return _memberships(actor).where(col(Membership.id) == id)


MEMBERSHIP_ORDER: list[Any] = [col(Membership.valid_from), col(Membership.id)]


def membership_listed(row: Mapping[str, Any]) -> MembershipRead:
    """A membership as lists show it: the phone masked."""
    read = membership_read(row)
    return read.model_copy(update={"phone": read.phone and masked_phone(read.phone)})


def membership_read(row: Mapping[str, Any]) -> MembershipRead:
    """A membership as one by one is shown: whom to call, and where."""
    return MembershipRead.model_validate({name: row[name] for name in MembershipRead.model_fields})


def _memberships(actor: Actor) -> Select[Any]:
    return (
        select(
            col(Membership.id),
            person(Account, "person"),
            col(Account.phone),
            reference(Unit, "unit"),
            col(Membership.role),
            col(Membership.valid_from),
            col(Membership.valid_to),
        )
        .join(Account, col(Account.id) == col(Membership.account_id))
        .join(Unit, col(Unit.id) == col(Membership.unit_id))
        .where(visible_memberships(actor))
    )


def person(account: Any, name: str) -> Label[Any]:
    """A person as they are named elsewhere, as JSON."""
    return func.json_build_object("id", account.id, "name", account.name).label(name)


async def one_membership(connection: AsyncConnection, actor: Actor, id: UUID) -> MembershipRead:
    """One membership, with the phone; raises `NotFound`."""
    row = (await connection.execute(membership(actor, id))).mappings().one_or_none()
    if row is None:
        raise NotFound()
    return membership_read(row)


async def seen_membership(work: UnitOfWork, actor: Actor, id: UUID) -> Membership:
    """The membership; raises `NotFound` when there is none, or the actor does not see it."""
    seen = select(Membership).where(col(Membership.id) == id, visible_memberships(actor))
    found: Membership | None = await work.scalar(seen)
    if found is None:
        raise NotFound()
    return found


async def roles_of(work: UnitOfWork, account_id: UUID) -> list[Membership]:
    """What a person is now, or will be."""
    not_over = or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) > work.now)
    held = select_rows(Membership).where(col(Membership.account_id) == account_id, not_over)
    as_they_are = held.order_by(col(Membership.id)).execution_options(populate_existing=True)
    return list(await work.exec(as_they_are))


# --- accounts ----------------------------------------------------------------------------------------


def visible_accounts(actor: Actor) -> ColumnElement[bool]:
    """Oneself, and whoever holds or held a role that the actor sees."""
    readable = reach(actor, Permission.PEOPLE_READ)
    if readable.everywhere:
        return true()
    held = exists().where(col(Membership.account_id) == col(Account.id), visible_memberships(actor))
    return or_(col(Account.id) == actor.account_id, held)


def accounts(actor: Actor, wanted: AccountFilter) -> Select[Any]:
    statement = _accounts().where(visible_accounts(actor), col(Account.is_active).is_(wanted.active))
    if wanted.q is not None:
        named = func.strpos(col(Account.name), wanted.q) > 0
        statement = statement.where(
            or_(named, func.starts_with(col(Account.username), normal_username(wanted.q)))
        )
    return statement


ACCOUNT_ORDER: list[Any] = [col(Account.username), col(Account.id)]


async def account(connection: AsyncConnection, actor: Actor, id: UUID) -> AccountRead:
    """One account; raises `NotFound`."""
    statement = _accounts().where(visible_accounts(actor), col(Account.id) == id)
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound()
    return account_read(row)


async def check_visible(work: UnitOfWork, actor: Actor, id: UUID) -> None:
    """Raises `NotFound` when there is no such account, or the actor does not see it."""
    seen = select(col(Account.id)).where(col(Account.id) == id, visible_accounts(actor))
    if await work.scalar(seen) is None:
        raise NotFound()


def account_read(row: Mapping[str, Any]) -> AccountRead:
    """An account as it is shown: what is personal is masked."""
    return AccountRead.of(Account(**{name: row[name] for name in AccountRead.model_fields}))


def _accounts() -> Select[Any]:
    return select(*(col(getattr(Account, name)) for name in AccountRead.model_fields))


# --- handovers ---------------------------------------------------------------------------------------


def stood_in_for(account_id: UUID, now: datetime) -> Select[Any]:
    """Whose open work at which units this account deals with now, besides its own: (account, unit).

    A deputy who has handed over in turn passes on what was taken over: the handovers form chains, never a
    circle. For a reader of assigned work: `assigned_to` is the caller, or stands in these rows with its unit.
    """
    now_in_force = handover_in_force(now)
    chain = (
        select(col(Handover.from_account_id).label("account_id"), col(Handover.unit_id).label("unit_id"))
        .where(col(Handover.to_account_id) == account_id, now_in_force)
        .cte("stood_in_for", recursive=True)
    )
    chain = chain.union(
        select(col(Handover.from_account_id), col(Handover.unit_id)).join(
            chain,
            (chain.c.account_id == col(Handover.to_account_id))
            & (chain.c.unit_id == col(Handover.unit_id))
            & now_in_force,
        )
    )
    return select(chain.c.account_id, chain.c.unit_id)


def handover_in_force(now: datetime) -> ColumnElement[bool]:
    """That the handover counts at this moment."""
    return (col(Handover.starts_at) <= now) & or_(
        col(Handover.ends_at).is_(None), col(Handover.ends_at) > now
    )


def visible_handovers(actor: Actor) -> ColumnElement[bool]:
    """One's own on either side, and those of units whose people may be read."""
    return or_(
        within(Handover.unit_id, reach(actor, Permission.PEOPLE_READ)),
        col(Handover.from_account_id) == actor.account_id,
        col(Handover.to_account_id) == actor.account_id,
    )


def handovers(actor: Actor, wanted: HandoverFilter, now: datetime) -> Select[Any]:
    """The list's statement: exactly the fields of `HandoverRead`."""
    over = col(Handover.ends_at) <= now
    not_over = or_(col(Handover.ends_at).is_(None), col(Handover.ends_at) > now)
    statement = _handovers().where(visible_handovers(actor), over if wanted.ended else not_over)
    if wanted.unit is not None:
        statement = statement.where(col(Handover.unit_id) == wanted.unit)
    if wanted.person is not None:
        statement = statement.where(
            or_(col(Handover.from_account_id) == wanted.person, col(Handover.to_account_id) == wanted.person)
        )
    return statement


def handover(actor: Actor, id: UUID) -> Select[Any]:
    return _handovers().where(visible_handovers(actor), col(Handover.id) == id)


def handovers_about(account_id: UUID, now: datetime) -> Select[Any]:
    """In force: those of this account's work, and those to it."""
    either_side = or_(col(Handover.from_account_id) == account_id, col(Handover.to_account_id) == account_id)
    return _handovers().where(either_side, handover_in_force(now)).order_by(*HANDOVER_ORDER)


HANDOVER_ORDER: list[Any] = [col(Handover.starts_at), col(Handover.id)]


def _handovers() -> Select[Any]:
    giver, taker = aliased(Account), aliased(Account)
    return (
        select(
            col(Handover.id),
            person(giver, "from_person"),
            person(taker, "to_person"),
            reference(Unit, "unit"),
            col(Handover.starts_at),
            col(Handover.ends_at),
        )
        .join(giver, col(giver.id) == col(Handover.from_account_id))
        .join(taker, col(taker.id) == col(Handover.to_account_id))
        .join(Unit, col(Unit.id) == col(Handover.unit_id))
    )
