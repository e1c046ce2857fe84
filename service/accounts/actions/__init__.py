"""All that changes accounts. Whoever changes an account, its sessions or its keys first locks its row."""

from service.accounts.actions.accounts import bind, change, create, deactivate, reactivate, verify_phone
from service.accounts.actions.anonymous import open_anonymous_request
from service.accounts.actions.keys import create_key, revoke_key
from service.accounts.actions.passwords import change_password, password_hash, set_password
from service.accounts.actions.sessions import (
    open_session,
    refresh,
    sign_in,
    sign_in_from_outside,
    sign_out,
)

__all__ = [
    "bind",
    "change",
    "change_password",
    "create",
    "create_key",
    "deactivate",
    "open_anonymous_request",
    "open_session",
    "password_hash",
    "reactivate",
    "refresh",
    "revoke_key",
    "set_password",
    "sign_in",
    "sign_in_from_outside",
    "sign_out",
    "verify_phone",
]
