"""Lists are read page by page, and a cursor is good for its own list only."""

import base64
import json
from uuid import uuid4

import httpx
import pytest

from tests import world

EIC = f"/departments/{world.unit('EIC')}"


async def test_walking_the_pages_gives_every_item_once(as_) -> None:
    sun = as_("sun")
    whole = (await sun.get("/departments?limit=200")).json()
    assert whole["next_cursor"] is None
    walked, path = [], "/departments?limit=1"
    while path is not None:
        page = await sun.get(path)
        walked += page.json()["items"]
        following = page.links.get("next")
        path = following["url"] if following else None
        assert (page.json()["next_cursor"] is None) == (path is None)
    assert walked == whole["items"]
    assert len(walked) > 2


async def test_items_added_while_walking_disturb_nothing(as_) -> None:
    sun, you = as_("sun"), as_("you")
    first = (await sun.get("/departments?limit=2")).json()
    await you.post("/departments", json={"code": "AAA", "name": "安安安局"})  # sorts before everything
    rest = (await sun.get(f"/departments?limit=200&cursor={first['next_cursor']}")).json()
    ids = [item["id"] for item in first["items"] + rest["items"]]
    assert len(ids) == len(set(ids))
    assert "AAA" not in {item["code"] for item in rest["items"]}


async def test_a_cursor_of_another_filter_is_refused(as_) -> None:
    sun = as_("sun")
    cursor = (await sun.get("/departments?limit=1")).json()["next_cursor"]
    refused = await sun.get(f"/departments?limit=1&cursor={cursor}&q=局")
    assert (refused.status_code, refused.json()["code"]) == (400, "cursor_of_another_list")


@pytest.mark.parametrize("cursor", ["x", "!!!", "AAAA", "e30", "bnVsbA"])
async def test_a_cursor_that_is_none_is_refused(as_, cursor: str) -> None:
    refused = await as_("sun").get("/departments", params={"cursor": cursor})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize(
    "keys",
    [[], ["a"], [1, 2], ["a\x00", str(uuid4())], ["a", "no id"], ["\ud800", str(uuid4())], [None, None]],
    ids=["none", "one", "numbers", "NUL", "no id", "surrogate", "null"],
)
async def test_a_cursor_whose_keys_were_changed_is_refused(as_, keys: list[object]) -> None:
    sun = as_("sun")
    true = (await sun.get("/departments?limit=1")).json()["next_cursor"]
    digest = json.loads(base64.urlsafe_b64decode(true + "=="))[0]
    forged = base64.urlsafe_b64encode(json.dumps([digest, *keys]).encode()).decode().rstrip("=")
    refused = await sun.get("/departments", params={"limit": 1, "cursor": forged})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_cursor")


async def test_the_number_of_items_is_estimated_when_asked(as_) -> None:
    sun = as_("sun")
    assert "estimated_count" not in (await sun.get("/departments")).json()
    estimate = (await sun.get("/departments?count=estimate")).json()["estimated_count"]
    assert isinstance(estimate, int)


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "count=exact", "colour=red"])
async def test_a_page_is_asked_for_properly(as_, query: str) -> None:
    refused = await as_("sun").get(f"/departments?{query}")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["loc"][0] == "query"


async def test_what_has_not_changed_is_not_sent_again(as_) -> None:
    sun = as_("sun")
    first: httpx.Response = await sun.get(EIC)
    same = await sun.get(EIC, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["ETag"] == first.headers["ETag"]


async def test_a_change_needs_the_version_that_was_read(as_) -> None:
    you = as_("you")
    tag = (await you.get(EIC)).headers["ETag"]
    blind = await you.patch(EIC, json={"name": "经信委"})
    assert (blind.status_code, blind.json()["code"]) == (428, "if_match_required")
    changed = await you.patch(EIC, json={"name": "经信委"}, headers={"If-Match": tag})
    assert changed.status_code == 200, changed.text
    late = await you.patch(EIC, json={"name": "经委"}, headers={"If-Match": tag})
    assert (late.status_code, late.json()["code"]) == (412, "stale_version")
    assert (await you.get(EIC)).json()["name"] == "经信委"
