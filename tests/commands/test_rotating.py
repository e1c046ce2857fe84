"""Rotation: what is stored comes under the newest key, whoever writes or dies meanwhile; then old keys go."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import anyio
import pytest
from sqlalchemy import insert, text
from sqlmodel import col, select
from typer.testing import CliRunner, Result

from service.accounts.models import Account
from service.accounts.oidc import SIGN_IN_TAKES
from service.accounts.rules import ACCESS_TOKEN_LIVES, ANONYMOUS_TOKEN_LIVES
from service.commands.line import app as commands
from service.kit import crypto
from service.kit.clock import GivenClock
from service.kit.config import Settings
from service.kit.crypto import LINGERS, KeyRing, Vault
from service.kit.database import Database
from service.kit.jobs import defer, resume
from service.kit.resealing import BATCH, begin, reseal, sealed_tables, values_by_key
from service.worker import work
from tests.service_process import TOP

MANY = 2 * BATCH + 1


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Iterator[Settings]:
    """An installation with keys of its own: a copy of those that sealed the cast."""
    shutil.copytree(settings.secrets.directory, tmp_path / "secrets")
    of_everybody = crypto.vault()
    own = settings.model_copy(update={"data": tmp_path})
    crypto.use(Vault(own.secrets))
    yield own
    crypto.use(of_everybody)


@pytest.fixture
def keys(settings: Settings) -> KeyRing:
    return KeyRing(settings.secrets, "sealing")


@pytest.fixture
async def phones(database: Database, clock: GivenClock, keys: KeyRing) -> dict[str, str]:
    """Phones of more people than a batch has, by user name, sealed before a rotation."""
    phones = {f"person-{number}": f"+86138{number:08}" for number in range(MANY)}
    async with database.begin(clock.now()) as unit:
        await (await unit.connection()).execute(
            insert(Account),
            [
                Account(
                    username=name,
                    name=name,
                    phone=phone,
                    phone_digest=crypto.digest("phone", phone),
                    created_at=clock.now(),
                ).model_dump()
                for name, phone in phones.items()
            ],
        )
    keys.rotate()
    return phones


async def phones_in(database: Database) -> dict[str, str | None]:
    wanted = select(col(Account.username), col(Account.phone)).where(col(Account.username).like("person-%"))
    async with database.reading() as reading:
        return dict((await reading.execute(wanted)).all())


async def needed(database: Database) -> dict[int, int]:
    """How many values need which key."""
    async with database.reading() as reading:
        return await values_by_key(reading)


def addresses(settings: Settings) -> dict[str, str]:
    return {
        "SERVICEDESK_DATABASE_URL": str(settings.database_url),
        "SERVICEDESK_APP_DATABASE_URL": str(settings.app_database_url),
    }


@contextmanager
def a_worker(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process of its own."""
    command = [sys.executable, "-m", "service", "worker", f"--data={settings.data}"]
    with subprocess.Popen(
        command, cwd=TOP, env=os.environ | addresses(settings), stderr=subprocess.DEVNULL
    ) as worker:
        try:
            yield worker
        finally:
            worker.kill()


async def somebody_waits_for(table: str, database: Database) -> None:
    waiting = text(
        "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database "
        "WHERE datname = current_database() AND relation = CAST(:table AS regclass) AND NOT granted)"
    )
    async with database.reading() as reading:
        for _ in range(1000):
            if await reading.scalar(waiting, {"table": table}):
                return
            await anyio.sleep(0.03)
    raise AssertionError(f"nobody waits for {table}")


# --- sealing anew --------------------------------------------------------------------------------------


def test_the_sealed_columns_are_found_in_the_models() -> None:
    found = {purpose for _, columns in sealed_tables() for purpose in columns.values()}
    assert {"account.phone", "enterprise.contact_phone", "invitation.phone", "request.contact_name"} <= found


