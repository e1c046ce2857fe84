"""Binding accounts to the people of the configured identity provider."""

from uuid import UUID

from fastapi import Request

from service.accounts import actions, queries
from service.accounts.credentials import CurrentCredentials
from service.accounts.schemas import AccountRead
from service.kit.database import PublicWork
from service.kit.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    PreconditionRequired,
    Stale,
    Unauthorized,
    documented,
)
from service.kit.routing import IfMatchRequired, Router, versioned
from service.organizations.actor import require
from service.organizations.callers import CurrentActor
from service.organizations.rules import Permission
from service.organizations.schemas.identities import ExternalIdentity

router = Router(prefix="/accounts/{id}/external-identity", tags=["sign-in"])


@router.put(
    "",
    operation_id="bind_external_identity",
    summary="绑定统一身份 Bind an account to a person of the identity provider",
    responses=documented(Unauthorized, NotAllowed, NotFound, Conflict, Stale, Invalid, PreconditionRequired),
)
async def bind_external_identity(
    request: Request,
    actor: CurrentActor,
    work: PublicWork,
    credentials: CurrentCredentials,
    id: UUID,
    said: ExternalIdentity,
    version: IfMatchRequired,
) -> AccountRead:
    """From now on whoever the provider calls so signs in to this account."""
    require(work, actor, Permission.SECURITY_MANAGE)
    account = await queries.get(work, id, lock=True)
    if version not in (None, account.version):
        raise Stale(account.version)
    await actions.bind(work, account, (credentials.outside.issuer, said.subject), by=actor.account_id)
    versioned(request, account.version)
    return AccountRead.of(account)


@router.delete(
    "",
    operation_id="unbind_external_identity",
    summary="解除统一身份绑定 Unbind an account",
    status_code=204,
    responses=documented(Unauthorized, NotAllowed, NotFound, Invalid),
)
async def unbind_external_identity(actor: CurrentActor, work: PublicWork, id: UUID) -> None:
    """The account signs in by password only; repeating it is harmless."""
    require(work, actor, Permission.SECURITY_MANAGE)
    await actions.bind(work, await queries.get(work, id, lock=True), None, by=actor.account_id)
