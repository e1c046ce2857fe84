"""Enterprises: made, changed, moved, closed; and their yearly above-scale status."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel

from service.kit import crypto
from service.kit.database import UnitOfWork
from service.kit.errors import NotFound
from service.organizations import kinds
from service.organizations.actions import units
from service.organizations.actor import Actor, require
from service.organizations.models import Enterprise, ScaleStatus, Unit
from service.organizations.queries.enterprises import check_visible
from service.organizations.queries.units import locked, named
from service.organizations.rules import Permission, UnitKind
from service.organizations.rules.units import NAMED_BY_ENTERPRISE
from service.organizations.schemas.enterprises import (
    EnterpriseCreate,
    EnterprisePatch,
    Industry,
    ScaleStatusWrite,
)


async def create_enterprise(work: UnitOfWork, actor: Actor, new: EnterpriseCreate) -> Unit:
    """A new enterprise under its home unit."""
    require(work, actor, Permission.ENTERPRISES_MANAGE, new.home_unit_id)
    await _check_named(work, home_unit=new.home_unit_id, area=new.area_id, work_group=new.work_group_id)
    unit = await units.add(
        work,
        actor,
        UnitKind.ENTERPRISE,
        code=new.uscc,
        name=new.name,
        parent_id=new.home_unit_id,
        valid_from=new.valid_from,
    )
    details = Enterprise(id=unit.id)
    units.assign(details, _details(said_in(new)))
    work.add(details)
    await work.flush()
    return unit


async def change_enterprise(
    work: UnitOfWork, actor: Actor, id: UUID, patch: EnterprisePatch, version: int | None
) -> Unit:
    """Change, close or move an enterprise; a move needs the permission at the new home unit too."""
    unit, details = await _held(work, actor, id, version)
    if patch.home_unit_id is not None and patch.home_unit_id != unit.parent_id:
        require(work, actor, Permission.ENTERPRISES_MANAGE, patch.home_unit_id)
    await _check_named(
        work,
        home_unit=patch.home_unit_id if patch.home_unit_id != unit.parent_id else None,
        area=patch.area_id if patch.area_id != details.area_id else None,
        work_group=patch.work_group_id if patch.work_group_id != details.work_group_id else None,
    )
    await write(work, actor, unit, details, said_in(patch))
    return unit


async def write(
    work: UnitOfWork, actor: Actor, unit: Unit, details: Enterprise, said: dict[str, Any]
) -> set[str]:
    """Set what was said of an enterprise, in the words of `EnterprisePatch`, and tell of change and move.

    Answers the names of what was changed.
    """
    before = unit.parent_id, details.work_group_id
    of_unit = {_UNIT_FIELDS[name]: value for name, value in said.items() if name in _UNIT_FIELDS}
    changed = units.assign(unit, of_unit) | units.assign(details, _details(said))
    await units.conclude(work, actor, unit, changed)
    if before != (unit.parent_id, details.work_group_id):
        home, group = before
        await units.note(
            work,
            kinds.ENTERPRISE_MOVED,
            unit,
            actor,
            from_home_unit_id=_text(home),
            to_home_unit_id=_text(unit.parent_id),
            from_work_group_id=_text(group),
            to_work_group_id=_text(details.work_group_id),
        )
    return changed


def said_in(body: BaseModel) -> dict[str, Any]:
    """What a body says, without what it leaves out."""
    return {name: getattr(body, name) for name in body.model_fields_set}


async def state_scale(
    work: UnitOfWork, actor: Actor, id: UUID, year: int, said: ScaleStatusWrite, version: int | None
) -> Unit:
    """Record what the statistics bureau says of one year; a later word replaces the earlier one."""
    unit, _ = await _held(work, actor, id, version)
    await write_scale(work, actor, unit, year, said)
    return unit


async def write_scale(work: UnitOfWork, actor: Actor, unit: Unit, year: int, said: ScaleStatusWrite) -> bool:
    """Set the status of one year; answers whether that is a change."""
    status = await work.get(ScaleStatus, (unit.id, year))
    if status is not None and (status.category, status.source) == (said.category, said.source):
        return False
    if status is None:
        work.add(ScaleStatus(enterprise_id=unit.id, year=year, category=said.category, source=said.source))
    else:
        status.category, status.source = said.category, said.source
    await _scale_changed(work, actor, unit, year, said.category)
    return True


async def withdraw_scale(work: UnitOfWork, actor: Actor, id: UUID, year: int, version: int | None) -> Unit:
    """Take back a status that was recorded by mistake; raises `NotFound` when there is none."""
    unit, _ = await _held(work, actor, id, version)
    status = await work.get(ScaleStatus, (id, year))
    if status is None:
        raise NotFound()
    await work.delete(status)
    await _scale_changed(work, actor, unit, year, None)
    return unit


async def _scale_changed(work: UnitOfWork, actor: Actor, unit: Unit, year: int, category: str | None) -> None:
    unit.version += 1
    unit.updated_at = work.now
    await work.flush()
    await units.note(work, kinds.SCALE_STATED, unit, actor, year=year, category=category)


async def _held(work: UnitOfWork, actor: Actor, id: UUID, version: int | None) -> tuple[Unit, Enterprise]:
    """The enterprise, locked, for somebody who may change it: unseen is 404, seen but not allowed 403."""
    await check_visible(work, actor, id)
    require(work, actor, Permission.ENTERPRISES_MANAGE, id)
    unit = await locked(work, id, {UnitKind.ENTERPRISE}, version)
    return unit, await work.get_one(Enterprise, id)


async def _check_named(work: UnitOfWork, **units_named: UUID | None) -> None:
    """What an enterprise newly names must be there, and of the kind that its place asks for."""
    for name, id in units_named.items():
        if id is not None:
            await named(work, id, NAMED_BY_ENTERPRISE[name], f"{name}_id")


_UNIT_FIELDS = {"uscc": "code", "home_unit_id": "parent_id"} | {
    name: name for name in ("name", "valid_from", "valid_to")
}
_PLAIN_FIELDS = {"area_id", "work_group_id", "address", "contact_name", "contact_phone"}


def _details(said: dict[str, Any]) -> dict[str, Any]:
    """The columns of `enterprises` in what was said."""
    columns = {name: value for name, value in said.items() if name in _PLAIN_FIELDS}
    if "industry" in said:
        industry: Industry | None = said["industry"]
        columns["industry_code"] = industry and industry.code
        columns["industry_edition"] = industry and industry.edition
    if "contact_phone" in said:
        phone = said["contact_phone"]
        columns["contact_phone_digest"] = None if phone is None else crypto.digest("phone", phone)
    return columns


def _text(id: UUID | None) -> str | None:
    return None if id is None else str(id)
