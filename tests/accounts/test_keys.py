"""API keys: shown once, kept as a digest, limited in power, number and time."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from service.accounts import actions
from service.accounts.models import Account, ApiKey
from service.accounts.rules import is_key, new_key
from service.kit.clock import GivenClock
from service.kit.database import Database
from service.kit.errors import Conflict, Invalid, NotFound
from service.kit.ids import new_id


async def made(
    database: Database, clock: GivenClock, owner: Account, days: int | None = 30
) -> tuple[ApiKey, str]:
    expires_at = None if days is None else clock.now() + timedelta(days=days)
    async with database.begin(clock.now()) as work:
        return await actions.create_key(
            work, owner.id, name="脚本", scopes=["requests.read", "events.read"], expires_at=expires_at
        )


async def test_a_key_is_kept_as_a_digest_and_recognised_by_its_ending(
    zhang: Account, database: Database, clock: GivenClock
) -> None:
    key, shown = await made(database, clock, zhang)
    assert is_key(shown)
    assert shown.endswith(key.ending)
    async with database.reading() as reading:
        row = str(await reading.scalar(text("SELECT row_to_json(k)::text FROM api_keys k")))
        event = await reading.execute(text("SELECT type, data FROM events ORDER BY sequence DESC LIMIT 1"))
        kind, data = event.one()
    assert shown not in row
    assert shown.encode().hex() not in row
    assert kind == "account.key_created"
    assert data == {
        "key_id": str(key.id),
        "scopes": ["events.read", "requests.read"],
        "expires_on": "2026-12-24",
    }


async def test_a_key_lives_a_year_unless_said_otherwise(
    zhang: Account, database: Database, clock: GivenClock
) -> None:
    key, _ = await made(database, clock, zhang, days=None)
    assert key.expires_at == clock.now() + timedelta(days=365)


@pytest.mark.parametrize("days", [-1, 0, 367])
async def test_a_key_can_neither_have_run_out_nor_live_for_more_than_a_year(
    zhang: Account, database: Database, clock: GivenClock, days: int
) -> None:
    with pytest.raises(Invalid) as refusal:
        await made(database, clock, zhang, days)
    assert refusal.value.extra["errors"][0]["code"] == "expiry_out_of_range"


async def test_an_account_has_twenty_keys_at_most_of_those_that_still_work(
    zhang: Account, database: Database, clock: GivenClock
) -> None:
    keys = [await made(database, clock, zhang) for _ in range(20)]
    with pytest.raises(Conflict) as refusal:
        await made(database, clock, zhang)
    assert refusal.value.code == "too_many_keys"
    async with database.begin(clock.now()) as work:
        await actions.revoke_key(work, keys[0][0].id, owner_id=zhang.id, by=zhang.id)
    await made(database, clock, zhang)
    clock.advance(timedelta(days=30))
    await made(database, clock, zhang)


async def test_nobody_revokes_somebody_elses_key_and_twice_is_harmless(
    zhang: Account, database: Database, clock: GivenClock
) -> None:
    key, _ = await made(database, clock, zhang)
    stranger = new_id()
    async with database.begin(clock.now()) as work:
        with pytest.raises(NotFound):
            await actions.revoke_key(work, key.id, owner_id=stranger, by=stranger)
        with pytest.raises(NotFound):
            await actions.revoke_key(work, new_id(), owner_id=zhang.id, by=zhang.id)
    for owner_id in (zhang.id, None):
        async with database.begin(clock.now()) as work:
            await actions.revoke_key(work, key.id, owner_id=owner_id, by=zhang.id)
    async with database.reading() as reading:
        told = await reading.scalar(text("SELECT count(*) FROM events WHERE type = 'account.key_revoked'"))
    assert told == 1


@given(place=st.integers(3, 48), character=st.characters(categories=["L", "N"]))
def test_a_key_with_any_one_character_mistyped_is_recognised(place: int, character: str) -> None:
    key = new_key()
    mistyped = key[:place] + character + key[place + 1 :]
    assert is_key(mistyped) == (mistyped == key)


def test_a_key_is_what_the_scanners_are_told_to_look_for() -> None:
    key = new_key()
    assert len(key) == len("sk_") + 40 + 6
    assert key.startswith("sk_")
    assert key[3:].isascii()
    assert key[3:].isalnum()
    assert new_key() != key
