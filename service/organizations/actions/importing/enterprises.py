"""Enterprises from sheets: their data, who looks after them, and their yearly above-scale status."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from service.kit.database import UnitOfWork
from service.kit.sheets import ImportResult
from service.organizations.actions import enterprises
from service.organizations.actions.importing.rows import Directory, Import, Outcome, held_by_code
from service.organizations.actor import Actor, require
from service.organizations.models import Enterprise, Unit
from service.organizations.rules import Permission, UnitKind, industries
from service.organizations.rules.units import NAMED_BY_ENTERPRISE
from service.organizations.schemas.enterprises import EnterpriseCreate, Industry, ScaleStatusWrite
from service.organizations.schemas.imports import EnterpriseRow

_PLAIN = {"uscc", "name", "address", "contact_name", "contact_phone"}
_SCALE = ("scale_year", "scale_category", "scale_source")


async def import_enterprises(
    work: UnitOfWork, actor: Actor, content: bytes, *, dry_run: bool
) -> ImportResult:
    """Record the enterprises of a sheet, and update those whose social credit code is known.

    Only filled-in cells count, so a sheet may bring no more than, say, this year's above-scale status.

    Raises:
        Invalid: rows are wrong, and it was no dry run.
    """
    require(work, actor, Permission.ENTERPRISES_MANAGE)
    job = await Import.begin(content, EnterpriseRow, dry_run=dry_run)
    known = await held_by_code(work, UnitKind.ENTERPRISE, [row.uscc for _, row in job.rows])
    of_known = select(Enterprise).where(col(Enterprise.id).in_([unit.id for unit in known.values()]))
    details = {one.id: one for one in await work.exec(of_known)}
    directory = await Directory.of(work, {kind for kinds in NAMED_BY_ENTERPRISE.values() for kind in kinds})
    places = _check(job, known, directory)

    async def bring_in(_: int, row: EnterpriseRow) -> Outcome:
        said = _said(row, places[row.uscc])
        unit = known.get(row.uscc)
        if unit is None:
            unit = await enterprises.create_enterprise(work, actor, EnterpriseCreate.model_validate(said))
            known[row.uscc], details[unit.id] = unit, await work.get_one(Enterprise, unit.id)
            outcome: Outcome = "created"
        else:
            changed = await enterprises.write(work, actor, unit, details[unit.id], said)
            outcome = "updated" if changed else "unchanged"
        if row.scale_year is not None:
            status = ScaleStatusWrite.model_validate(
                {"category": row.scale_category, "source": row.scale_source}
            )
            stated = await enterprises.write_scale(work, actor, unit, row.scale_year, status)
            outcome = "updated" if stated and outcome == "unchanged" else outcome
        return outcome

    await job.each(bring_in)
    return await job.finish(work)


def _check(
    job: Import[EnterpriseRow], known: Mapping[str, Unit], directory: Directory
) -> dict[str, dict[str, UUID]]:
    """Which units each row names, by social credit code."""
    places: dict[str, dict[str, UUID]] = {}
    for number, row in job.rows:
        job.check_once(number, (row.uscc, row.scale_year), "uscc")
        if row.uscc not in known and row.uscc not in places:
            job.check_given(number, row, ["name", "home_unit"])
        if any(getattr(row, field) is not None for field in _SCALE):
            job.check_given(number, row, _SCALE)
        named = places.setdefault(row.uscc, {})
        for field, kinds in NAMED_BY_ENTERPRISE.items():
            unit = directory.resolve(job, number, row, field, kinds)
            if unit is not None:
                named[f"{field}_id"] = unit.id
    return places


def _said(row: EnterpriseRow, places: Mapping[str, UUID]) -> dict[str, Any]:
    """The row in the words of `EnterprisePatch`: only what is filled in."""
    said = {name: getattr(row, name) for name in row.model_fields_set & _PLAIN} | dict(places)
    if row.industry_code is not None:
        edition = row.industry_edition or industries.PRESENT_EDITION
        said["industry"] = Industry(code=row.industry_code, edition=edition)
    return said
