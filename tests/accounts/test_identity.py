"""Who calls: what the Authorization header proves, and how little is asked for it."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from service.accounts import actions, queries
from service.accounts.identity import CurrentIdentity, Identity, Via
from service.accounts.models import Account, ApiKey
from service.accounts.rules import is_key, new_key
from service.kit.clock import GivenClock
from service.kit.database import Database
from service.kit.ids import random_id
from tests.accounts.conftest import OFFICE, From, SignIn


@pytest.fixture
def who(app: FastAPI, from_: From) -> Any:
    """Call with this credential and be told who one is."""

    @app.get("/api/v1/who")
    async def who_am_i(identity: CurrentIdentity) -> dict[str, Any]:
        return {
            "via": identity.via,
            "account_id": identity.account_id,
            "scopes": sorted(identity.scopes) if identity.scopes is not None else None,
            "anonymous_request_id": identity.anonymous_request_id,
        }

    async def call(credential: str | None, scheme: str = "Bearer") -> httpx.Response:
        headers = {} if credential is None else {"Authorization": f"{scheme} {credential}"}
        return await from_(OFFICE).get("/who", headers=headers)

    return call


@pytest.fixture
async def key(zhang: Account, database: Database, clock: GivenClock) -> tuple[ApiKey, str]:
    """Zhang Wei's key for reading requests, good for a year."""
    async with database.begin(clock.now()) as work:
        return await actions.create_key(
            work, zhang.id, name="报表脚本", scopes=["requests.read"], expires_at=None
        )


async def code_of(answer: httpx.Response) -> str:
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    code: str = answer.json()["code"]
    return code


async def test_a_token_is_read_without_asking_the_database(
    zhang: Account, sign_in: SignIn, who: Any, statements: list[str]
) -> None:
    token = (await sign_in()).json()["access_token"]
    statements.clear()
    assert (await who(token)).json() == {
        "via": "token",
        "account_id": str(zhang.id),
        "scopes": None,
        "anonymous_request_id": None,
    }
    assert statements == []


async def test_an_anonymous_token_stands_for_its_request(app: FastAPI, who: Any, clock: GivenClock) -> None:
    request_id = random_id()
    token = app.state.credentials.tokens.for_anonymous_request(request_id, clock.now())
    told = (await who(token)).json()
    assert (told["via"], told["account_id"], told["anonymous_request_id"]) == (
        "anonymous",
        None,
        str(request_id),
    )


async def test_a_key_is_one_lookup_and_carries_its_scopes(
    zhang: Account, key: tuple[ApiKey, str], who: Any, statements: list[str]
) -> None:
    await who(key[1])
    statements.clear()
    told = (await who(key[1])).json()
    assert told == {
        "via": "key",
        "account_id": str(zhang.id),
        "scopes": ["requests.read"],
        "anonymous_request_id": None,
    }
    assert len(statements) == 1


async def test_a_key_notes_when_it_was_used_at_most_once_a_minute(
    key: tuple[ApiKey, str], who: Any, database: Database, clock: GivenClock
) -> None:
    async def last_used() -> Any:
        async with database.begin(clock.now()) as work:
            return (await work.get_one(ApiKey, key[0].id)).last_used_at

    began = clock.now()
    await who(key[1])
    clock.advance(timedelta(seconds=59))
    await who(key[1])
    assert await last_used() == began
    clock.advance(timedelta(seconds=2))
    await who(key[1])
    assert await last_used() == clock.now()


async def test_a_key_runs_out(key: tuple[ApiKey, str], who: Any, clock: GivenClock) -> None:
    clock.advance(timedelta(days=365) - timedelta(seconds=1))
    assert (await who(key[1])).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert await code_of(await who(key[1])) == "unknown_credential"


async def test_a_revoked_key_stops_at_once(
    key: tuple[ApiKey, str], zhang: Account, who: Any, database: Database, clock: GivenClock
) -> None:
    async with database.begin(clock.now()) as work:
        await actions.revoke_key(work, key[0].id, owner_id=zhang.id, by=zhang.id)
    assert await code_of(await who(key[1])) == "unknown_credential"


async def test_a_key_copied_badly_is_recognised_without_asking_the_database(
    key: tuple[ApiKey, str], who: Any, statements: list[str]
) -> None:
    statements.clear()
    swapped = key[1][:-8] + key[1][-8:][::-1]
    for mistyped in (key[1][:-1], key[1] + "x", swapped, "sk_"):
        assert await code_of(await who(mistyped)) == "mistyped_key"
    assert statements == []
    assert is_key(key[1])


async def test_a_key_that_nobody_has_is_refused(zhang: Account, who: Any) -> None:
    assert await code_of(await who(new_key())) == "unknown_credential"


@pytest.mark.parametrize(("credential", "scheme"), [(None, ""), ("", "Bearer"), ("emhhbmc6eA==", "Basic")])
async def test_without_a_bearer_credential_one_is_asked_to_sign_in(
    who: Any, credential: str | None, scheme: str
) -> None:
    assert await code_of(await who(credential, scheme)) == "not_signed_in"


async def test_a_closed_account_no_longer_stands_by_token_or_key(
    zhang: Account,
    key: tuple[ApiKey, str],
    sign_in: SignIn,
    database: Database,
    clock: GivenClock,
    app: FastAPI,
) -> None:
    token = (await sign_in()).json()["access_token"]
    by_token: Identity = app.state.credentials.tokens.read(token, clock.now())
    by_key = Identity(Via.KEY, account_id=zhang.id, scopes=frozenset(), token_id=key[0].id)
    async with database.begin(clock.now()) as work:
        assert await queries.standing(work, by_token)
        assert await queries.standing(work, by_key)
        await actions.deactivate(work, await queries.get(work, zhang.id, lock=True), by=None)
    async with database.begin(clock.now()) as work:
        assert await queries.standing(work, by_token) is None
        assert await queries.standing(work, by_key) is None
        await actions.reactivate(work, await queries.get(work, zhang.id, lock=True), by=None)
    async with database.begin(clock.now()) as work:
        assert await queries.standing(work, by_token) is None, "its sessions have ended for good"
        assert await queries.standing(work, by_key)
