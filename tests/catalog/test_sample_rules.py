"""The sample rules know what enterprises write about, and say why."""

from dataclasses import replace
from uuid import UUID, uuid5

import pytest

from service.catalog.rules.routing import (
    CoKind,
    Conditions,
    CoUnit,
    Decline,
    Facts,
    Item,
    Outcome,
    Routing,
    Rule,
    Send,
    Unit,
    route,
)
from service.sample.organization import DEPARTMENTS, PARK_CODE, PARK_NAME
from service.sample.routing_rules import RULES, SampleRule
from service.sample.service_items import ITEMS, SampleItem
from tests.catalog.wishes import DESK, EVERYDAY, MORE, TEN, Wish


def named(code: str) -> UUID:
    return uuid5(UUID(int=0), code)


UNITS = {one.code: Unit(named(one.code), one.code, one.name) for one in DEPARTMENTS} | {
    PARK_CODE: Unit(named(PARK_CODE), PARK_CODE, PARK_NAME)
}


def as_item(sample: SampleItem) -> Item:
    co = tuple(CoUnit(co.kind, (co.code and UNITS[co.code]) or None, co.name) for co in sample.co)
    return Item(named(sample.code), sample.code, sample.name, UNITS[sample.lead], co, sample.confidential)


CATALOG = {sample.code: as_item(sample) for sample in ITEMS}


def outcome(sample: SampleRule) -> Outcome:
    if sample.decline is not None:
        assert sample.channel
        return Decline(sample.decline, sample.channel)
    return (
        sample.type
        or sample.urgency
        or sample.confidentiality
        or Send(
            (sample.item and CATALOG[sample.item]) or None,
            (sample.lead and UNITS[sample.lead]) or None,
            None if sample.co is None else tuple(UNITS[code] for code in sample.co),
            tuple(CATALOG[code] for code in sample.also),
        )
    )


def as_rule(sample: SampleRule) -> Rule:
    words = tuple(tuple(group.split("|")) for group in sample.words)
    without = tuple(sample.without.split("|")) if sample.without else ()
    conditions = Conditions(words=words, without=without, in_title=sample.in_title)
    return Rule(named(sample.name), sample.name, conditions, outcome(sample))


BOOK = [as_rule(sample) for sample in RULES]


def routed(wish: Wish) -> Routing:
    return route(Facts(wish.title, wish.description), BOOK)


def found(routing: Routing, wish: Wish) -> Wish:
    """The wish as the rules understand it."""
    return replace(
        wish,
        item=routing.item.code if routing.item else None,
        lead=routing.lead.code if routing.lead else None,
        co=wish.co if wish.co is None else tuple(unit.code for unit in routing.co),
        also=tuple(item.code for item in routing.also),
        type=routing.type.value if routing.type else None,
        urgency=routing.urgency.value if routing.urgency else None,
        confidentiality=routing.confidentiality.value if routing.confidentiality else None,
        decline=routing.decline.value.reason if routing.decline else None,
    )


@pytest.mark.parametrize("wish", [*TEN, *MORE, *DESK], ids=lambda wish: wish.title)
def test_a_wish_goes_where_a_dispatcher_would_send_it(wish: Wish) -> None:
    routing = routed(wish)
    assert found(routing, wish) == wish, routing.reason.zh


@pytest.mark.parametrize(("title", "description", "item"), EVERYDAY, ids=[wish[0] for wish in EVERYDAY])
def test_a_wish_in_everyday_words_finds_its_item(title: str, description: str, item: str | None) -> None:
    routing = route(Facts(title, description), BOOK)
    assert (routing.item and routing.item.code) == item, routing.reason.zh


def test_declining_names_the_lawful_channel() -> None:
    decline = routed(TEN[8]).decline
    assert decline is not None
    assert "12348" in decline.value.channel
    assert "法院" in decline.value.channel
    assert decline.reason.zh == "规则“已进入诉讼、仲裁或复议”：标题含“法院”，标题含“立案”。"


def test_a_co_handler_that_only_a_person_can_bring_in_is_named() -> None:
    by_title = {wish.title: wish for wish in MORE}
    assert routed(by_title["处罚记录影响投标"]).to_arrange == ("作出处罚的单位",)
    assert routed(by_title["出口货物滞港"]).to_arrange == ("海关",)


def test_the_catalog_has_35_items_for_enterprises_and_13_for_talent() -> None:
    kinds = [item.kind for item in ITEMS]
    assert len(ITEMS) == len(CATALOG) == 48
    assert {kind.value: kinds.count(kind) for kind in set(kinds)} == {
        "burden": 8,
        "difficulty": 11,
        "financing": 7,
        "production": 9,
        "talent": 13,
    }


def test_every_item_can_be_reached_by_some_rule() -> None:
    assert {rule.item for rule in RULES if rule.item} == set(CATALOG)


def test_rules_have_names_of_their_own_and_every_unit_they_name_exists() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert {code for rule in RULES for code in (rule.co or ())} <= set(UNITS)


def test_an_item_has_one_lead_that_is_not_its_own_helper() -> None:
    for item in ITEMS:
        helpers = [co.code for co in item.co if co.kind is CoKind.UNIT]
        assert item.lead not in [*helpers, *item.alternatives]
        assert len(set(helpers)) == len(helpers)
