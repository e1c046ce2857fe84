"""`servicedesk migrate`, and what `serve` does of it: every failure told in words."""

import logging
import time

import typer
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, OperationalError

from service.commands.installation import available
from service.commands.options import Data, Log, settings
from service.kit import migrations
from service.kit.trouble import Trouble

logger = logging.getLogger(__name__)


def migrate(data: Data = None, log: Log = None) -> None:
    """升级数据库。Bring the database's structure to this version; does nothing if it is there already.

    `serve` does it too. Several machines may do it at once: one works, the others wait. Each step is done
    whole or not at all.

    Exit codes: 0 the database is up to date; 1 it could not be done, the message says why; 2 wrong usage.
    """
    with available(settings(data, log)) as found:
        assert found.database_url is not None
        bring_up_to_date(found.database_url)
    typer.echo(f"数据库已是最新 The database is up to date: {migrations.newest_revision()}")


def bring_up_to_date(url: str, *, patience: float = 0) -> None:
    """Migrate the database at the owner's URL; wait so many seconds for a server that does not answer yet.

    Raises `Trouble` with what the operator can do.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return migrations.migrate(url)
        except OperationalError as error:
            said = str(error.orig).partition("\n")[0]
            if time.monotonic() > deadline:
                raise Trouble(f"无法访问数据库：{said}", f"The database cannot be reached: {said}") from error
            logger.warning("The database does not answer yet: %s", said)
            time.sleep(1)
        except DBAPIError as error:
            said = (
                getattr(getattr(error.orig, "diag", None), "message_primary", None)
                or type(error.orig).__name__
            )
            raise Trouble(f"数据库升级失败：{said}", f"The migration failed: {said}") from error
        except CommandError as error:
            raise Trouble(
                f"数据库结构比本程序新，或不是本程序创建的（{error}）。请使用更新的版本。",
                f"The database is newer than this program, or not of its making ({error}). "
                "Use a newer version.",
            ) from error
