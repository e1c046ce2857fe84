"""Areas, departments and work groups over HTTP: read by everybody, changed by the system administrator."""

import asyncio

import pytest
from sqlmodel import col, select

from service.events.models import Event
from service.kit.database import Database
from tests import world

DAY = "2026-11-24"


async def test_everybody_signed_in_reads_the_areas(as_) -> None:
    areas = (await as_("wang").get("/areas")).json()["items"]
    assert [area["name"] for area in areas] == ["昌州街道", "高新区", "荣昌区", "直升镇"]
    assert [area["kind"] for area in areas] == ["town", "park", "district", "town"]
    park = next(area for area in areas if area["code"] == "HTZ")
    assert park["town_ids"] == [str(world.unit("500153002"))]
    assert (await as_("he").get("/departments")).json()["items"]


@pytest.mark.parametrize("path", ["/areas", "/departments", "/work-groups", "/enterprises"])
async def test_nobody_else_does(api, path: str) -> None:
    answer = await api.get(f"/api/v1{path}")
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"


async def test_names_are_sorted_as_they_sound_and_found_by_any_part(as_) -> None:
    li = as_("li")
    down = (await li.get("/departments", params={"sort": "-name"})).json()["items"]
    assert [one["code"] for one in down] == ["MSA", "HRS", "EIC", "PWR"]
    for q in ("信息", "ＥＩＣ", "ei"):
        found = (await li.get("/departments", params={"q": q})).json()["items"]
        assert [one["code"] for one in found] == ["EIC"], q
    assert (await li.get("/departments", params={"q": "%"})).json()["items"] == []


