"""From which address a call comes, and how much of it is kept: a keyed digest, never the address."""

import ipaddress
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from service.kit import crypto
from service.kit.clock import LOCAL
from service.kit.config import Settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def client_address(peer: str | None, forwarded: Sequence[str], trusted: Collection[Network]) -> str:
    """The caller's address: the peer, or when that is a trusted proxy, the nearest one before it that is not.

    `forwarded`: the values of X-Forwarded-For, as they came; anybody can write there, so only what trusted
    proxies added to the end is believed, and what cannot be read ends the belief. An address of IPv6 stands
    for its /64, which one subscriber has whole. Empty when unknown (a local socket).
    """
    address = _read(peer or "")
    before = [part for value in forwarded for part in value.split(",")]
    while address is not None and before and any(address in network for network in trusted):
        earlier = _read(before.pop())
        if earlier is None:
            break
        address = earlier
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return "" if address is None else str(address)


def _read(text: str) -> Address | None:
    """The address in `192.0.2.1`, `192.0.2.1:443`, `[2001:db8::1]:443` or `2001:db8::1`, if there is one."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def of_the_day(address: str, now: datetime) -> bytes:
    """The digest of an address for this day alone: tomorrow's cannot be told to be the same."""
    return crypto.digest("address", f"{now.astimezone(LOCAL):%Y-%m-%d} {address}")


def _caller(request: Request) -> str:
    settings: Settings = request.app.state.settings
    peer = request.client.host if request.client else None
    return client_address(peer, request.headers.getlist("x-forwarded-for"), settings.trusted_proxies)


#: The address of the caller; see `client_address`.
CallerAddress = Annotated[str, Depends(_caller)]
