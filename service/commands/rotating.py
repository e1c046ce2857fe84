"""`servicedesk rotate-keys`."""

from enum import StrEnum
from typing import Annotated

import typer

from service.commands.options import Data, settings


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
    data: Data = None,
) -> None:
    """更换密钥。Add a key that is used from the next start of the service on; nobody is signed out.

    Older keys stay: what they signed is still accepted, what they sealed is still read. The key of digests is
    not rotated, since another one would no longer find what is stored.

    Exit codes: 0 done; 1 it could not be done, the message says why; 2 wrong usage.
    """
    from service.kit.crypto import KeyRing

    number = KeyRing(settings(data).secrets, which).rotate()
    typer.echo(f"密钥 {which}-{number} 自下次启动起使用 Key {which}-{number} is used from the next start on.")
