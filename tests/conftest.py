"""A real PostgreSQL for every test: a server a test process, a fresh copy of the template database a test.

The template holds the migrated structure and the cast of `tests/world.py`. Tests commit for real, so that
what they show of concurrency and of the feed is real; nothing is rolled back around them.
"""

import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path

import anyio
import httpx
import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy.engine import make_url

from service.accounts.tokens import Tokens
from service.app import assemble, equip
from service.kit import crypto
from service.kit.clock import LOCAL, GivenClock
from service.kit.cluster import Cluster
from service.kit.config import Secrets, Settings
from service.kit.database import Database
from service.kit.migrations import migrate
from service.sample import loading
from tests import world

TUESDAY_MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=LOCAL)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session", autouse=True)
def home() -> Iterator[Path]:
    """A data directory for the whole test session, whose keys seal what the tests store.

    Every test has it, so that none seals with the keys of whoever runs the tests.
    """
    memory = Path("/dev/shm")  # copying a database is fifty times faster there than on a disk
    place = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="servicedesk-", dir=place) as directory:
        crypto.use(crypto.Vault(Secrets(Path(directory) / "secrets")))
        yield Path(directory)


@pytest.fixture(scope="session")
def cluster(home: Path) -> Iterator[Cluster]:
    """A server of this test process; it need not survive a power cut."""
    with Cluster(home / "cluster", home / "secrets", durable=False).running() as running:
        yield running


def _admin(cluster: Cluster) -> psycopg.Connection[tuple[object, ...]]:
    url = make_url(cluster.owner_url).set(drivername="postgresql", database="postgres")
    return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def at(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _copy(cluster: Cluster, of: str, name: str) -> str:
    with _admin(cluster) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {of} STRATEGY file_copy")
    return name


@pytest.fixture(scope="session")
def migrated(cluster: Cluster) -> str:
    """The name of a migrated database with nothing in it."""
    with _admin(cluster) as admin:
        admin.execute("CREATE DATABASE migrated")
    migrate(at(cluster.owner_url, "migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def template(cluster: Cluster, migrated: str) -> str:
    """The name of the database that each test gets a copy of: the cast is in it."""
    name = _copy(cluster, migrated, "template_of_tests")

    async def cast() -> None:
        database = Database(at(cluster.app_url, name))
        async with database.begin(TUESDAY_MORNING) as work:
            await world.build(work)
        await database.close()

    anyio.run(cast)
    return name


#: What everybody in the sample district signs in by.
SAMPLE_PASSWORD = "say it with flowers"


@pytest.fixture(scope="session")
def sample_template(cluster: Cluster, migrated: str) -> str:
    """The name of a database with the sample district; tests that want it let `template` be this one."""
    name = _copy(cluster, migrated, "template_of_the_sample")

    async def district() -> None:
        database = Database(at(cluster.app_url, name))
        await loading.load(database, TUESDAY_MORNING, SAMPLE_PASSWORD)
        await database.close()

    anyio.run(district)
    return name


_numbers = count(1)


@pytest.fixture
def settings(cluster: Cluster, template: str, home: Path) -> Iterator[Settings]:
    """Settings of an installation of this test alone, with a database of its own."""
    name = _copy(cluster, template, f"test_{next(_numbers)}")
    yield Settings(
        data=home,
        database_url=at(cluster.owner_url, name),
        app_database_url=at(cluster.app_url, name),
        pool_size=20,
    )
    with _admin(cluster) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def clock() -> GivenClock:
    return GivenClock(TUESDAY_MORNING)


@pytest.fixture(scope="session")
def routes() -> FastAPI:
    """The app without an installation: its routes are the same for every test, and take long to lay."""
    return assemble()


@pytest.fixture
def app(routes: FastAPI, settings: Settings, clock: GivenClock) -> FastAPI:
    equip(routes, settings, clock)
    return routes


@pytest.fixture
async def database(app: FastAPI) -> AsyncIterator[Database]:
    """The database of the app under test, acting as the app role."""
    yield app.state.database
    await app.state.database.close()


class _SignedIn(httpx.Auth):
    """Sends a fresh token of this person's session with every call, so that time may pass in a test."""

    def __init__(self, app: FastAPI, username: str) -> None:
        self._app = app
        self._username = username

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        tokens: Tokens = self._app.state.credentials.tokens
        account_id, session_id = world.person(self._username), world.session(self._username)
        token = tokens.for_account(account_id, session_id, self._app.state.clock.now())
        request.headers["Authorization"] = f"Bearer {token}"
        yield request


@pytest.fixture
def as_(app: FastAPI, database: Database) -> Callable[[str], httpx.AsyncClient]:
    """Clients that are signed in: `as_("wang")` is that person of the cast; paths begin below `/api/v1`."""

    def client(username: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app, raise_app_exceptions=False),
            base_url="http://servicedesk.test/api/v1",
            auth=_SignedIn(app, username),
        )

    return client


@pytest.fixture
async def api(app: FastAPI, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app that is not signed in."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://servicedesk.test") as client:
        yield client
