"""Routing rules as rows: how the API lists and reads them, and which of them need attention."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Select, case, func, literal, literal_column, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.catalog.models import RoutingRule, RoutingRuleAlso, RoutingRuleCoUnit, ServiceItem
from service.catalog.rules.words import Attention
from service.catalog.schemas.routing import ConditionsSchema, RoutingRuleFilter, RoutingRuleRead
from service.kit.database import Source, connection_of
from service.kit.errors import NotFound
from service.organizations.models import Unit as UnitRow
from service.organizations.queries.units import exists_on, reference

# --- rules as rows -----------------------------------------------------------------------------------

_Lead, _ItemLead, _CoUnit = aliased(UnitRow), aliased(UnitRow), aliased(UnitRow)
_Item, _Also = aliased(ServiceItem), aliased(ServiceItem)


def every_rule(day: date) -> Select[Any]:
    """Every rule with whatever it names, and whether any of that is gone (`item_ended`, `unit_closed`)."""
    co_units = (
        select(col(RoutingRuleCoUnit.unit_id))
        .join(_CoUnit, col(_CoUnit.id) == col(RoutingRuleCoUnit.unit_id))
        .where(col(RoutingRuleCoUnit.rule_id) == col(RoutingRule.id))
    )
    also = (
        select(col(RoutingRuleAlso.item_id))
        .join(_Also, col(_Also.id) == col(RoutingRuleAlso.item_id))
        .where(col(RoutingRuleAlso.rule_id) == col(RoutingRule.id))
    )
    gone_leads = or_(
        col(_Lead.id).is_not(None) & ~exists_on(day, _Lead),
        col(_Lead.id).is_(None) & ~exists_on(day, _ItemLead),
        co_units.where(~exists_on(day, _CoUnit)).exists(),
    )
    gone_items = or_(~exists_on(day, _Item), also.where(~exists_on(day, _Also)).exists())
    columns: list[Any] = [
        col(RoutingRule.id),
        col(RoutingRule.place),
        col(RoutingRule.name),
        col(RoutingRule.aspect),
        col(RoutingRule.conditions),
        col(RoutingRule.is_active),
        col(RoutingRule.item_id),
        col(RoutingRule.lead_unit_id),
        col(RoutingRule.names_co_units),
        _in_order(co_units, col(RoutingRuleCoUnit.unit_id), RoutingRuleCoUnit).label("co_unit_ids"),
        _in_order(also, col(RoutingRuleAlso.item_id), RoutingRuleAlso).label("also_item_ids"),
        case((col(_Item.id).is_not(None), _named(_Item))).label("item"),
        reference(_Lead, "lead_unit"),
        _in_order(co_units, reference(_CoUnit, "unit").element, RoutingRuleCoUnit).label("co_units"),
        _in_order(also, _named(_Also), RoutingRuleAlso).label("also_items"),
        col(RoutingRule.type),
        col(RoutingRule.urgency),
        col(RoutingRule.confidentiality),
        col(RoutingRule.decline_reason),
        col(RoutingRule.channel),
        func.coalesce(gone_items, literal_column("false")).label("item_ended"),
        func.coalesce(gone_leads, literal_column("false")).label("unit_closed"),
        col(RoutingRule.version),
    ]
    return (
        select(*columns)
        .select_from(RoutingRule)
        .outerjoin(_Item, col(_Item.id) == col(RoutingRule.item_id))
        .outerjoin(_ItemLead, col(_ItemLead.id) == col(_Item.lead_unit_id))
        .outerjoin(_Lead, col(_Lead.id) == col(RoutingRule.lead_unit_id))
    )


def _named(item: Any) -> Any:
    return func.json_build_object("code", item.code, "name", item.name)


def _in_order(rows: Select[Any], entry: Any, table: Any) -> Any:
    in_order = func.json_agg(aggregate_order_by(entry, table.place))
    listed = rows.with_only_columns(func.coalesce(in_order, literal_column("'[]'::json")))
    return listed.correlate(RoutingRule).scalar_subquery()


# --- as the API reads them ---------------------------------------------------------------------------

#: Rules that are switched off have no place and come last.
ORDER: list[Any] = [func.coalesce(col(RoutingRule.place), literal(2**31 - 1)), col(RoutingRule.id)]


async def routing_rules(connection: AsyncConnection, wanted: RoutingRuleFilter, day: date) -> Select[Any]:
    """The list's statement; `read_rule` makes each item of a row."""
    statement = every_rule(day).where(col(RoutingRule.is_active).is_(wanted.is_active))
    if wanted.aspect is not None:
        statement = statement.where(col(RoutingRule.aspect) == wanted.aspect)
    if wanted.item is not None:
        statement = statement.where(col(_Item.code) == wanted.item)
    if wanted.needs_attention is not None:
        flagged = [row["id"] for row in await rows_of(connection, statement) if attention(row)]
        clause = col(RoutingRule.id).in_(flagged)
        statement = statement.where(clause if wanted.needs_attention else ~clause)
    return statement


async def routing_rule(source: Source, id: UUID, day: date) -> RoutingRuleRead:
    """One rule; raises `NotFound`."""
    rows = await rows_of(await connection_of(source), every_rule(day).where(col(RoutingRule.id) == id))
    if not rows:
        raise NotFound()
    return read_rule(rows[0])


def read_rule(row: Mapping[str, Any]) -> RoutingRuleRead:
    """A row of `routing_rules` as it is answered."""
    said = {name: row[name] for name in RoutingRuleRead.model_fields if name in row}
    co_units = row["co_units"] if row["names_co_units"] else None
    return RoutingRuleRead.model_validate(
        said | {"conditions": conditions_of(row), "co_units": co_units, "needs_attention": attention(row)}
    )


def attention(row: Mapping[str, Any]) -> list[Attention]:
    """Why the rule of this row is put aside; nothing, if it is in use."""
    reasons = {
        Attention.ITEM_ENDED: row["item_ended"],
        Attention.UNIT_CLOSED: row["unit_closed"],
        Attention.UNREADABLE: conditions_of(row) is None,
    }
    return [reason for reason, holds in reasons.items() if holds]


def conditions_of(row: Mapping[str, Any]) -> ConditionsSchema | None:
    try:
        return ConditionsSchema.model_validate(row["conditions"])
    except ValidationError:
        return None


async def rows_of(connection: AsyncConnection, statement: Select[Any]) -> list[Mapping[str, Any]]:
    return list((await connection.execute(statement)).mappings())


async def rule_order(source: Source) -> list[UUID]:
    """The active rules in their order."""
    statement = select(col(RoutingRule.id)).where(col(RoutingRule.is_active)).order_by(col(RoutingRule.place))
    return list((await (await connection_of(source)).execute(statement)).scalars())
