"""The queue: a job goes with its cause, and survives the worker."""

import procrastinate
import psycopg
import pytest
from sqlalchemy import make_url, text

from service.kit.clock import GivenClock
from service.kit.config import Settings
from service.kit.database import Database
from service.kit.jobs import defer, jobs, resume
from service.worker import work

done: list[int] = []


@jobs.task(name="tests.note", pass_context=True)
async def note(context: procrastinate.JobContext, number: int) -> None:
    assert {"database", "storage", "clock", "settings"} <= context.additional_context.keys()
    done.append(number)


@jobs.task(name="tests.note_once", queueing_lock="tests.note_once")
async def note_once(number: int) -> None:
    done.append(number)


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


async def test_a_job_runs_after_its_cause_is_committed(
    settings: Settings, database: Database, clock: GivenClock
) -> None:
    async with database.begin(clock.now()) as unit:
        await defer(unit, note, number=1)
    await work(settings, wait=False)
    assert done == [1]


async def test_a_cause_that_is_rolled_back_leaves_no_job(
    settings: Settings, database: Database, clock: GivenClock
) -> None:
    async with database.begin(clock.now()) as unit:
        await defer(unit, note, number=1)
        await unit.rollback()
    await work(settings, wait=False)
    assert done == []


async def test_the_job_of_a_killed_worker_runs_again(
    settings: Settings, database: Database, clock: GivenClock
) -> None:
    async with database.begin(clock.now()) as unit:
        await defer(unit, note, number=1)
        await defer(unit, resume, timestamp=0)
    take_and_die(settings)
    for _ in ("find it", "do it"):
        await work(settings, wait=False)
    assert done == [1]


def take_and_die(settings: Settings) -> None:
    """Be a worker that took the job a minute ago and was killed."""
    assert settings.app_database_url is not None
    url = make_url(settings.app_database_url).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        connection.execute(
            """
            WITH dead AS (
                INSERT INTO procrastinate_workers (last_heartbeat)
                VALUES (now() - interval '1 minute') RETURNING id
            )
            UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead
            WHERE task_name LIKE 'tests.note%'
            """
        )


async def test_the_job_of_a_killed_worker_is_dropped_if_its_like_is_waiting(
    settings: Settings, database: Database, clock: GivenClock
) -> None:
    async with database.begin(clock.now()) as unit:
        await defer(unit, note_once, number=1)
    take_and_die(settings)
    async with database.begin(clock.now()) as unit:
        await defer(unit, note_once, number=2)
        connection = await unit.connection()
        await connection.execute(
            text(
                "UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour' WHERE status = 'todo'"
            )
        )
        await defer(unit, resume, timestamp=0)
    await work(settings, wait=False)
    async with database.reading() as reading:
        left = await reading.execute(
            text("SELECT args ->> 'number' FROM procrastinate_jobs WHERE task_name = 'tests.note_once'")
        )
    assert left.scalars().all() == ["2"]
