"""The sample district brought into the database of `servicedesk demo`, with its progress at the terminal."""

import anyio
import typer

from service.kit import crypto
from service.kit.clock import SystemClock
from service.kit.config import Settings
from service.kit.database import Database, app_address
from service.sample import history, loading


def furnish(password: str, settings: Settings) -> None:
    """Bring in what is missing of the district; everybody's password is this one from now on."""
    crypto.use(crypto.Vault(settings.secrets))
    anyio.run(_furnish, password, settings)


async def _furnish(password: str, settings: Settings) -> None:
    database = Database(*app_address(settings), pool_size=1)
    now = SystemClock().now()
    try:
        with typer.progressbar(length=loading.STEPS, label="样例区 Sample district") as bar:
            await loading.load(database, now, password, bar.update)
        await history.load(database, now)
    finally:
        await database.close()
