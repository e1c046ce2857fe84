"""The database: one engine, the unit of work that alone commits, and reads without a transaction."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import psycopg
from fastapi import Depends, Request
from psycopg import errors as pg
from sqlalchemy import CheckConstraint, Column, DateTime, String
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from service.kit.clock import Clock
from service.kit.cluster import APP_ROLE
from service.kit.config import Settings
from service.kit.errors import Busy, Problem, Unavailable, refuses

SQLModel.metadata.naming_convention = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}


# --- columns -----------------------------------------------------------------------------------------


def utc(**options: Any) -> Column[datetime]:
    """A `timestamptz` column; nullable only when `nullable=True` is said."""
    return Column(DateTime(timezone=True), **{"nullable": False, **options})


class _Word(TypeDecorator[StrEnum]):
    """Text in the database, a member of the enumeration in Python."""

    impl = String
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: StrEnum | None, _: Any) -> str | None:
        return None if value is None else self.members(value).value

    def process_result_value(self, value: str | None, _: Any) -> StrEnum | None:
        return None if value is None else self.members(value)


def word(members: type[StrEnum], **options: Any) -> Column[StrEnum]:
    """A text column that holds a member of the enumeration; pair it with the constraint `one_of`."""
    return Column(_Word(members), **{"nullable": False, **options})


def one_of(column: str, members: Iterable[str]) -> CheckConstraint:
    """The check constraint that the column holds one of these words."""
    words = ", ".join(f"'{member}'" for member in members)
    return CheckConstraint(f"{column} IN ({words})", name=column)


# --- the unit of work --------------------------------------------------------------------------------


class UnitOfWork(AsyncSession):
    """One transaction: everything a request or a job changes, or nothing of it.

    `now` is its one moment. `required` collects the permissions asked for and where (None: everywhere), so
    that a replayed answer is given only to somebody who still holds them. `log_heads` remembers the end of
    each event chain touched, so that a second event of the same subject need not look it up.
    """

    now: datetime

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now
        self.required: list[tuple[str, UUID | None]] = []
        self.log_heads: dict[UUID, bytes] = {}


#: Where something can be read from: with what a unit of work has changed, or as it was committed.
Source = AsyncConnection | UnitOfWork


async def connection_of(source: Source) -> AsyncConnection:
    """The connection under it. What a unit of work has not flushed yet is not seen there."""
    return await source.connection() if isinstance(source, UnitOfWork) else source


class Database:
    """A pool of connections that act as the app role.

    `url` is a SQLAlchemy URL (`postgresql+psycopg://…`); with `role` each connection acts as that role.
    """

    def __init__(self, url: str, role: str | None = None, *, pool_size: int = 10) -> None:
        settings = {
            "TimeZone": "Asia/Shanghai",  # JSON made by the database shows people's time
            "lock_timeout": "10s",
            "statement_timeout": "60s",
            "idle_in_transaction_session_timeout": "60s",
        }
        if role is not None:
            settings["role"] = role
        self.engine: AsyncEngine = create_async_engine(
            psycopg_url(url),
            connect_args={
                "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
                "application_name": "servicedesk",
                "connect_timeout": 5,
            },
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            pool_use_lifo=True,
            hide_parameters=True,  # parameters are people's data, and errors are logged
        )
        self._autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def begin(self, now: datetime) -> AsyncIterator[UnitOfWork]:
        """A unit of work, committed when the block ends well and rolled back otherwise.

        Raises:
            Busy: another transaction held a lock for too long, or the two were deadlocked.
            Unavailable: the database cannot be reached.
        """
        async with UnitOfWork(self.engine, now=now, expire_on_commit=False) as work:
            try:
                yield work
                await work.commit()
            except (DBAPIError, PoolTimeout) as error:
                await work.rollback()
                raise _as_problem(error) from error

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection in autocommit mode: a single SELECT costs a single round trip.

        Raises:
            Unavailable: the database cannot be reached.
        """
        try:
            async with self._autocommit.connect() as connection:
                yield connection
        except (DBAPIError, PoolTimeout) as error:
            raise _as_problem(error) from error

    async def close(self) -> None:
        await self.engine.dispose()


def app_address(settings: Settings) -> tuple[str, str | None]:
    """The URL by which the app role is reached, and the role to act as where it is another's URL."""
    if settings.app_database_url is not None:
        return settings.app_database_url, None
    assert settings.database_url is not None, "commands/installation.py fills in the embedded database"
    return settings.database_url, APP_ROLE


def _as_problem(error: DBAPIError | PoolTimeout) -> Problem | Exception:
    """The problem to answer when the database refused or is away; the error itself when it is our mistake."""
    cause = getattr(error, "orig", None)
    if isinstance(cause, pg.DeadlockDetected | pg.LockNotAvailable | pg.SerializationFailure):
        return Busy(
            "locked",
            "他人正在处理同一内容，请稍后重试。",
            "Somebody else is changing the same thing; please try again.",
            retry_after=1,
        )
    away = isinstance(error, OperationalError | InterfaceError | PoolTimeout) or isinstance(
        cause, psycopg.OperationalError
    )
    if away and not isinstance(cause, pg.QueryCanceled):
        return Unavailable(
            "database_away",
            "数据库暂时无法访问，您的操作没有生效，请稍后重试。",
            "The database cannot be reached; nothing was changed. Please try again.",
            retry_after=5,
        )
    return error


def psycopg_url(url: str) -> str:
    """The URL with our driver named, whichever way PostgreSQL was written in it."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg{separator}{rest}" if scheme in ("postgres", "postgresql") else url


# --- what routes ask for -----------------------------------------------------------------------------


@refuses(Unavailable)
def the_database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def the_moment(request: Request) -> datetime:
    clock: Clock = request.app.state.clock
    return clock.now()


Now = Annotated[datetime, Depends(the_moment)]


@refuses(Busy)
async def _unit_of_work(
    database: Annotated[Database, Depends(the_database)], now: Now
) -> AsyncIterator[UnitOfWork]:
    async with database.begin(now) as work:
        yield work


async def _reading(database: Annotated[Database, Depends(the_database)]) -> AsyncIterator[AsyncConnection]:
    async with database.reading() as connection:
        yield connection


#: A unit of work for a route that nobody need be signed in for; all others ask for `organizations.Work`,
#: which knows the caller and honours idempotency keys. `scope="function"`: with FastAPI's default the reply
#: leaves before the commit, and a failed commit would still answer 200.
PublicWork = Annotated[UnitOfWork, Depends(_unit_of_work, scope="function")]
Reading = Annotated[AsyncConnection, Depends(_reading, scope="function")]
