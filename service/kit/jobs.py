"""Background jobs: the queue is PostgreSQL, and a job is deferred in the transaction that causes it."""

import logging
from typing import Any

import procrastinate
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.tasks import Task
from sqlalchemy.engine import make_url

from service.kit.database import UnitOfWork

logger = logging.getLogger(__name__)

#: The one queue. The worker opens it with `connector`; everybody else defers through a unit of work.
jobs = procrastinate.App(connector=procrastinate.PsycopgConnector())


async def defer(work: UnitOfWork, task: Task[Any, Any, Any], **arguments: Any) -> None:
    """Let the worker run the task after this unit of work has committed; a rollback leaves no job."""
    connection = await work.connection()
    raw = await connection.get_raw_connection()
    await task.configure(connection=raw.driver_connection).defer_async(**arguments)


def connector(url: str, role: str | None) -> procrastinate.PsycopgConnector:
    """A connector for the worker, acting as the app role like everybody else."""
    conninfo = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    options = {"options": f"-c role={role}"} if role is not None else {}
    return procrastinate.PsycopgConnector(conninfo=conninfo, kwargs=options)


# --- what the queue does for itself --------------------------------------------------------------------


@jobs.periodic(cron="* * * * *")
@jobs.task(name="jobs.resume", pass_context=True)
async def resume(context: procrastinate.JobContext, timestamp: int) -> None:
    """Let the jobs of a worker that was killed run again; without this they would stay `doing` for ever."""
    for job in await context.app.job_manager.get_stalled_jobs():
        try:
            await _retry_or_drop(context.app.job_manager, job)
        except ConnectorException:
            logger.warning("A stalled job was not resumed; another worker may have been first.")


async def _retry_or_drop(manager: JobManager, job: Job) -> None:
    try:
        await manager.retry_job(job)
    except UniqueViolation:  # of its queueing_lock: the same is waiting already
        await manager.finish_job(job, status=Status.ABORTED, delete_job=True)


@jobs.periodic(cron="17 3 * * *")
@jobs.task(name="jobs.forget", pass_context=True)
async def forget(context: procrastinate.JobContext, timestamp: int) -> None:
    """Forget jobs that failed a month ago; those that succeeded go at once."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=30 * 24, include_failed=True, include_cancelled=True, include_aborted=True
    )
