"""The caller's own page."""

from fastapi import Request

from service.accounts.schemas import AccountPatch, AccountRead
from service.kit.database import Now, Reading
from service.kit.errors import (
    Invalid,
    Malformed,
    NotAllowed,
    PreconditionRequired,
    Stale,
    Unauthorized,
    documented,
)
from service.kit.routing import IfMatchRequired, Router, versioned
from service.organizations.actions import accounts
from service.organizations.callers import CurrentActor, Reader, Work
from service.organizations.queries import me
from service.organizations.schemas.people import MeRead

router = Router(tags=["people"])


@router.get(
    "/me",
    operation_id="get_me",
    summary="我 Who I am, what I am where, what I may do",
    responses=documented(Unauthorized, NotAllowed),
)
async def get_me(request: Request, actor: Reader, reading: Reading, now: Now) -> MeRead:
    found = await me.me(reading, actor, now)
    versioned(request, found.account.version)
    return found


@router.patch(
    "/me",
    operation_id="change_me",
    summary="修改本人信息 Change one's own name, phone or address",
    responses=documented(Unauthorized, Malformed, NotAllowed, Stale, Invalid, PreconditionRequired),
)
async def change_me(
    request: Request, actor: CurrentActor, work: Work, patch: AccountPatch, version: IfMatchRequired
) -> AccountRead:
    account = AccountRead.of(await accounts.change_oneself(work, actor, patch, version))
    versioned(request, account.version)
    return account
