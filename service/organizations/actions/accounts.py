"""Closing the accounts of people who leave, and opening them again."""

from uuid import UUID

from service.accounts import actions as accounts
from service.accounts import queries as known
from service.accounts.models import Account
from service.accounts.schemas import AccountPatch
from service.kit.database import UnitOfWork
from service.kit.errors import Conflict, Stale
from service.organizations.actions.handovers import hand_over
from service.organizations.actions.memberships import close_role
from service.organizations.actor import Actor, allows, require, signed_in
from service.organizations.queries.people import check_visible, roles_of
from service.organizations.rules import Permission
from service.organizations.rules.people import ENDED_BY
from service.organizations.schemas.people import HandoverCreate, Leaving


async def deactivate(work: UnitOfWork, actor: Actor, id: UUID, how: Leaving) -> Account:
    """Close an account: its roles end, it is signed out everywhere, its keys stop.

    It needs `security.manage`, or what is needed to end each of the roles.

    Raises:
        Conflict: it is one's own, or the last security administrator's.
        NotAllowed: a role is not the actor's to end.
        NotFound: there is none, or the actor does not see it.
    """
    await check_visible(work, actor, id)
    held = await roles_of(work, id)
    if not allows(actor, Permission.SECURITY_MANAGE):
        for membership in held:
            require(work, actor, ENDED_BY[membership.role], membership.unit_id)
        if not held:
            require(work, actor, Permission.PEOPLE_MANAGE)
    if id == actor.account_id:
        raise Conflict(
            "ones_own_account",
            "不能停用自己的账号，请由他人办理。",
            "Nobody closes their own account; ask somebody else.",
        )
    if how.deputy_id is not None:
        for unit_id in sorted({membership.unit_id for membership in held}):
            handover = HandoverCreate(from_account_id=id, to_account_id=how.deputy_id, unit_id=unit_id)
            await hand_over(work, actor, handover, loc=("body", "deputy_id"))
    account = await known.get(work, id, lock=True)
    for membership in await roles_of(work, id):
        await close_role(work, actor, membership)
    return await accounts.deactivate(work, account, by=actor.account_id)


async def reactivate(work: UnitOfWork, actor: Actor, id: UUID) -> Account:
    """Open an account again; roles are given anew.

    Raises:
        NotAllowed: the actor neither manages security nor people in the whole district.
        NotFound: there is none, or the actor does not see it.
    """
    await check_visible(work, actor, id)
    if not allows(actor, Permission.SECURITY_MANAGE):
        require(work, actor, Permission.PEOPLE_MANAGE)
    account = await known.get(work, id, lock=True)
    return await accounts.reactivate(work, account, by=actor.account_id)


async def change_oneself(work: UnitOfWork, actor: Actor, patch: AccountPatch, version: int | None) -> Account:
    """Change the caller's own name or contact data; raises `NotAllowed` for keys, `Stale`."""
    own = signed_in(actor)
    account = await known.get(work, own, lock=True)
    if version is not None and version != account.version:
        raise Stale(account.version)
    return await accounts.change(work, account, patch, by=own)
