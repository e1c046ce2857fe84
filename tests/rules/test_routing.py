"""Routing: which rule matches, where the request goes, and that the reason says so."""

from uuid import UUID, uuid5

import pytest

from service.catalog.rules.routing import (
    CHOSEN_ITEM,
    CONFIDENTIAL_ITEM,
    NO_RULE,
    CoKind,
    Condition,
    Conditions,
    CoUnit,
    Decline,
    Facts,
    Item,
    Match,
    Outcome,
    Rule,
    Send,
    Unit,
    normalised,
    route,
)
from service.catalog.rules.words import Confidentiality, DeclineReason, RequestType, Urgency


def named(text: str) -> UUID:
    return uuid5(UUID(int=0), text)


def unit(code: str, name: str) -> Unit:
    return Unit(named(code), code, name)


POWER, GAS, WATER = unit("PWR", "供电公司"), unit("GAS", "燃气公司"), unit("WTR", "供水公司")
ECONOMY, JUSTICE, PARK = unit("EIC", "经信委"), unit("JUS", "司法局"), unit("HTZ", "高新区")
TOWN = unit("500153005", "安富街道")

MORE_POWER = Item(
    named("B03"), "B03", "用电增容", POWER, (CoUnit(CoKind.UNIT, ECONOMY), CoUnit(CoKind.UNIT, PARK))
)
NO_GAS = Item(named("B02"), "B02", "停水停气", GAS, (CoUnit(CoKind.UNIT, ECONOMY),))
INSPECTIONS = Item(named("J04"), "J04", "检查过频", JUSTICE, is_confidential=True)
RECOVERY = Item(
    named("B08"),
    "B08",
    "灾后复产",
    ECONOMY,
    (CoUnit(CoKind.HOME), CoUnit(CoKind.OUTSIDE, name="海关"), CoUnit(CoKind.UNIT, PARK)),
)


def rule(name: str, outcome: Outcome, *words: str, **conditions: object) -> Rule:
    """A rule whose groups of words are written `a|b`."""
    groups = tuple(tuple(group.split("|")) for group in words)
    return Rule(named(name), name, Conditions(words=groups, **conditions), outcome)  # type: ignore[arg-type]


RULES = [
    rule("增容", Send(MORE_POWER), "用电|电力", "增容|变压器"),
    rule("停水", Send(NO_GAS, lead=WATER, co=()), "停水"),
    rule("停气", Send(NO_GAS), "停气|气压"),
    rule("检查", Send(INSPECTIONS), "检查"),
    rule("受灾", Send(RECOVERY), "受灾"),
]


def test_the_first_rule_that_matches_decides_and_the_reason_says_which_words_stood_where() -> None:
    routing = route(Facts("用电不够", "请给车间增容"), RULES)
    assert (routing.item, routing.lead, routing.co) == (MORE_POWER, POWER, (ECONOMY, PARK))
    assert routing.rule == RULES[0]
    assert routing.reason.matches == (
        Match(Condition.TITLE, "用电"),
        Match(Condition.DESCRIPTION, "增容"),
    )
    assert routing.reason.zh == "规则“增容”：标题含“用电”，描述含“增容”。"
    assert routing.reason.en == "Rule “增容”: the title has “用电”, the description has “增容”."


def test_the_order_of_the_rules_decides_between_two_that_match() -> None:
    facts = Facts("停气又停水")
    assert route(facts, RULES).lead == WATER
    assert route(facts, [RULES[2], RULES[1]]).lead == GAS


def test_of_each_group_a_word_must_occur() -> None:
    assert route(Facts("用电不够"), RULES).reason == NO_RULE


def test_a_word_that_must_not_occur_rules_the_rule_out() -> None:
    planned = [rule("停气", Send(NO_GAS), "停气", without=("检修通知",)), *RULES[3:]]
    assert route(Facts("停气"), planned).item == NO_GAS
    assert route(Facts("停气", "已收到检修通知"), planned).item is None


def test_a_rule_may_look_at_the_title_alone() -> None:
    thanks = [rule("表扬", RequestType.PRAISE, "感谢", in_title=True)]
    assert route(Facts("感谢工作组", "手续办好了"), thanks).type is not None
    assert route(Facts("又停电了", "感谢支持"), thanks).type is None


def test_without_a_match_the_dispatch_desk_decides() -> None:
    routing = route(Facts("想换一台打印机"), RULES)
    assert routing.reason is NO_RULE
    assert (routing.item, routing.lead, routing.co, routing.rule) == (None, None, (), None)


def test_a_rule_may_name_another_lead_and_other_co_units_than_the_item() -> None:
    routing = route(Facts("停水了"), RULES)
    assert (routing.item, routing.lead, routing.co) == (NO_GAS, WATER, ())


def test_co_units_that_only_a_person_can_bring_in_are_named() -> None:
    at_home = route(Facts("厂房受灾", home=TOWN), RULES)
    assert at_home.co == (TOWN, PARK)
    assert at_home.to_arrange == ("海关",)
    homeless = route(Facts("厂房受灾"), RULES)
    assert homeless.co == (PARK,)
    assert homeless.to_arrange == ("企业属地园区或镇街", "海关")


def test_the_lead_and_a_unit_named_twice_appear_once() -> None:
    twice = rule("停气", Send(NO_GAS, co=(ECONOMY, GAS, ECONOMY)), "停气")
    assert route(Facts("停气"), [twice]).co == (ECONOMY,)
    assert route(Facts("受灾", home=PARK), RULES).co == (PARK,)


def test_a_unit_that_the_request_complains_of_is_never_suggested() -> None:
    routing = route(Facts("用电增容没人管", accused=frozenset({POWER.id, PARK.id})), RULES)
    assert routing.lead is None
    assert routing.co == (ECONOMY,)
    assert routing.avoided == (POWER, PARK)


