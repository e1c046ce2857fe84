"""Background jobs: the queue is PostgreSQL, and a job is deferred in the transaction that causes it."""

from typing import Any

import procrastinate
from procrastinate.tasks import Task
from sqlalchemy.engine import make_url

from service.kit.database import UnitOfWork

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
