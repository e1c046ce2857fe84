"""`servicedesk migrate`."""

import typer

from service.commands.installation import available
from service.commands.options import Data, Log, settings


def migrate(data: Data = None, log: Log = None) -> None:
    """升级数据库。Bring the database's structure to this version; does nothing if it is there already.

    `serve` does it too. Several machines may do it at once: one works, the others wait. Each step is done
    whole or not at all.

    Exit codes: 0 the database is up to date; 1 it could not be done, the message says why; 2 wrong usage.
    """
    from service.commands.upgrading import bring_up_to_date
    from service.kit.migrations import newest_revision

    with available(settings(data, log)) as found:
        bring_up_to_date(found)
    typer.echo(f"数据库已是最新 The database is up to date: {newest_revision()}")