def test_a_chosen_item_is_not_put_aside_for_a_word() -> None:
    routing = route(Facts("停气也影响用电，要增容", item=NO_GAS), RULES)
    assert (routing.item, routing.lead) == (NO_GAS, GAS)
    assert routing.rule == RULES[2]
    plain = route(Facts("压力不够", item=NO_GAS), RULES)
    assert (plain.item, plain.lead, plain.reason) == (NO_GAS, GAS, CHOSEN_ITEM)


def test_a_rule_that_asks_for_the_chosen_item_may_send_it_elsewhere() -> None:
    moved = rule("窑炉", Send(MORE_POWER), "电窑", items=("B02",))
    routing = route(Facts("电窑停了", item=NO_GAS), [moved])
    assert routing.item == MORE_POWER
    assert routing.reason.matches[0] == Match(Condition.ITEM, "停水停气")


def test_a_rule_without_an_item_keeps_the_chosen_one_and_changes_its_lead() -> None:
    local = rule("安富", Send(lead=TOWN, co=(GAS,)), areas=(TOWN.id,))
    routing = route(Facts("没气了", item=NO_GAS, areas=(TOWN,)), [local])
    assert (routing.item, routing.lead, routing.co) == (NO_GAS, TOWN, (GAS,))


@pytest.mark.parametrize(
    ("conditions", "fitting", "other"),
    [
        ({"types": (RequestType.HELP,)}, {"type": RequestType.HELP}, {"type": RequestType.PRAISE}),
        ({"areas": (TOWN.id, PARK.id)}, {"areas": (PARK,)}, {"areas": ()}),
        ({"industries": ("15", "C")}, {"industries": ("C", "15", "151", "1512")}, {"industries": ("A",)}),
        ({"above_scale": True}, {"is_above_scale": True}, {"is_above_scale": False}),
        ({"above_scale": False}, {"is_above_scale": False}, {"is_above_scale": None}),
        ({"items": ("B02",)}, {"item": NO_GAS}, {"item": None}),
    ],
    ids=["type", "area", "industry", "above scale", "below scale", "item"],
)
def test_every_condition_must_hold(
    conditions: dict[str, object], fitting: dict[str, object], other: dict[str, object]
) -> None:
    only = [rule("一条", Send(lead=TOWN), **conditions)]
    assert route(Facts("题", **fitting), only).lead == TOWN  # type: ignore[arg-type]
    assert route(Facts("题", **other), only).rule is None  # type: ignore[arg-type]


def test_each_aspect_has_its_own_first_match() -> None:
    decline = Decline(DeclineReason.IN_LEGAL_PROCEEDINGS, "请向受案法院反映。")
    rules = [
        rule("匿名", Confidentiality.ANONYMOUS, "匿名"),
        rule("保密", Confidentiality.CONFIDENTIAL, "保密|匿名"),
        rule("停产", Urgency.URGENT, "停产"),
        rule("请问", RequestType.CONSULTATION, "请问"),
        rule("法院", decline, "法院"),
        *RULES,
    ]
    routing = route(Facts("停气要停产", "请问怎么办？法院也去过。请匿名办理。"), rules)
    assert routing.item == NO_GAS
    assert routing.urgency is not None
    assert routing.urgency.value is Urgency.URGENT
    assert routing.type is not None
    assert routing.type.value is RequestType.CONSULTATION
    assert routing.type.reason.rule == rules[3]
    assert routing.confidentiality is not None
    assert routing.confidentiality.value is Confidentiality.ANONYMOUS
    assert routing.decline is not None
    assert routing.decline.value == decline


def test_an_item_that_is_confidential_by_default_says_so_unless_more_is_asked() -> None:
    ask_anonymity = rule("匿名", Confidentiality.ANONYMOUS, "匿名")
    ask_nothing = rule("公开", Confidentiality.OPEN, "公开")
    by_default = route(Facts("检查太多"), RULES).confidentiality
    assert by_default is not None
    assert (by_default.value, by_default.reason) == (Confidentiality.CONFIDENTIAL, CONFIDENTIAL_ITEM)
    asked = route(Facts("检查太多，匿名"), [*RULES, ask_anonymity]).confidentiality
    assert asked is not None
    assert asked.value is Confidentiality.ANONYMOUS
    opened = route(Facts("检查太多，可以公开"), [*RULES, ask_nothing]).confidentiality
    assert opened is not None
    assert opened.value is Confidentiality.CONFIDENTIAL
    assert route(Facts("停气"), RULES).confidentiality is None


@pytest.mark.parametrize("written", ["停 气", "停\n气", "停\u200b气", "停　气"])
def test_spaces_inside_a_word_do_not_hide_it(written: str) -> None:
    assert route(Facts(written), RULES).item == NO_GAS


def test_width_and_case_make_no_difference() -> None:
    listing = [rule("上市", Send(lead=ECONOMY), "IPO")]
    assert route(Facts("准备ｉｐｏ的辅导"), listing).lead == ECONOMY


def test_a_latin_word_counts_only_where_it_stands_by_itself() -> None:
    listing = [rule("上市", Send(lead=ECONOMY), "IPO|5G")]
    assert route(Facts("bipolar transistor"), listing).rule is None
    assert route(Facts("需要 15G 内存"), listing).rule is None
    assert route(Facts("bipolar IPO"), listing).lead == ECONOMY
    assert route(Facts("企业IPO辅导"), listing).lead == ECONOMY


def test_spaces_between_latin_words_are_kept_and_counted_once() -> None:
    assert normalised("Tank  No 5\n罐") == "tank no 5罐"
