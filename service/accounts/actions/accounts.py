"""Making, changing, closing and reopening an account."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from service.accounts import kinds
from service.accounts.actions.sessions import end_sessions, note
from service.accounts.models import Account
from service.accounts.rules import SessionEnd
from service.accounts.schemas import AccountCreate, AccountPatch
from service.kit import crypto
from service.kit.database import UnitOfWork
from service.kit.errors import Conflict

#: Each of these has a digest beside it, by which equal values are found.
PERSONAL = ("phone", "email", "identity_number")


async def create(
    work: UnitOfWork,
    new: AccountCreate,
    *,
    by: UUID | None,
    password_hash: str | None = None,
    external: tuple[str, str] | None = None,
    is_sample: bool = False,
) -> Account:
    """A new account.

    `password_hash`: from `passwords.password_hash`; None for one that cannot sign in by password.
    `external`: issuer and subject at an outside identity provider. `by`: None for the system.

    Raises:
        Conflict: the user name or the external subject belongs to another account.
    """
    issuer, subject = external or (None, None)
    account = Account(
        username=new.username,
        name=new.name,
        password_hash=password_hash,
        external_issuer=issuer,
        external_subject=subject,
        is_sample=is_sample,
        created_at=work.now,
    )
    for field in PERSONAL:
        _set(account, field, getattr(new, field))
    try:
        async with work.begin_nested():
            work.add(account)
    except IntegrityError as taken:
        raise _taken(taken) from taken
    await note(work, kinds.CREATED, account, by=by, is_sample=is_sample)
    return account


async def change(work: UnitOfWork, account: Account, patch: AccountPatch, *, by: UUID | None) -> Account:
    """Change what the patch names; another phone is not verified.

    The caller has loaded the account with its row locked.
    """
    fields = sorted(patch.model_fields_set)
    if "phone" in fields and patch.phone != account.phone:
        account.phone_verified_at = None
    for field in fields:
        _set(account, field, getattr(patch, field))
    account.version += 1
    await note(work, kinds.CHANGED, account, by=by, fields=fields)
    return account


async def verify_phone(work: UnitOfWork, account: Account, *, by: UUID | None) -> Account:
    """Note that the account's phone is its owner's. Repeating it is harmless.

    The caller has loaded the account with its row locked.
    """
    if account.phone_verified_at is None:
        account.phone_verified_at = work.now
        account.version += 1
        await note(work, kinds.CHANGED, account, by=by, fields=["phone_verified_at"])
    return account


async def bind(
    work: UnitOfWork, account: Account, external: tuple[str, str] | None, *, by: UUID | None
) -> Account:
    """Let the account sign in as this issuer's subject; None: no longer. Repeating it is harmless.

    The caller has loaded the account with its row locked.

    Raises:
        Conflict: the subject is bound to another account.
    """
    if (account.external_issuer, account.external_subject) == (external or (None, None)):
        return account
    try:
        async with work.begin_nested():
            account.external_issuer, account.external_subject = external or (None, None)
            account.version += 1
    except IntegrityError as taken:
        raise _taken(taken) from taken
    await note(work, kinds.CHANGED, account, by=by, fields=["external_subject"])
    return account


async def deactivate(work: UnitOfWork, account: Account, *, by: UUID | None) -> Account:
    """Close the account: its sessions end and its keys stop with the next call. Repeating it is harmless."""
    if account.is_active:
        account.is_active = False
        account.version += 1
        ended = await end_sessions(work, account, SessionEnd.DEACTIVATED)
        await note(work, kinds.DEACTIVATED, account, by=by, sessions_ended=ended)
    return account


async def reactivate(work: UnitOfWork, account: Account, *, by: UUID | None) -> Account:
    """Open the account again; its owner signs in anew, its keys work again. Repeating it is harmless."""
    if not account.is_active:
        account.is_active = True
        account.version += 1
        await note(work, kinds.REACTIVATED, account, by=by)
    return account


def _set(account: Account, field: str, value: str | None) -> None:
    setattr(account, field, value)
    if field in PERSONAL:
        setattr(account, f"{field}_digest", None if value is None else crypto.digest(field, value))


def _taken(error: IntegrityError) -> Exception:
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    match constraint:
        case "accounts_username_key":
            return Conflict(
                "username_taken",
                "该用户名已被使用，请换一个。",
                "This user name is taken; please choose another one.",
            )
        case "accounts_external_issuer_external_subject_key":
            return Conflict(
                "external_subject_taken",
                "该统一身份已绑定其他账号。",
                "This external identity belongs to another account.",
            )
    return error
