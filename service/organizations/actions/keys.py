"""Making and revoking API keys; a key can do neither, so that a leaked one cannot make itself another."""

from uuid import UUID

from service.accounts import actions as accounts
from service.accounts.models import ApiKey
from service.kit.database import UnitOfWork
from service.kit.errors import Invalid
from service.organizations.actor import Actor, allows, signed_in
from service.organizations.rules import Permission
from service.organizations.schemas.keys import ApiKeyCreate


async def create_key(work: UnitOfWork, actor: Actor, new: ApiKeyCreate) -> tuple[ApiKey, str]:
    """A key of the caller, and its text.

    Raises:
        Conflict: they have too many.
        Invalid: a scope is not theirs to give, or the expiry is out of range.
        NotAllowed: they called with a key.
    """
    owner_id = signed_in(actor)
    if beyond := set(new.scopes) - actor.permissions:
        words = "、".join(sorted(beyond))
        raise Invalid.at(
            ("body", "scopes"), "scope_not_held", f"您没有这些权限：{words}。", f"You do not hold: {words}."
        )
    return await accounts.create_key(
        work, owner_id, name=new.name, scopes=new.scopes, expires_at=new.expires_at
    )


async def revoke_key(work: UnitOfWork, actor: Actor, key_id: UUID) -> None:
    """Let a key of the caller, or with `security.manage` anybody's, stop with the next call.

    Raises:
        NotAllowed: they called with a key.
        NotFound: there is no such key, or it is not theirs to revoke.
    """
    caller_id = signed_in(actor)
    owner_id = None if allows(actor, Permission.SECURITY_MANAGE) else caller_id
    await accounts.revoke_key(work, key_id, owner_id=owner_id, by=caller_id)
