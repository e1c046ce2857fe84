"""Finding accounts, and the one clause that says whether a credential still stands."""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, true
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from service.accounts.models import Account, ApiKey, RefreshToken, Session
from service.accounts.rules import Identity, Via
from service.kit.database import UnitOfWork
from service.kit.errors import NotFound


def stands(identity: Identity) -> ColumnElement[bool]:
    """That the credential was not withdrawn since; for a statement that selects from its account.

    The account is active, and the session was not ended, or the key not revoked. For the token of an
    anonymous request there is no account, and the clause is true.
    """
    match identity.via:
        case Via.TOKEN:
            session = exists().where(col(Session.id) == identity.token_id, col(Session.ended_at).is_(None))
            return col(Account.is_active) & session
        case Via.KEY:
            key = exists().where(col(ApiKey.id) == identity.token_id, col(ApiKey.revoked_at).is_(None))
            return col(Account.is_active) & key
        case Via.ANONYMOUS:
            return true()


async def standing(work: UnitOfWork, identity: Identity, *, lock: bool = False) -> Account | None:
    """The caller's account, unless its credential was withdrawn."""
    statement = select(Account).where(col(Account.id) == identity.account_id, stands(identity))
    return await _locked(work, statement) if lock else (await work.exec(statement)).one_or_none()


async def get(work: UnitOfWork, account_id: UUID, *, lock: bool = False) -> Account:
    """The account; raises NotFound. With `lock`, nobody else changes it until this unit of work ends."""
    statement = select(Account).where(col(Account.id) == account_id)
    account = await _locked(work, statement) if lock else (await work.exec(statement)).one_or_none()
    if account is None:
        raise NotFound()
    return account


async def by_username(work: UnitOfWork, name: str) -> Account | None:
    """The account with this user name (in its normal form), its row locked."""
    return await _locked(work, select(Account).where(col(Account.username) == name))


async def by_external_subject(work: UnitOfWork, issuer: str, subject: str) -> Account | None:
    """The account that is bound to this subject of an outside identity provider, its row locked."""
    bound = (col(Account.external_issuer) == issuer, col(Account.external_subject) == subject)
    return await _locked(work, select(Account).where(*bound))


async def account_of_refresh_token(work: UnitOfWork, digest: bytes) -> Account | None:
    """The account that this refresh token was given to, its row locked."""
    owner = (
        select(Session.account_id)
        .join(RefreshToken, col(RefreshToken.session_id) == col(Session.id))
        .where(col(RefreshToken.digest) == digest)
    )
    return await _locked(work, select(Account).where(col(Account.id).in_(owner)))


async def password_hash_of(work: UnitOfWork, name: str) -> str | None:
    """The password hash of the account with this user name."""
    return (await work.exec(select(Account.password_hash).where(col(Account.username) == name))).first()


async def _locked(work: UnitOfWork, statement: SelectOfScalar[Account]) -> Account | None:
    """The one row of the statement, held against other writers but not against references to it."""
    held = statement.with_for_update(key_share=True, of=Account)
    return (await work.exec(held.execution_options(populate_existing=True))).one_or_none()
