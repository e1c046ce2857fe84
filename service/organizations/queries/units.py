"""Areas, departments and work groups: which a caller sees, and how lists and writers find them."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import (
    ColumnElement,
    Label,
    Select,
    case,
    distinct,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.kit.clock import LOCAL
from service.kit.database import UnitOfWork
from service.kit.errors import Conflict, Invalid, NotFound, Stale
from service.kit.search import fold
from service.organizations.actor import Actor, reach, within
from service.organizations.models import Department, Enterprise, Membership, ParkTown, Unit
from service.organizations.rules import Permission, Role, UnitKind
from service.organizations.rules.names import search_name
from service.organizations.rules.units import AREA_KINDS
from service.organizations.schemas.enterprises import EnterpriseFilter
from service.organizations.schemas.units import AreaFilter, DepartmentFilter, UnitFilter

Read = TypeVar("Read", bound=BaseModel)

# --- what a caller sees ------------------------------------------------------------------------------


def visible_structure(actor: Actor) -> ColumnElement[bool]:
    """Areas and departments are no secret to anybody who may read the organization at all."""
    return true() if reach(actor, Permission.ORGANIZATION_READ) else false()


def visible_groups(actor: Actor) -> ColumnElement[bool]:
    """All work groups to staff; to others their own, and the one that serves their enterprise."""
    if reach(actor, Permission.ENTERPRISES_DIRECTORY):
        return true()
    own = reach(actor, Permission.ORGANIZATION_READ)
    serves = exists().where(col(Enterprise.work_group_id) == col(Unit.id), within(Enterprise.id, own))
    return or_(within(Unit.id, own), serves)


# --- when and which ----------------------------------------------------------------------------------


def local_day(now: datetime) -> date:
    """The day it is for people."""
    return now.astimezone(LOCAL).date()


def exists_on(day: date, unit: Any = Unit) -> ColumnElement[bool]:
    """That the unit exists on this day."""
    exists_already: ColumnElement[bool] = unit.valid_from <= day
    return exists_already & or_(unit.valid_to.is_(None), unit.valid_to > day)


def found_by(words: str) -> ColumnElement[bool]:
    """That the name contains the words, whatever their width and case, or that the code begins with them."""
    return or_(
        func.strpos(col(Unit.search_name), search_name(words)) > 0,
        func.starts_with(func.lower(col(Unit.code)), fold(words)),
    )


def chosen(wanted: UnitFilter | EnterpriseFilter, day: date) -> list[ColumnElement[bool]]:
    """The clauses that every list of units has."""
    clauses = [~exists_on(day) if wanted.closed else exists_on(day)]
    if wanted.q is not None:
        clauses.append(found_by(wanted.q))
    return clauses


def order(sort: str) -> tuple[list[Any], bool]:
    """The sort keys of a list of units, and whether it descends."""
    by = col(Unit.code) if sort.endswith("code") else col(Unit.sort_key)
    return [by, col(Unit.id)], sort.startswith("-")


def unit_columns() -> list[Any]:
    """What every list of units selects."""
    return [
        col(Unit.id),
        col(Unit.code),
        col(Unit.name),
        col(Unit.parent_id),
        col(Unit.valid_from),
        col(Unit.valid_to),
        col(Unit.version),
    ]


def reference(unit: Any, name: str) -> Label[Any]:
    """A unit as it is named elsewhere, as JSON; null when there is none."""
    fields = [part for key in ("id", "kind", "code", "name") for part in (key, getattr(unit, key))]
    return case((unit.id.is_not(None), func.json_build_object(*fields))).label(name)


# --- lists -------------------------------------------------------------------------------------------


def areas(actor: Actor, wanted: AreaFilter, day: date) -> Select[Any]:
    statement = _areas(actor).where(*chosen(wanted, day))
    return statement.where(col(Unit.kind) == wanted.kind) if wanted.kind else statement


def area(actor: Actor, id: UUID) -> Select[Any]:
    return _areas(actor).where(col(Unit.id) == id)


def _areas(actor: Actor) -> Select[Any]:
    sorted_towns = aggregate_order_by(col(ParkTown.town_id), col(ParkTown.town_id))
    towns = (
        select(func.coalesce(func.json_agg(sorted_towns), literal_column("'[]'::json")))
        .where(col(ParkTown.park_id) == col(Unit.id))
        .correlate(Unit)
        .scalar_subquery()
    )
    columns = [*unit_columns(), col(Unit.kind), col(Unit.is_street), towns.label("town_ids")]
    return select(*columns).where(col(Unit.kind).in_(AREA_KINDS), visible_structure(actor))


def departments(actor: Actor, wanted: DepartmentFilter, day: date) -> Select[Any]:
    statement = _departments(actor).where(*chosen(wanted, day))
    if wanted.in_appraisal is not None:
        statement = statement.where(col(Department.in_appraisal).is_(wanted.in_appraisal))
    if wanted.is_enforcement is not None:
        statement = statement.where(col(Department.is_enforcement).is_(wanted.is_enforcement))
    return statement


def department(actor: Actor, id: UUID) -> Select[Any]:
    return _departments(actor).where(col(Unit.id) == id)


def _departments(actor: Actor) -> Select[Any]:
    return (
        select(
            *unit_columns(),
            col(Department.in_appraisal),
            col(Department.is_enforcement),
            col(Department.is_vertical),
        )
        .join(Department, col(Department.id) == col(Unit.id))
        .where(col(Unit.kind) == UnitKind.DEPARTMENT, visible_structure(actor))
    )


def work_groups(actor: Actor, wanted: UnitFilter, now: datetime) -> Select[Any]:
    return _work_groups(actor, now).where(*chosen(wanted, local_day(now)))


def work_group(actor: Actor, id: UUID, now: datetime) -> Select[Any]:
    return _work_groups(actor, now).where(col(Unit.id) == id)


def _work_groups(actor: Actor, now: datetime) -> Select[Any]:
    served = aliased(Unit)
    enterprises = (
        select(func.count())
        .select_from(Enterprise)
        .join(served, col(served.id) == col(Enterprise.id))
        .where(col(Enterprise.work_group_id) == col(Unit.id), exists_on(local_day(now), served))
        .correlate(Unit)
        .scalar_subquery()
    )
    cadres = (
        select(func.count(distinct(col(Membership.account_id))))
        .where(col(Membership.unit_id) == col(Unit.id), col(Membership.role) == Role.CADRE, in_force(now))
        .correlate(Unit)
        .scalar_subquery()
    )
    return select(*unit_columns(), enterprises.label("enterprises"), cadres.label("cadres")).where(
        col(Unit.kind) == UnitKind.WORK_GROUP, visible_groups(actor)
    )


def in_force(now: datetime) -> ColumnElement[bool]:
    """That the membership counts at this moment."""
    return (col(Membership.valid_from) <= now) & or_(
        col(Membership.valid_to).is_(None), col(Membership.valid_to) > now
    )


# --- one by one --------------------------------------------------------------------------------------


async def one(connection: AsyncConnection, statement: Select[Any], read: type[Read]) -> Read:
    """The only row of the statement; raises `NotFound`."""
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound()
    return read.model_validate(dict(row))


async def locked(work: UnitOfWork, id: UUID, kinds: Iterable[UnitKind], version: int | None) -> Unit:
    """The unit, its row locked for a change.

    Raises:
        NotFound: there is no such unit of these kinds.
        Stale: it is no longer the expected version.
    """
    of_kind = select(Unit).where(col(Unit.id) == id, col(Unit.kind).in_(list(kinds))).with_for_update()
    unit: Unit | None = await work.scalar(of_kind)
    if unit is None:
        raise NotFound()
    if version is not None and version != unit.version:
        raise Stale(unit.version)
    return unit


async def named(work: UnitOfWork, id: UUID, kinds: Iterable[UnitKind], *field: str | int) -> Unit:
    """The unit that a field of the body names; it must exist today.

    Raises:
        Invalid: there is none of these kinds; the answer names the field.
    """
    day = local_day(work.now)
    of_kind = select(Unit).where(col(Unit.id) == id, col(Unit.kind).in_(list(kinds)), exists_on(day))
    unit: Unit | None = await work.scalar(of_kind)
    if unit is None:
        labels = [(kind.zh, kind.en.lower()) for kind in UnitKind if kind in set(kinds)]
        raise Invalid.at(
            ("body", *field),
            "no_such_unit",
            f"没有这样的{'、'.join(zh for zh, _ in labels)}。",
            f"There is no such {' or '.join(en for _, en in labels)}.",
        )
    return unit


async def district_id(work: UnitOfWork) -> UUID:
    """The root of the tree; raises `Conflict` before it was set up."""
    id: UUID | None = await work.scalar(select(col(Unit.id)).where(col(Unit.kind) == UnitKind.DISTRICT))
    if id is None:
        raise Conflict(
            "no_district", "尚未建立区级单位，请先完成初始化。", "There is no district yet; set it up first."
        )
    return id


async def kin(work: UnitOfWork, ids: Collection[UUID]) -> frozenset[UUID]:
    """The units, the departments below them, and the departments that they are part of."""
    if not ids:
        return frozenset()
    part, whole = aliased(Unit, name="part"), aliased(Unit, name="whole")
    is_department = col(part.kind) == UnitKind.DEPARTMENT, col(whole.kind) == UnitKind.DEPARTMENT
    edges = (
        select(literal_column("part.id").label("part"), literal_column("whole.id").label("whole"))
        .select_from(part)
        .join(whole, col(part.parent_id) == col(whole.id))
        .where(*is_department)
        .cte("edges")
    )
    below = select(col(Unit.id).label("id")).where(col(Unit.id).in_(ids)).cte("below", recursive=True)
    below = below.union(select(edges.c.part).join(below, edges.c.whole == below.c.id))
    above = select(col(Unit.id).label("id")).where(col(Unit.id).in_(ids)).cte("above", recursive=True)
    above = above.union(select(edges.c.whole).join(above, edges.c.part == above.c.id))
    found = await work.exec(union(select(below.c.id), select(above.c.id)))  # type: ignore[call-overload]
    return frozenset(found.scalars())
