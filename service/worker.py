"""The only file that starts every job: it runs what the API and the clock put into the queue."""

from service.accounts import jobs as accounts
from service.kit import crypto, idempotency, resealing
from service.kit.clock import SystemClock
from service.kit.config import Settings
from service.kit.database import Database, app_address
from service.kit.jobs import connector, jobs
from service.kit.storage import storage_of
from service.requests import jobs as requests

#: Every module with tasks, those that the clock starts among them.
JOBS = (accounts, idempotency, requests, resealing)

#: Seconds that a running job may take to finish when the worker is asked to stop; then it is cancelled, and
#: runs again later if its task says so.
FAREWELL = 30


async def work(settings: Settings, *, wait: bool = True) -> None:
    """Run jobs until SIGTERM or SIGINT, or without `wait` until none is left.

    A task finds `database`, `storage`, `clock` and `settings` in its context's `additional_context`.
    """
    crypto.use(crypto.Vault(settings.secrets))
    address = app_address(settings)
    database = Database(*address, pool_size=settings.pool_size)
    clock = SystemClock()
    storage = storage_of(settings, clock)
    given = {"database": database, "storage": storage, "clock": clock, "settings": settings}
    with jobs.replace_connector(connector(*address)):
        try:
            async with jobs.open_async():
                await jobs.run_worker_async(
                    concurrency=settings.pool_size,
                    wait=wait,
                    delete_jobs="successful",
                    shutdown_graceful_timeout=FAREWELL,
                    additional_context=given,
                )
        finally:
            await storage.close()
            await database.close()
