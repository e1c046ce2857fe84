"""Departments and work groups from sheets."""

from collections.abc import Mapping
from typing import TypeVar

from service.kit.database import UnitOfWork
from service.kit.sheets import ImportResult
from service.organizations.actions import structure
from service.organizations.actions.importing.rows import Import, Outcome, held_by_code
from service.organizations.actor import Actor, require
from service.organizations.models import Unit
from service.organizations.rules import Permission, UnitKind
from service.organizations.schemas.imports import DepartmentRow, WorkGroupRow
from service.organizations.schemas.units import DepartmentCreate, DepartmentPatch, UnitCreate, UnitPatch

UnitRow = TypeVar("UnitRow", DepartmentRow, WorkGroupRow)


async def import_departments(
    work: UnitOfWork, actor: Actor, content: bytes, *, dry_run: bool
) -> ImportResult:
    """Make the departments of a sheet, and update those whose code is known.

    Raises:
        Invalid: rows are wrong, and it was no dry run.
    """
    require(work, actor, Permission.ORGANIZATION_MANAGE)
    job = await Import.begin(content, DepartmentRow, dry_run=dry_run)
    codes = {code for _, row in job.rows for code in (row.code, row.parent) if code}
    known = await held_by_code(work, UnitKind.DEPARTMENT, codes)
    _check(job, known)
    _check_parents(job, known)
    ids = {code: unit.id for code, unit in known.items()}

    async def bring_in(_: int, row: DepartmentRow) -> Outcome:
        said = row.model_dump(exclude_unset=True, exclude={"parent"})
        if row.parent is not None:
            said["parent_id"] = ids[row.parent]
        unit = known.get(row.code)
        if unit is None:
            new = DepartmentCreate.model_validate(said)
            ids[row.code] = (await structure.create_department(work, actor, new)).id
            return "created"
        before = unit.version
        patch = DepartmentPatch.model_validate(said)
        await structure.change_department(work, actor, unit.id, patch, None)
        return "unchanged" if unit.version == before else "updated"

    await job.each(bring_in)
    return await job.finish(work)


async def import_work_groups(
    work: UnitOfWork, actor: Actor, content: bytes, *, dry_run: bool
) -> ImportResult:
    """Make the work groups of a sheet, and update those whose code is known.

    Raises:
        Invalid: rows are wrong, and it was no dry run.
    """
    require(work, actor, Permission.ORGANIZATION_MANAGE)
    job = await Import.begin(content, WorkGroupRow, dry_run=dry_run)
    known = await held_by_code(work, UnitKind.WORK_GROUP, [row.code for _, row in job.rows])
    _check(job, known)

    async def bring_in(_: int, row: WorkGroupRow) -> Outcome:
        said = row.model_dump(exclude_unset=True)
        unit = known.get(row.code)
        if unit is None:
            await structure.create_work_group(work, actor, UnitCreate.model_validate(said))
            return "created"
        before = unit.version
        await structure.change_work_group(work, actor, unit.id, UnitPatch.model_validate(said), None)
        return "unchanged" if unit.version == before else "updated"

    await job.each(bring_in)
    return await job.finish(work)


def _check(job: Import[UnitRow], known: Mapping[str, Unit]) -> None:
    for number, row in job.rows:
        job.check_once(number, row.code, "code")
        if row.code not in known:
            job.check_given(number, row, ["name"])


def _check_parents(job: Import[DepartmentRow], known: Mapping[str, Unit]) -> None:
    """A parent is known, or stands above its parts in the sheet."""
    before = set(known)
    for number, row in job.rows:
        if row.parent is not None and row.parent not in before:
            job.fault(
                number,
                "parent",
                "no_such_unit",
                f"没有代码为“{row.parent}”的部门，或者它在本行之后。",
                f"No department has the code '{row.parent}', or it comes after this row.",
            )
        before.add(row.code)
