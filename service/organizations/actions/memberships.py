"""Giving roles and ending them. Whoever changes what a person is first locks the account's row."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from service.accounts import queries as accounts
from service.accounts.models import Account
from service.events import Kind, record
from service.kit.database import UnitOfWork
from service.kit.errors import Conflict, Invalid, NotAllowed
from service.organizations import kinds
from service.organizations.actions.handovers import hand_over
from service.organizations.actor import Actor, is_oneself, require
from service.organizations.models import Membership, Unit
from service.organizations.queries.people import roles_of, seen_membership
from service.organizations.queries.units import in_force, named
from service.organizations.rules import Role, UnitKind
from service.organizations.rules.people import ENDED_BY, GIVEN_BY, clash
from service.organizations.rules.permissions import ROLE_KINDS
from service.organizations.schemas.people import HandoverCreate, Leaving, MembershipCreate


async def give_role(work: UnitOfWork, actor: Actor, new: MembershipCreate) -> Membership:
    """Give a role at a unit to somebody who has an account."""
    require(work, actor, GIVEN_BY[new.role], new.unit_id)
    unit = await named(work, new.unit_id, UnitKind, "unit_id")
    check_fits(new.role, unit)
    if new.account_id == actor.account_id:
        raise NotAllowed(
            "not_to_oneself",
            "不能给自己授予角色，请由他人办理。",
            "Nobody gives a role to themselves; ask somebody else.",
        )
    account = await accounts.get(work, new.account_id, lock=True)
    return await add_role(work, actor, account, unit, new.role, new.valid_to)


async def end_role(work: UnitOfWork, actor: Actor, id: UUID, how: Leaving) -> Membership:
    """Leave a role, or end somebody's, from this moment on; a deputy may take over the open work for good."""
    membership = await seen_membership(work, actor, id)
    if not is_oneself(actor, membership.account_id):
        require(work, actor, ENDED_BY[membership.role], membership.unit_id)
    if how.deputy_id is not None:
        await hand_over(
            work,
            actor,
            HandoverCreate(
                from_account_id=membership.account_id,
                to_account_id=how.deputy_id,
                unit_id=membership.unit_id,
            ),
            loc=("body", "deputy_id"),
        )
    await accounts.get(work, membership.account_id, lock=True)
    await work.refresh(membership)
    if membership.valid_to is not None and membership.valid_to <= work.now:
        raise Conflict("role_is_over", "该任职已经结束。", "This role has ended already.")
    await close_role(work, actor, membership)
    return membership


async def add_role(
    work: UnitOfWork,
    actor: Actor,
    account: Account,
    unit: Unit,
    role: Role,
    valid_to: datetime | None = None,
) -> Membership:
    """The account, whose row is locked, gets the role at the unit from this moment on.

    Raises:
        Conflict: the account is closed, holds the role there already, or holds one that cannot be combined.
        Invalid: it would end before it begins.
    """
    if not account.is_active:
        raise Conflict("account_closed", "该账号已停用。", "This account is closed.")
    if valid_to is not None and valid_to <= work.now:
        raise Invalid.at(("body", "valid_to"), "in_the_past", "应晚于现在。", "It must be later than now.")
    held = await roles_of(work, account.id)
    if any(one.unit_id == unit.id and one.role is role for one in held):
        raise Conflict(
            "role_held_already",
            f"该人员已是该单位的{role.zh}。",
            f"This person is {role.en.lower()} there already.",
        )
    if (other := clash((one.role for one in held), role)) is not None:
        raise Conflict(
            "roles_clash",
            f"一个人不能同时是{other.zh}和{role.zh}，请使用不同的账号。",
            f"One person cannot be {other.en.lower()} and {role.en.lower()} at once; use another account.",
        )
    membership = Membership(
        account_id=account.id, unit_id=unit.id, role=role, valid_from=work.now, valid_to=valid_to
    )
    work.add(membership)
    await work.flush()
    await _note(work, actor, kinds.MEMBERSHIP_GIVEN, membership)
    return membership


async def close_role(work: UnitOfWork, actor: Actor, membership: Membership) -> None:
    """End the role now; the account's row is locked.

    Raises:
        Conflict: nobody could give roles to administrators any more.
    """
    if membership.role is Role.SECURITY_ADMIN:
        await _check_not_the_last(work, membership)
    membership.valid_to = work.now
    membership.valid_from = min(membership.valid_from, work.now)
    await work.flush()
    await _note(work, actor, kinds.MEMBERSHIP_ENDED, membership)


def check_fits(role: Role, unit: Unit, loc: Iterable[str] = ("body", "role")) -> None:
    """Raises `Invalid` when a role cannot be held at a unit of this kind."""
    if unit.kind in ROLE_KINDS[role]:
        return
    at = [kind for kind in UnitKind if kind in ROLE_KINDS[role]]
    raise Invalid.at(
        tuple(loc),
        "role_does_not_fit",
        f"{role.zh}只能设在：{'、'.join(kind.zh for kind in at)}。",
        f"{role.en} is a role at: {', '.join(kind.en.lower() for kind in at)}.",
    )


async def _check_not_the_last(work: UnitOfWork, membership: Membership) -> None:
    """Two who leave at once wait for each other at the district's row."""
    await work.scalar(
        select(col(Unit.id)).where(col(Unit.id) == membership.unit_id).with_for_update(key_share=True)
    )
    others = (
        select(func.count())
        .select_from(Membership)
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(
            col(Membership.role) == Role.SECURITY_ADMIN,
            col(Membership.account_id) != membership.account_id,
            col(Account.is_active),
            in_force(work.now),
        )
    )
    if not await work.scalar(others):
        raise Conflict(
            "last_security_admin",
            "这是最后一名安全管理员，请先确定接任者。",
            "This is the last security administrator; name another one first.",
        )


async def _note(work: UnitOfWork, actor: Actor, kind: Kind, membership: Membership) -> None:
    valid_to = membership.valid_to
    await record(
        work,
        kind,
        subject_kind="membership",
        subject_id=membership.id,
        version=1 if kind is kinds.MEMBERSHIP_GIVEN else 2,
        by=actor.account_id,
        unit_id=membership.unit_id,
        data={
            "account_id": str(membership.account_id),
            "role": membership.role,
            "valid_to": None if valid_to is None else valid_to.isoformat(),
        },
    )
