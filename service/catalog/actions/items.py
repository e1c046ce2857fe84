"""Offering, changing and ending service items. Routing works with them, so they are part of its book."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete

from service import events
from service.catalog import kinds
from service.catalog.actions.books import close_book, open_book
from service.catalog.models import ItemUnit, ServiceItem
from service.catalog.queries.items import as_written, locked_item
from service.catalog.rules.faults import Fault, refuse
from service.catalog.rules.forms import form_faults
from service.catalog.rules.routing import CoKind
from service.catalog.rules.words import Book, ItemUnitRole
from service.catalog.schemas.items import ServiceItemCreate, ServiceItemPatch
from service.catalog.schemas.limits import LimitSchema
from service.events.actions import Fact
from service.kit.calendar import LimitUnit
from service.kit.database import UnitOfWork
from service.kit.errors import Conflict
from service.organizations.actor import Actor, require
from service.organizations.queries.units import local_day, named
from service.organizations.rules import HANDLING_KINDS, Permission


async def create_item(
    work: UnitOfWork, actor: Actor, new: ServiceItemCreate, *, is_sample: bool = False
) -> ServiceItem:
    """Offer a new item.

    Raises:
        Conflict: another item has the code.
        Invalid: a unit cannot handle requests, the form is unsound, or it would end before it begins.
    """
    require(work, actor, Permission.CATALOG_MANAGE)
    book = await open_book(work, Book.ROUTING, None)
    item = ServiceItem(code=new.code, is_sample=is_sample, created_at=work.now)  # type: ignore[call-arg]
    await _check_units(work, new)
    _write(work, item, new)
    work.add(item)
    try:
        await work.flush()
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "constraint_name", None) != "service_items_code_key":
            raise
        raise Conflict("code_taken", "该事项代码已被使用。", "Another item has this code.") from error
    _add_units(work, item, new)
    await close_book(work, book)
    await _record(work, kinds.ITEM_CREATED, item, actor)
    return item


async def change_item(
    work: UnitOfWork, actor: Actor, code: str, said: ServiceItemPatch, version: int | None
) -> ServiceItem:
    """Change what was said of an item; promises that were made stay as they are.

    Raises:
        NotFound: there is no such item.
        Stale: it is no longer the expected version.
        Invalid: as for a new item.
    """
    require(work, actor, Permission.CATALOG_MANAGE)
    book = await open_book(work, Book.ROUTING, None)
    item = await locked_item(work, code, version)
    present = await as_written(work, item)
    wanted = present.model_copy(update={name: getattr(said, name) for name in said.model_fields_set})
    changed = {name for name in said.model_fields_set if getattr(present, name) != getattr(wanted, name)}
    if not changed:
        return item
    if changed & _NAMING_UNITS:
        await _check_units(work, wanted)
    _write(work, item, wanted)
    item.version += 1
    await work.exec(delete(ItemUnit).where(col(ItemUnit.item_id) == item.id))
    _add_units(work, item, wanted)
    await close_book(work, book)
    if "valid_to" in changed:
        kind = kinds.ITEM_REOPENED if wanted.valid_to is None else kinds.ITEM_ENDED
        await _record(work, kind, item, actor)
    if fields := sorted(changed - {"valid_to"}):
        await _record(work, kinds.ITEM_CHANGED, item, actor, fields=fields)
    return item


_NAMING_UNITS = {"lead_unit_id", "alternative_lead_unit_ids", "co_units"}


def _write(work: UnitOfWork, item: ServiceItem, said: ServiceItemCreate) -> None:
    """Bring the row to what is said, its units apart."""
    valid_from = said.valid_from or local_day(work.now)
    refuse(form_faults(said.form), "body", "form")
    if said.valid_to is not None and said.valid_to < valid_from:
        refuse([_ENDS_BEFORE_IT_BEGINS], "body")
    item.kind = said.kind
    item.group_name = said.group
    item.name = said.name
    item.lead_unit_id = said.lead_unit_id
    item.limit_amount, item.limit_unit = said.limit.amount, said.limit.unit
    item.urgent_amount, item.urgent_unit = _parts(said.urgent_limit)
    item.contact_amount, item.contact_unit = _parts(said.contact_limit)
    item.promise_note = said.promise_note
    item.is_confidential = said.is_confidential
    item.is_public = said.is_public
    item.guidance = said.guidance
    item.keywords = said.keywords
    item.hotline_code = said.hotline_code
    item.form = [field.model_dump(mode="json") for field in said.form]
    item.valid_from, item.valid_to = valid_from, said.valid_to
    item.updated_at = work.now


def _parts(limit: LimitSchema | None) -> tuple[int, LimitUnit] | tuple[None, None]:
    return (None, None) if limit is None else (limit.amount, limit.unit)


async def _check_units(work: UnitOfWork, said: ServiceItemCreate) -> None:
    """Every unit can handle requests today, and has one part in the item."""
    await named(work, said.lead_unit_id, HANDLING_KINDS, "lead_unit_id")
    for place, unit_id in enumerate(said.alternative_lead_unit_ids):
        await named(work, unit_id, HANDLING_KINDS, "alternative_lead_unit_ids", place)
        if unit_id in [said.lead_unit_id, *said.alternative_lead_unit_ids[:place]]:
            refuse([_named_twice("alternative_lead_unit_ids", place)], "body")
    helpers = [co.unit_id for co in said.co_units]
    for place, helper_id in enumerate(helpers):
        if helper_id is not None:
            await named(work, helper_id, HANDLING_KINDS, "co_units", place, "unit_id")
            if helper_id in [said.lead_unit_id, *helpers[:place]]:
                refuse([_named_twice("co_units", place)], "body")


def _named_twice(*loc: str | int) -> Fault:
    return Fault(loc, "unit_named_twice", "该单位已在本事项中。", "The item names this unit already.")


_ENDS_BEFORE_IT_BEGINS = Fault(
    ("valid_to",), "ends_before_it_begins", "终止日期早于起始日期。", "It would end before it begins."
)


def _add_units(work: UnitOfWork, item: ServiceItem, said: ServiceItemCreate) -> None:
    work.add_all(
        ItemUnit(
            item_id=item.id, role=ItemUnitRole.ALTERNATIVE, place=place, kind=CoKind.UNIT, unit_id=unit_id
        )
        for place, unit_id in enumerate(said.alternative_lead_unit_ids)
    )
    work.add_all(
        ItemUnit(
            item_id=item.id,
            role=ItemUnitRole.CO,
            place=place,
            kind=co.kind,
            unit_id=co.unit_id,
            name=co.name,
        )
        for place, co in enumerate(said.co_units)
    )


async def _record(work: UnitOfWork, kind: events.Kind, item: ServiceItem, actor: Actor, **data: Fact) -> None:
    await events.record(
        work,
        kind,
        subject_kind="service_item",
        subject_id=item.id,
        version=item.version,
        by=actor.account_id,
        unit_id=item.lead_unit_id,
        data={"code": item.code, **data},
    )
