"""Handing one's open work to a deputy (AB 岗), for a time or for good."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlmodel import col
from sqlmodel import select as select_rows

from service.accounts.models import Account
from service.events import Kind, record
from service.events.actions import Fact
from service.kit.database import UnitOfWork
from service.kit.errors import Conflict, Invalid, NotFound
from service.organizations import kinds
from service.organizations.actor import Actor, is_oneself, require
from service.organizations.models import Handover, Membership
from service.organizations.queries.people import roles_of, visible_handovers
from service.organizations.rules import Permission
from service.organizations.schemas.people import HandoverCreate


async def hand_over(
    work: UnitOfWork, actor: Actor, new: HandoverCreate, *, loc: Sequence[str] = ("body", "to_account_id")
) -> Handover:
    """Let a deputy deal with somebody's open work at a unit.

    The deputy already is there what the other one is, so that nobody gets power by being a deputy, and has
    not handed over in turn, so that work never goes in a circle.

    Raises:
        Conflict: the work is handed over already, or the deputy is away too.
        Invalid: the deputy lacks a role, or the times make no sense.
        NotAllowed: it is somebody else's work, and the actor does not manage people there.
    """
    if actor.account_id is None:
        raise NotFound()
    giver_id = new.from_account_id or actor.account_id
    if not is_oneself(actor, giver_id):
        require(work, actor, Permission.PEOPLE_MANAGE, new.unit_id)
    starts_at = new.starts_at or work.now
    _check_times(work.now, starts_at, new.ends_at)
    await _lock(work, giver_id, new.to_account_id, loc)
    await _check_roles(work, giver_id, new.to_account_id, new.unit_id, loc)
    if await _hands_over(work, giver_id, new.unit_id, starts_at, new.ends_at):
        raise Conflict(
            "handed_over_already",
            "这段时间的工作已经交接，请先结束原来的交接。",
            "The work is handed over already for this time; end that handover first.",
        )
    if await _hands_over(work, new.to_account_id, new.unit_id, starts_at, new.ends_at):
        raise Conflict(
            "deputy_is_away",
            "接手人这段时间自己也已交接，请另选他人。",
            "The deputy has handed over too for this time; choose somebody else.",
        )
    handover = Handover(
        from_account_id=giver_id,
        to_account_id=new.to_account_id,
        unit_id=new.unit_id,
        starts_at=starts_at,
        ends_at=new.ends_at,
        created_by=actor.account_id,
        created_at=work.now,
    )
    work.add(handover)
    await work.flush()
    await _note(work, actor, kinds.HANDOVER_MADE, handover)
    return handover


async def end_handover(work: UnitOfWork, actor: Actor, id: UUID) -> Handover:
    """Take the work back now, before the time was over or although it was for good.

    Raises:
        Conflict: it is over already.
        NotAllowed: the actor is on neither side and does not manage people there.
        NotFound: there is none, or the actor does not see it.
    """
    seen = select(Handover).where(col(Handover.id) == id, visible_handovers(actor)).with_for_update()
    handover: Handover | None = await work.scalar(seen)
    if handover is None:
        raise NotFound()
    if not (is_oneself(actor, handover.from_account_id) or is_oneself(actor, handover.to_account_id)):
        require(work, actor, Permission.PEOPLE_MANAGE, handover.unit_id)
    if handover.ends_at is not None and handover.ends_at <= work.now:
        raise Conflict("handover_is_over", "该交接已经结束。", "This handover is over already.")
    handover.ends_at = work.now
    handover.starts_at = min(handover.starts_at, work.now)
    await work.flush()
    await _note(work, actor, kinds.HANDOVER_ENDED, handover)
    return handover


def _check_times(now: datetime, starts_at: datetime, ends_at: datetime | None) -> None:
    if starts_at < now:
        raise Invalid.at(
            ("body", "starts_at"), "in_the_past", "不能早于现在。", "It cannot be earlier than now."
        )
    if ends_at is not None and ends_at <= starts_at:
        raise Invalid.at(
            ("body", "ends_at"),
            "ends_before_beginning",
            "应晚于开始时间。",
            "It must be later than the beginning.",
        )


async def _lock(work: UnitOfWork, giver_id: UUID, taker_id: UUID, loc: Sequence[str]) -> None:
    """Hold both accounts, in a fixed order, so that handovers between the same people wait for each other."""
    both = select_rows(Account).where(col(Account.id).in_([giver_id, taker_id]), col(Account.is_active))
    held = list(await work.exec(both.order_by(col(Account.id)).with_for_update(key_share=True)))
    if giver_id == taker_id or taker_id not in {account.id for account in held}:
        raise Invalid.at(
            tuple(loc),
            "no_such_deputy",
            "没有这样的接手人。",
            "There is no such deputy.",
        )


async def _check_roles(
    work: UnitOfWork, giver_id: UUID, taker_id: UUID, unit_id: UUID, loc: Sequence[str]
) -> None:
    given = {one.role for one in _now_at(work, await roles_of(work, giver_id), unit_id)}
    if not given:
        raise Invalid.at(
            ("body", "unit_id"),
            "no_role_there",
            "交接人在该单位没有角色。",
            "Whose work it is holds no role at this unit.",
        )
    taken = {one.role for one in _now_at(work, await roles_of(work, taker_id), unit_id)}
    if lacking := sorted(given - taken):
        raise Invalid.at(
            tuple(loc),
            "deputy_lacks_role",
            f"接手人在该单位还不是：{'、'.join(role.zh for role in lacking)}。",
            f"The deputy is not yet {', '.join(role.en.lower() for role in lacking)} at this unit.",
        )


def _now_at(work: UnitOfWork, held: Sequence[Membership], unit_id: UUID) -> list[Membership]:
    return [one for one in held if one.unit_id == unit_id and one.valid_from <= work.now]


async def _hands_over(
    work: UnitOfWork, account_id: UUID, unit_id: UUID, starts_at: datetime, ends_at: datetime | None
) -> bool:
    """Whether the account's work at the unit is somebody else's at any moment of this time."""
    overlapping = exists().where(
        col(Handover.from_account_id) == account_id,
        col(Handover.unit_id) == unit_id,
        or_(col(Handover.ends_at).is_(None), col(Handover.ends_at) > starts_at),
    )
    if ends_at is not None:
        overlapping = overlapping.where(col(Handover.starts_at) < ends_at)
    return bool(await work.scalar(select(overlapping)))


async def _note(work: UnitOfWork, actor: Actor, kind: Kind, handover: Handover) -> None:
    ends_at = handover.ends_at
    data: dict[str, Fact] = {
        "from_account_id": str(handover.from_account_id),
        "to_account_id": str(handover.to_account_id),
    }
    if kind is kinds.HANDOVER_MADE:
        data["starts_at"] = handover.starts_at.isoformat()
        data["ends_at"] = None if ends_at is None else ends_at.isoformat()
    await record(
        work,
        kind,
        subject_kind="handover",
        subject_id=handover.id,
        version=1 if kind is kinds.HANDOVER_MADE else 2,
        by=actor.account_id,
        unit_id=handover.unit_id,
        data=data,
    )
