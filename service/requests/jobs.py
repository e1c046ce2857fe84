"""What time does to requests: stored files that no request knows are removed."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from uuid import UUID

import procrastinate
from sqlmodel import col, select

from service.kit.database import Database
from service.kit.jobs import jobs
from service.kit.storage import Storage
from service.requests.models import ATTACHMENTS, RequestAttachment

#: An upload enters its file within minutes of storing it, or never: a call has timeouts everywhere.
ENTERED_WITHIN = timedelta(days=1)
_AT_ONCE = 500


@jobs.periodic(cron="53 3 * * *")
@jobs.task(name="requests.sweep", pass_context=True)
async def sweep_nightly(context: procrastinate.JobContext, timestamp: int) -> None:
    """Sweep at night."""
    given = context.additional_context
    await sweep(given["database"], given["storage"], given["clock"].now())


async def sweep(database: Database, storage: Storage, now: datetime) -> None:
    """Remove stored files older than a day that no row names: of uploads that died before their commit.

    No upload of this moment is touched, for its file is younger; nor is any to come, for each has a new id.
    """
    async for keys in _batches(storage.older(ATTACHMENTS, now - ENTERED_WITHIN)):
        for key in keys - await _named(database, keys):
            await storage.delete(key)


async def _named(database: Database, keys: Iterable[str]) -> set[str]:
    """Those of the keys that a row names."""
    ids = [UUID(name) for key in keys if len(name := key.removeprefix(f"{ATTACHMENTS}/")) == 36]
    async with database.reading() as reading:
        found = await reading.execute(
            select(col(RequestAttachment.id)).where(col(RequestAttachment.id).in_(ids))
        )
    return {f"{ATTACHMENTS}/{id}" for id in found.scalars()}


async def _batches(keys: AsyncIterator[str]) -> AsyncIterator[set[str]]:
    batch: set[str] = set()
    async for key in keys:
        batch.add(key)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = set()
    if batch:
        yield batch
