"""Signing in, staying signed in, signing out.

These actions open their own units of work: an attempt is counted although the answer is a refusal, and
nothing holds a transaction while a password is verified.
"""

import base64
import secrets
from datetime import datetime
from uuid import UUID

from sqlmodel import col, update

from service.accounts import kinds, queries, throttling
from service.accounts.credentials import Credentials
from service.accounts.models import Account, RefreshToken, Session
from service.accounts.rules import (
    ACCESS_TOKEN_LIVES,
    REFRESH_MAY_REPEAT,
    REFRESH_TOKEN_LIVES,
    SESSION_LIVES_AT_MOST,
    SessionEnd,
    SignInMethod,
    normal_username,
)
from service.accounts.schemas import TokensRead
from service.accounts.tokens import unknown_credential
from service.events import Kind, record
from service.events.actions import Fact
from service.kit import addresses, crypto
from service.kit.database import Database, UnitOfWork
from service.kit.errors import Problem, Unauthorized


async def sign_in(
    database: Database, credentials: Credentials, now: datetime, *, username: str, password: str, address: str
) -> TokensRead:
    """Tokens for the account with this name and password.

    An unknown name, a wrong password, a closed account and one without a password are refused alike: the
    same answer after the same work.

    Raises:
        TooMany: too many wrong guesses; try again later.
        Unauthorized: not this name and password.
    """
    name = normal_username(username)
    async with database.begin(now) as work:
        guess = await throttling.charge(work, throttling.At.ACCOUNT, name, address)
        known = await queries.password_hash_of(work, name)
    verdict = await credentials.passwords.verify(password, known)
    tokens: TokensRead | None = None
    async with database.begin(now) as work:
        await throttling.hold(work, guess)
        account = await queries.by_username(work, name)
        # it may have been closed, or got another password, while the old one was verified
        stands = account is not None and account.is_active and account.password_hash == known
        if account is not None and stands and verdict.is_right:
            await throttling.forgive(work, guess)
            account.password_hash = verdict.newer_hash or account.password_hash
            tokens = await open_session(work, credentials, account, SignInMethod.PASSWORD, address)
        else:
            await _note_refusal(work, name, account, address)
    if tokens is None:
        raise Unauthorized(
            "wrong_username_or_password",
            "用户名或密码不正确。",
            "The user name or the password is not right.",
        )
    return tokens


async def sign_in_from_outside(
    database: Database, credentials: Credentials, now: datetime, *, external: tuple[str, str], address: str
) -> TokensRead:
    """Tokens for the account that is bound to this issuer and subject, who has proved it to the provider.

    Raises:
        Unauthorized: no open account is bound to it.
    """
    tokens: TokensRead | None = None
    async with database.begin(now) as work:
        account = await queries.by_external_subject(work, *external)
        if account is not None and account.is_active:
            tokens = await open_session(work, credentials, account, SignInMethod.OIDC, address)
        else:
            await _note_refusal(work, " ".join(external), account, address)
    if tokens is None:
        raise Unauthorized(
            "identity_not_bound",
            "该统一身份尚未绑定可用账号，请联系系统管理员。",
            "This identity is not bound to an open account; ask an administrator.",
        )
    return tokens


async def open_session(
    work: UnitOfWork, credentials: Credentials, account: Account, method: SignInMethod, address: str
) -> TokensRead:
    """Begin a session of an account whose row is locked and whose owner has proved who they are."""
    session = Session(account_id=account.id, started_at=work.now, expires_at=work.now)
    work.add(session)
    await work.flush()
    await note(
        work,
        kinds.SIGNED_IN,
        account,
        by=account.id,
        session_id=str(session.id),
        method=method.value,
        address_digest=_digest_of(address, work.now),
    )
    return await _issue(work, credentials, session, f"rt_{secrets.token_urlsafe(32)}")


async def refresh(database: Database, credentials: Credentials, now: datetime, *, token: str) -> TokensRead:
    """New tokens for a refresh token that was not exchanged yet; it is exchanged with that.

    Within 30 seconds it may be shown again and gives the same successor again, as long as that one was not
    used: a double click or a lost answer does no harm, and there is never more than one live token of a
    session. Shown later, or after its successor was used, somebody has a copy: the session is ended.

    Raises:
        Unauthorized: not a refresh token of ours, or it has run out, or its session is over.
    """
    async with database.begin(now) as work:
        outcome = await _exchange(work, credentials, token)
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


