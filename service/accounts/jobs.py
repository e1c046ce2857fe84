"""What time does at the door: counts and sessions that nothing depends on any more are forgotten."""

from datetime import timedelta

import procrastinate
from sqlmodel import col, delete

from service.accounts import throttling
from service.accounts.models import Session
from service.kit.database import UnitOfWork
from service.kit.jobs import jobs

#: So long after a session has run out, its end can still be explained.
SESSIONS_KEPT_FOR = timedelta(days=30)


@jobs.periodic(cron="41 3 * * *")
@jobs.task(name="accounts.forget", pass_context=True)
async def forget_daily(context: procrastinate.JobContext, timestamp: int) -> None:
    """Forget at night."""
    given = context.additional_context
    async with given["database"].begin(given["clock"].now()) as work:
        await forget(work)


async def forget(work: UnitOfWork) -> None:
    """Delete counts of guesses after 30 days, and sessions, with their tokens, 30 days after they ran out."""
    await throttling.forget(work)
    await work.exec(delete(Session).where(col(Session.expires_at) < work.now - SESSIONS_KEPT_FOR))
