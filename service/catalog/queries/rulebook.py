"""The rules, items and units that routing works with, kept by each process for as long as nothing changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from service.catalog.models import CatalogBook, ItemUnit, RoutingRule, ServiceItem
from service.catalog.queries.rules import attention, conditions_of, every_rule, rows_of
from service.catalog.rules.routing import (
    Aspect,
    CoKind,
    Conditions,
    CoUnit,
    Decline,
    Item,
    Outcome,
    Rule,
    Send,
    Unit,
)
from service.catalog.rules.words import Book, ItemUnitRole
from service.catalog.schemas.routing import ConditionsSchema
from service.organizations.models import Unit as UnitRow
from service.organizations.queries.units import exists_on
from service.organizations.rules import HANDLING_KINDS


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The items that are offered, and the rules in their order without those that need attention."""

    items: Mapping[UUID, Item]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class _State:
    """What a rule book follows from. Equal states have equal rule books, in every database.

    Items and rules change with the revision of their book; units belong to others and go by their content.
    """

    day: date
    revision: UUID
    units: str


_kept: dict[_State, RuleBook] = {}
_AT_MOST = 4


async def rule_book(connection: AsyncConnection, day: date) -> RuleBook:
    """The rule book of this day, as the database has it at this moment: one SELECT unless it has changed."""
    state = await _state(connection, day)
    while state not in _kept:
        read, before = await _read(connection, day), state
        state = await _state(connection, day)
        if state == before:  # nothing changed while it was read
            if len(_kept) >= _AT_MOST:
                del _kept[next(iter(_kept))]
            _kept[state] = read
    return _kept[state]


def _content_of_units() -> Any:
    parts = (UnitRow.id, UnitRow.kind, UnitRow.code, UnitRow.name, UnitRow.valid_from, UnitRow.valid_to)
    content = func.concat_ws("|", *(cast(col(part), String) for part in parts))
    digest = func.md5(func.string_agg(content, aggregate_order_by(literal_column("','"), col(UnitRow.id))))
    return select(digest).where(col(UnitRow.kind).in_(HANDLING_KINDS)).scalar_subquery()


_STATE = select(col(CatalogBook.revision), _content_of_units().label("units")).where(
    col(CatalogBook.name) == Book.ROUTING
)


async def _state(connection: AsyncConnection, day: date) -> _State:
    row = (await connection.execute(_STATE)).one()
    return _State(day, row.revision, row.units or "")


async def _read(connection: AsyncConnection, day: date) -> RuleBook:
    units = await _units(connection, day)
    items = await _items(connection, day, units)
    active = every_rule(day).where(col(RoutingRule.is_active)).order_by(col(RoutingRule.place))
    rows = await rows_of(connection, active)
    return RuleBook(items, tuple(_rule(row, units, items) for row in rows if not attention(row)))


async def _units(connection: AsyncConnection, day: date) -> dict[UUID, Unit]:
    rows = await connection.execute(
        select(col(UnitRow.id), col(UnitRow.code), col(UnitRow.name)).where(
            col(UnitRow.kind).in_(HANDLING_KINDS), exists_on(day)
        )
    )
    return {row.id: Unit(row.id, row.code, row.name) for row in rows}


async def _items(connection: AsyncConnection, day: date, units: Mapping[UUID, Unit]) -> dict[UUID, Item]:
    """Every item that is offered on this day, with those of its units that exist."""
    rows = await connection.execute(
        select(
            col(ServiceItem.id),
            col(ServiceItem.code),
            col(ServiceItem.name),
            col(ServiceItem.lead_unit_id),
            col(ServiceItem.is_confidential),
        ).where(exists_on(day, ServiceItem))
    )
    helpers = await connection.execute(
        select(col(ItemUnit.item_id), col(ItemUnit.kind), col(ItemUnit.unit_id), col(ItemUnit.name))
        .where(col(ItemUnit.role) == ItemUnitRole.CO)
        .order_by(col(ItemUnit.place))
    )
    co: dict[UUID, list[CoUnit]] = {}
    for row in helpers:
        if row.kind is not CoKind.UNIT or row.unit_id in units:
            co.setdefault(row.item_id, []).append(CoUnit(row.kind, units.get(row.unit_id), row.name))
    return {
        row.id: Item(
            id=row.id,
            code=row.code,
            name=row.name,
            lead=units.get(row.lead_unit_id),
            co=tuple(co.get(row.id, ())),
            is_confidential=row.is_confidential,
        )
        for row in rows
    }


def _rule(row: Mapping[str, Any], units: Mapping[UUID, Unit], items: Mapping[UUID, Item]) -> Rule:
    conditions = conditions_of(row)
    assert conditions is not None, "a rule that cannot be read needs attention"
    return Rule(row["id"], row["name"], _as_value(conditions), _outcome(row, units, items))


def _outcome(row: Mapping[str, Any], units: Mapping[UUID, Unit], items: Mapping[UUID, Item]) -> Outcome:
    match row["aspect"]:
        case Aspect.DESTINATION:
            co = tuple(units[UUID(id)] for id in row["co_unit_ids"])
            return Send(
                item=items[row["item_id"]] if row["item_id"] else None,
                lead=units[row["lead_unit_id"]] if row["lead_unit_id"] else None,
                co=co if row["names_co_units"] else None,
                also=tuple(items[UUID(id)] for id in row["also_item_ids"]),
            )
        case Aspect.ADMISSION:
            return Decline(row["decline_reason"], row["channel"])
        case aspect:
            outcome: Outcome = row[aspect.value]
            return outcome


def _as_value(conditions: ConditionsSchema) -> Conditions:
    return Conditions(
        items=tuple(conditions.items),
        types=tuple(conditions.types),
        areas=tuple(conditions.areas),
        industries=tuple(conditions.industries),
        above_scale=conditions.above_scale,
        words=tuple(tuple(group) for group in conditions.words),
        without=tuple(conditions.without),
        in_title=conditions.in_title,
    )
