"""The words of the command line and the exit codes; each command is a function that carries its own help.

A command imports what is slow to import when it runs, so that the others stay quick and `serve` small.
"""

import sys
from typing import Annotated

import typer
from pydantic import ValidationError

from service import __version__
from service.commands.appointing import create_admin
from service.commands.demo import demo
from service.commands.describing import lifecycle, openapi
from service.commands.doctor import doctor
from service.commands.importing import import_
from service.commands.migrating import migrate
from service.commands.rotating import rotate_keys
from service.commands.serving import serve, worker
from service.kit.errors import Problem
from service.kit.language import speak_both
from service.kit.lock import Held
from service.kit.trouble import Trouble

TROUBLE, USAGE, HELD = 1, 2, 3

app = typer.Typer(
    name="servicedesk",
    help="企业诉求工单系统。The service-request system with which a district helps its enterprises.",
    epilog="Exit codes: 0 done · 1 it could not be done, the message says why · 2 wrong usage or setting · "
    "3 another service has the data directory",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print what variables hold
)
for command in (serve, demo, migrate, worker, create_admin, doctor, rotate_keys, openapi, lifecycle):
    app.command()(command)
app.command("import")(import_)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"servicedesk {__version__}")
        raise typer.Exit


@app.callback()
def servicedesk(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本。Print the version.")
    ] = False,
) -> None:
    """What comes before the command."""


def run() -> None:
    """Do what the arguments say and leave with the exit code."""
    speak_both()
    try:
        app()
    except Problem as problem:
        wrong = [error["msg"] for error in problem.extra.get("errors", ())]
        typer.echo("\n".join(wrong or (problem.zh, problem.en)), err=True)
        sys.exit(TROUBLE)
    except Trouble as trouble:
        typer.echo(trouble, err=True)
        sys.exit(HELD if isinstance(trouble, Held) else TROUBLE)
    except ValidationError as error:
        for fault in error.errors():
            name = f"SERVICEDESK_{'_'.join(map(str, fault['loc']))}".upper()
            typer.echo(f"设置有误 Wrong setting {name}: {fault['msg']}", err=True)
        sys.exit(USAGE)
