"""Binding accounts to the people of an identity provider: the security administrator's work alone."""

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from service.accounts.oidc import Provider
from service.kit.database import Database
from service.kit.ids import new_id
from tests import world

As = Callable[[str], httpx.AsyncClient]
WANG, CHEN = (f"/accounts/{world.person(name)}/external-identity" for name in ("wang", "chen"))
SUBJECT = {"subject": "248289761001"}


@pytest.fixture
def xu(as_: As, app: FastAPI) -> httpx.AsyncClient:
    """The security administrator of an installation with a provider."""
    provider = Provider("https://id.example.cn", "servicedesk", "secret", "https://desk.example.cn/back")
    app.state.credentials = replace(app.state.credentials, provider=provider)
    return as_("xu")


async def bind(client: httpx.AsyncClient, path: str, version: str = '"1.x"') -> httpx.Response:
    return await client.put(path, json=SUBJECT, headers={"If-Match": version})


async def test_a_bound_account_is_changed_by_it_and_says_so(
    xu: httpx.AsyncClient, database: Database
) -> None:
    answer = await bind(xu, WANG)
    assert answer.status_code == 200
    assert answer.headers["etag"].startswith('"2.')
    assert answer.json()["username"] == "wang"
    assert SUBJECT["subject"] not in answer.text
    async with database.reading() as reading:
        told = await reading.execute(
            text("SELECT type, actor_id, data FROM events ORDER BY sequence DESC LIMIT 1")
        )
    assert tuple(told.one()) == ("account.changed", world.person("xu"), {"fields": ["external_subject"]})


async def test_one_person_outside_is_one_account_here(xu: httpx.AsyncClient) -> None:
    assert (await bind(xu, WANG)).status_code == 200
    answer = await bind(xu, CHEN)
    assert (answer.status_code, answer.json()["code"]) == (409, "external_subject_taken")
    for _ in range(2):
        assert (await xu.delete(WANG)).status_code == 204
    assert (await bind(xu, CHEN)).status_code == 200


async def test_a_stale_or_missing_version_changes_nothing(xu: httpx.AsyncClient) -> None:
    assert (await xu.put(WANG, json=SUBJECT)).status_code == 428
    answer = await bind(xu, WANG, '"7.x"')
    assert (answer.status_code, answer.json()["version"]) == (412, 1)


async def test_nobody_else_binds_or_unbinds(xu: httpx.AsyncClient, as_: As) -> None:
    for username in ("wang", "you", "he", "sun"):
        assert (await bind(as_(username), WANG)).status_code == 403
        assert (await as_(username).delete(WANG)).status_code == 403


async def test_an_account_that_is_not_there_is_not_found(xu: httpx.AsyncClient) -> None:
    assert (await bind(xu, f"/accounts/{new_id()}/external-identity")).status_code == 404


async def test_without_a_provider_nobody_is_bound(as_: As) -> None:
    answer = await bind(as_("xu"), WANG)
    assert (answer.status_code, answer.json()["code"]) == (404, "oidc_not_configured")
