"""Service items over HTTP: everybody chooses among them, the system administrator keeps them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from service.catalog.schemas.items import ServiceItemRead
from service.events.models import Event
from service.kit.clock import GivenClock
from service.kit.database import Database
from service.organizations.models import Unit
from tests import world

As = Callable[[str], httpx.AsyncClient]

MORE_POWER: dict[str, Any] = {
    "code": "X03",
    "kind": "production",
    "group": "水电气",
    "name": "用电增容、专线",
    "lead_unit_id": str(world.unit("PWR")),
    "co_units": [{"unit_id": str(world.unit("EIC"))}, {"unit_id": str(world.unit("HTZ"))}],
    "limit": {"amount": 10, "unit": "working_days"},
    "guidance": "请写明户号和申请容量。",
    "keywords": ["增容", "专线"],
    "form": [
        {"code": "wanted_kva", "label": "申请容量", "type": "number", "unit": "千伏安", "required": True}
    ],
}


async def created(admin: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await admin.post("/service-items", json=MORE_POWER | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def patched(admin: httpx.AsyncClient, code: str, **changes: Any) -> httpx.Response:
    tag = (await admin.get(f"/service-items/{code}")).headers["etag"]
    return await admin.patch(f"/service-items/{code}", json=changes, headers={"If-Match": tag})


def codes(answer: httpx.Response) -> list[str]:
    return [item["code"] for item in answer.json()["items"]]


async def test_a_new_item_is_offered_to_everybody_at_once(as_: As) -> None:
    item = await created(as_("you"))
    assert item["lead_unit"]["code"] == "PWR"
    assert [co["unit"]["code"] for co in item["co_units"]] == ["EIC", "HTZ"]
    assert (item["limit"], item["urgent_limit"]) == ({"amount": 10, "unit": "working_days"}, None)
    assert (item["is_offered"], item["needs_attention"], item["version"]) == (True, False, 1)

    for who in ("wang", "zhao", "sun", "li"):
        answer = await as_(who).get("/service-items/X03")
        assert answer.json() == item
        assert "X03" in codes(await as_(who).get("/service-items", params={"limit": 200}))


async def test_a_list_gives_each_item_as_it_is_read_alone(as_: As) -> None:
    await created(as_("you"))
    answer = await as_("wang").get("/service-items", params={"q": "增容"})
    found = [item for item in answer.json()["items"] if item["code"] == "X03"]
    assert found == [(await as_("wang").get("/service-items/X03")).json()]
    ServiceItemRead.model_validate(found[0])


async def test_an_item_may_be_led_by_another_and_helped_by_whoever_must_be_brought_in(as_: As) -> None:
    item = await created(
        as_("you"),
        alternative_lead_unit_ids=[str(world.unit("EIC"))],
        co_units=[
            {"kind": "home"},
            {"kind": "to_name", "name": "作出处罚的单位"},
            {"kind": "outside", "name": "海关"},
        ],
    )
    assert [unit["code"] for unit in item["alternative_lead_units"]] == ["EIC"]
    assert [(co["kind"], co["unit"], co["name"]) for co in item["co_units"]] == [
        ("home", None, None),
        ("to_name", None, "作出处罚的单位"),
        ("outside", None, "海关"),
    ]


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ({"kind": "production"}, True),
        ({"kind": "talent"}, False),
        ({"group": "水电气"}, True),
        ({"unit": str(world.unit("EIC"))}, True),
        ({"unit": str(world.unit("HRS"))}, False),
        ({"q": "X0"}, True),
        ({"q": "专线"}, True),
        ({"q": "户号"}, True),
        ({"q": "退税"}, False),
        ({"is_public": "true"}, True),
        ({"is_public": "false"}, False),
        ({"ended": "true"}, False),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else str(value),
)
async def test_the_list_can_be_narrowed(as_: As, filter: dict[str, str], found: bool) -> None:
    await created(as_("you"))
    answer = await as_("wang").get("/service-items", params=filter | {"limit": "200"})
    assert answer.status_code == 200, answer.text
    assert ("X03" in codes(answer)) is found


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "x03"}, "string_pattern_mismatch"),
        ({"lead_unit_id": str(world.unit("G01"))}, "no_such_unit"),
        ({"lead_unit_id": str(world.unit(world.FEED))}, "no_such_unit"),
        ({"co_units": [{"unit_id": str(world.unit("PWR"))}]}, "unit_named_twice"),
        ({"alternative_lead_unit_ids": [str(world.unit("PWR"))]}, "unit_named_twice"),
        ({"co_units": [{"kind": "outside"}]}, "co_unit_named_wrongly"),
        ({"co_units": [{"kind": "home", "name": "镇街"}]}, "co_unit_named_wrongly"),
        ({"limit": {"amount": 0, "unit": "working_days"}}, "greater_than_equal"),
        ({"limit": {"amount": 3, "unit": "fortnights"}}, "enum"),
        ({"form": [MORE_POWER["form"][0]] * 2}, "code_used_twice"),
        ({"valid_from": "2026-12-01", "valid_to": "2026-11-30"}, "ends_before_it_begins"),
        ({"name": "  "}, "blank"),
        ({"colour": "红"}, "extra_forbidden"),
    ],
)
async def test_an_item_that_makes_no_sense_is_refused(as_: As, changes: dict[str, Any], code: str) -> None:
    answer = await as_("you").post("/service-items", json=MORE_POWER | changes)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["code"] == code
    assert (await as_("you").get("/service-items/X03")).status_code == 404


async def test_a_code_is_given_once(as_: As) -> None:
    await created(as_("you"))
    again = await as_("you").post("/service-items", json=MORE_POWER)
    assert (again.status_code, again.json()["code"]) == (409, "code_taken")


@pytest.mark.parametrize("who", ["wang", "zhao", "sun", "li", "qin", "xu"])
async def test_only_the_system_administrator_keeps_items(as_: As, who: str) -> None:
    answer = await as_(who).post("/service-items", json=MORE_POWER)
    assert (answer.status_code, answer.json()["permission"]) == (403, "catalog.manage")


async def test_a_change_touches_only_what_is_sent_and_makes_a_version(as_: As) -> None:
    before = await created(as_("you"))
    limit = {"amount": 24, "unit": "natural_hours"}
    answer = await patched(as_("you"), "X03", urgent_limit=limit, co_units=[])
    assert answer.status_code == 200, answer.text
    assert answer.json() == before | {"urgent_limit": limit, "co_units": [], "version": 2}
    cleared = await patched(as_("you"), "X03", urgent_limit=None)
    assert cleared.json() == before | {"co_units": [], "version": 3}


async def test_a_change_of_nothing_makes_no_version(as_: As) -> None:
    before = await created(as_("you"))
    answer = await patched(as_("you"), "X03", name=before["name"], limit=before["limit"])
    assert answer.json()["version"] == 1


async def test_what_an_item_must_have_cannot_be_taken_away(as_: As) -> None:
    await created(as_("you"))
    for field in ("name", "limit", "lead_unit_id", "form"):
        answer = await patched(as_("you"), "X03", **{field: None})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "null")


async def test_a_change_needs_the_version_that_was_read(as_: As) -> None:
    await created(as_("you"))
    seen = (await as_("you").get("/service-items/X03")).headers["etag"]
    assert (await as_("you").patch("/service-items/X03", json={"name": "甲"})).status_code == 428
    for expected in (200, 412):
        answer = await as_("you").patch(
            "/service-items/X03", json={"name": "用电增容"}, headers={"If-Match": seen}
        )
        assert answer.status_code == expected
    unchanged = await as_("you").get(
        "/service-items/X03", headers={"If-None-Match": answer.headers.get("etag", seen)}
    )
    assert unchanged.status_code == 200


async def test_an_item_that_ends_is_offered_until_that_day_and_can_be_read_ever_after(
    as_: As, clock: GivenClock
) -> None:
    await created(as_("you"))
    ended = await patched(as_("you"), "X03", valid_to="2026-11-26")
    assert (ended.status_code, ended.json()["is_offered"]) == (200, True)
    clock.advance(timedelta(days=2))
    assert "X03" not in codes(await as_("wang").get("/service-items", params={"limit": 200}))
    assert codes(await as_("wang").get("/service-items", params={"ended": "true"})) == ["X03"]
    assert (await as_("wang").get("/service-items/X03")).json()["is_offered"] is False
    reopened = await patched(as_("you"), "X03", valid_to=None)
    assert reopened.json()["is_offered"] is True


async def test_an_item_whose_unit_was_closed_needs_attention_and_can_still_be_ended(
    as_: As, database: Database
) -> None:
    await created(as_("you"))
    async with database.begin(world.LONG_AGO) as work:
        (await work.get_one(Unit, world.unit("HTZ"))).valid_to = date(2026, 11, 1)
    assert (await as_("you").get("/service-items/X03")).json()["needs_attention"] is True
    assert (await patched(as_("you"), "X03", valid_to="2026-12-01")).status_code == 200


async def test_each_change_is_recorded_with_codes_only(as_: As, database: Database) -> None:
    item = await created(as_("you"))
    await patched(as_("you"), "X03", name="用电增容", valid_to="2026-12-31")
    async with database.reading() as reading:
        statement = select(Event.type, Event.data).where(col(Event.subject_id) == item["id"])
        rows = (await reading.execute(statement.order_by(col(Event.sequence)))).all()
    assert [tuple(row) for row in rows] == [
        ("service_item.created", {"code": "X03"}),
        ("service_item.ended", {"code": "X03"}),
        ("service_item.changed", {"code": "X03", "fields": ["name"]}),
    ]


async def test_the_promise_policy_is_read_by_all_and_set_by_the_administrator(as_: As) -> None:
    read = await as_("wang").get("/promise-policy")
    assert read.json()["consultation"] == {"amount": 3, "unit": "working_days"}
    shorter = read.json() | {"consultation": {"amount": 2, "unit": "working_days"}}
    seen = {"If-Match": read.headers["etag"]}
    assert (await as_("wang").put("/promise-policy", json=shorter, headers=seen)).status_code == 403
    assert (await as_("you").put("/promise-policy", json=shorter, headers=seen)).json() == shorter
    assert (await as_("you").put("/promise-policy", json=shorter, headers=seen)).status_code == 412
