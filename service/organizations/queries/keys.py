"""Which API keys a caller sees: their own, and with `security.manage` anybody's."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlmodel import col

from service.accounts.models import ApiKey
from service.organizations.schemas.keys import ApiKeyRead

#: Newest first.
ORDER: tuple[Any, ...] = (col(ApiKey.created_at), col(ApiKey.id))


def of_account(account_id: UUID) -> Select[Any]:
    """The keys of this account, with exactly the fields that are shown."""
    return select(*(getattr(ApiKey, field) for field in ApiKeyRead.model_fields)).where(
        col(ApiKey.account_id) == account_id
    )
