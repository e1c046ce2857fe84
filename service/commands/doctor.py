"""`servicedesk doctor`: what is wrong with this installation, and what to do about it."""

from collections.abc import Callable
from functools import partial

import anyio
import typer

from service.commands.installation import available
from service.commands.options import Data, Log, settings
from service.kit.trouble import Trouble


def doctor(data: Data = None, log: Log = None) -> None:
    """检查安装。Examine this installation: directory, secrets, disk, database, roles, clock.

    Changes nothing. If the service does not run, its database is started for the while.

    Exit codes: 0 all is well; 1 something is wrong, the lines marked ✗ say what; 2 wrong usage or setting.
    """
    from service.commands.examination import IN_THE_DATABASE, ON_THIS_MACHINE

    installation = settings(data, log)
    well = [_report(name, partial(check, installation)) for name, check in ON_THIS_MACHINE]
    if installation.data.is_dir():
        try:
            with available(installation) as found:
                well += [_report(name, partial(anyio.run, check, found)) for name, check in IN_THE_DATABASE]
        except Trouble as trouble:
            well.append(_tell("数据库 Database", trouble))
    if not all(well):
        raise typer.Exit(1)


def _report(name: str, check: Callable[[], str]) -> bool:
    try:
        typer.echo(f"✓ {name}: {check()}")
    except Trouble as trouble:
        return _tell(name, trouble)
    return True


def _tell(name: str, trouble: Trouble) -> bool:
    typer.echo(f"✗ {name}: {trouble.zh}\n  {trouble.en}")
    return False
