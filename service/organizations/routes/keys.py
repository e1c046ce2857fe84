"""API keys over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from service.kit.database import PublicWork, Reading
from service.kit.errors import Conflict, Invalid, Malformed, NotAllowed, NotFound, Unauthorized, documented
from service.kit.pages import Page, json_page
from service.kit.routing import Router
from service.organizations import actor as may
from service.organizations.actions import keys as actions
from service.organizations.callers import CurrentActor, Reader
from service.organizations.queries import keys as queries
from service.organizations.rules import Permission
from service.organizations.schemas.keys import ApiKeyCreate, ApiKeyCreated, ApiKeyFilter, ApiKeyRead

router = Router(prefix="/api-keys", tags=["sign-in"])


@router.get(
    "",
    operation_id="list_api_keys",
    summary="密钥列表 List API keys",
    response_model=Page[ApiKeyRead],
    responses=documented(Malformed, Unauthorized, NotAllowed, Invalid),
)
async def list_api_keys(
    request: Request, actor: Reader, reading: Reading, wanted: Annotated[ApiKeyFilter, Query()]
) -> Response:
    """Newest first, with those that have run out or were revoked."""
    own = may.signed_in(actor)
    if wanted.account_id not in (None, own):
        may.require(None, actor, Permission.SECURITY_MANAGE)
    statement = queries.of_account(wanted.account_id or own)
    return await json_page(request, reading, statement, wanted, by=queries.ORDER, descending=True)


@router.post(
    "",
    operation_id="create_api_key",
    summary="新建密钥 Create an API key",
    status_code=201,
    responses=documented(Malformed, Unauthorized, NotAllowed, Conflict, Invalid),
)
async def create_api_key(actor: CurrentActor, work: PublicWork, new: ApiKeyCreate) -> ApiKeyCreated:
    """The key is shown this once; only a digest of it is kept."""
    made, key = await actions.create_key(work, actor, new)
    return ApiKeyCreated(**ApiKeyRead.model_validate(made).model_dump(), key=key)


@router.delete(
    "/{id}",
    operation_id="revoke_api_key",
    summary="撤销密钥 Revoke an API key",
    status_code=204,
    responses=documented(Unauthorized, NotAllowed, NotFound, Invalid),
)
async def revoke_api_key(actor: CurrentActor, work: PublicWork, id: UUID) -> None:
    """It stops with the next call, and stays in the list."""
    await actions.revoke_key(work, actor, id)
