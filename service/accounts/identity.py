"""Who calls: the credential in the Authorization header, verified.

A token asks no database; a key is one indexed lookup by its digest.
"""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends
from fastapi.security import OAuth2PasswordBearer
from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from service.accounts.credentials import CurrentCredentials
from service.accounts.models import ApiKey
from service.accounts.rules import KEY_PREFIX, Identity, Via, is_key
from service.accounts.tokens import unknown_credential
from service.kit import crypto
from service.kit.database import Database, Now, the_database
from service.kit.errors import Unauthorized, refuses

__all__ = ["CurrentIdentity", "Identity", "Via", "current_identity"]

LAST_USED_WITHIN = timedelta(minutes=1)

bearer = OAuth2PasswordBearer(
    tokenUrl="/api/v1/auth/token",
    refreshUrl="/api/v1/auth/refresh",
    description="An access token from `POST /auth/token`, or an API key (`sk_…`).",
    auto_error=False,
)


@refuses(Unauthorized)
async def current_identity(
    credential: Annotated[str | None, Depends(bearer)],
    credentials: CurrentCredentials,
    database: Annotated[Database, Depends(the_database)],
    now: Now,
) -> Identity:
    """The identity that the credential proves.

    Raises:
        Unauthorized: there is none, or it is not valid (any more).
    """
    if not credential:
        raise Unauthorized("not_signed_in", "请先登录。", "Please sign in first.")
    if not credential.startswith(KEY_PREFIX):
        return credentials.tokens.read(credential, now)
    if not is_key(credential):
        raise Unauthorized(
            "mistyped_key",
            "接口密钥不完整或有误，请检查是否完整复制。",
            "This API key is incomplete or mistyped; check that you copied all of it.",
        )
    async with database.reading() as reading:
        return await _owner_of(reading, credential, now)


CurrentIdentity = Annotated[Identity, Depends(current_identity)]


async def _owner_of(reading: AsyncConnection, key: str, now: datetime) -> Identity:
    """The identity of a key; notes its use, at most once a minute and outside the caller's transaction."""
    of_key = select(
        col(ApiKey.id),
        col(ApiKey.account_id),
        col(ApiKey.scopes),
        col(ApiKey.expires_at),
        col(ApiKey.revoked_at),
        col(ApiKey.last_used_at),
    ).where(col(ApiKey.digest) == crypto.digest("api_key", key))
    found = (await reading.execute(of_key)).one_or_none()
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        raise unknown_credential()
    before = now - LAST_USED_WITHIN
    if found.last_used_at is None or found.last_used_at < before:
        last_used = col(ApiKey.last_used_at)
        await reading.execute(
            update(ApiKey)
            .where(col(ApiKey.id) == found.id, or_(last_used.is_(None), last_used < before))
            .values(last_used_at=now)
        )
    return Identity(Via.KEY, account_id=found.account_id, scopes=frozenset(found.scopes), token_id=found.id)
