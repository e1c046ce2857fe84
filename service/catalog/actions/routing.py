"""Writing, switching and ordering routing rules; one at a time, since their order is one whole."""

from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, delete, select, update

from service.catalog import kinds
from service.catalog.actions.books import close_book, open_book, record
from service.catalog.models import RoutingRule, RoutingRuleAlso, RoutingRuleCoUnit
from service.catalog.queries.items import offered_item_id
from service.catalog.queries.rules import rule_order
from service.catalog.rules.words import Book
from service.catalog.schemas.routing import RoutingRuleCreate, RoutingRuleWrite, RuleOrder
from service.events.actions import Fact
from service.kit.database import UnitOfWork
from service.kit.errors import Invalid, NotFound, Stale
from service.organizations.actor import Actor, require
from service.organizations.queries.units import named
from service.organizations.rules import HANDLING_KINDS, Permission
from service.organizations.rules.units import AREA_KINDS


async def create_rule(
    work: UnitOfWork, actor: Actor, new: RoutingRuleCreate, *, is_sample: bool = False
) -> RoutingRule:
    """A new rule, before the one it names or last of all.

    Raises:
        Invalid: it names an item or a unit that there is not, or goes before a rule that is not active.
    """
    require(work, actor, Permission.CATALOG_MANAGE)
    book = await open_book(work, Book.ROUTING, None)
    rule = RoutingRule(
        place=await _make_room(work, new.before) if new.is_active else None,
        is_sample=is_sample,
        created_at=work.now,
        **await _columns(work, new),
    )
    work.add(rule)
    await work.flush()
    await _write_lists(work, rule, new)
    await close_book(work, book)
    await record(work, kinds.RULE_CREATED, book, actor, **_facts(rule))
    return rule


async def change_rule(
    work: UnitOfWork, actor: Actor, id: UUID, said: RoutingRuleWrite, version: int | None
) -> RoutingRule:
    """Write a rule anew. One that is switched on again goes last.

    Raises:
        NotFound: there is no such rule.
        Stale: it is no longer the expected version.
        Invalid: it names an item or a unit that there is not.
    """
    require(work, actor, Permission.CATALOG_MANAGE)
    book = await open_book(work, Book.ROUTING, None)  # its holder alone writes rules
    rule = await work.get(RoutingRule, id, populate_existing=True)
    if rule is None:
        raise NotFound()
    if version is not None and version != rule.version:
        raise Stale(rule.version)
    columns = await _columns(work, said)
    columns["place"] = (rule.place or await _make_room(work, None)) if said.is_active else None
    for name, value in columns.items():
        setattr(rule, name, value)
    rule.version += 1
    await _write_lists(work, rule, said)
    await close_book(work, book)
    await record(work, kinds.RULE_CHANGED, book, actor, **_facts(rule))
    return rule


async def order_rules(work: UnitOfWork, actor: Actor, said: RuleOrder, version: int | None) -> None:
    """Put all active rules into this order, at once.

    Raises:
        Stale: rules have been written or ordered since the caller read the order.
        Invalid: these are not exactly the active rules.
    """
    require(work, actor, Permission.CATALOG_MANAGE)
    book = await open_book(work, Book.ROUTING, version)
    if sorted(said.rule_ids) != sorted(await rule_order(work)):
        raise Invalid.at(
            ("body", "rule_ids"),
            "not_all_active_rules",
            "须恰好列出全部启用的规则，各一次。",
            "It must name every active rule, each once.",
        )
    for place, id in enumerate(said.rule_ids, start=1):
        await work.exec(update(RoutingRule).where(col(RoutingRule.id) == id).values(place=place))
    rule_ids = [str(id) for id in said.rule_ids]
    await close_book(work, book)
    await record(work, kinds.RULES_REORDERED, book, actor, rule_ids=rule_ids)


def _facts(rule: RoutingRule) -> dict[str, Fact]:
    return {"rule_id": str(rule.id), "aspect": rule.aspect.value, "is_active": rule.is_active}


async def _make_room(work: UnitOfWork, before: UUID | None) -> int:
    """The place before this rule, from which on all others have moved by one; or the last place."""
    if before is None:
        last = (await work.exec(select(func.max(col(RoutingRule.place))))).one()
        return (last or 0) + 1
    place = (await work.exec(select(RoutingRule.place).where(col(RoutingRule.id) == before))).one_or_none()
    if place is None:
        raise Invalid.at(
            ("body", "before"), "no_such_rule", "没有这条启用的规则。", "There is no such active rule."
        )
    later = update(RoutingRule).where(col(RoutingRule.place) >= place)
    await work.exec(later.values(place=col(RoutingRule.place) + 1))
    return place


async def _columns(work: UnitOfWork, said: RoutingRuleWrite) -> dict[str, Any]:
    """The columns of the rule's row, its place apart."""
    for place, area_id in enumerate(said.conditions.areas):
        await named(work, area_id, AREA_KINDS, "conditions", "areas", place)
    for place, code in enumerate(said.conditions.items):
        await offered_item_id(work, code, "conditions", "items", place)
    if said.lead_unit_id is not None:
        await named(work, said.lead_unit_id, HANDLING_KINDS, "lead_unit_id")
    return {
        "name": said.name,
        "aspect": said.aspect,
        "conditions": said.conditions.model_dump(mode="json"),
        "is_active": said.is_active,
        "item_id": said.item_code and await offered_item_id(work, said.item_code, "item_code"),
        "lead_unit_id": said.lead_unit_id,
        "names_co_units": said.co_unit_ids is not None,
        "type": said.type,
        "urgency": said.urgency,
        "confidentiality": said.confidentiality,
        "decline_reason": said.decline_reason,
        "channel": said.channel,
        "updated_at": work.now,
    }


async def _write_lists(work: UnitOfWork, rule: RoutingRule, said: RoutingRuleWrite) -> None:
    for table in (RoutingRuleCoUnit, RoutingRuleAlso):
        await work.exec(delete(table).where(col(table.rule_id) == rule.id))
    for place, unit_id in enumerate(dict.fromkeys(said.co_unit_ids or [])):
        await named(work, unit_id, HANDLING_KINDS, "co_unit_ids", place)
        work.add(RoutingRuleCoUnit(rule_id=rule.id, place=place, unit_id=unit_id))
    for place, code in enumerate(dict.fromkeys(said.also_item_codes)):
        item_id = await offered_item_id(work, code, "also_item_codes", place)
        work.add(RoutingRuleAlso(rule_id=rule.id, place=place, item_id=item_id))
    await work.flush()
