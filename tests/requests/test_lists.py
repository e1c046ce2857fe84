"""Lists of requests: every filter finds what it names and nothing else, in pages of any size."""

from datetime import timedelta

import pytest

from tests import world
from tests.requests.conftest import refused


@pytest.fixture
async def five(way, clock):
    """Five requests an hour apart, each on another point of its way; by a name of each."""
    named = {}
    named["new"] = await way.recorded(title="新提交")
    clock.advance(timedelta(hours=1))
    named["power"] = await way.up_to("sign", title="用电", type="consultation")
    clock.advance(timedelta(hours=1))
    pottery = await way.recorded(
        by="sun",
        origin="phone",
        uscc=world.POTTERY,
        title="招工",
        item_code="N01",
        attributes={"people": 1},
    )
    await way.did("sun", f"/{pottery['id']}/accept", {"urgency": "urgent"})
    named["labour"] = await way.did(
        "sun", f"/{pottery['id']}/dispatch", {"co_department_ids": [str(world.unit("EIC"))]}
    )
    clock.advance(timedelta(hours=1))
    named["closed"] = await way.up_to("rate", title="已办结")
    clock.advance(timedelta(hours=1))
    named["nameless"] = await way.recorded(by="sun", origin="hotline", title="无企业")
    return named


async def names(as_, person, five, **asked) -> list[str]:
    response = await as_(person).get("/requests", params=asked)
    assert response.status_code == 200, response.text
    by_id = {request["id"]: name for name, request in five.items()}
    return [by_id[item["id"]] for item in response.json()["items"]]


FILTERS = [
    ({"status": "submitted"}, {"new", "nameless"}),
    ({"status": ["closed", "handling"]}, {"power", "closed"}),
    ({"department": "EIC"}, {"power", "labour", "closed"}),
    ({"department": str(world.unit("HTZ"))}, {"power", "closed"}),
    ({"department": "NONE"}, set()),
    ({"enterprise": world.POTTERY}, {"labour"}),
    ({"enterprise": str(world.unit(world.FEED))}, {"new", "power", "closed"}),
    ({"area": "500153011"}, {"labour"}),
    ({"area": "HTZ"}, {"new", "power", "closed"}),
    ({"area": "500153002"}, {"new", "power", "closed"}),
    ({"area": "500153"}, {"new", "power", "labour", "closed"}),
    ({"work_group": "G02"}, {"labour"}),
    ({"item": "N01"}, {"labour"}),
    ({"item": ["N01", "B03"]}, {"power", "labour", "closed"}),
    ({"type": "consultation"}, {"power"}),
    ({"urgency": "urgent"}, {"labour"}),
    ({"origin": ["phone", "hotline"]}, {"labour", "nameless"}),
    ({"light": "red"}, {"labour"}),
    ({"light": "grey"}, {"closed"}),
    ({"assigned_to": str(world.person("zhou"))}, {"power", "closed"}),
    ({"assigned_to": "me"}, set()),
    ({"created_from": "2026-11-24T12:00:00+08:00"}, {"labour", "closed", "nameless"}),
    ({"created_to": "2026-11-24T11:00:00+08:00"}, {"new", "power"}),
    ({"created_to": "2026-11-24"}, {"new", "power", "labour", "closed", "nameless"}),
    ({"created_from": "2026-11-25"}, set()),
    ({"due_to": "2026-12-01"}, {"power", "labour"}),
    ({"due_from": "2026-12-01"}, {"labour", "closed"}),
    ({"updated_after": "2026-11-24T12:30:00+08:00"}, {"closed", "nameless"}),
    ({"q": "招工"}, {"labour"}),
    ({"q": "送电", "in": "answer"}, {"closed"}),
    ({"q": "送电"}, set()),
    ({"imported": "only"}, set()),
    ({"enterprise": world.FEED, "status": "handling", "department": "EIC"}, {"power"}),
]


async def test_every_filter_finds_what_it_names(as_, five, clock):
    for asked, found in FILTERS:
        assert set(await names(as_, "sun", five, **asked)) == found, asked


async def test_ones_own_work(as_, five):
    assert set(await names(as_, "zhou", five, assigned_to="me")) == {"power", "closed"}


async def test_the_work_of_whom_one_is_the_deputy_is_ones_own_at_that_unit(as_, five, clock):
    zheng = {"to_account_id": str(world.person("zheng")), "unit_id": str(world.unit("EIC"))}
    until_friday = zheng | {"ends_at": "2026-11-27T18:00:00+08:00"}
    assert (await as_("zhou").post("/handovers", json=until_friday)).status_code == 201
    assert set(await names(as_, "zheng", five, assigned_to="me")) == {"power", "closed"}
    assert set(await names(as_, "wu", five, assigned_to="me")) == set()
    # whose it is in the first place stays so
    assert set(await names(as_, "zheng", five, assigned_to=str(world.person("zheng")))) == set()
    clock.advance(timedelta(days=7))
    assert set(await names(as_, "zheng", five, assigned_to="me")) == set()


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("created_at", ["new", "power", "labour", "closed", "nameless"]),
        ("-created_at", ["nameless", "closed", "labour", "power", "new"]),
        ("updated_at", ["new", "power", "labour", "closed", "nameless"]),
        ("due_at", ["power", "labour", "closed"]),
        ("-due_at", ["closed", "labour", "power"]),
        ("step_due_at", ["labour", "new", "nameless", "power"]),
    ],
)
async def test_every_sort_in_one_page_and_in_pages_of_one(as_, five, sort, order):
    whole = await names(as_, "sun", five, sort=sort)
    assert whole == order
    paged, cursor = [], None
    while True:
        asked = {"sort": sort, "limit": 1} | ({"cursor": cursor} if cursor else {})
        response = await as_("sun").get("/requests", params=asked)
        page = response.json()
        paged += [item["title"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            assert "Link" not in response.headers
            break
        assert response.headers["Link"].endswith('rel="next"')
    assert paged == [five[name]["title"] for name in whole]


async def test_a_cursor_belongs_to_its_list(as_, five):
    first = await as_("sun").get("/requests", params={"limit": 1})
    cursor = first.json()["next_cursor"]
    other = await as_("sun").get("/requests", params={"limit": 1, "cursor": cursor, "status": "closed"})
    refused(other, 400, "cursor_of_another_list")
    refused(await as_("sun").get("/requests", params={"cursor": "nonsense"}), 400, "bad_cursor")


async def test_new_rows_do_not_disturb_a_list_that_is_being_read(as_, way, five):
    first = (await as_("sun").get("/requests", params={"limit": 2})).json()
    await way.recorded(title="后来的")
    second = (await as_("sun").get("/requests", params={"limit": 9, "cursor": first["next_cursor"]})).json()
    titles = [item["title"] for item in first["items"] + second["items"]]
    assert titles == ["无企业", "已办结", "招工", "用电", "新提交"]


async def test_the_number_of_items_is_estimated_on_demand(as_, five):
    assert "estimated_count" not in (await as_("sun").get("/requests")).json()
    counted = (await as_("sun").get("/requests", params={"count": "estimate"})).json()
    assert counted["estimated_count"] >= 1


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 201},
        {"limit": 0},
        {"status": "open"},
        {"sort": "title"},
        {"surprise": "1"},
        {"created_from": "yesterday"},
        {"updated_after": "2026-11-24"},
        {"q": "？！"},
        {"q": "a\x00"},
        {"count": "exact"},
    ],
    ids=str,
)
async def test_what_a_list_does_not_understand_it_refuses(as_, catalog, asked):
    assert (await as_("sun").get("/requests", params=asked)).status_code == 422
