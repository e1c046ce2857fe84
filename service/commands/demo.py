"""`servicedesk demo`: the sample district, ready to be tried."""

import os
import shlex
from functools import partial
from typing import Annotated

import typer

from service.commands.options import Data, Log, settings
from service.commands.serving import say_ready
from service.commands.supervisor import Plan, Supervisor
from service.kit.config import Settings

OF_A_REAL_INSTALLATION = ("SERVICEDESK_DATABASE_URL", "SERVICEDESK_APP_DATABASE_URL")


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口。Port; 0 is any that is free.")] = 8000,
    password: Annotated[
        str | None,
        typer.Option(help="所有样例账号的密码。Password of all sample accounts; a random one unless given."),
    ] = None,
    data: Data = None,
    log: Log = None,
) -> None:
    """启动样例区。Start the service on a sample district; print its accounts and a first call.

    Everything in it is invented. It lives in the directory `demo` below the data directory, with a database
    of its own whatever SERVICEDESK_DATABASE_URL says, so it never mixes with a real installation. The first
    start loads the district, in a few seconds; later ones find it as it was left.

    Exit codes: 0 stopped as told; 1 it could not start, the message says why; 2 wrong usage or setting;
    3 another service has the data directory.
    """
    from service.commands.furnishing import furnish

    for name in OF_A_REAL_INSTALLATION:
        os.environ.pop(name, None)  # our children read the environment too
    ours = settings((data or Settings().data) / "demo", log, process="supervisor")
    chosen = _password(ours, password)
    plan = Plan(port=port)
    Supervisor(ours, plan, ready=partial(_welcome, chosen), furnish=partial(furnish, chosen)).run()


def _password(ours: Settings, given: str | None) -> str:
    """The password that was given, or the one made up at the first start."""
    from service.accounts.rules import password_problem

    if given is None:
        return ours.secrets.get("sample-password", size=8).hex()
    if problem := password_problem(given, username=""):
        raise typer.BadParameter(" ".join(problem[1:]), param_hint="--password")
    return given


def _welcome(password: str, address: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    from service.sample.people import NAMED_LIKE_ROLES

    table = Table("账号 Account", "角色 Role", "", box=SIMPLE_HEAD)
    for person in NAMED_LIKE_ROLES:
        table.add_row(person.username, person.role.zh, person.role.en)
    Console().print(table)
    typer.echo(
        f"密码都是 Password of all: {password}\n"
        "还有 Also: enterprise-001 … enterprise-049, cadre-01-2 … cadre-25-4, dispatcher-2,\n"
        "  liaison-eic, handler-eic, approver-eic … (部门、园区和镇街 departments, park, towns)\n"
        f"试一试 Try: curl -d username=enterprise -d password={shlex.quote(password)} "
        f"{address}/api/v1/auth/token\n"
        f"接口文档 The API, to be tried out: {address}/docs"
    )
    say_ready(address)
