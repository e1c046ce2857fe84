"""Zhang Wei, who has an account, and the addresses people call from."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event

from service.accounts import actions
from service.accounts.models import Account
from service.accounts.passwords import Passwords, Verdict
from service.accounts.schemas import AccountCreate
from service.kit.clock import GivenClock
from service.kit.database import Database

PASSWORD = "a pony in the paddy field"
PHONE = "+8613812341234"
OFFICE, ELSEWHERE = "203.0.113.9", "198.51.100.7"

From = Callable[[str], httpx.AsyncClient]
SignIn = Callable[..., Awaitable[httpx.Response]]


class Counting(Passwords):
    """Counts how often a password was verified, since each time costs the same."""

    def __init__(self) -> None:
        super().__init__()
        self.verified = 0

    async def verify(self, password: str, known: str | None) -> Verdict:
        self.verified += 1
        return await super().verify(password, known)


@pytest.fixture
def passwords(app: FastAPI) -> Counting:
    counting = Counting()
    app.state.credentials = replace(app.state.credentials, passwords=counting)
    return counting


@pytest.fixture
async def zhang(database: Database, passwords: Counting, clock: GivenClock) -> Account:
    """Zhang Wei, with a password, a phone, an e-mail address and an identity number."""
    new = AccountCreate(
        username="zhang.wei",
        name="张伟",
        phone="138 1234 1234",
        email="zhang@example.cn",
        identity_number="11010519491231002X",
    )
    hashed = await passwords.hash(PASSWORD)
    async with database.begin(clock.now()) as work:
        return await actions.create(work, new, password_hash=hashed, by=None)


@pytest.fixture
async def from_(app: FastAPI, database: Database) -> AsyncIterator[From]:
    """A client that calls from this address."""
    async with AsyncExitStack() as clients:

        def client(address: str) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 50123))
            made = httpx.AsyncClient(transport=transport, base_url="http://servicedesk.test/api/v1")
            clients.push_async_callback(made.aclose)
            return made

        yield client


@pytest.fixture
def sign_in(from_: From) -> SignIn:
    """Sign in as Zhang Wei from the office, unless something else is said."""

    async def call(
        password: str = PASSWORD, *, username: str = "zhang.wei", address: str = OFFICE
    ) -> httpx.Response:
        form = {"grant_type": "password", "username": username, "password": password}
        return await from_(address).post("/auth/token", data=form)

    return call


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """What the database is asked to do, statement by statement."""
    asked: list[str] = []

    def note(*execution: Any) -> None:
        asked.append(str(execution[2]))

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield asked
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)
