"""Enterprises: which a caller sees, what of them, and how lists find them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, false, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.events.models import Event
from service.kit.database import UnitOfWork
from service.kit.errors import NotFound
from service.organizations import kinds
from service.organizations.actor import Actor, reach, within
from service.organizations.models import Enterprise, ScaleStatus, Unit
from service.organizations.queries.units import chosen, reference
from service.organizations.rules import Permission, UnitKind, uscc
from service.organizations.rules.refusals import Refused
from service.organizations.schemas.enterprises import ContactRead, EnterpriseFilter, EnterpriseRead, MoveRead


def visible_enterprises(actor: Actor) -> ColumnElement[bool]:
    """The one clause of who sees an enterprise; for a statement that selects from `Unit`.

    Staff of any unit may look up every enterprise; an enterprise sees itself, a cadre those of the own group.
    """
    if reach(actor, Permission.ENTERPRISES_DIRECTORY):
        return true()
    return within(Unit.id, reach(actor, Permission.ORGANIZATION_READ))


def contact_shown(actor: Actor) -> ColumnElement[bool]:
    """Who sees address and contact of an enterprise; for a statement that selects from `Unit`."""
    return within(Unit.id, reach(actor, Permission.PEOPLE_READ))


def enterprises(actor: Actor, wanted: EnterpriseFilter, day: date) -> Select[Any]:
    """The list's statement: exactly the fields of `EnterpriseListed`, each row complete."""
    return _listed(actor).where(*chosen(wanted, day), *_narrowed(wanted))


async def enterprise(connection: AsyncConnection, actor: Actor, id: UUID) -> EnterpriseRead:
    """One enterprise, with its contact for those who may see it; raises `NotFound`."""
    shown = contact_shown(actor)
    statement = (
        _listed(actor)
        .add_columns(
            shown.label("shown"),
            case((shown, col(Enterprise.address))).label("address"),
            case((shown, col(Enterprise.contact_name))).label("contact_name"),
            case((shown, col(Enterprise.contact_phone))).label("contact_phone"),
        )
        .where(col(Unit.id) == id)
    )
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise NotFound()
    said = dict(row)
    contact = ContactRead(name=said.pop("contact_name"), phone=said.pop("contact_phone"))
    said["contact"] = contact if said.pop("shown") else None
    return EnterpriseRead.model_validate(said)


async def check_visible(work: UnitOfWork, actor: Actor, id: UUID) -> None:
    """Raises `NotFound` when there is no such enterprise, or the actor does not see it."""
    seen = select(col(Unit.id)).where(
        col(Unit.id) == id, col(Unit.kind) == UnitKind.ENTERPRISE, visible_enterprises(actor)
    )
    if await work.scalar(seen) is None:
        raise NotFound()


async def id_by_uscc(connection: AsyncConnection, code: str) -> UUID | None:
    """The enterprise with this social credit code in its standard form, whoever asks."""
    by_code = select(col(Unit.id)).where(col(Unit.kind) == UnitKind.ENTERPRISE, col(Unit.code) == code)
    found: UUID | None = await connection.scalar(by_code)
    return found


def moves(actor: Actor, id: UUID) -> Select[Any]:
    """When an enterprise that the actor sees got another home unit or work group."""
    ends = [
        col(Event.data)[name].astext.label(name) for name in MoveRead.model_fields if name != "occurred_at"
    ]
    return (
        select(col(Event.occurred_at), *ends)
        .join(Unit, col(Unit.id) == col(Event.subject_id))
        .where(
            col(Event.subject_id) == id,
            col(Event.type) == kinds.ENTERPRISE_MOVED.name,
            visible_enterprises(actor),
        )
    )


def moves_order() -> list[Any]:
    return [col(Event.sequence)]


def _narrowed(wanted: EnterpriseFilter) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = []
    if wanted.uscc is not None:
        clauses.append(_has_code(wanted.uscc))
    if wanted.area is not None:
        clauses.append(col(Enterprise.area_id) == wanted.area)
    if wanted.home_unit is not None:
        clauses.append(col(Unit.parent_id) == wanted.home_unit)
    if wanted.work_group is not None:
        clauses.append(col(Enterprise.work_group_id) == wanted.work_group)
    if wanted.industry is not None:
        clauses.append(func.starts_with(col(Enterprise.industry_code), wanted.industry))
    if wanted.scale_year is not None:
        stated = exists().where(
            col(ScaleStatus.enterprise_id) == col(Unit.id), col(ScaleStatus.year) == wanted.scale_year
        )
        if wanted.scale_category is not None:
            stated = stated.where(col(ScaleStatus.category) == wanted.scale_category)
        clauses.append(stated)
    return clauses


def _has_code(written: str) -> ColumnElement[bool]:
    try:
        return col(Unit.code) == uscc.parse(written)
    except Refused:
        return false()  # a code that cannot exist belongs to nobody


def _listed(actor: Actor) -> Select[Any]:
    home, area, group = aliased(Unit), aliased(Unit), aliased(Unit)
    stated = func.json_build_object(
        "year",
        col(ScaleStatus.year),
        "category",
        col(ScaleStatus.category),
        "source",
        col(ScaleStatus.source),
    )
    scale = (
        select(
            func.coalesce(
                func.json_agg(aggregate_order_by(stated, col(ScaleStatus.year).desc())),
                literal_column("'[]'::json"),
            )
        )
        .where(col(ScaleStatus.enterprise_id) == col(Unit.id))
        .correlate(Unit)
        .scalar_subquery()
    )
    industry = func.json_build_object(
        "code", col(Enterprise.industry_code), "edition", col(Enterprise.industry_edition)
    )
    return (
        select(
            col(Unit.id),
            col(Unit.code).label("uscc"),
            col(Unit.name),
            reference(home, "home_unit"),
            reference(area, "area"),
            reference(group, "work_group"),
            case((col(Enterprise.industry_code).is_not(None), industry)).label("industry"),
            scale.label("scale"),
            col(Unit.valid_from),
            col(Unit.valid_to),
            col(Unit.version),
        )
        .join(Enterprise, col(Enterprise.id) == col(Unit.id))
        .join(home, col(home.id) == col(Unit.parent_id))
        .outerjoin(area, col(area.id) == col(Enterprise.area_id))
        .outerjoin(group, col(group.id) == col(Enterprise.work_group_id))
        .where(col(Unit.kind) == UnitKind.ENTERPRISE, visible_enterprises(actor))  # the kind: for the index
    )
