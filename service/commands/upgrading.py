"""Bringing the database to this version, every failure told in words."""

import logging
import time

from alembic.util import CommandError
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from service.kit import migrations
from service.kit.cluster import APP_ROLE
from service.kit.config import Settings
from service.kit.database import psycopg_url
from service.kit.trouble import Trouble

logger = logging.getLogger(__name__)


def bring_up_to_date(settings: Settings, *, patience: float = 0) -> None:
    """Migrate the database as its owner; wait so many seconds for a server that does not answer yet.

    Raises `Trouble` with what the operator can do.
    """
    url = settings.database_url
    if url is None:
        raise Trouble(
            "升级数据库需要其所有者的地址。请设置 SERVICEDESK_DATABASE_URL，或使用 --no-migrate。",
            "To migrate, the URL of the database's owner is needed. "
            "Set SERVICEDESK_DATABASE_URL, or say --no-migrate.",
        )
    deadline = time.monotonic() + patience
    while True:
        try:
            migrations.migrate(url)
            if settings.app_database_url is None:
                _check_that_it_may_act_as_the_app_role(url)
            return
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


def _check_that_it_may_act_as_the_app_role(url: str) -> None:
    """The owner's connections act as the app role unless that has a URL of its own."""
    with create_engine(psycopg_url(url), poolclass=NullPool).connect() as connection:
        question = text("SELECT current_user, pg_has_role(:role, 'SET')").bindparams(role=APP_ROLE)
        user, may = connection.execute(question).one()
    if not may:
        sql = f'GRANT {APP_ROLE} TO "{user}";'
        raise Trouble(
            f"角色 {user} 不能以 {APP_ROLE} 的身份工作。请由数据库管理员执行：{sql}",
            f"The role {user} may not act as {APP_ROLE}. Let the administrator of the database run: {sql}",
        )
