"""Bringing the database to this version, every failure told in words."""

import logging
import time

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, OperationalError

from service.kit import migrations
from service.kit.trouble import Trouble

logger = logging.getLogger(__name__)


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
