"""`servicedesk rotate-keys`."""

from enum import StrEnum
from typing import Annotated

import anyio
import typer

from service.commands.installation import available
from service.commands.options import Data, settings
from service.kit.config import Settings


class Keys(StrEnum):
    """What keys are for."""

    TOKEN = "token"  # noqa: S105
    SEALING = "sealing"


def rotate_keys(
    which: Annotated[
        Keys,
        typer.Argument(
            help="token：登录令牌签名。Signing of access tokens. sealing：个人信息加密。Personal data."
        ),
    ],
    drop_old: Annotated[
        bool,
        typer.Option(
            "--drop-old",
            help="不换新钥，而是销毁已无用的旧密钥。Add no key; destroy the older ones that nothing needs.",
        ),
    ] = False,
    data: Data = None,
) -> None:
    """更换密钥。Add a key that is used from now on; nobody is signed out.

    Older keys stay: what they signed is still accepted, what they sealed is still read, and is sealed anew by
    the worker; `servicedesk doctor` tells how far it is. Then --drop-old destroys older keys, an hour after
    their successor was made at the earliest. A backup of the database from before needs the older keys: keep
    a copy of them as long as the backup. The key of digests is not rotated, since another one would no longer
    find what is stored.

    Exit codes: 0 done; 1 it could not be done, or not for every key, the message says why; 2 wrong usage.
    """
    installation = settings(data)
    if drop_old:
        _drop_old(installation, which)
    else:
        _rotate(installation, which)


def _rotate(installation: Settings, which: Keys) -> None:
    from service.commands.upgrading import bring_up_to_date
    from service.kit.crypto import KeyRing

    ring = KeyRing(installation.secrets, which)
    match which:
        case Keys.TOKEN:
            number = ring.rotate()
        case Keys.SEALING:
            with available(installation) as found:
                bring_up_to_date(found)
                number = ring.rotate()
                anyio.run(_reseal, found)
    typer.echo(f"密钥 {which}-{number} 即刻启用 Key {which}-{number} is used from now on.")


def _drop_old(installation: Settings, which: Keys) -> None:
    from service.kit.clock import SystemClock
    from service.kit.crypto import KeyRing

    ring = KeyRing(installation.secrets, which)
    older, retired = ring.numbers()[:-1], ring.retired(SystemClock().now())
    needed: dict[int, int] = {}
    if which is Keys.SEALING and retired:
        with available(installation) as found:
            needed = anyio.run(_needed, found)
            if needed.keys() & set(retired):
                anyio.run(_reseal, found)
    for number in older:
        name = f"{which}-{number}"
        if number not in retired:
            typer.echo(f"✗ {name}: 换钥一小时后才可销毁 Its successor must be an hour old.")
        elif values := needed.get(number):
            typer.echo(
                f"✗ {name}: 仍有 {values} 个值需要它，后台任务正在重新加密 "
                f"{values} values still need it; the worker seals them anew."
            )
        else:
            ring.drop(number)
            typer.echo(f"✓ {name}: 已销毁 Destroyed.")
    if not older:
        typer.echo("没有旧密钥 There is no older key.")
    if ring.numbers()[:-1]:
        raise typer.Exit(1)


async def _reseal(found: Settings) -> None:
    from service.kit.clock import SystemClock
    from service.kit.database import Database, app_address
    from service.kit.resealing import begin

    database = Database(*app_address(found), pool_size=1)
    try:
        await begin(database, SystemClock().now())
    finally:
        await database.close()


async def _needed(found: Settings) -> dict[int, int]:
    """How many stored values need which key."""
    from service.kit.database import Database, app_address
    from service.kit.resealing import values_by_key

    database = Database(*app_address(found), pool_size=1)
    try:
        async with database.reading() as reading:
            return await values_by_key(reading)
    finally:
        await database.close()
