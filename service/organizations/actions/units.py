"""Making, changing and closing units; what is common to all kinds."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from service.events import Kind, record
from service.events.actions import Fact
from service.kit.database import UnitOfWork
from service.kit.errors import Conflict, Invalid
from service.organizations import kinds
from service.organizations.actor import Actor
from service.organizations.models import Department, Enterprise, Unit
from service.organizations.queries.units import exists_on, local_day
from service.organizations.rules import UnitKind
from service.organizations.rules.names import search_name, sort_key


async def add(
    work: UnitOfWork,
    actor: Actor,
    kind: UnitKind,
    *,
    code: str,
    name: str,
    parent_id: UUID | None,
    valid_from: date | None,
    valid_to: date | None = None,
    is_street: bool = False,
) -> Unit:
    """A new unit; the caller has asked for permission and checked the parent, and adds what its kind has.

    Raises:
        Conflict: a unit of this kind has this code already.
        Invalid: it would end before it began.
    """
    unit = Unit(
        kind=kind,
        code=code,
        name=name,
        sort_key=sort_key(name),
        search_name=search_name(name),
        parent_id=parent_id,
        is_street=is_street,
        valid_from=valid_from or local_day(work.now),
        valid_to=valid_to,
        created_at=work.now,
        updated_at=work.now,
    )
    _check_validity(unit)
    work.add(unit)
    await settle(work)
    above = None if parent_id is None else str(parent_id)
    await note(work, kinds.UNIT_CREATED, unit, actor, code=code, parent_id=above)
    return unit


def assign(row: Unit | Department | Enterprise, wanted: Mapping[str, Any]) -> set[str]:
    """Set the fields of the row that differ; answers their names."""
    changed = {name for name, value in wanted.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, wanted[name])
    return changed


async def conclude(work: UnitOfWork, actor: Actor, unit: Unit, changed: set[str]) -> None:
    """Finish the change of these fields of a unit and tell of it; nothing changed is no event and no version.

    The caller holds the unit's row lock.

    Raises:
        Conflict: the code is taken, or it is to be closed while others still depend on it.
        Invalid: it would end before it began.
    """
    if not changed:
        return
    if "name" in changed:
        unit.sort_key, unit.search_name = sort_key(unit.name), search_name(unit.name)
    if changed & {"valid_from", "valid_to"}:
        _check_validity(unit)
    if "valid_to" in changed and unit.valid_to is not None:
        await _check_unneeded(work, unit, unit.valid_to)
    unit.version += 1
    unit.updated_at = work.now
    await settle(work)
    about: dict[str, Fact] = {"code": unit.code}
    if "valid_to" in changed and unit.valid_to is not None:
        await note(work, kinds.UNIT_CLOSED, unit, actor, **about, valid_to=unit.valid_to.isoformat())
    elif "valid_to" in changed:
        await note(work, kinds.UNIT_REOPENED, unit, actor, **about)
    if fields := sorted(changed - {"valid_to"}):
        await note(work, kinds.UNIT_CHANGED, unit, actor, **about, fields=fields)


async def settle(work: UnitOfWork) -> None:
    """Send what changed to the database; raises `Conflict` when another unit of the kind has the code."""
    try:
        await work.flush()
    except IntegrityError as error:
        constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if constraint != "units_kind_code_key":
            raise
        raise Conflict(
            "code_taken",
            "该代码已被同类单位使用，请核对。",
            "Another unit of this kind has this code; please check.",
        ) from error


async def note(work: UnitOfWork, kind: Kind, unit: Unit, actor: Actor, **data: Fact) -> None:
    """Record what happened to a unit."""
    await record(
        work,
        kind,
        subject_kind=unit.kind.value,
        subject_id=unit.id,
        version=unit.version,
        by=actor.account_id,
        unit_id=unit.id,
        data=data,
    )


async def check_not_below(work: UnitOfWork, unit: Unit, parent: Unit) -> None:
    """A department cannot stand under itself; the root is locked, so that two moves cannot close a circle.

    Raises:
        Invalid: it would.
    """
    await work.scalar(select(col(Unit.id)).where(col(Unit.kind) == UnitKind.DISTRICT).with_for_update())
    above = select(col(Unit.id), col(Unit.parent_id)).where(col(Unit.id) == parent.id)
    line = above.cte("line", recursive=True)
    line = line.union(select(col(Unit.id), col(Unit.parent_id)).join(line, line.c.parent_id == col(Unit.id)))
    if await work.scalar(select(exists().where(line.c.id == unit.id))):
        raise Invalid.at(
            ("body", "parent_id"),
            "parent_below",
            "不能隶属于自己或自己的下级单位。",
            "It cannot stand under itself or a unit below it.",
        )


def _check_validity(unit: Unit) -> None:
    if unit.valid_to is not None and unit.valid_to < unit.valid_from:
        raise Invalid.at(
            ("body", "valid_to"),
            "ends_before_beginning",
            f"不能早于设立日期{unit.valid_from}。",
            f"It cannot be before its beginning, {unit.valid_from}.",
        )


async def _check_unneeded(work: UnitOfWork, unit: Unit, day: date) -> None:
    dependent = (
        select(col(Unit.id))
        .outerjoin(Enterprise, col(Enterprise.id) == col(Unit.id))
        .where(
            or_(col(Unit.parent_id) == unit.id, col(Enterprise.work_group_id) == unit.id),
            exists_on(day),
        )
    )
    if await work.scalar(select(dependent.exists())):
        raise Conflict(
            "unit_in_use",
            "仍有下属单位或对口企业，请先将其调整到其他单位。",
            "Units below it, or enterprises assigned to it, still exist; move them first.",
        )
