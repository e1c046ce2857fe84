"""Coming back to an anonymous request: the number and the secret open that one, and nothing is remembered."""

from datetime import timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from service.accounts import actions, secrets
from service.accounts.rules import Identity, Via
from service.accounts.schemas import AnonymousTokenRead
from service.kit.clock import GivenClock
from service.kit.database import Database, UnitOfWork
from service.kit.errors import TooMany, Unauthorized
from service.kit.ids import random_id
from tests.accounts.conftest import ELSEWHERE, OFFICE

REQUEST, NUMBER, SECRET = random_id(), "RC-7K3M9QX2B0D", "9F2K-7QXD-M3RB-0T5C-W8HJ"


async def open_it(
    app: FastAPI, clock: GivenClock, secret: str = SECRET, *, number: str = NUMBER, address: str = OFFICE
) -> AnonymousTokenRead:
    async def find(_: UnitOfWork, asked: str) -> tuple[UUID, bytes] | None:
        return (REQUEST, secrets.digest_of(SECRET)) if asked == NUMBER else None

    return await actions.open_anonymous_request(
        app.state.database,
        app.state.credentials,
        clock.now(),
        number=number,
        secret=secret,
        address=address,
        find=find,
    )


@pytest.mark.parametrize(
    "typed", [SECRET, "9f2k 7qxd m3rb ot5c w8hj", "９Ｆ２Ｋ７ＱＸＤＭ３ＲＢＯＴ５ＣＷ８ＨＪ"]
)
async def test_the_secret_opens_its_request_however_it_is_typed(
    app: FastAPI, database: Database, clock: GivenClock, typed: str
) -> None:
    token = await open_it(app, clock, typed)
    assert token.expires_in == 15 * 60
    identity = app.state.credentials.tokens.read(token.access_token, clock.now())
    assert identity == Identity(Via.ANONYMOUS, anonymous_request_id=REQUEST)


async def test_an_unknown_number_and_a_wrong_secret_are_refused_alike(
    app: FastAPI, database: Database, clock: GivenClock
) -> None:
    refusals = []
    for number, secret in [(NUMBER, secrets.new_secret()), ("RC-0000000000X", SECRET)]:
        with pytest.raises(Unauthorized) as refusal:
            await open_it(app, clock, secret, number=number)
        refusals.append((refusal.value.code, refusal.value.zh, refusal.value.extra))
    assert refusals[0] == refusals[1]
    assert refusals[0][0] == "wrong_number_or_secret"


async def test_guessing_at_a_secret_is_slowed_and_the_right_one_opens_after_the_wait(
    app: FastAPI, database: Database, clock: GivenClock
) -> None:
    for _ in range(6):
        with pytest.raises(Unauthorized):
            await open_it(app, clock, secrets.new_secret(), address=ELSEWHERE)
    with pytest.raises(TooMany):
        await open_it(app, clock)
    clock.advance(timedelta(seconds=2))
    await open_it(app, clock)


async def test_nothing_ties_who_came_back_to_an_address(
    app: FastAPI, database: Database, clock: GivenClock
) -> None:
    async def rows() -> tuple[int, int]:
        async with database.reading() as reading:
            counts = await reading.scalar(text("SELECT count(*) FROM guess_counts"))
            events = await reading.scalar(text("SELECT count(*) FROM events"))
        return int(counts or 0), int(events or 0)

    counts, events = await rows()
    await open_it(app, clock)
    assert await rows() == (counts + 2, events), "the number and the address, each for itself, and no event"
    clock.advance(timedelta(days=1))
    await open_it(app, clock)
    assert await rows() == (counts + 3, events), "tomorrow's address is another one"


def test_a_secret_is_written_down_easily_and_never_the_same() -> None:
    made = {secrets.new_secret() for _ in range(100)}
    assert len(made) == 100
    for secret in made:
        assert [len(group) for group in secret.split("-")] == [4] * 5
        assert not set(secret) & set("OILU")
