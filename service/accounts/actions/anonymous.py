"""Coming back to an anonymous request with its number and its secret."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from service.accounts import secrets, throttling
from service.accounts.credentials import Credentials
from service.accounts.rules import ANONYMOUS_TOKEN_LIVES
from service.accounts.schemas import AnonymousTokenRead
from service.kit.database import Database, UnitOfWork
from service.kit.errors import Unauthorized

#: Finds the anonymous request with a number: its id, and what is kept of its secret.
Find = Callable[[UnitOfWork, str], Awaitable[tuple[UUID, bytes] | None]]

#: What an unknown number is compared with.
NOBODYS = bytes(32)


async def open_anonymous_request(
    database: Database,
    credentials: Credentials,
    now: datetime,
    *,
    number: str,
    secret: str,
    address: str,
    find: Find,
) -> AnonymousTokenRead:
    """A token for the one request with this number (in its normal form) and secret.

    Guessing is slowed as at signing in. Nothing tells later who succeeded: no event, no familiar address.

    Raises:
        TooMany: too many wrong guesses; try again later.
        Unauthorized: not this number and secret; never tells which.
    """
    async with database.begin(now) as work:
        guess = await throttling.charge(work, throttling.At.ANONYMOUS_REQUEST, number, address)
    async with database.begin(now) as work:
        found = await find(work, number)
        request_id, kept = found or (None, NOBODYS)
        if secrets.matches(secret, kept) and request_id is not None:
            await throttling.forgive(work, guess)
            token = credentials.tokens.for_anonymous_request(request_id, now)
            return AnonymousTokenRead(
                access_token=token, expires_in=int(ANONYMOUS_TOKEN_LIVES.total_seconds())
            )
    raise Unauthorized(
        "wrong_number_or_secret",
        "诉求编号或查询密码不正确。",
        "The number or the secret is not right.",
    )