async def _exchange(work: UnitOfWork, credentials: Credentials, token: str) -> TokensRead | Problem:
    account = await queries.account_of_refresh_token(work, _digest(token))
    if account is None:
        return unknown_credential()
    shown = await work.get_one(RefreshToken, _digest(token))
    session = await work.get_one(Session, shown.session_id)
    if session.ended_at is not None or not account.is_active:
        return unknown_credential()
    if work.now >= shown.expires_at:
        return Unauthorized(
            "refresh_token_expired",
            "登录已过期，请重新登录。",
            "Your session has expired; please sign in again.",
        )
    successor = _successor(token)
    if shown.exchanged_at is None:
        shown.exchanged_at = work.now
        await work.flush()  # before the successor: a session has at most one token that was not exchanged
        return await _issue(work, credentials, session, successor)
    next_one = await work.get_one(RefreshToken, _digest(successor))
    if next_one.exchanged_at is None and work.now < shown.exchanged_at + REFRESH_MAY_REPEAT:
        return _read(credentials, session, next_one, successor, work.now)
    await end_sessions(work, account, SessionEnd.REPLAYED, only=session.id)
    await note(work, kinds.REFRESH_REPLAYED, account, by=None, session_id=str(session.id))
    return unknown_credential()


async def sign_out(work: UnitOfWork, *, token: str) -> None:
    """End the session of a refresh token; one that is unknown or over is no mistake (RFC 7009)."""
    account = await queries.account_of_refresh_token(work, _digest(token))
    if account is None:
        return
    session_id = (await work.get_one(RefreshToken, _digest(token))).session_id
    if await end_sessions(work, account, SessionEnd.SIGNED_OUT, only=session_id):
        await note(work, kinds.SIGNED_OUT, account, by=account.id, session_id=str(session_id))


async def end_sessions(
    work: UnitOfWork,
    account: Account,
    because: SessionEnd,
    *,
    only: UUID | None = None,
    but: UUID | None = None,
) -> int:
    """End the account's open sessions (`only` this one; all `but` this one); how many there were.

    Their access tokens stop with the next call.
    """
    open_ones = update(Session).where(
        col(Session.account_id) == account.id,
        col(Session.ended_at).is_(None),
        col(Session.expires_at) > work.now,
    )
    if only is not None:
        open_ones = open_ones.where(col(Session.id) == only)
    if but is not None:
        open_ones = open_ones.where(col(Session.id) != but)
    ended = await work.exec(open_ones.values(ended_at=work.now, ended_because=because))
    return ended.rowcount


async def note(work: UnitOfWork, kind: Kind, account: Account, *, by: UUID | None, **data: Fact) -> None:
    """Record what happened to an account whose row is locked."""
    await record(
        work,
        kind,
        subject_kind="account",
        subject_id=account.id,
        version=account.version,
        by=by,
        data=data,
    )


async def _note_refusal(work: UnitOfWork, name: str, account: Account | None, address: str) -> None:
    """Record a refused sign-in; a name that nobody has gets a subject of its own, made from its digest."""
    await record(
        work,
        kinds.SIGN_IN_REFUSED,
        subject_kind="account",
        subject_id=account.id if account else UUID(bytes=crypto.digest("unknown_name", name)[:16], version=4),
        version=account.version if account else 0,
        by=None,
        data={"is_known": account is not None, "address_digest": _digest_of(address, work.now)},
    )


async def _issue(work: UnitOfWork, credentials: Credentials, session: Session, token: str) -> TokensRead:
    """Store a refresh token as the session's live one, and give it out with an access token."""
    latest = session.started_at + SESSION_LIVES_AT_MOST
    session.expires_at = min(work.now + REFRESH_TOKEN_LIVES, latest)
    issued = RefreshToken(
        digest=_digest(token), session_id=session.id, issued_at=work.now, expires_at=session.expires_at
    )
    work.add(issued)
    return _read(credentials, session, issued, token, work.now)


def _read(
    credentials: Credentials, session: Session, issued: RefreshToken, token: str, now: datetime
) -> TokensRead:
    return TokensRead(
        access_token=credentials.tokens.for_account(session.account_id, session.id, now),
        expires_in=int(ACCESS_TOKEN_LIVES.total_seconds()),
        refresh_token=token,
        refresh_expires_in=int((issued.expires_at - now).total_seconds()),
    )


def _digest(token: str) -> bytes:
    return crypto.digest("refresh_token", token)


def _successor(token: str) -> str:
    """The next refresh token: made from this one and our key, so that it can be given again unstored."""
    return f"rt_{base64.urlsafe_b64encode(crypto.digest('refresh_token.next', token)).rstrip(b'=').decode()}"


def _digest_of(address: str, now: datetime) -> str:
    return addresses.of_the_day(address, now).hex()