async def test_everything_comes_under_the_newest_key_and_reads_as_before(
    phones: dict[str, str], database: Database, clock: GivenClock, keys: KeyRing
) -> None:
    before = await needed(database)
    newest, _ = keys.current
    assert newest not in before
    await reseal(database, clock.now())
    assert await needed(database) == {newest: sum(before.values())}
    assert await phones_in(database) == phones


async def test_what_is_under_the_newest_key_already_is_not_written_again(
    phones: dict[str, str], database: Database, clock: GivenClock
) -> None:
    await reseal(database, clock.now())
    places = text("SELECT ctid FROM accounts ORDER BY id")
    async with database.reading() as reading:
        first = (await reading.execute(places)).all()
        await reseal(database, clock.now())
        assert (await reading.execute(places)).all() == first


async def test_a_row_that_somebody_changes_is_not_waited_for_but_left_for_the_next_time(
    phones: dict[str, str], database: Database, clock: GivenClock, keys: KeyRing
) -> None:
    oldest, newest = keys.numbers()[-2:]
    async with database.begin(clock.now()) as unit:
        held = (
            await unit.exec(select(Account).where(Account.username == "person-7").with_for_update())
        ).one()
        with anyio.fail_after(5):
            await reseal(database, clock.now())
        held.name = "改名"
    assert (await needed(database))[oldest] == 1
    await reseal(database, clock.now())
    assert (await needed(database)).keys() == {newest}
    assert await phones_in(database) == phones


async def test_what_people_write_meanwhile_is_never_overwritten(
    phones: dict[str, str], database: Database, clock: GivenClock, keys: KeyRing
) -> None:
    written: dict[str, str] = {}

    async def write(names: Sequence[str]) -> None:
        for name in names:
            async with database.begin(clock.now()) as unit:
                account = (await unit.exec(select(Account).where(Account.username == name))).one()
                account.phone = written[name] = phones[name].replace("+86138", "+86139")
                account.phone_digest = crypto.digest("phone", account.phone)

    async with anyio.create_task_group() as at_once:
        for start in range(3):
            at_once.start_soon(write, sorted(phones)[start::9])
        for _ in range(2):
            at_once.start_soon(reseal, database, clock.now())
    assert await phones_in(database) == phones | written
    await reseal(database, clock.now())
    assert (await needed(database)).keys() == {keys.current[0]}
    assert await phones_in(database) == phones | written


async def test_a_value_that_cannot_be_opened_stays_as_it_is_and_hinders_no_other(
    phones: dict[str, str], database: Database, clock: GivenClock, keys: KeyRing
) -> None:
    oldest, newest = keys.numbers()[-2:]
    spoil = (
        "UPDATE accounts SET phone = set_byte(phone, 20, 255 - get_byte(phone, 20)) WHERE username = :name"
    )
    async with database.begin(clock.now()) as unit:
        await (await unit.connection()).execute(text(spoil), {"name": "person-0"})
    before = await needed(database)
    await reseal(database, clock.now())
    assert await needed(database) == {oldest: 1, newest: sum(before.values()) - 1}


async def test_after_a_worker_is_killed_halfway_nothing_is_lost_and_the_next_one_ends_it(
    phones: dict[str, str], database: Database, clock: GivenClock, settings: Settings, keys: KeyRing
) -> None:
    newest, _ = keys.current
    before = await needed(database)
    await begin(database, clock.now())
    async with database.begin(clock.now()) as unit:
        await (await unit.connection()).execute(text("LOCK TABLE enterprises IN SHARE MODE"))
        with a_worker(settings) as worker:
            await somebody_waits_for("enterprises", database)
            worker.kill()
    halfway = await needed(database)
    assert newest in halfway
    assert halfway.keys() & before.keys()
    assert sum(halfway.values()) == sum(before.values())
    assert await phones_in(database) == phones

    async with database.begin(clock.now()) as unit:
        dead = text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'")
        await (await unit.connection()).execute(dead)
        await defer(unit, resume, timestamp=0)
    for _ in ("find it", "do it"):
        await work(settings, wait=False)
    assert await needed(database) == {newest: sum(before.values())}
    assert await phones_in(database) == phones


