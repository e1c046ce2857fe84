"""Guessing is slow, for whoever guesses and from wherever; the person themselves is never kept out."""

from datetime import timedelta
from ipaddress import IPv4Network, ip_network

import anyio
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from service.accounts.models import Account
from service.app import create_app
from service.kit.clock import GivenClock
from service.kit.config import Settings
from service.kit.database import Database
from tests.accounts.conftest import ELSEWHERE, OFFICE, PASSWORD, Counting, From, SignIn

WRONG = "not the password"


async def fail(sign_in: SignIn, times: int, **where: str) -> None:
    for _ in range(times):
        assert (await sign_in(WRONG, **where)).status_code == 401


async def test_five_wrong_guesses_are_free_and_then_the_wait_doubles_to_a_quarter_of_an_hour(
    zhang: Account, sign_in: SignIn, clock: GivenClock, passwords: Counting
) -> None:
    await fail(sign_in, 6)
    waits = []
    for _ in range(11):
        refused = await sign_in(WRONG)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_guesses")
        waits.append(int(refused.headers["retry-after"]))
        clock.advance(timedelta(seconds=waits[-1]))
        await fail(sign_in, 1)
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert passwords.verified == 6 + 11, "nothing is verified during a wait"


async def test_the_right_password_opens_after_the_wait_and_the_count_starts_anew(
    zhang: Account, sign_in: SignIn, clock: GivenClock
) -> None:
    await fail(sign_in, 6)
    assert (await sign_in()).status_code == 429, "the right password waits too, or the wait would tell"
    clock.advance(timedelta(seconds=2))
    assert (await sign_in()).status_code == 200
    await fail(sign_in, 6)


async def test_hammering_during_a_wait_does_not_lengthen_it(
    zhang: Account, sign_in: SignIn, clock: GivenClock
) -> None:
    await fail(sign_in, 6)
    for _ in range(20):
        assert (await sign_in(WRONG)).headers["retry-after"] == "2"
    clock.advance(timedelta(seconds=2))
    assert (await sign_in()).status_code == 200


async def test_wrong_guesses_are_forgotten_after_a_day(
    zhang: Account, sign_in: SignIn, clock: GivenClock
) -> None:
    await fail(sign_in, 5)
    clock.advance(timedelta(days=1))
    await fail(sign_in, 6)


async def test_a_name_nobody_has_waits_like_one_somebody_has(
    zhang: Account, sign_in: SignIn, clock: GivenClock
) -> None:
    async def told(username: str, address: str) -> list[tuple[int, str | None]]:
        answers = [await sign_in(WRONG, username=username, address=address) for _ in range(8)]
        return [(answer.status_code, answer.headers.get("retry-after")) for answer in answers]

    assert await told("nobody", OFFICE) == await told("zhang.wei", ELSEWHERE)


async def test_guessing_from_elsewhere_cannot_keep_a_person_out_of_their_office(
    zhang: Account, sign_in: SignIn, clock: GivenClock
) -> None:
    assert (await sign_in(address=OFFICE)).status_code == 200
    await fail(sign_in, 6, address=ELSEWHERE)
    assert (await sign_in(address="192.0.2.200")).status_code == 429, "a strange address waits with the rest"
    assert (await sign_in(address=OFFICE)).status_code == 200
    assert (await sign_in(address=ELSEWHERE)).status_code == 429, "the guesser gains nothing from it"


async def test_an_address_where_everybody_guesses_waits_but_not_who_is_known_there(
    zhang: Account, sign_in: SignIn, clock: GivenClock
) -> None:
    assert (await sign_in(address=OFFICE)).status_code == 200
    for number in range(31):
        await fail(sign_in, 1, username=f"name{number}", address=OFFICE)
    refused = await sign_in(WRONG, username="one more", address=OFFICE)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
    assert (await sign_in(address=OFFICE)).status_code == 200
    await fail(sign_in, 1, username="one more", address=ELSEWHERE)


async def test_a_known_address_is_slowed_too(zhang: Account, sign_in: SignIn) -> None:
    assert (await sign_in()).status_code == 200
    await fail(sign_in, 6)
    assert (await sign_in()).status_code == 429


async def test_many_guesses_at_once_do_not_all_pass_as_the_first_one(
    zhang: Account, sign_in: SignIn, passwords: Counting
) -> None:
    statuses: list[int] = []

    async def guess() -> None:
        statuses.append((await sign_in(WRONG)).status_code)

    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(guess)
    assert sorted(statuses) == [401] * 6 + [429] * 14
    assert passwords.verified == 6


async def test_another_process_counts_on(
    zhang: Account, sign_in: SignIn, settings: Settings, clock: GivenClock, from_: From
) -> None:
    await fail(sign_in, 6)
    other = create_app(settings, clock=clock)
    transport = httpx.ASGITransport(app=other, client=(ELSEWHERE, 50123))
    async with httpx.AsyncClient(transport=transport, base_url="http://servicedesk.test/api/v1") as client:
        form = {"username": "zhang.wei", "password": PASSWORD}
        assert (await client.post("/auth/token", data=form)).status_code == 429
    await other.state.database.close()


@pytest.mark.parametrize(("proxies", "is_believed"), [((), False), ((ip_network(OFFICE),), True)])
async def test_a_forwarded_address_counts_only_from_a_configured_proxy(
    zhang: Account,
    app: FastAPI,
    settings: Settings,
    from_: From,
    proxies: tuple[IPv4Network, ...],
    is_believed: bool,
) -> None:
    app.state.settings = settings.model_copy(update={"trusted_proxies": proxies})
    client = from_(OFFICE)
    for number in range(32):
        form = {"username": f"name{number}", "password": WRONG}
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        last = await client.post("/auth/token", data=form, headers=headers)
    assert last.status_code == (401 if is_believed else 429)


async def test_no_address_and_no_name_is_kept_as_it_is(
    zhang: Account, sign_in: SignIn, database: Database, clock: GivenClock
) -> None:
    await sign_in()
    await sign_in(WRONG, username="nobody")
    async with database.reading() as reading:
        kept = await reading.execute(
            text("SELECT row_to_json(g)::text FROM guess_counts g UNION ALL SELECT data::text FROM events")
        )
        rows = " ".join(kept.scalars())
    assert rows
    for plain in (OFFICE, OFFICE.encode().hex(), "nobody", b"nobody".hex(), "zhang", b"zhang".hex()):
        assert plain not in rows


async def test_an_address_has_another_digest_tomorrow(
    zhang: Account, sign_in: SignIn, database: Database, clock: GivenClock
) -> None:
    await sign_in(WRONG)
    clock.advance(timedelta(days=1))
    await sign_in(WRONG)
    async with database.reading() as reading:
        digests = await reading.execute(
            text("SELECT data->>'address_digest' FROM events WHERE type = 'account.sign_in_refused'")
        )
        today, tomorrow = digests.scalars()
    assert today != tomorrow
