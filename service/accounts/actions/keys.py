"""API keys: made once shown once, and revoked."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlmodel import col, func, select

from service.accounts import kinds, queries
from service.accounts.actions.sessions import note
from service.accounts.models import Account, ApiKey
from service.accounts.rules import API_KEY_LIVES, API_KEY_LIVES_AT_MOST, KEYS_OF_ONE_ACCOUNT, new_key
from service.kit import crypto
from service.kit.clock import LOCAL
from service.kit.database import UnitOfWork
from service.kit.errors import Conflict, Invalid, NotFound


async def create_key(
    work: UnitOfWork, account_id: UUID, *, name: str, scopes: Iterable[str], expires_at: datetime | None
) -> tuple[ApiKey, str]:
    """A key of this account and its text, which is not kept; `scopes` are permission words it is limited to.

    It lives a year unless `expires_at` says otherwise. The caller has checked that the scopes exist.

    Raises:
        Conflict: the account has too many keys.
        Invalid: `expires_at` is past, or more than a year away.
    """
    expires_at = expires_at or work.now + API_KEY_LIVES
    if not work.now < expires_at <= work.now + API_KEY_LIVES_AT_MOST:
        raise Invalid.at(
            ("body", "expires_at"),
            "expiry_out_of_range",
            "有效期须在今后一年之内。",
            "The key must expire in the future, within a year.",
        )
    account = await queries.get(work, account_id, lock=True)
    if await _standing_keys(work, account) >= KEYS_OF_ONE_ACCOUNT:
        raise Conflict(
            "too_many_keys",
            f"每个账号最多 {KEYS_OF_ONE_ACCOUNT} 个密钥，请先撤销不用的密钥。",
            f"An account has at most {KEYS_OF_ONE_ACCOUNT} keys; revoke one that is not used first.",
        )
    text = new_key()
    key = ApiKey(
        account_id=account.id,
        name=name,
        ending=text[-4:],
        digest=crypto.digest("api_key", text),
        scopes=sorted(set(scopes)),
        created_at=work.now,
        expires_at=expires_at,
    )
    work.add(key)
    await note(
        work,
        kinds.KEY_CREATED,
        account,
        by=account.id,
        key_id=str(key.id),
        scopes=list(key.scopes),
        expires_on=f"{expires_at.astimezone(LOCAL):%Y-%m-%d}",
    )
    return key, text


async def revoke_key(work: UnitOfWork, key_id: UUID, *, owner_id: UUID | None, by: UUID) -> None:
    """Let a key stop with the next call; repeating it is harmless.

    `owner_id`: the account it must belong to; None for those who may revoke anybody's.

    Raises:
        NotFound: there is no such key, or it is somebody else's.
    """
    found = await work.get(ApiKey, key_id)
    if found is None or owner_id not in (None, found.account_id):
        raise NotFound()
    account = await queries.get(work, found.account_id, lock=True)
    await work.refresh(found)
    if found.revoked_at is None:
        found.revoked_at = work.now
        await note(work, kinds.KEY_REVOKED, account, by=by, key_id=str(found.id))


async def _standing_keys(work: UnitOfWork, account: Account) -> int:
    standing = select(func.count()).where(
        col(ApiKey.account_id) == account.id,
        col(ApiKey.revoked_at).is_(None),
        col(ApiKey.expires_at) > work.now,
    )
    return (await work.exec(standing)).one()
