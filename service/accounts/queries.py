"""The one clause that says whether a credential still stands."""

from sqlalchemy import ColumnElement, exists, true
from sqlmodel import col

from service.accounts.models import Account, ApiKey, Session
from service.accounts.rules import Identity, Via


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
