"""Staying signed in: each refresh token is exchanged once, and a copied one ends its session."""

from datetime import timedelta
from typing import Any

import anyio
import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from service.accounts import actions, queries
from service.accounts.identity import Identity, Via
from service.accounts.models import Account, RefreshToken, Session
from service.kit import crypto
from service.kit.clock import GivenClock
from service.kit.database import Database
from service.kit.ids import new_id
from tests.accounts.conftest import OFFICE, From, SignIn


@pytest.fixture
async def tokens(zhang: Account, sign_in: SignIn) -> dict[str, Any]:
    """Zhang Wei has just signed in."""
    answer: dict[str, Any] = (await sign_in()).json()
    return answer


@pytest.fixture
def client(from_: From) -> httpx.AsyncClient:
    return from_(OFFICE)


async def refreshed(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/auth/refresh", json={"refresh_token": token})


async def refused(client: httpx.AsyncClient, token: str) -> str:
    answer = await refreshed(client, token)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    code: str = answer.json()["code"]
    return code


async def the_session(database: Database, clock: GivenClock) -> Session:
    newest = select(Session).order_by(col(Session.started_at).desc()).limit(1)
    async with database.begin(clock.now()) as work:
        return (await work.exec(newest)).one()


async def test_a_refresh_token_is_exchanged_for_new_tokens_of_the_same_session(
    tokens: dict[str, Any], client: httpx.AsyncClient, database: Database, clock: GivenClock
) -> None:
    clock.advance(timedelta(minutes=14))
    newer = (await refreshed(client, tokens["refresh_token"])).json()
    assert newer.keys() == tokens.keys()
    assert newer["refresh_token"] != tokens["refresh_token"]
    assert newer["access_token"] != tokens["access_token"]
    assert (await refreshed(client, newer["refresh_token"])).status_code == 200
    assert (await the_session(database, clock)).ended_at is None


async def test_a_lost_answer_can_be_asked_for_again_within_half_a_minute(
    tokens: dict[str, Any], client: httpx.AsyncClient, clock: GivenClock
) -> None:
    first = (await refreshed(client, tokens["refresh_token"])).json()
    clock.advance(timedelta(seconds=29))
    again = (await refreshed(client, tokens["refresh_token"])).json()
    assert again["refresh_token"] == first["refresh_token"]
    assert (await refreshed(client, again["refresh_token"])).status_code == 200


async def test_a_double_click_gives_both_the_same_successor(
    tokens: dict[str, Any], client: httpx.AsyncClient, database: Database, clock: GivenClock
) -> None:
    answers: list[httpx.Response] = []

    async def click() -> None:
        answers.append(await refreshed(client, tokens["refresh_token"]))

    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(click)
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    async with database.begin(clock.now()) as work:
        session_id = (await the_session(database, clock)).id
        of_session = await work.exec(select(RefreshToken).where(RefreshToken.session_id == session_id))
        assert sorted(token.exchanged_at is None for token in of_session) == [False, True]


async def test_an_old_token_shown_after_half_a_minute_ends_the_session_for_everybody(
    tokens: dict[str, Any], client: httpx.AsyncClient, database: Database, clock: GivenClock, zhang: Account
) -> None:
    newer = (await refreshed(client, tokens["refresh_token"])).json()
    clock.advance(timedelta(seconds=30))
    assert await refused(client, tokens["refresh_token"]) == "unknown_credential"
    assert await refused(client, newer["refresh_token"]) == "unknown_credential"
    assert (await the_session(database, clock)).ended_because == "replayed"
    async with database.reading() as reading:
        last = await reading.execute(
            text("SELECT type, subject_id FROM events ORDER BY sequence DESC LIMIT 1")
        )
        assert tuple(last.one()) == ("account.refresh_replayed", zhang.id)


async def test_a_thief_and_the_owner_cannot_both_go_on_even_within_half_a_minute(
    tokens: dict[str, Any], client: httpx.AsyncClient
) -> None:
    owner = (await refreshed(client, tokens["refresh_token"])).json()
    thief = (await refreshed(client, tokens["refresh_token"])).json()
    assert (await refreshed(client, thief["refresh_token"])).status_code == 200
    assert (await refreshed(client, owner["refresh_token"])).status_code == 200, "still the same one"
    assert await refused(client, tokens["refresh_token"]) == "unknown_credential"
    assert await refused(client, thief["refresh_token"]) == "unknown_credential"


async def test_a_refresh_token_lives_seven_days_and_each_exchange_gives_seven_more(
    tokens: dict[str, Any], client: httpx.AsyncClient, clock: GivenClock
) -> None:
    clock.advance(timedelta(days=7) - timedelta(seconds=1))
    newer = (await refreshed(client, tokens["refresh_token"])).json()
    clock.advance(timedelta(days=7))
    assert await refused(client, newer["refresh_token"]) == "refresh_token_expired"


async def test_a_session_ends_after_ninety_days_however_often_it_was_refreshed(
    tokens: dict[str, Any], client: httpx.AsyncClient, clock: GivenClock
) -> None:
    for _ in range(15):
        clock.advance(timedelta(days=5, hours=23))
        answer = await refreshed(client, tokens["refresh_token"])
        assert answer.status_code == 200
        tokens = answer.json()
    assert tokens["refresh_expires_in"] == timedelta(hours=15).total_seconds()
    clock.advance(timedelta(hours=15))
    assert await refused(client, tokens["refresh_token"]) == "refresh_token_expired"


async def test_a_closed_account_is_not_refreshed(
    tokens: dict[str, Any], client: httpx.AsyncClient, zhang: Account, database: Database, clock: GivenClock
) -> None:
    async with database.begin(clock.now()) as work:
        await actions.deactivate(work, await queries.get(work, zhang.id, lock=True), by=None)
    assert await refused(client, tokens["refresh_token"]) == "unknown_credential"


async def test_a_token_that_is_not_ours_is_refused(client: httpx.AsyncClient) -> None:
    assert await refused(client, "rt_" + "x" * 43) == "unknown_credential"


async def test_signing_out_ends_the_session_and_may_be_repeated(
    tokens: dict[str, Any], client: httpx.AsyncClient, zhang: Account, database: Database, clock: GivenClock
) -> None:
    session = await the_session(database, clock)
    caller = Identity(Via.TOKEN, account_id=zhang.id, token_id=session.id)
    async with database.begin(clock.now()) as work:
        assert await queries.standing(work, caller)
    for token in (tokens["refresh_token"], tokens["refresh_token"], "rt_unknown"):
        answer = await client.post("/auth/logout", json={"refresh_token": token})
        assert (answer.status_code, answer.content) == (204, b"")
    assert await refused(client, tokens["refresh_token"]) == "unknown_credential"
    async with database.begin(clock.now()) as work:
        assert await queries.standing(work, caller) is None, "the access token has stopped as well"
    async with database.reading() as reading:
        out = await reading.scalar(text("SELECT count(*) FROM events WHERE type = 'account.signed_out'"))
    assert out == 1


async def test_no_token_is_kept_as_it_is(
    tokens: dict[str, Any], client: httpx.AsyncClient, database: Database
) -> None:
    newer = (await refreshed(client, tokens["refresh_token"])).json()
    async with database.reading() as reading:
        kept = " ".join(
            (await reading.execute(text("SELECT row_to_json(t)::text FROM refresh_tokens t"))).scalars()
        )
    for token in (tokens["refresh_token"], newer["refresh_token"]):
        assert token not in kept
        assert token.encode().hex() not in kept


async def test_the_database_refuses_a_second_live_token_of_one_session(
    tokens: dict[str, Any], database: Database, clock: GivenClock
) -> None:
    session = await the_session(database, clock)
    with pytest.raises(IntegrityError, match="refresh_tokens_unused_key"):
        async with database.begin(clock.now()) as work:
            work.add(
                RefreshToken(
                    digest=crypto.digest("refresh_token", str(new_id())),
                    session_id=session.id,
                    issued_at=work.now,
                    expires_at=work.now,
                )
            )
