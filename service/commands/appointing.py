"""`servicedesk create-admin`: the first administrators, whom nobody could invite."""

import secrets
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import anyio
import typer
from pydantic import ValidationError

from service.commands.installation import available
from service.commands.options import Data, Log, settings
from service.kit.config import Settings

if TYPE_CHECKING:
    from service.accounts.schemas import AccountCreate
    from service.organizations.schemas.units import UnitCreate


class Administrator(StrEnum):
    """Which of the three, who are three people (三员分立)."""

    SYSTEM = "system_admin"
    SECURITY = "security_admin"
    AUDITOR = "auditor"


def create_admin(
    username: Annotated[str, typer.Argument(help="用户名。User name to sign in with.")],
    role: Annotated[
        Administrator,
        typer.Option(
            help="security_admin 任命管理员 names administrators; system_admin 管理机构、人员与目录 "
            "keeps units, people and catalog; auditor 查日志 reads the log."
        ),
    ],
    name: Annotated[str, typer.Option(help="姓名。The person's name; the user name unless given.")] = "",
    generate: Annotated[
        bool, typer.Option("--generate", help="生成密码并显示一次。Make a password and show it once.")
    ] = False,
    district_code: Annotated[
        str, typer.Option(help="区划代码。Division code of the district, if there is none yet.")
    ] = "500153",
    district_name: Annotated[
        str, typer.Option(help="区名。Name of the district, if there is none yet.")
    ] = "重庆市荣昌区",
    data: Data = None,
    log: Log = None,
) -> None:
    """创建管理员。Make the account of an administrator; a new installation needs a security and a system one.

    Asks for the password; where there is no terminal, reads it from standard input. Needs no sign-in: whoever
    may run it holds the installation.

    Exit codes: 0 done; 1 it could not be done, the message says why; 2 wrong usage or setting.
    """
    from service.accounts.schemas import AccountCreate
    from service.commands.upgrading import bring_up_to_date
    from service.organizations.schemas.units import UnitCreate

    try:
        new = AccountCreate(username=username, name=name or username)
        district = UnitCreate(code=district_code, name=district_name)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise typer.BadParameter(f"{wrong['loc'][0]}: {wrong['msg']}") from error
    installation = settings(data, log)
    password = secrets.token_urlsafe(12) if generate else _ask_for_password()
    with available(installation) as found:
        bring_up_to_date(found)
        anyio.run(_appoint, found, new, role, password, district)
    typer.echo(f"已创建 Created: {new.username} ({role})")
    if generate:
        typer.echo(f"密码 Password: {password}")


def _ask_for_password() -> str:
    if sys.stdin.isatty():
        password: str = typer.prompt("密码 Password", hide_input=True, confirmation_prompt=True)
        return password
    return sys.stdin.readline().removesuffix("\n")


async def _appoint(
    settings: Settings, new: "AccountCreate", role: Administrator, password: str, district: "UnitCreate"
) -> None:
    from service.accounts.actions.passwords import password_hash
    from service.accounts.credentials import Credentials
    from service.kit import crypto
    from service.kit.clock import SystemClock
    from service.kit.database import Database, app_address
    from service.organizations.actions.administrators import appoint
    from service.organizations.rules import Role

    crypto.use(crypto.Vault(settings.secrets))
    hashed = await password_hash(Credentials.of(settings), password, username=new.username)
    database = Database(*app_address(settings), pool_size=1)
    try:
        async with database.begin(SystemClock().now()) as work:
            await appoint(work, new, Role(role), password_hash=hashed, district=district)
    finally:
        await database.close()
