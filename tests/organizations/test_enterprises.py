"""Enterprises over HTTP: who sees which, and what of them; how they are found, changed and moved."""

import pytest
from sqlalchemy import event

from service.kit.database import Database
from service.organizations.rules import uscc
from tests import world

PHONE = "13900001111"
NEW = {
    "uscc": "91500226MA0000218D",
    "name": "荣昌（样例）夏布有限公司",
    "home_unit_id": str(world.unit("500153011")),
    "area_id": str(world.unit("500153011")),
    "work_group_id": str(world.unit("G02")),
    "industry": {"code": "1732"},
    "contact_name": "夏布坊",
    "contact_phone": "023 4673 1234",
}


async def codes(client, **filters: object) -> set[str]:
    answer = await client.get("/enterprises", params=filters)
    assert answer.status_code == 200, answer.text
    return {one["uscc"] for one in answer.json()["items"]}


@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("wang", {world.FEED}),
        ("liu", {world.POTTERY}),
        ("zhao", {world.FEED}),
        ("qian", {world.POTTERY}),
        ("li", {world.FEED, world.POTTERY}),
        ("zhi", {world.FEED, world.POTTERY}),
        ("sun", {world.FEED, world.POTTERY}),
        ("you", {world.FEED, world.POTTERY}),
        ("xu", {world.FEED, world.POTTERY}),
        ("he", {world.FEED, world.POTTERY}),
    ],
)
async def test_rivals_do_not_see_each_other_and_staff_see_all(as_, username: str, seen: set[str]) -> None:
    assert await codes(as_(username)) == seen
    for code in (world.FEED, world.POTTERY):
        one = await as_(username).get(f"/enterprises/{world.unit(code)}")
        assert one.status_code == (200 if code in seen else 404)
        assert await codes(as_(username), uscc=code) == seen & {code}


@pytest.mark.parametrize(
    ("username", "shown"),
    [
        ("wang", True),
        ("zhao", True),
        ("feng", True),
        ("sun", True),
        ("you", True),
        ("li", False),
        ("zhi", False),
        ("qin", False),
        ("he", False),
    ],
    ids=["own", "own group", "home unit", "dispatcher", "admin", "department", "town", "leader", "auditor"],
)
async def test_a_contact_is_shown_to_who_works_with_the_enterprise_only(
    as_, username: str, shown: bool
) -> None:
    one = await as_(username).get(f"/enterprises/{world.unit(world.FEED)}")
    listed = await as_(username).get("/enterprises")
    assert (PHONE in one.text) is shown
    assert ("样例路" in one.text) is shown
    assert PHONE not in listed.text
    assert "样例路" not in listed.text
    assert (one.json()["contact"] is not None) is shown