async def test_a_list_goes_on_where_its_page_ended(as_) -> None:
    li, seen, cursor = as_("li"), [], None
    while True:
        page = await li.get(
            "/departments", params={"limit": 3, "sort": "code"} | ({"cursor": cursor} if cursor else {})
        )
        seen += [one["code"] for one in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        assert ("Link" in page.headers) is (cursor is not None)
        if cursor is None:
            break
    assert seen == ["EIC", "HRS", "MSA", "PWR"]
    first = (await li.get("/departments", params={"limit": 3, "sort": "code"})).json()["next_cursor"]
    other = await li.get("/departments", params={"limit": 3, "sort": "name", "cursor": first})
    assert other.status_code == 400
    assert other.json()["code"] == "cursor_of_another_list"


async def test_a_department_is_made_changed_and_closed_by_the_administrator(as_, database: Database) -> None:
    new = {"code": "EEB", "name": "生态环境局", "is_enforcement": True, "is_vertical": True}
    refused = await as_("li").post("/departments", json=new)
    assert refused.status_code == 403
    assert refused.json()["permission"] == "organization.manage"

    you = as_("you")
    made = await you.post("/departments", json=new)
    assert made.status_code == 201
    department = made.json()
    assert department["parent_id"] == str(world.unit("500153"))
    assert (department["valid_from"], department["valid_to"]) == (DAY, None)
    assert department["is_vertical"] is True

    path = f"/departments/{department['id']}"
    read = await as_("li").get(path)
    assert read.json() == department
    assert read.headers["ETag"] == made.headers["ETag"]

    without = await you.patch(path, json={"name": "环保局"})
    assert without.status_code == 428
    tag = read.headers["ETag"]
    changed = await you.patch(path, json={"name": "环保局", "in_appraisal": False}, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert (changed.json()["name"], changed.json()["version"]) == ("环保局", 2)
    stale = await you.patch(path, json={"name": "生态环境局"}, headers={"If-Match": tag})
    assert stale.status_code == 412

    closed = await you.patch(path, json={"valid_to": DAY}, headers={"If-Match": "*"})
    assert closed.json()["valid_to"] == DAY
    codes = [one["code"] for one in (await you.get("/departments")).json()["items"]]
    assert "EEB" not in codes
    gone = (await you.get("/departments", params={"closed": "true"})).json()["items"]
    assert [one["code"] for one in gone] == ["EEB"]

    async with database.begin(world.LONG_AGO) as work:
        of_it = select(Event.type, Event.version, Event.data).order_by(col(Event.sequence))
        told = (await work.exec(of_it.where(col(Event.subject_kind) == "department"))).all()
    assert [(kind, version) for kind, version, _ in told] == [
        ("unit.created", 1),
        ("unit.changed", 2),
        ("unit.closed", 3),
    ]
    assert told[1][2] == {"code": "EEB", "fields": ["in_appraisal", "name"]}
    assert "环保局" not in str(told)


async def test_a_change_to_what_it_is_already_is_no_change(as_) -> None:
    you, path = as_("you"), f"/departments/{world.unit('EIC')}"
    same = await you.patch(path, json={"name": "经济信息委"}, headers={"If-Match": "*"})
    assert same.json()["version"] == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": None}, "null"),
        ({"name": " "}, "blank"),
        ({"name": "a\nb"}, "line_break"),
        ({"kind": "park"}, "extra_forbidden"),
        ({"valid_to": "2019-12-31"}, "ends_before_beginning"),
        ({"parent_id": str(world.unit("HTZ"))}, "no_such_unit"),
        ({"parent_id": str(world.unit("EIC"))}, "parent_below"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_cannot_be_is_refused_and_changes_nothing(as_, body: dict, code: str) -> None:
    you, path = as_("you"), f"/departments/{world.unit('EIC')}"
    refused = await you.patch(path, json=body, headers={"If-Match": "*"})
    assert refused.status_code == 422
    assert [one["code"] for one in refused.json()["errors"]] == [code]
    assert refused.json()["errors"][0]["loc"] == ["body", next(iter(body))]
    assert (await you.get(path)).json()["version"] == 1


@pytest.mark.parametrize(
    ("path", "kind"), [("/areas", {"kind": "town"}), ("/departments", {}), ("/work-groups", {})]
)
@pytest.mark.parametrize("beginning", [{}, {"valid_from": "2098-06-04"}], ids=["today", "later"])
async def test_nothing_is_made_that_ends_before_it_begins(
    as_, path: str, kind: dict[str, str], beginning: dict[str, str]
) -> None:
    new = {"code": "X1", "name": "临时专班", "valid_to": "2001-04-29", **kind, **beginning}
    refused = await as_("you").post(path, json=new)
    assert refused.status_code == 422
    assert [one["code"] for one in refused.json()["errors"]] == ["ends_before_beginning"]


async def test_departments_cannot_close_a_circle(as_) -> None:
    you = as_("you")
    office = (
        await you.post(
            "/departments", json={"code": "EIC-1", "name": "运行科", "parent_id": str(world.unit("EIC"))}
        )
    ).json()
    circle = await you.patch(
        f"/departments/{world.unit('EIC')}", json={"parent_id": office["id"]}, headers={"If-Match": "*"}
    )
    assert circle.json()["errors"][0]["code"] == "parent_below"
    in_use = await you.patch(
        f"/departments/{world.unit('EIC')}", json={"valid_to": DAY}, headers={"If-Match": "*"}
    )
    assert in_use.status_code == 409
    assert in_use.json()["code"] == "unit_in_use"


async def test_a_code_belongs_to_one_unit_of_its_kind(as_) -> None:
    you = as_("you")
    taken = await you.post("/departments", json={"code": "EIC", "name": "另一个"})
    assert taken.status_code == 409
    assert taken.json()["code"] == "code_taken"
    # another kind may use it
    assert (await you.post("/work-groups", json={"code": "EIC", "name": "另一组"})).status_code == 201


async def test_of_two_who_make_the_same_department_at_once_one_does(as_) -> None:
    you, new = as_("you"), {"code": "EEB", "name": "生态环境局"}
    answers = await asyncio.gather(*(you.post("/departments", json=new) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_the_same_key_gives_the_same_answer_to_who_is_still_allowed(as_, database: Database) -> None:
    you, new = as_("you"), {"code": "EEB", "name": "生态环境局"}
    key = {"Idempotency-Key": "one"}
    first = await you.post("/departments", json=new, headers=key)
    again = await you.post("/departments", json=new, headers=key)
    assert again.content == first.content
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotency-Replayed"] == "true"
    other = await you.post("/departments", json=new | {"code": "EEC"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")

    await world.take_roles(database, "you")
    refused = await you.post("/departments", json=new, headers=key)
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_missing")


async def test_a_park_lies_in_towns_and_a_town_in_none(as_) -> None:
    you = as_("you")
    towns = [str(world.unit("500153011")), str(world.unit("500153002"))]
    park = await you.post("/areas", json={"kind": "park", "code": "YQ2", "name": "板桥园", "town_ids": towns})
    assert park.status_code == 201
    assert sorted(park.json()["town_ids"]) == sorted(towns)
    path = f"/areas/{park.json()['id']}"
    fewer = await you.patch(path, json={"town_ids": towns[:1]}, headers={"If-Match": park.headers["ETag"]})
    assert (fewer.json()["town_ids"], fewer.json()["version"]) == (towns[:1], 2)
    street = await you.patch(path, json={"is_street": True}, headers={"If-Match": "*"})
    assert street.json()["errors"][0]["code"] == "not_a_town"
    town = {"kind": "town", "code": "500153012", "name": "万灵镇", "town_ids": towns}
    assert (await you.post("/areas", json=town)).json()["errors"][0]["code"] == "not_a_park"
    nowhere = {"kind": "park", "code": "YQ3", "name": "三园", "town_ids": [str(world.unit("EIC"))]}
    assert (await you.post("/areas", json=nowhere)).json()["errors"][0]["code"] == "no_such_unit"


async def test_work_groups_are_seen_by_staff_their_cadres_and_whom_they_serve(as_) -> None:
    async def seen(username: str) -> list[str]:
        return [one["code"] for one in (await as_(username).get("/work-groups")).json()["items"]]

    assert await seen("li") == ["G02", "G01"]
    assert await seen("zhao") == ["G01"]
    assert await seen("liu") == ["G02"]
    group = (await as_("zhao").get(f"/work-groups/{world.unit('G01')}")).json()
    assert (group["enterprises"], group["cadres"]) == (1, 1)
    assert (await as_("zhao").get(f"/work-groups/{world.unit('G02')}")).status_code == 404


async def test_english_is_spoken_to_who_asks_for_it(as_) -> None:
    refused = await as_("li").post(
        "/departments", json={"code": "EEB", "name": "局"}, headers={"Accept-Language": "en"}
    )
    assert refused.json()["detail"].startswith("You may not do this here (Manage the organization)")