# --- the commands --------------------------------------------------------------------------------------


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(commands, [*arguments, f"--data={settings.data}"], env=addresses(settings))


def an_hour_passes(settings: Settings) -> None:
    """For the keys: each looks as if it had been made an hour earlier."""
    for path in settings.secrets.directory.iterdir():
        made = path.stat().st_mtime - LINGERS.total_seconds()
        os.utime(path, (made, made))


def test_from_rotation_over_sealing_anew_to_the_end_of_the_old_keys(
    settings: Settings, keys: KeyRing
) -> None:
    rotated = run(settings, "rotate-keys", "sealing")
    *older, newest = keys.numbers()
    assert rotated.exit_code == 0
    assert f"sealing-{newest}" in rotated.stdout
    assert f"sealing-{newest}: 0 · " in run(settings, "doctor").stdout

    an_hour_passes(settings)
    refused = run(settings, "rotate-keys", "sealing", "--drop-old")
    assert refused.exit_code == 1
    assert "values still need it" in refused.stdout
    needed_one = [number for number in older if f"✗ sealing-{number}" in refused.stdout]
    assert keys.numbers() == [*needed_one, newest]

    anyio.run(partial(work, settings, wait=False))
    examined = run(settings, "doctor")
    assert all(f"sealing-{number}: 0" in examined.stdout for number in needed_one)
    assert run(settings, "rotate-keys", "sealing", "--drop-old").exit_code == 0
    assert keys.numbers() == [newest]
    assert run(settings, "doctor").exit_code == 0
    assert "There is no older key" in run(settings, "rotate-keys", "sealing", "--drop-old").stdout


def test_rotating_twice_before_a_worker_runs_leaves_one_job(settings: Settings) -> None:
    for _ in range(2):
        assert run(settings, "rotate-keys", "sealing").exit_code == 0

    async def jobs() -> int:
        database = Database(str(settings.app_database_url))
        async with database.reading() as reading:
            count = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'sealing.reseal'")
            found = await reading.scalar(count)
        await database.close()
        return int(found or 0)

    assert anyio.run(jobs) == 1


@pytest.mark.parametrize("which", ["token", "sealing"])
def test_a_key_stays_for_an_hour_after_its_successor_was_made(settings: Settings, which: str) -> None:
    ring = KeyRing(settings.secrets, which)
    ring.rotate()
    ring.rotate()
    numbers = ring.numbers()
    refused = run(settings, "rotate-keys", which, "--drop-old")
    assert refused.exit_code == 1
    assert f"✗ {which}-{numbers[0]}: " in refused.stdout
    assert ring.numbers() == numbers


def test_an_hour_later_the_old_token_key_goes_for_no_token_of_it_is_still_good(settings: Settings) -> None:
    assert max(ACCESS_TOKEN_LIVES, ANONYMOUS_TOKEN_LIVES, SIGN_IN_TAKES) < LINGERS
    ring = KeyRing(settings.secrets, "token")
    ring.rotate()
    assert run(settings, "rotate-keys", "token").exit_code == 0
    an_hour_passes(settings)
    assert run(settings, "rotate-keys", "token", "--drop-old").exit_code == 0
    assert ring.numbers() == [ring.current[0]]


def test_the_doctor_finds_values_whose_key_is_missing(settings: Settings, keys: KeyRing) -> None:
    assert run(settings, "doctor").exit_code == 0
    keys.rotate()
    for number in keys.numbers()[:-1]:
        keys.drop(number)
    examined = run(settings, "doctor")
    assert examined.exit_code == 1
    assert "which is not in" in examined.stdout


def test_the_key_of_digests_is_not_rotated(settings: Settings) -> None:
    assert run(settings, "rotate-keys", "digest").exit_code == 2


def test_the_key_in_use_cannot_be_dropped(keys: KeyRing) -> None:
    with pytest.raises(ValueError, match="in use"):
        keys.drop(keys.current[0])
