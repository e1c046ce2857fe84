"""Service items: as the API lists and reads them, as writers lock them, and as routing wants them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, case, cast, exists, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased
from sqlmodel import col
from sqlmodel import select as rows_of

from service.catalog.models import ItemUnit, ServiceItem
from service.catalog.rules.forms import FormField
from service.catalog.rules.words import ItemUnitRole
from service.catalog.schemas.items import CoUnitWrite, ServiceItemCreate, ServiceItemFilter, ServiceItemRead
from service.catalog.schemas.limits import LimitSchema
from service.kit.calendar import LimitUnit
from service.kit.database import UnitOfWork
from service.kit.errors import Invalid, NotFound, Stale
from service.organizations.models import Unit
from service.organizations.queries.units import exists_on, local_day, one, reference

# --- as the API reads them ---------------------------------------------------------------------------

ORDER: list[Any] = [col(ServiceItem.code)]


def service_items(wanted: ServiceItemFilter, day: date) -> Select[Any]:
    """The list's statement: exactly the fields of `ServiceItemRead`."""
    offered = exists_on(day, ServiceItem)
    statement = _read(day).where(~offered if wanted.ended else offered)
    if wanted.kind is not None:
        statement = statement.where(col(ServiceItem.kind) == wanted.kind)
    if wanted.group is not None:
        statement = statement.where(col(ServiceItem.group_name) == wanted.group)
    if wanted.is_public is not None:
        statement = statement.where(col(ServiceItem.is_public).is_(wanted.is_public))
    if wanted.unit is not None:
        helps = exists().where(
            col(ItemUnit.item_id) == col(ServiceItem.id), col(ItemUnit.unit_id) == wanted.unit
        )
        statement = statement.where(or_(col(ServiceItem.lead_unit_id) == wanted.unit, helps))
    if wanted.q is not None:
        statement = statement.where(_found_by(wanted.q))
    return statement


def service_item(code: str, day: date) -> Select[Any]:
    """The statement of one item: exactly the fields of `ServiceItemRead`."""
    return _read(day).where(col(ServiceItem.code) == code)


def _found_by(words: str) -> ColumnElement[bool]:
    wanted = words.lower()
    texts = (col(ServiceItem.name), col(ServiceItem.guidance), cast(col(ServiceItem.keywords), String))
    return or_(
        func.starts_with(func.lower(col(ServiceItem.code)), wanted),
        *(func.strpos(func.lower(text), wanted) > 0 for text in texts),
    )


def _read(day: date) -> Select[Any]:
    lead, other = aliased(Unit), aliased(Unit)
    item_units = select(col(ItemUnit.item_id)).where(col(ItemUnit.item_id) == col(ServiceItem.id))
    alternatives = _listed(reference(other, "unit").element, ItemUnitRole.ALTERNATIVE, other)
    named_by = func.json_build_object(
        "kind", col(ItemUnit.kind), "unit", reference(other, "unit").element, "name", col(ItemUnit.name)
    )
    closed_helper = item_units.join(Unit, col(Unit.id) == col(ItemUnit.unit_id)).where(~exists_on(day))
    return select(
        col(ServiceItem.id),
        col(ServiceItem.code),
        col(ServiceItem.kind),
        col(ServiceItem.group_name).label("group"),
        col(ServiceItem.name),
        reference(lead, "lead_unit"),
        alternatives.label("alternative_lead_units"),
        _listed(named_by, ItemUnitRole.CO, other).label("co_units"),
        *(_limit(name) for name in ("limit", "urgent", "contact")),
        col(ServiceItem.promise_note),
        col(ServiceItem.is_confidential),
        col(ServiceItem.is_public),
        col(ServiceItem.guidance),
        col(ServiceItem.keywords),
        col(ServiceItem.hotline_code),
        col(ServiceItem.form),
        col(ServiceItem.valid_from),
        col(ServiceItem.valid_to),
        exists_on(day, ServiceItem).label("is_offered"),
        or_(~exists_on(day, lead), closed_helper.exists()).label("needs_attention"),
        col(ServiceItem.version),
    ).join(lead, col(lead.id) == col(ServiceItem.lead_unit_id))