async def test_an_enterprise_is_found_by_its_code_however_written(as_) -> None:
    sun = as_("sun")
    for written in (world.FEED, "９１５００１５３ma0000015n", "9150 0153 MA00 0001 5N"):
        assert await codes(sun, uscc=written) == {world.FEED}
    assert await codes(sun, uscc=world.FEED[:-1] + "M") == set()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"q": "饲料"}, {world.FEED}),
        ({"q": "样例"}, {world.FEED, world.POTTERY}),
        ({"q": "样 例陶"}, {world.POTTERY}),
        ({"q": "91500153ma0000015"}, {world.FEED}),
        ({"area": world.unit("500153011")}, {world.POTTERY}),
        ({"home_unit": world.unit("HTZ")}, {world.FEED}),
        ({"work_group": world.unit("G02")}, {world.POTTERY}),
        ({"industry": "13"}, {world.FEED}),
        ({"industry": "3074"}, {world.POTTERY}),
        ({"scale_year": 2026}, {world.FEED}),
        ({"scale_year": 2026, "scale_category": "retail"}, set()),
        ({"scale_year": 2024}, set()),
        ({"closed": True}, set()),
        ({"q": "样例", "industry": "30"}, {world.POTTERY}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
async def test_filters_narrow(as_, filters: dict, found: set[str]) -> None:
    assert await codes(as_("sun"), **filters) == found


async def test_a_list_takes_two_statements_however_long(as_, database: Database) -> None:
    statements: list[str] = []
    event.listen(
        database.engine.sync_engine, "before_cursor_execute", lambda *said: statements.append(said[2])
    )
    feed = next(
        one for one in (await as_("sun").get("/enterprises")).json()["items"] if one["uscc"] == world.FEED
    )
    assert len(statements) == 2  # the actor, the page
    assert feed["home_unit"] == {
        "id": str(world.unit("HTZ")),
        "kind": "park",
        "code": "HTZ",
        "name": "高新区",
    }
    assert feed["industry"] == {"edition": 2017, "code": "1329"}
    assert [one["year"] for one in feed["scale"]] == [2026, 2025]


async def test_an_enterprise_is_made_by_its_home_unit(as_) -> None:
    refused = await as_("feng").post("/enterprises", json=NEW)
    assert (refused.status_code, refused.json()["permission"]) == (403, "enterprises.manage")
    made = await as_("zhi").post("/enterprises", json=NEW)
    assert made.status_code == 201
    enterprise = made.json()
    assert enterprise["uscc"] == NEW["uscc"]
    assert enterprise["contact"] == {"name": "夏布坊", "phone": "+862346731234"}
    assert enterprise["industry"] == {"edition": 2017, "code": "1732"}
    assert enterprise["work_group"]["code"] == "G02"
    assert await codes(as_("qian")) == {world.POTTERY, NEW["uscc"]}
    assert await codes(as_("sun"), q="(样例)夏布") == {NEW["uscc"]}
    again = await as_("you").post("/enterprises", json=NEW)
    assert (again.status_code, again.json()["code"]) == (409, "code_taken")


@pytest.mark.parametrize(
    ("change", "loc", "code"),
    [
        ({"uscc": "91500153MA0000015M"}, ["body", "uscc"], "uscc_check_digit"),
        ({"uscc": "91500153MA0000O15N"}, ["body", "uscc"], "uscc_letter"),
        ({"uscc": "91500153MA0000{15N"}, ["body", "uscc"], "uscc_character"),
        ({"industry": {"code": "C2730"}}, ["body", "industry", "code"], "industry_code"),
        ({"industry": {"code": "2750", "edition": 2002}}, ["body", "industry", "code"], "industry_edition"),
        ({"contact_phone": "12345"}, ["body", "contact_phone"], "wrong_phone"),
        ({"home_unit_id": str(world.unit("EIC"))}, ["body", "home_unit_id"], "no_such_unit"),
        ({"area_id": str(world.unit("HTZ"))}, ["body", "area_id"], "no_such_unit"),
        ({"work_group_id": str(world.unit("EIC"))}, ["body", "work_group_id"], "no_such_unit"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_wrong_is_named_by_its_field(as_, change: dict, loc: list[str], code: str) -> None:
    refused = await as_("you").post("/enterprises", json=NEW | change)
    assert refused.status_code == 422
    assert [(one["loc"], one["code"]) for one in refused.json()["errors"]] == [(loc, code)]
    assert len(await codes(as_("you"))) == 2


async def test_a_letter_o_is_named_in_the_language_of_the_reader(as_) -> None:
    new = NEW | {"uscc": "91500153MA0000O15N"}
    zh = (await as_("you").post("/enterprises", json=new)).json()["errors"][0]["msg"]
    en = (await as_("you").post("/enterprises", json=new, headers={"Accept-Language": "en"})).json()
    assert "第15位是字母“O”" in zh
    assert "Character 15 is the letter 'O'" in en["errors"][0]["msg"]


async def test_an_enterprise_moves_and_the_move_is_remembered(as_) -> None:
    path = f"/enterprises/{world.unit(world.FEED)}"
    move = {"home_unit_id": str(world.unit("500153011")), "work_group_id": str(world.unit("G02"))}
    any_version = {"If-Match": "*"}
    # the park may not put an enterprise under a town that it does not run, and a stranger may not at all
    assert (await as_("feng").patch(path, json=move, headers=any_version)).status_code == 403
    assert (await as_("zhi").patch(path, json=move, headers=any_version)).status_code == 403
    assert (await as_("liu").patch(path, json=move, headers=any_version)).status_code == 404

    moved = await as_("you").patch(path, json=move, headers=any_version)
    assert moved.status_code == 200
    assert moved.json()["home_unit"]["name"] == "直升镇"
    assert moved.json()["work_group"]["code"] == "G02"
    assert (await as_("zhao").get(path)).status_code == 404
    assert (await as_("qian").get(path)).status_code == 200
    assert (await as_("zhi").get(path)).json()["contact"] is not None
    assert (await as_("feng").get(path)).json()["contact"] is None

    moves = (await as_("wang").get(f"{path}/moves")).json()["items"]
    assert moves == [
        {
            "occurred_at": "2026-11-24T10:00:00+08:00",
            "from_home_unit_id": str(world.unit("HTZ")),
            "to_home_unit_id": str(world.unit("500153011")),
            "from_work_group_id": str(world.unit("G01")),
            "to_work_group_id": str(world.unit("G02")),
        }
    ]
    assert (await as_("liu").get(f"{path}/moves")).json()["items"] == []


async def test_the_home_unit_keeps_its_enterprises_data(as_) -> None:
    feng, path = as_("feng"), f"/enterprises/{world.unit(world.FEED)}"
    read = await feng.get(path)
    changed = await feng.patch(
        path,
        json={"contact_phone": "139-0000-2222", "industry": None, "work_group_id": None},
        headers={"If-Match": read.headers["ETag"]},
    )
    assert changed.status_code == 200
    after = changed.json()
    assert after["contact"] == {"name": "王小麦", "phone": "+8613900002222"}
    assert (after["industry"], after["work_group"], after["version"]) == (None, None, 2)
    stale = await feng.patch(path, json={"address": "别处"}, headers={"If-Match": read.headers["ETag"]})
    assert (stale.status_code, stale.json()["version"]) == (412, 2)
    not_modified = await feng.get(path, headers={"If-None-Match": changed.headers["ETag"]})
    assert not_modified.status_code == 304


async def test_a_phone_is_unreadable_in_the_database_and_absent_from_the_log(as_, database: Database) -> None:
    await as_("zhi").post("/enterprises", json=NEW)
    async with database.reading() as reading:
        for table in ("enterprises", "events", "units"):
            rows = (await reading.exec_driver_sql(f"SELECT row_to_json({table})::text FROM {table}")).all()
            assert rows
            assert not any("46731234" in row[0] for row in rows)
            assert table == "enterprises" or not any("夏布坊" in row[0] for row in rows)


async def test_scale_is_stated_year_by_year(as_) -> None:
    feng, path = as_("feng"), f"/enterprises/{world.unit(world.FEED)}"
    said = {"category": "wholesale", "source": "区统计局 2027 年名录"}
    assert (
        await as_("wang").put(f"{path}/scale-statuses/2027", json=said, headers={"If-Match": "*"})
    ).status_code == 403
    assert (await feng.put(f"{path}/scale-statuses/2027", json=said)).status_code == 428
    stated = await feng.put(f"{path}/scale-statuses/2027", json=said, headers={"If-Match": "*"})
    assert [(one["year"], one["category"]) for one in stated.json()["scale"]] == [
        (2027, "wholesale"),
        (2026, "industry"),
        (2025, "industry"),
    ]
    same = await feng.put(f"{path}/scale-statuses/2027", json=said, headers={"If-Match": "*"})
    assert same.json()["version"] == stated.json()["version"] == 2
    gone = await feng.delete(f"{path}/scale-statuses/2027", headers={"If-Match": stated.headers["ETag"]})
    assert [one["year"] for one in gone.json()["scale"]] == [2026, 2025]
    assert (await feng.delete(f"{path}/scale-statuses/2027", headers={"If-Match": "*"})).status_code == 404


async def test_a_closed_enterprise_leaves_the_list_and_its_group_can_then_be_closed(as_) -> None:
    you, group = as_("you"), f"/work-groups/{world.unit('G01')}"
    close = {"valid_to": "2026-11-24"}
    in_use = await you.patch(group, json=close, headers={"If-Match": "*"})
    assert (in_use.status_code, in_use.json()["code"]) == (409, "unit_in_use")
    await you.patch(f"/enterprises/{world.unit(world.FEED)}", json=close, headers={"If-Match": "*"})
    assert await codes(you) == {world.POTTERY}
    assert await codes(you, closed=True) == {world.FEED}
    assert (await you.patch(group, json=close, headers={"If-Match": "*"})).status_code == 200
    reopened = await you.patch(
        f"/enterprises/{world.unit(world.FEED)}", json={"valid_to": None}, headers={"If-Match": "*"}
    )
    assert reopened.json()["valid_to"] is None


async def test_a_rural_collective_of_the_former_county_is_taken(as_) -> None:
    code = uscc.complete("N2", "500226", "MF000001")
    made = await as_("you").post("/enterprises", json=NEW | {"uscc": code.lower()})
    assert made.json()["uscc"] == code
