"""Sealing anew: after a rotation every sealed value comes under the newest key, so that older ones can go.

Which columns are sealed is read from the models, so a new one needs no word here. Digests stay as they are:
their key is not rotated.
"""

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Row,
    Table,
    bindparam,
    func,
    or_,
    select,
    tuple_,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from service.kit.crypto import Sealed, Unreadable, vault
from service.kit.database import Database
from service.kit.jobs import defer, jobs
from service.kit.tables import every_table

logger = logging.getLogger(__name__)

#: Rows sealed anew in one transaction: few enough that nobody waits noticeably for one of them.
BATCH = 200


class SealedTable(NamedTuple):
    """A table with its columns that are sealed, and what each of them is sealed for."""

    table: Table
    columns: Mapping[Column[Any], str]


def sealed_tables() -> Iterator[SealedTable]:
    """Every table that has sealed columns, by name."""
    for _, table in sorted(every_table().tables.items()):
        columns = {column: column.type.purpose for column in table.columns if isinstance(column.type, Sealed)}
        if columns:
            yield SealedTable(table, columns)


async def values_by_key(connection: AsyncConnection) -> dict[int, int]:
    """How many of the stored values each key has sealed, by the key's number."""
    counted = [
        select(func.substr(_raw(column), 2, 2, type_=LargeBinary).label("key"), func.count().label("values"))
        .where(column.is_not(None))
        .group_by("key")
        for _, columns in sealed_tables()
        for column in columns
    ]
    found: dict[int, int] = {}
    for key, values in await connection.execute(union_all(*counted)):
        number = int.from_bytes(key)
        found[number] = found.get(number, 0) + values
    return found


# --- the job -------------------------------------------------------------------------------------------


async def begin(database: Database, now: datetime) -> None:
    """Let the worker seal anew as soon as it can."""
    try:
        async with database.begin(now) as work:
            await defer(work, reseal_stored, timestamp=int(now.timestamp()))
    except AlreadyEnqueued:
        pass  # what waits already has not begun, and so sees the newest key


@jobs.periodic(cron="23 2 * * *")
@jobs.task(name="sealing.reseal", pass_context=True, lock="sealing.reseal", queueing_lock="sealing.reseal")
async def reseal_stored(context: procrastinate.JobContext, timestamp: int) -> None:
    """After a rotation; and at night, for what somebody was changing just then."""
    given = context.additional_context
    await reseal(given["database"], given["clock"].now())


async def reseal(database: Database, now: datetime) -> None:
    """Seal anew whatever another key or cipher than the newest one has sealed, a batch a transaction.

    Nothing is waited for: a row that somebody changes just now is left for the next time. Killed at any
    moment it has lost nothing, and goes on where it was, since what is done no longer looks undone. A value
    that cannot be opened is left as it is.
    """
    for sealed in sealed_tables():
        after: tuple[Any, ...] | None = None
        while True:
            async with database.begin(now) as work:
                rows = await _renew(await work.connection(), sealed, after)
            if len(rows) < BATCH:
                break
            after = tuple(rows[-1][: len(sealed.table.primary_key.columns)])


async def _renew(
    connection: AsyncConnection, sealed: SealedTable, after: tuple[Any, ...] | None
) -> list[Row[Any]]:
    """Seal the next batch after this primary key anew; answers its rows as they were, primary key first."""
    table, columns = sealed
    key = list(table.primary_key.columns)
    head = vault().head
    stale = or_(*(func.substr(_raw(column), 1, len(head), type_=LargeBinary) != head for column in columns))
    # FOR NO KEY UPDATE lets those pass who only point at the row; between our look at a row and its lock
    # PostgreSQL looks again, so what was written meanwhile is never overwritten
    batch = (
        select(*key, *(_raw(column).label(column.name) for column in columns))
        .where(stale, *([] if after is None else [tuple_(*key) > after]))
        .order_by(*key)
        .limit(BATCH)
        .with_for_update(key_share=True, skip_locked=True)
    )
    rows = list(await connection.execute(batch))
    opened = [texts for row in rows if (texts := _opened(sealed, row)) is not None]
    if opened:
        renewed = (
            update(table)
            .where(*(column == bindparam(f"of_{column.name}") for column in key))
            .values({column.name: bindparam(f"new_{column.name}") for column in columns})
        )
        await connection.execute(renewed, opened)
    return rows


def _opened(sealed: SealedTable, row: Row[Any]) -> dict[str, Any] | None:
    """What to write for the row: its primary key and its texts; None if one of them cannot be opened."""
    table, columns = sealed
    found = row._mapping
    try:
        texts = {
            f"new_{column.name}": None
            if (kept := found[column.name]) is None
            else vault().open(purpose, kept)
            for column, purpose in columns.items()
        }
    except Unreadable:
        logger.error("A sealed value in %s cannot be opened; it was left as it is.", table.name)
        return None
    return {f"of_{column.name}": found[column.name] for column in table.primary_key.columns} | texts


def _raw(column: Column[Any]) -> ColumnElement[bytes]:
    """The column as it is stored."""
    return type_coerce(column, LargeBinary)
