"""The log: chained, append-only, and part of the change it tells of."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import col, select

from service import events
from service.events.actions import digest
from service.events.models import Event
from service.kit.clock import GivenClock
from service.kit.database import Database, UnitOfWork
from service.kit.ids import new_id

DOOR = new_id()
OPENED = events.declare("door.opened", "门已打开", "Door opened", data="hand")


async def _open_door(work: UnitOfWork, hand: str) -> Event:
    return await events.record(
        work, OPENED, subject_kind="door", subject_id=DOOR, version=1, by=None, data={"hand": hand}
    )


async def _log(database: Database, clock: GivenClock) -> list[Event]:
    async with database.begin(clock.now()) as work:
        of_the_door = select(Event).where(Event.subject_id == DOOR).order_by(col(Event.sequence))
        return list((await work.exec(of_the_door)).all())


async def test_each_event_holds_the_digest_of_the_one_before(database: Database, clock: GivenClock) -> None:
    for hand in ("left", "right"):
        async with database.begin(clock.now()) as work:
            await _open_door(work, hand)
            await _open_door(work, hand)
    log = await _log(database, clock)
    assert [event.previous for event in log] == [None, *(event.digest for event in log[:-1])]
    assert [digest(event) for event in log] == [event.digest for event in log]


async def test_a_changed_event_no_longer_has_its_digest(database: Database, clock: GivenClock) -> None:
    async with database.begin(clock.now()) as work:
        await _open_door(work, "left")
    [event] = await _log(database, clock)
    event.data = {"hand": "right"}
    assert digest(event) != event.digest


async def test_a_rolled_back_change_leaves_no_event(database: Database, clock: GivenClock) -> None:
    async def open_and_fail() -> None:
        async with database.begin(clock.now()) as work:
            await _open_door(work, "left")
            await work.flush()
            raise RuntimeError("the change failed later on")

    with pytest.raises(RuntimeError):
        await open_and_fail()
    assert await _log(database, clock) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE events SET version = 2", "DELETE FROM events", "TRUNCATE events"], ids=str.split
)
async def test_the_app_role_cannot_rewrite_the_log(
    statement: str, database: Database, clock: GivenClock
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with database.begin(clock.now()) as work:
            await work.exec(text(statement))  # type: ignore[call-overload]


async def test_an_event_says_only_what_its_kind_declares(database: Database, clock: GivenClock) -> None:
    with pytest.raises(AssertionError, match="does not declare"):
        async with database.begin(clock.now()) as work:
            await events.record(
                work, OPENED, subject_kind="door", subject_id=DOOR, version=1, by=None, data={"name": "张三"}
            )
