"""Routing rules over HTTP: kept and ordered by the administrator, put aside when what they name is gone."""

from collections.abc import Callable
from datetime import date
from typing import Any

import anyio
import httpx
import pytest
from sqlmodel import col, update

from service.catalog.models import RoutingRule
from service.kit.database import Database
from service.organizations.models import Unit
from tests import world
from tests.catalog.test_service_items import MORE_POWER, patched

As = Callable[[str], httpx.AsyncClient]

POWER: dict[str, Any] = {
    "name": "用电增容",
    "aspect": "destination",
    "conditions": {"words": [["用电", "供电"], ["增容", "专线"]]},
    "item_code": "X03",
}
PRAISE: dict[str, Any] = {
    "name": "表扬",
    "aspect": "type",
    "conditions": {"words": [["感谢"]], "in_title": True},
    "type": "praise",
}


@pytest.fixture
async def admin(as_: As) -> httpx.AsyncClient:
    """The administrator of a district that offers one item and has no rules."""
    admin = as_("you")
    assert (await admin.post("/service-items", json=MORE_POWER)).status_code == 201
    return admin


async def created(admin: httpx.AsyncClient, rule: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = await admin.post("/routing-rules", json=rule | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def tag(client: httpx.AsyncClient, path: str) -> dict[str, str]:
    return {"If-Match": (await client.get(path)).headers["etag"]}


async def names(client: httpx.AsyncClient, **params: Any) -> list[str]:
    answer = await client.get("/routing-rules", params=params)
    assert answer.status_code == 200, answer.text
    return [rule["name"] for rule in answer.json()["items"]]


async def preview(client: httpx.AsyncClient, title: str, **draft: Any) -> dict[str, Any]:
    answer = await client.post("/routing-rules/preview", json={"title": title} | draft)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_rule_is_used_as_soon_as_it_is_written_and_the_preview_says_why(
    admin: httpx.AsyncClient, as_: As
) -> None:
    assert (await preview(as_("wang"), "供电专线"))["reason"]["rule"] is None
    rule = await created(admin, POWER)
    routed = await preview(as_("wang"), "车间用电不够", description="想申请专线")
    assert routed["item"]["code"] == "X03"
    assert routed["lead_unit"]["code"] == "PWR"
    assert [unit["code"] for unit in routed["co_units"]] == ["EIC", "HTZ"]
    assert routed["reason"] == {
        "text": "规则“用电增容”：标题含“用电”，描述含“专线”。",
        "rule": {"id": rule["id"], "name": "用电增容"},
        "matches": [
            {"condition": "title", "value": "用电"},
            {"condition": "description", "value": "专线"},
        ],
    }
    assert routed["promise"]["limit"] == {"amount": 10, "unit": "working_days"}
    assert routed["promise"]["text"] == "供电公司承诺10个工作日内办结，1个工作日内与您联系。"


async def test_the_reason_is_given_in_the_readers_language(admin: httpx.AsyncClient, as_: As) -> None:
    await created(admin, POWER)
    answer = await as_("wang").post(
        "/routing-rules/preview", json={"title": "供电增容"}, headers={"Accept-Language": "en"}
    )
    assert answer.json()["reason"]["text"] == ("Rule “用电增容”: the title has “供电”, the title has “增容”.")
    assert answer.json()["promise"]["text"].startswith("供电公司 will settle this within 10 working days")


async def test_without_a_rule_the_desk_decides(admin: httpx.AsyncClient, as_: As) -> None:
    routed = await preview(as_("wang"), "想换一台打印机")
    assert (routed["item"], routed["lead_unit"], routed["promise"]) == (None, None, None)
    assert routed["reason"]["text"] == "没有规则符合，由派单员确定。"


async def test_a_chosen_item_goes_to_its_own_units(admin: httpx.AsyncClient, as_: As) -> None:
    routed = await preview(as_("wang"), "电不够", item_code="X03", type="consultation")
    assert routed["lead_unit"]["code"] == "PWR"
    assert routed["reason"]["text"] == "填报人选定了该事项。"
    assert routed["promise"]["limit"] == {"amount": 3, "unit": "working_days"}
    unknown = await as_("wang").post("/routing-rules/preview", json={"title": "电", "item_code": "Z99"})
    assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (422, "no_such_item")


async def test_a_rule_may_ask_for_area_industry_and_scale_of_the_enterprise(
    admin: httpx.AsyncClient, as_: As
) -> None:
    for conditions in (
        {"areas": [str(world.unit("HTZ"))]},
        {"areas": [str(world.unit("500153002"))]},
        {"industries": ["C"]},
        {"industries": ["132"]},
        {"above_scale": True},
    ):
        rule = await created(admin, POWER, conditions=conditions, lead_unit_id=str(world.unit("EIC")))
        routed = await preview(as_("wang"), "不限", enterprise_id=str(world.unit(world.FEED)))
        assert routed["reason"]["rule"]["id"] == rule["id"], conditions
        off = POWER | {"conditions": conditions, "is_active": False}
        path = f"/routing-rules/{rule['id']}"
        await admin.put(path, json=off, headers=await tag(admin, path))
        assert (await preview(as_("wang"), "不限", enterprise_id=str(world.unit(world.FEED))))["item"] is None


async def test_a_draft_can_be_tried_only_for_an_enterprise_that_the_caller_sees(
    admin: httpx.AsyncClient, as_: As
) -> None:
    draft = {"title": "增容", "enterprise_id": str(world.unit(world.FEED))}
    assert (await as_("liu").post("/routing-rules/preview", json=draft)).status_code == 404
    assert (await as_("sun").post("/routing-rules/preview", json=draft)).status_code == 200


async def test_an_accused_unit_is_left_out(admin: httpx.AsyncClient, as_: As) -> None:
    await created(admin, POWER)
    accused = [str(world.unit("PWR")), str(world.unit("HTZ"))]
    routed = await preview(as_("wang"), "供电增容没人理", accused_department_ids=accused)
    assert (routed["lead_unit"], routed["promise"]) == (None, None)
    assert [unit["code"] for unit in routed["co_units"]] == ["EIC"]
    assert [unit["code"] for unit in routed["avoided_units"]] == ["PWR", "HTZ"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"conditions": {}}, "no_condition"),
        ({"conditions": {"without": ["停电"]}}, "no_condition"),
        ({"conditions": {"words": [[]]}}, "too_short"),
        ({"conditions": {"words": [["\u200b"]]}}, "blank"),
        ({"conditions": {"areas": [str(world.unit("EIC"))]}}, "no_such_unit"),
        ({"conditions": {"items": ["Z99"]}}, "no_such_item"),
        ({"conditions": {"industries": ["15129"]}}, "string_pattern_mismatch"),
        ({"item_code": None}, "not_of_its_aspect"),
        ({"type": "help"}, "not_of_its_aspect"),
        ({"item_code": "Z99"}, "no_such_item"),
        ({"lead_unit_id": str(world.unit("G01"))}, "no_such_unit"),
        ({"co_unit_ids": [str(world.unit(world.FEED))]}, "no_such_unit"),
        ({"also_item_codes": ["Z99"]}, "no_such_item"),
        ({"before": str(world.unit("EIC"))}, "no_such_rule"),
        ({"aspect": "admission", "item_code": None, "decline_reason": "not_government"}, "not_of_its_aspect"),
        ({"aspect": "type", "type": "help", "item_code": None, "co_unit_ids": []}, "not_of_its_aspect"),
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(
    admin: httpx.AsyncClient, changes: dict[str, Any], code: str
) -> None:
    answer = await admin.post("/routing-rules", json=POWER | changes)
    assert answer.status_code == 422, answer.text
    assert [error["code"] for error in answer.json()["errors"]] == [code]
    assert await names(admin) == []


@pytest.mark.parametrize("who", ["wang", "sun", "li", "qin"])
async def test_rules_are_read_by_all_and_written_by_the_administrator(
    admin: httpx.AsyncClient, as_: As, who: str
) -> None:
    rule = await created(admin, POWER)
    assert (await as_(who).get(f"/routing-rules/{rule['id']}")).json() == rule
    assert (await as_(who).post("/routing-rules", json=POWER)).status_code == 403
    order = {"rule_ids": [rule["id"]]}
    assert (
        await as_(who).put("/routing-rules/order", json=order, headers={"If-Match": "*"})
    ).status_code == 403


async def test_a_new_rule_goes_last_or_before_the_one_it_names(admin: httpx.AsyncClient) -> None:
    first = await created(admin, POWER, name="一")
    await created(admin, PRAISE, name="二")
    await created(admin, POWER, name="先", before=first["id"])
    assert await names(admin) == ["先", "一", "二"]
    assert await names(admin, aspect="type") == ["二"]
    assert await names(admin, item="X03") == ["先", "一"]


async def test_a_list_of_rules_comes_in_pages(admin: httpx.AsyncClient) -> None:
    for name in ("一", "二", "三"):
        await created(admin, POWER, name=name)
    first = (await admin.get("/routing-rules", params={"limit": 2})).json()
    assert [rule["name"] for rule in first["items"]] == ["一", "二"]
    rest = (await admin.get("/routing-rules", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [rule["name"] for rule in rest["items"]] == ["三"]
    assert rest["next_cursor"] is None


async def test_a_rule_that_is_switched_off_is_not_used_and_goes_last_when_it_comes_back(
    admin: httpx.AsyncClient,
) -> None:
    rule = await created(admin, POWER, name="一")
    await created(admin, POWER, name="二")
    path = f"/routing-rules/{rule['id']}"
    off = await admin.put(
        path, json=POWER | {"name": "一", "is_active": False}, headers=await tag(admin, path)
    )
    assert (off.status_code, off.json()["place"], off.json()["version"]) == (200, None, 2)
    assert await names(admin) == ["二"]
    assert await names(admin, is_active="false") == ["一"]
    assert (await preview(admin, "供电增容"))["reason"]["rule"]["name"] == "二"
    await admin.put(path, json=POWER | {"name": "一"}, headers=await tag(admin, path))
    assert await names(admin) == ["二", "一"]


async def test_the_order_is_changed_as_one_whole(admin: httpx.AsyncClient) -> None:
    ids = {name: (await created(admin, POWER, name=name))["id"] for name in ("一", "二", "三")}
    order = [ids["三"], ids["一"], ids["二"]]
    seen = await tag(admin, "/routing-rules/order")
    answer = await admin.put("/routing-rules/order", json={"rule_ids": order}, headers=seen)
    assert answer.json() == {"rule_ids": order}
    assert await names(admin) == ["三", "一", "二"]

    again = await admin.put("/routing-rules/order", json={"rule_ids": order}, headers=seen)
    assert again.status_code == 412
    seen = await tag(admin, "/routing-rules/order")
    for incomplete in (order[:2], [*order, order[0]], [*order[:2], str(world.unit("EIC"))]):
        answer = await admin.put("/routing-rules/order", json={"rule_ids": incomplete}, headers=seen)
        assert answer.json()["errors"][0]["code"] == "not_all_active_rules"
    assert await names(admin) == ["三", "一", "二"]


async def test_a_rule_written_meanwhile_is_not_lost_by_reordering(admin: httpx.AsyncClient) -> None:
    first = await created(admin, POWER, name="一")
    seen = await tag(admin, "/routing-rules/order")
    await created(admin, POWER, name="二", before=first["id"])
    late = await admin.put("/routing-rules/order", json={"rule_ids": [first["id"]]}, headers=seen)
    assert late.status_code == 412
    assert await names(admin) == ["二", "一"]


async def test_many_rules_written_at_once_each_get_a_place_of_their_own(
    admin: httpx.AsyncClient, as_: As
) -> None:
    first = await created(admin, POWER, name="始")

    async def write(number: int) -> None:
        before = first["id"] if number % 2 else None
        await created(as_("you"), POWER, name=str(number), before=before)

    async with anyio.create_task_group() as tasks:
        for number in range(6):
            tasks.start_soon(write, number)
    rules = (await admin.get("/routing-rules")).json()["items"]
    places = [rule["place"] for rule in rules]
    assert len(rules) == 7
    assert sorted(set(places)) == places


async def test_a_rule_whose_unit_was_closed_puts_itself_aside(
    admin: httpx.AsyncClient, database: Database
) -> None:
    await created(admin, POWER, name="直送园区", lead_unit_id=str(world.unit("HTZ")))
    await created(admin, POWER, name="后备", co_unit_ids=[])
    assert await names(admin, needs_attention="true") == []
    async with database.begin(world.LONG_AGO) as work:
        (await work.get_one(Unit, world.unit("HTZ"))).valid_to = date(2026, 11, 1)
    assert (await preview(admin, "供电增容"))["reason"]["rule"]["name"] == "后备"
    assert await names(admin, needs_attention="true") == ["直送园区"]
    assert await names(admin, needs_attention="false") == ["后备"]
    aside = (await admin.get("/routing-rules", params={"needs_attention": "true"})).json()["items"][0]
    assert (aside["needs_attention"], aside["is_active"]) == (["unit_closed"], True)


async def test_a_rule_whose_item_ended_puts_itself_aside_and_comes_back_with_it(
    admin: httpx.AsyncClient,
) -> None:
    await created(admin, POWER)
    await patched(admin, "X03", valid_to="2026-11-24")
    assert (await preview(admin, "供电增容"))["item"] is None
    rule = (await admin.get("/routing-rules")).json()["items"][0]
    assert rule["needs_attention"] == ["item_ended"]
    await patched(admin, "X03", valid_to=None)
    assert (await preview(admin, "供电增容"))["item"]["code"] == "X03"


async def test_a_rule_that_cannot_be_read_is_passed_over_and_the_others_still_work(
    admin: httpx.AsyncClient, database: Database
) -> None:
    broken = await created(admin, POWER, name="坏")
    async with database.begin(world.LONG_AGO) as work:
        statement = update(RoutingRule).where(col(RoutingRule.id) == broken["id"])
        await work.exec(statement.values(conditions={"regex": "(("}))
    await created(admin, POWER, name="好")
    assert (await preview(admin, "供电增容"))["reason"]["rule"]["name"] == "好"
    assert await names(admin, needs_attention="true") == ["坏"]
    read = (await admin.get(f"/routing-rules/{broken['id']}")).json()
    assert (read["conditions"], read["needs_attention"]) == (None, ["unreadable"])
