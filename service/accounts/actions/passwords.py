"""Choosing and changing a password."""

from datetime import datetime

from service.accounts import kinds, queries, throttling
from service.accounts.actions.sessions import end_sessions, note
from service.accounts.credentials import Credentials
from service.accounts.models import Account
from service.accounts.rules import Identity, SessionEnd, Via, password_problem
from service.accounts.tokens import unknown_credential
from service.kit.database import Database, UnitOfWork
from service.kit.errors import Invalid, NotAllowed


async def password_hash(
    credentials: Credentials, password: str, *, username: str, loc: tuple[str, ...] = ("body", "password")
) -> str:
    """The hash of a password somebody chose for an account with this user name.

    Raises:
        Invalid: it is too short, or the user name itself; named at `loc`.
    """
    _check(password, username, loc)
    return await credentials.passwords.hash(password)


async def set_password(
    work: UnitOfWork, account: Account, hashed: str, *, by: Identity | None = None
) -> None:
    """Give an account, whose row is locked, another password; every session but the caller's own ends."""
    account.password_hash = hashed
    account.version += 1
    own = by.token_id if by is not None and by.account_id == account.id else None
    ended = await end_sessions(work, account, SessionEnd.PASSWORD_CHANGED, but=own)
    actor_id = by.account_id if by is not None else None
    await note(work, kinds.PASSWORD_CHANGED, account, by=actor_id, sessions_ended=ended)


async def change_password(
    database: Database,
    credentials: Credentials,
    now: datetime,
    caller: Identity,
    *,
    present: str,
    new: str,
    address: str,
) -> None:
    """Change the caller's own password, which they prove to know; all other sessions end.

    Guesses at the present one are slowed like any others: the caller may have found an open screen.

    Raises:
        Invalid: the present password is wrong, or the new one is not good.
        NotAllowed: called with an API key, or on behalf of an anonymous request.
        TooMany: too many wrong guesses.
        Unauthorized: the session is over.
    """
    if caller.via is not Via.TOKEN or caller.account_id is None:
        raise NotAllowed(
            "only_signed_in",
            "接口密钥不能修改密码，请登录后修改。",
            "A key cannot change a password; sign in for that.",
        )
    async with database.begin(now) as work:
        account = await queries.standing(work, caller)
        if account is None:
            raise unknown_credential()
        _check(new, account.username, ("body", "new"))
        guess = await throttling.charge(work, throttling.At.ACCOUNT, account.username, address)
    verdict = await credentials.passwords.verify(present, account.password_hash)
    if not verdict.is_right:
        raise Invalid.at(
            ("body", "present"),
            "wrong_password",
            "当前密码不正确。",
            "The present password is not right.",
        )
    hashed = await credentials.passwords.hash(new)
    async with database.begin(now) as work:
        await throttling.forgive(work, guess)
        current = await queries.standing(work, caller, lock=True)
        if current is None or current.password_hash != account.password_hash:
            raise unknown_credential()
        await set_password(work, current, hashed, by=caller)


def _check(password: str, username: str, loc: tuple[str, ...]) -> None:
    if problem := password_problem(password, username):
        raise Invalid.at(loc, *problem)