def _listed(entry: ColumnElement[Any], role: ItemUnitRole, unit: Any) -> Any:
    in_order = aggregate_order_by(entry, col(ItemUnit.place))
    return (
        select(func.coalesce(func.json_agg(in_order), literal_column("'[]'::json")))
        .outerjoin_from(ItemUnit, unit, unit.id == col(ItemUnit.unit_id))
        .where(col(ItemUnit.item_id) == col(ServiceItem.id), col(ItemUnit.role) == role)
        .correlate(ServiceItem)
        .scalar_subquery()
    )


def _limit(name: str) -> Any:
    amount, unit = (getattr(ServiceItem, f"{name}_{part}") for part in ("amount", "unit"))
    limit = func.json_build_object("amount", amount, "unit", unit)
    return case((amount.is_not(None), limit)).label("limit" if name == "limit" else f"{name}_limit")


async def read(work: UnitOfWork, item: ServiceItem) -> ServiceItemRead:
    """The item as it is answered after a change."""
    statement = service_item(item.code, local_day(work.now))
    return await one(await work.connection(), statement, ServiceItemRead)


# --- for writers -------------------------------------------------------------------------------------


async def locked_item(work: UnitOfWork, code: str, version: int | None) -> ServiceItem:
    """The item, its row locked for a change.

    Raises:
        NotFound: there is none with this code.
        Stale: it is no longer the expected version.
    """
    item: ServiceItem | None = await work.scalar(
        select(ServiceItem).where(col(ServiceItem.code) == code).with_for_update()
    )
    if item is None:
        raise NotFound()
    if version is not None and version != item.version:
        raise Stale(item.version)
    return item


async def offered_item_id(work: UnitOfWork, code: str, *field: str | int) -> UUID:
    """The id of the item that a field of the body names.

    Raises:
        Invalid: no item with this code is offered today; the answer names the field.
    """
    offered = exists_on(local_day(work.now), ServiceItem)
    id: UUID | None = await work.scalar(
        select(col(ServiceItem.id)).where(col(ServiceItem.code) == code, offered)
    )
    if id is None:
        raise Invalid.at(
            ("body", *field),
            "no_such_item",
            f"没有代码为{code}的在用事项。",
            f"No item with the code {code} is offered.",
        )
    return id


async def as_written(work: UnitOfWork, item: ServiceItem) -> ServiceItemCreate:
    """The item as somebody would write it today."""
    of_item = rows_of(ItemUnit).where(col(ItemUnit.item_id) == item.id).order_by(col(ItemUnit.place))
    units = (await work.exec(of_item)).all()
    return ServiceItemCreate(
        code=item.code,
        kind=item.kind,
        group=item.group_name,
        name=item.name,
        lead_unit_id=item.lead_unit_id,
        alternative_lead_unit_ids=[
            unit.unit_id for unit in units if unit.role is ItemUnitRole.ALTERNATIVE and unit.unit_id
        ],
        co_units=[
            CoUnitWrite(kind=unit.kind, unit_id=unit.unit_id, name=unit.name)
            for unit in units
            if unit.role is ItemUnitRole.CO
        ],
        limit=LimitSchema(amount=item.limit_amount, unit=item.limit_unit),
        urgent_limit=_given(item.urgent_amount, item.urgent_unit),
        contact_limit=_given(item.contact_amount, item.contact_unit),
        promise_note=item.promise_note,
        is_confidential=item.is_confidential,
        is_public=item.is_public,
        guidance=item.guidance,
        keywords=item.keywords,
        hotline_code=item.hotline_code,
        form=[FormField.model_validate(field) for field in item.form],
        valid_from=item.valid_from,
        valid_to=item.valid_to,
    )


def _given(amount: int | None, unit: LimitUnit | None) -> LimitSchema | None:
    return None if amount is None or unit is None else LimitSchema(amount=amount, unit=unit)
