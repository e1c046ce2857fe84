"""Areas, departments and work groups: made, changed, closed."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, delete, select

from service.kit.database import UnitOfWork
from service.kit.errors import Invalid
from service.organizations.actions import units
from service.organizations.actor import Actor, require
from service.organizations.models import Department, ParkTown, Unit
from service.organizations.queries.units import district_id, locked, named
from service.organizations.rules import Permission, UnitKind
from service.organizations.rules.units import AREA_KINDS, PARENT_KINDS
from service.organizations.schemas.units import (
    AreaCreate,
    AreaPatch,
    DepartmentCreate,
    DepartmentPatch,
    UnitCreate,
    UnitPatch,
)

_UNIT_FIELDS = {"code", "name", "parent_id", "valid_from", "valid_to"}


async def _add(
    work: UnitOfWork,
    actor: Actor,
    kind: UnitKind,
    new: UnitCreate,
    parent_id: UUID | None,
    *,
    is_street: bool = False,
) -> Unit:
    """A new unit of this kind, as its body describes it."""
    return await units.add(
        work,
        actor,
        kind,
        code=new.code,
        name=new.name,
        parent_id=parent_id,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        is_street=is_street,
    )


# --- areas -------------------------------------------------------------------------------------------


async def found_district(work: UnitOfWork, actor: Actor, new: UnitCreate) -> Unit:
    """The district itself, under which all else stands; there is one in an installation."""
    require(work, actor, Permission.ORGANIZATION_MANAGE)
    return await _add(work, actor, UnitKind.DISTRICT, new, None)


async def create_area(work: UnitOfWork, actor: Actor, new: AreaCreate) -> Unit:
    """A new park or town of the district."""
    require(work, actor, Permission.ORGANIZATION_MANAGE)
    kind = UnitKind.PARK if new.kind == "park" else UnitKind.TOWN
    _check_area(kind, new.is_street, new.town_ids)
    unit = await _add(work, actor, kind, new, await district_id(work), is_street=new.is_street)
    await _lie_in(work, unit, new.town_ids)
    return unit


async def change_area(
    work: UnitOfWork, actor: Actor, id: UUID, patch: AreaPatch, version: int | None
) -> Unit:
    """Change or close a park or town, or the names of the district."""
    require(work, actor, Permission.ORGANIZATION_MANAGE)
    unit = await locked(work, id, AREA_KINDS, version)
    wanted = patch.model_dump(exclude_unset=True)
    towns = wanted.pop("town_ids", None)
    _check_area(unit.kind, wanted.get("is_street", False), towns or ())
    changed = units.assign(unit, wanted)
    if towns is not None and await _lie_in(work, unit, towns):
        changed.add("town_ids")
    await units.conclude(work, actor, unit, changed)
    return unit


def _check_area(kind: UnitKind, is_street: bool, town_ids: Sequence[UUID]) -> None:
    if is_street and kind is not UnitKind.TOWN:
        raise Invalid.at(
            ("body", "is_street"), "not_a_town", "只有镇街可以是街道。", "Only a town can be a street."
        )
    if town_ids and kind is not UnitKind.PARK:
        raise Invalid.at(
            ("body", "town_ids"), "not_a_park", "只有园区可以跨镇街。", "Only a park lies in towns."
        )


async def _lie_in(work: UnitOfWork, park: Unit, town_ids: Sequence[UUID]) -> bool:
    """Let the park lie in exactly these towns; answers whether that is a change."""
    of_park = select(ParkTown.town_id).where(ParkTown.park_id == park.id)
    present, wanted = set((await work.exec(of_park)).all()), set(town_ids)
    for town_id in wanted - present:
        await named(work, town_id, {UnitKind.TOWN}, "town_ids")
        work.add(ParkTown(park_id=park.id, town_id=town_id))
    if gone := present - wanted:
        await work.exec(
            delete(ParkTown).where(col(ParkTown.park_id) == park.id, col(ParkTown.town_id).in_(gone))
        )
    return present != wanted


# --- departments -------------------------------------------------------------------------------------


async def create_department(work: UnitOfWork, actor: Actor, new: DepartmentCreate) -> Unit:
    """A new department of the district, or one that belongs to another department."""
    require(work, actor, Permission.ORGANIZATION_MANAGE)
    parent_id = await _parent_of_department(work, new.parent_id)
    unit = await _add(work, actor, UnitKind.DEPARTMENT, new, parent_id)
    work.add(
        Department(
            id=unit.id,
            in_appraisal=new.in_appraisal,
            is_enforcement=new.is_enforcement,
            is_vertical=new.is_vertical,
        )
    )
    await work.flush()
    return unit


async def change_department(
    work: UnitOfWork, actor: Actor, id: UUID, patch: DepartmentPatch, version: int | None
) -> Unit:
    """Change or close a department, or let it belong elsewhere."""
    require(work, actor, Permission.ORGANIZATION_MANAGE)
    unit = await locked(work, id, {UnitKind.DEPARTMENT}, version)
    department = await work.get_one(Department, id)
    if patch.parent_id is not None and patch.parent_id != unit.parent_id:
        parent = await named(work, patch.parent_id, PARENT_KINDS[UnitKind.DEPARTMENT], "parent_id")
        await units.check_not_below(work, unit, parent)
    of_unit = patch.model_dump(exclude_unset=True, include=_UNIT_FIELDS)
    of_department = patch.model_dump(exclude_unset=True, exclude=_UNIT_FIELDS)
    changed = units.assign(unit, of_unit) | units.assign(department, of_department)
    await units.conclude(work, actor, unit, changed)
    return unit


async def _parent_of_department(work: UnitOfWork, parent_id: UUID | None) -> UUID:
    if parent_id is None:
        return await district_id(work)
    return (await named(work, parent_id, PARENT_KINDS[UnitKind.DEPARTMENT], "parent_id")).id


# --- work groups -------------------------------------------------------------------------------------


async def create_work_group(work: UnitOfWork, actor: Actor, new: UnitCreate) -> Unit:
    """A new work group; its cadres come by membership, its enterprises by assignment."""
    require(work, actor, Permission.ORGANIZATION_MANAGE)
    return await _add(work, actor, UnitKind.WORK_GROUP, new, await district_id(work))


async def change_work_group(
    work: UnitOfWork, actor: Actor, id: UUID, patch: UnitPatch, version: int | None
) -> Unit:
    """Rename or close a work group."""
    require(work, actor, Permission.ORGANIZATION_MANAGE)
    unit = await locked(work, id, {UnitKind.WORK_GROUP}, version)
    await units.conclude(work, actor, unit, units.assign(unit, patch.model_dump(exclude_unset=True)))
    return unit
