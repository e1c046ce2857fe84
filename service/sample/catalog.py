"""Bringing the sample catalog into a district: its service items, then its routing rules."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from service.catalog.actions.items import create_item
from service.catalog.actions.routing import create_rule
from service.catalog.rules.routing import Aspect
from service.catalog.schemas.items import CoUnitWrite, ServiceItemCreate
from service.catalog.schemas.limits import LimitSchema
from service.catalog.schemas.routing import ConditionsSchema, RoutingRuleCreate
from service.kit.database import UnitOfWork
from service.organizations.actor import SYSTEM
from service.sample.routing_rules import RULES, SampleRule
from service.sample.service_items import ITEMS, SampleItem

Units = Mapping[str, UUID]


async def load(work: UnitOfWork, units: Units, valid_from: date) -> None:
    """Write the sample items and rules; `units` are the ids of departments and the park by their codes."""
    for item in ITEMS:
        await create_item(work, SYSTEM, _item(item, units, valid_from), is_sample=True)
    for rule in RULES:
        await create_rule(work, SYSTEM, _rule(rule, units), is_sample=True)


def _item(item: SampleItem, units: Units, valid_from: date) -> ServiceItemCreate:
    return ServiceItemCreate(
        code=item.code,
        kind=item.kind,
        group=item.group,
        name=item.name,
        lead_unit_id=units[item.lead],
        alternative_lead_unit_ids=[units[code] for code in item.alternatives],
        co_units=[
            CoUnitWrite(kind=co.kind, unit_id=units[co.code] if co.code else None, name=co.name)
            for co in item.co
        ],
        limit=LimitSchema.of(item.limit),
        contact_limit=item.contact and LimitSchema.of(item.contact),
        promise_note=item.promise_note,
        is_confidential=item.confidential,
        is_public=not item.confidential,
        guidance=item.guidance,
        keywords=list(item.keywords),
        form=list(item.form),
        valid_from=valid_from,
    )


def _rule(rule: SampleRule, units: Units) -> RoutingRuleCreate:
    return RoutingRuleCreate(
        name=rule.name,
        aspect=_aspect(rule),
        conditions=ConditionsSchema(
            words=[group.split("|") for group in rule.words],
            without=rule.without.split("|") if rule.without else [],
            in_title=rule.in_title,
        ),
        item_code=rule.item,
        lead_unit_id=units[rule.lead] if rule.lead else None,
        co_unit_ids=None if rule.co is None else [units[code] for code in rule.co],
        also_item_codes=list(rule.also),
        type=rule.type,
        urgency=rule.urgency,
        confidentiality=rule.confidentiality,
        decline_reason=rule.decline,
        channel=rule.channel,
    )


def _aspect(rule: SampleRule) -> Aspect:
    said = {
        Aspect.TYPE: rule.type,
        Aspect.URGENCY: rule.urgency,
        Aspect.CONFIDENTIALITY: rule.confidentiality,
        Aspect.ADMISSION: rule.decline,
    }
    return next((aspect for aspect, value in said.items() if value is not None), Aspect.DESTINATION)
