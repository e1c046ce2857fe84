"""API keys over HTTP: shown once, limited to what their owner may do, and no way to make another."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from service.kit.clock import GivenClock
from service.kit.database import Database
from service.kit.ids import new_id
from tests import world

As = Callable[[str], httpx.AsyncClient]


async def made(client: httpx.AsyncClient, *scopes: str, **said: Any) -> dict[str, Any]:
    answer = await client.post("/api-keys", json={"name": "每日台账", "scopes": scopes, **said})
    assert answer.status_code == 201, answer.text
    key: dict[str, Any] = answer.json()
    return key


async def test_a_key_is_shown_once_and_listed_without_itself(as_: As, clock: GivenClock) -> None:
    sun = as_("sun")
    first = await made(sun, "requests.read")
    clock.advance(timedelta(minutes=1))
    second = await made(sun, "requests.triage", "requests.read")
    assert first["key"].startswith("sk_")
    assert first["key"].endswith(first["ending"])
    assert second["scopes"] == ["requests.read", "requests.triage"]
    listed = (await sun.get("/api-keys")).json()["items"]
    assert [key["id"] for key in listed] == [second["id"], first["id"]]
    assert all("key" not in key for key in listed)
    del first["key"]
    assert listed[1] == first
    assert [key["id"] for key in (await as_("wang").get("/api-keys")).json()["items"]] == []


async def test_keys_are_listed_in_pages(as_: As) -> None:
    sun = as_("sun")
    ids = {(await made(sun, "requests.read"))["id"] for _ in range(3)}
    first = (await sun.get("/api-keys", params={"limit": 2})).json()
    rest = (await sun.get("/api-keys", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert rest["next_cursor"] is None
    assert {key["id"] for key in first["items"] + rest["items"]} == ids


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"scopes": []}, "too_short"),
        ({"scopes": ["requests.read_everything"]}, "enum"),
        ({"scopes": ["security.manage"]}, "scope_not_held"),
        ({"name": " "}, "blank"),
        ({"name": "x" * 201}, "string_too_long"),
        ({"expires_at": "2026-11-24T09:59:59+08:00"}, "expiry_out_of_range"),
        ({"expires_at": "2028-01-01T00:00:00+08:00"}, "expiry_out_of_range"),
        ({"expires_at": "2027-01-01T00:00:00"}, "timezone_aware"),
        ({"owner": "wang"}, "extra_forbidden"),
    ],
    ids=str,
)
async def test_a_key_of_the_wrong_shape_or_beyond_its_owner_is_refused(
    as_: As, said: dict[str, Any], code: str
) -> None:
    body = {"name": "每日台账", "scopes": ["requests.read"], **said}
    answer = await as_("sun").post("/api-keys", json=body)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == [code]


async def test_a_key_acts_for_its_owner_within_its_scopes_but_manages_no_keys(
    as_: As, api: httpx.AsyncClient, database: Database
) -> None:
    key = (await made(as_("sun"), "requests.read"))["key"]
    bearer = {"Authorization": f"Bearer {key}"}
    body = {"name": "另一个", "scopes": ["requests.read"]}
    for answer in (
        await api.post("/api/v1/api-keys", json=body, headers=bearer),
        await api.get("/api/v1/api-keys", headers=bearer),
        await api.delete(f"/api/v1/api-keys/{new_id()}", headers=bearer),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "only_signed_in")
    async with database.reading() as reading:
        assert await reading.scalar(text("SELECT count(*) FROM api_keys")) == 1


async def test_a_revoked_key_stops_and_stays_in_the_list(as_: As, api: httpx.AsyncClient) -> None:
    sun = as_("sun")
    key = await made(sun, "requests.read")
    for _ in range(2):
        answer = await sun.delete(f"/api-keys/{key['id']}")
        assert (answer.status_code, answer.content) == (204, b"")
    refused = await api.get("/api/v1/api-keys", headers={"Authorization": f"Bearer {key['key']}"})
    assert (refused.status_code, refused.json()["code"]) == (401, "unknown_credential")
    [listed] = (await sun.get("/api-keys")).json()["items"]
    assert listed["revoked_at"] == "2026-11-24T10:00:00+08:00"


async def test_anothers_key_is_seen_and_revoked_by_the_security_administrator_alone(as_: As) -> None:
    key = await made(as_("sun"), "requests.read")
    of_sun = {"account_id": str(world.person("sun"))}
    for username in ("wang", "you", "he"):
        assert (await as_(username).get("/api-keys", params=of_sun)).status_code == 403
        assert (await as_(username).delete(f"/api-keys/{key['id']}")).status_code == 404
    listed = (await as_("xu").get("/api-keys", params=of_sun)).json()["items"]
    assert [one["id"] for one in listed] == [key["id"]]
    assert (await as_("xu").delete(f"/api-keys/{key['id']}")).status_code == 204


async def test_nobody_makes_a_key_without_signing_in(api: httpx.AsyncClient) -> None:
    answer = await api.post("/api/v1/api-keys", json={"name": "x", "scopes": ["requests.read"]})
    assert answer.status_code == 401
