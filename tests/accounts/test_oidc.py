"""Signing in with an outside provider, a real one on loopback; it vouches for a subject and nothing else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI
from pydantic import SecretStr, ValidationError
from sqlalchemy import text

from service.accounts import actions, queries
from service.accounts.models import Account
from service.accounts.oidc import Provider
from service.kit.clock import GivenClock
from service.kit.config import Settings
from service.kit.database import Database
from tests.accounts import provider as small
from tests.accounts.conftest import OFFICE, From

CALLBACK = "http://servicedesk.test/api/v1/auth/oidc/callback"


@pytest.fixture
async def provider(app: FastAPI, clock: GivenClock, settings: Settings) -> AsyncIterator[small.SmallProvider]:
    """The provider, trusted by the installation under test."""
    async with small.running(clock) as running:
        trusting = settings.model_copy(
            update={
                "oidc_issuer": running.issuer,
                "oidc_client_id": small.CLIENT_ID,
                "oidc_client_secret": SecretStr(small.CLIENT_SECRET),
                "oidc_redirect_url": CALLBACK,
            }
        )
        app.state.credentials = replace(app.state.credentials, provider=Provider.of(trusting))
        yield running


@pytest.fixture
async def bound(
    zhang: Account, provider: small.SmallProvider, database: Database, clock: GivenClock
) -> Account:
    """Zhang Wei, bound to the subject that the provider signs in."""
    async with database.begin(clock.now()) as work:
        account = await queries.get(work, zhang.id, lock=True)
        return await actions.bind(work, account, (provider.issuer, provider.subject), by=None)


@pytest.fixture
def browser(from_: From, database: Database) -> httpx.AsyncClient:
    return from_(OFFICE)


async def sent_back(browser: httpx.AsyncClient) -> dict[str, str]:
    """Begin to sign in, agree at the provider, and be sent back with these parameters."""
    begun = await browser.get("/auth/oidc/login")
    assert begun.status_code == 303
    async with httpx.AsyncClient() as outside:
        agreed = await outside.get(begun.headers["location"])
    target = agreed.headers["location"]
    assert target.startswith(f"{CALLBACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}


async def finished(browser: httpx.AsyncClient, **changed: str) -> httpx.Response:
    return await browser.get("/auth/oidc/callback", params={**await sent_back(browser), **changed})


async def refused(browser: httpx.AsyncClient, **changed: str) -> tuple[int, str]:
    answer = await finished(browser, **changed)
    return answer.status_code, answer.json()["code"]


async def test_whoever_the_provider_vouches_for_is_signed_in(
    bound: Account, browser: httpx.AsyncClient, app: FastAPI, clock: GivenClock, database: Database
) -> None:
    answer = await finished(browser)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    identity = app.state.credentials.tokens.read(answer.json()["access_token"], clock.now())
    assert identity.account_id == bound.id
    async with database.reading() as reading:
        last = await reading.scalar(text("SELECT data FROM events ORDER BY sequence DESC LIMIT 1"))
    assert last["method"] == "oidc"
    refreshed = await browser.post("/auth/refresh", json={"refresh_token": answer.json()["refresh_token"]})
    assert refreshed.status_code == 200


async def test_the_cookie_of_a_begun_sign_in_is_short_closed_and_says_nothing(
    provider: small.SmallProvider, browser: httpx.AsyncClient
) -> None:
    begun = await browser.get("/auth/oidc/login")
    cookie = begun.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "Max-Age=600" in cookie
    assert "Path=/api/v1/auth/oidc;" in cookie
    assert "SameSite=lax" in cookie
    state = parse_qs(urlsplit(begun.headers["location"]).query)["state"][0]
    assert state not in cookie


@pytest.mark.parametrize(
    ("redirect_url", "is_secure"), [("https://desk.example.cn/back", True), (CALLBACK, False)]
)
async def test_the_cookie_is_secure_wherever_the_service_is_reached_over_https(
    provider: small.SmallProvider,
    browser: httpx.AsyncClient,
    app: FastAPI,
    redirect_url: str,
    is_secure: bool,
) -> None:
    other = Provider(provider.issuer, small.CLIENT_ID, small.CLIENT_SECRET, redirect_url)
    app.state.credentials = replace(app.state.credentials, provider=other)
    cookie = (await browser.get("/auth/oidc/login")).headers["set-cookie"]
    assert ("Secure" in cookie) == is_secure


async def test_nobody_is_signed_in_whose_subject_is_bound_to_no_account(
    zhang: Account, provider: small.SmallProvider, browser: httpx.AsyncClient, database: Database
) -> None:
    provider.lies = {"email": "zhang@example.cn", "preferred_username": "zhang.wei"}
    assert await refused(browser) == (401, "identity_not_bound")
    async with database.reading() as reading:
        kind = await reading.scalar(text("SELECT type FROM events ORDER BY sequence DESC LIMIT 1"))
    assert kind == "account.sign_in_refused"


async def test_a_closed_account_stays_closed(
    bound: Account, browser: httpx.AsyncClient, database: Database, clock: GivenClock
) -> None:
    async with database.begin(clock.now()) as work:
        await actions.deactivate(work, await queries.get(work, bound.id, lock=True), by=None)
    assert await refused(browser) == (401, "identity_not_bound")


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": [small.CLIENT_ID, "another client"], "azp": "another client"},
        {"iss": "http://127.0.0.1:1"},
        {"sub": None},
        {"exp": None},
        {"exp": 1},
        {"iat": 4_000_000_000},
    ],
    ids=str,
)
async def test_an_id_token_that_does_not_fit_signs_nobody_in(
    bound: Account, provider: small.SmallProvider, browser: httpx.AsyncClient, lies: dict[str, Any]
) -> None:
    provider.lies = lies
    assert await refused(browser) == (401, "identity_not_confirmed")


async def test_an_id_token_signed_by_somebody_else_signs_nobody_in(
    bound: Account, provider: small.SmallProvider, browser: httpx.AsyncClient
) -> None:
    provider.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert await refused(browser) == (401, "identity_not_confirmed")


async def test_the_provider_may_rotate_its_keys_and_is_asked_for_them_only_then(
    bound: Account, provider: small.SmallProvider, browser: httpx.AsyncClient
) -> None:
    for _ in range(2):
        assert (await finished(browser)).status_code == 200
    assert provider.calls == ["configuration", "token", "keys", "token"]
    provider.rotate("second")
    assert (await finished(browser)).status_code == 200
    assert provider.calls[4:] == ["token", "keys"]


@pytest.mark.parametrize(
    "changed", [{"code": "code-of-somebody-else"}, {"iss": "https://other.example.cn"}], ids=str
)
async def test_a_code_of_another_sign_in_or_issuer_signs_nobody_in(
    bound: Account, browser: httpx.AsyncClient, changed: dict[str, str]
) -> None:
    assert await refused(browser, **changed) == (401, "identity_not_confirmed")


async def test_who_declines_at_the_provider_is_not_signed_in(
    bound: Account, browser: httpx.AsyncClient
) -> None:
    state = (await sent_back(browser))["state"]
    answer = await browser.get("/auth/oidc/callback", params={"state": state, "error": "access_denied"})
    assert (answer.status_code, answer.json()["code"]) == (401, "identity_not_confirmed")


async def test_a_sign_in_begun_in_another_browser_is_not_finished_here(
    bound: Account, browser: httpx.AsyncClient, from_: From
) -> None:
    returned = await sent_back(browser)
    other = from_(OFFICE)
    for _ in range(2):
        answer = await other.get("/auth/oidc/callback", params=returned)
        assert (answer.status_code, answer.json()["code"]) == (400, "sign_in_not_begun")
        await sent_back(other)  # now it has begun one of its own, with another state


async def test_a_cookie_that_was_changed_is_worth_nothing(bound: Account, browser: httpx.AsyncClient) -> None:
    returned = await sent_back(browser)
    for worthless in ("", "nonsense", "A" * 200):
        browser.cookies.clear()
        answer = await browser.get(
            "/auth/oidc/callback", params=returned, headers={"Cookie": f"servicedesk_oidc={worthless}"}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "sign_in_not_begun")


async def test_whoever_takes_longer_than_ten_minutes_begins_again(
    bound: Account, browser: httpx.AsyncClient, clock: GivenClock
) -> None:
    returned = await sent_back(browser)
    clock.advance(timedelta(minutes=10))
    answer = await browser.get("/auth/oidc/callback", params=returned)
    assert (answer.status_code, answer.json()["code"]) == (400, "sign_in_not_begun")


async def test_a_sign_in_is_finished_once(bound: Account, browser: httpx.AsyncClient) -> None:
    begun = await browser.get("/auth/oidc/login")
    cookie = begun.headers["set-cookie"].partition(";")[0]
    async with httpx.AsyncClient() as outside:
        target = (await outside.get(begun.headers["location"])).headers["location"]
    for status in (200, 401):
        browser.cookies.clear()
        answer = await browser.get(
            f"/auth/oidc/callback?{urlsplit(target).query}", headers={"Cookie": cookie}
        )
        assert answer.status_code == status


async def test_a_provider_that_is_down_is_said_to_be_and_used_again_when_it_is_up(
    provider: small.SmallProvider, browser: httpx.AsyncClient
) -> None:
    provider.is_down = True
    answer = await browser.get("/auth/oidc/login")
    assert (answer.status_code, answer.json()["code"]) == (503, "identity_provider_away")
    assert "retry-after" in answer.headers
    provider.is_down = False
    assert (await browser.get("/auth/oidc/login")).status_code == 303


async def test_a_provider_that_calls_itself_otherwise_is_not_trusted(
    provider: small.SmallProvider, browser: httpx.AsyncClient
) -> None:
    provider.said_issuer = "https://other.example.cn"
    assert (await browser.get("/auth/oidc/login")).status_code == 503


async def test_a_provider_that_nobody_answers_for_is_away(
    app: FastAPI, browser: httpx.AsyncClient, provider: small.SmallProvider
) -> None:
    gone = Provider("http://127.0.0.1:1", small.CLIENT_ID, small.CLIENT_SECRET, CALLBACK)
    app.state.credentials = replace(app.state.credentials, provider=gone)
    assert (await browser.get("/auth/oidc/login")).status_code == 503


@pytest.mark.parametrize("path", ["/auth/oidc/login", "/auth/oidc/callback?state=x&code=y"])
async def test_without_a_provider_the_way_in_is_not_there(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "oidc_not_configured")


def test_a_provider_is_configured_whole_or_not_at_all() -> None:
    with pytest.raises(ValidationError, match="oidc_issuer needs"):
        Settings(oidc_issuer="https://id.example.cn", oidc_client_id="servicedesk")
    assert small.CLIENT_SECRET not in repr(Settings(oidc_client_secret=SecretStr(small.CLIENT_SECRET)))
