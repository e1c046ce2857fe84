"""What the service survives: the death of each of its processes while people work, and being told to stop."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import anyio
import httpx
import psycopg
import pytest

from service.kit.database import app_address
from service.kit.jobs import connector, jobs
from tests.service_process import Service, command_of, eventually, serving, starting
from tests.trials.office import Office

#: Whoever asks for the lock that such a statement took, waits.
LOCK_THE_UNITS = "LOCK TABLE units IN ACCESS EXCLUSIVE MODE"
LOCK_THE_SESSIONS = "LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path / "data")) as office:
        yield office


def test_the_supervisor_is_killed_and_the_next_start_has_everything_that_was_acknowledged(
    office: Office,
) -> None:
    with office.open("--workers=2") as service:
        with office.clerks_at_work(service):
            assert office.gets_on()
            left = [*service.children("api"), *service.children("worker"), office.postmaster()]
            service.tell(signal.SIGKILL)
            service.ends()
        assert eventually(lambda: not any(command_of(pid) for pid in left)), "nothing outlives it"
    with office.open() as again:
        assert office.lost(again) == set()
        assert office.twice(again) == set()


@pytest.mark.parametrize(
    "victim",
    [
        lambda service, office: service.children("api")[0],
        lambda service, office: service.children("worker")[0],
        lambda service, office: office.postmaster(),
    ],
    ids=["api process", "worker", "database"],
)
def test_a_process_is_killed_and_the_service_gets_on(
    office: Office, victim: Callable[[Service, Office], int]
) -> None:
    with office.open("--workers=2") as service:
        with office.clerks_at_work(service):
            assert office.gets_on()
            pid = victim(service, office)
            os.kill(pid, signal.SIGKILL)
            assert eventually(lambda: not command_of(pid))
            assert office.gets_on()
        assert eventually(lambda: len(service.children("api")) == 2)
        assert eventually(lambda: len(service.children("worker")) == 1)
        assert office.lost(service) == set()
        assert office.twice(service) == set()


def test_a_job_whose_worker_is_killed_is_done_by_the_next(office: Office) -> None:
    async def defer() -> None:
        with jobs.replace_connector(connector(*app_address(office.settings))):
            async with jobs.open_async():
                await jobs.configure_task("accounts.forget").defer_async(timestamp=0)

    def state() -> str | None:
        with office.owner() as asking:
            row = asking.execute(
                "SELECT status FROM procrastinate_jobs WHERE task_name = 'accounts.forget'"
            ).fetchone()
        return row and row[0]

    with office.open() as service:
        with office.owner() as owner:
            owner.execute(LOCK_THE_SESSIONS)
            anyio.run(defer)
            assert eventually(lambda: state() == "doing")
            os.kill(service.children("worker")[0], signal.SIGKILL)
        assert eventually(lambda: state() is None, within=150), "a job that is done is deleted"


def test_told_to_stop_it_finishes_what_runs_and_takes_nothing_new(office: Office) -> None:
    answers: list[int] = []
    with office.open("--workers=2") as service:
        with office.owner() as owner:
            owner.execute(LOCK_THE_UNITS)
            clerk = threading.Thread(target=lambda: answers.append(office.record(service, "LATE")))
            clerk.start()
            assert eventually(lambda: somebody_waits(owner))
            service.tell(signal.SIGTERM)
            assert eventually(lambda: is_refused(service))
        clerk.join()
        assert service.ends() == 0
    assert answers == [201]
    with office.open() as again:
        assert office.lost(again) == set()
        assert office.twice(again) == set()


def test_told_twice_to_stop_it_does_not_wait(office: Office) -> None:
    def ask() -> None:
        with suppress(httpx.HTTPError):
            office.record(service, "NEVER")

    with office.open() as service, closing(office.owner()) as owner:
        owner.execute(LOCK_THE_UNITS)
        clerk = threading.Thread(target=ask)
        clerk.start()
        assert eventually(lambda: somebody_waits(owner))
        service.tell(signal.SIGINT)
        assert eventually(lambda: is_refused(service))
        began = time.monotonic()
        service.tell(signal.SIGINT)
        assert service.ends() == 0
        assert time.monotonic() - began < 5
        clerk.join()


@pytest.mark.parametrize(
    "stage",
    ["lock", "postgresql/new-*", "postgresql/data", "metrics"],
    ids=["begin", "making the database", "starting the database", "migrating"],
)
def test_told_to_stop_while_it_starts_it_leaves_what_the_next_start_can_use(
    tmp_path: Path, stage: str
) -> None:
    data = tmp_path / "data"
    with starting(data) as process:
        assert eventually(lambda: any(data.glob(stage)))
        process.terminate()
        assert process.wait(60) == 0
    with serving(data) as again:
        assert again.get("/readyz").status_code == 200


def somebody_waits(connection: psycopg.Connection) -> bool:
    """Whether anybody waits for a lock."""
    return connection.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone() != (0,)


def is_refused(service: Service) -> bool:
    """Whether a new caller is turned away."""
    try:
        service.get("/healthz")
    except httpx.ConnectError:
        return True
    return False
