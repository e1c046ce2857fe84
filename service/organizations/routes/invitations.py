"""Invitations over HTTP."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from service.accounts.credentials import CurrentCredentials
from service.accounts.identity import CurrentIdentity
from service.accounts.throttling import Guess
from service.kit.addresses import CallerAddress
from service.kit.database import Database, Now, PublicWork, Reading, UnitOfWork, the_database
from service.kit.errors import (
    Busy,
    Conflict,
    Gone,
    Invalid,
    KeyReused,
    Malformed,
    NotAllowed,
    NotFound,
    TooLarge,
    TooMany,
    Unauthorized,
    documented,
    refuses,
)
from service.kit.idempotency import Claim, Replay
from service.kit.pages import Page, page
from service.kit.routing import Router
from service.organizations.actions import invitations as actions
from service.organizations.callers import CurrentActor, IdempotencyKey, Reader, Work
from service.organizations.queries import invitations as queries
from service.organizations.routes.answers import LISTS, READS
from service.organizations.schemas.invitations import (
    Accepted,
    InvitationAccept,
    InvitationCreate,
    InvitationFilter,
    InvitationMade,
    InvitationProof,
    InvitationRead,
)

router = Router(tags=["people"])

TheDatabase = Annotated[Database, Depends(the_database)]
ACCEPTS = documented(Malformed, NotFound, Conflict, Gone, Invalid, TooMany)


@router.get(
    "/invitations",
    operation_id="list_invitations",
    summary="邀请列表 List invitations",
    response_model=Page[InvitationRead],
    responses=LISTS,
)
async def list_invitations(
    request: Request, actor: Reader, reading: Reading, now: Now, wanted: Annotated[InvitationFilter, Query()]
) -> Response:
    """Newest first, without their codes."""
    return await page(
        request,
        reading,
        queries.invitations(actor, wanted, now),
        wanted,
        by=queries.ORDER,
        descending=True,
        read=partial(queries.invitation_read, now=now),
    )


@router.post(
    "/invitations",
    operation_id="invite",
    summary="邀请人员 Invite somebody to a role at a unit",
    status_code=201,
    responses=documented(Unauthorized, Malformed, NotAllowed, Invalid),
)
async def invite(actor: CurrentActor, work: PublicWork, new: InvitationCreate) -> InvitationMade:
    """The code is shown this once; only a digest of it is kept. An enterprise's contact needs it together
    with the enterprise's social credit code."""
    invitation, code = await actions.invite(work, actor, new)
    made = await queries.one_invitation(await work.connection(), actor, invitation.id, work.now)
    return InvitationMade(**made.model_dump(), code=code)


@router.get(
    "/invitations/{id}",
    operation_id="get_invitation",
    summary="查看邀请 Read an invitation",
    responses=READS,
)
async def get_invitation(actor: Reader, reading: Reading, now: Now, id: UUID) -> InvitationRead:
    return await queries.one_invitation(reading, actor, id, now)


@router.post(
    "/invitations/{id}/revoke",
    operation_id="revoke_invitation",
    summary="撤回邀请 Take an invitation back",
    responses=documented(Unauthorized, Malformed, NotFound, Conflict, Invalid),
)
async def revoke_invitation(actor: CurrentActor, work: Work, id: UUID) -> InvitationRead:
    await actions.revoke(work, actor, id)
    return await queries.one_invitation(await work.connection(), actor, id, work.now)


async def _proven(
    said: InvitationAccept,
    database: TheDatabase,
    credentials: CurrentCredentials,
    now: Now,
    address: CallerAddress,
) -> actions.Proven:
    return await actions.prove(database, credentials, now, said, address)


Proven = Annotated[actions.Proven, Depends(_proven)]


@refuses(Malformed, Busy, TooLarge, KeyReused)
async def _invited(
    request: Request, proven: Proven, work: PublicWork, idempotency_key: IdempotencyKey = None
) -> UnitOfWork:
    """A unit of work for whoever has shown the code: a kept answer is given again to nobody else."""
    if idempotency_key is None:
        return work
    claim = Claim(work, request, idempotency_key, proven.invitation_id)
    if (first := await claim.earlier()) is not None:
        raise Replay(first)
    request.state.claim = claim
    return work


@router.post(
    "/invitations/accept",
    operation_id="accept_invitation",
    summary="接受邀请并设立账号 Accept an invitation with a new account",
    status_code=201,
    responses=ACCEPTS,
)
async def accept_invitation(
    said: InvitationAccept,
    proven: Proven,
    work: Annotated[UnitOfWork, Depends(_invited, scope="function")],
) -> Accepted:
    """Nobody need be signed in. Wrong codes are slowed: 429 says in `Retry-After` for how long to wait."""
    return queries.accepted(*await actions.accept(work, said, proven))


async def _charged(
    said: InvitationProof, caller: CurrentIdentity, database: TheDatabase, now: Now, address: CallerAddress
) -> tuple[InvitationProof, Guess]:
    """The attempt, charged and committed before the route's own unit of work begins."""
    return said, await actions.charge(database, now, said, address)


Charged = Annotated[tuple[InvitationProof, Guess], Depends(_charged)]


@router.post(
    "/me/memberships",
    operation_id="join",
    summary="凭邀请码加入单位 Use an invitation with the account one has",
    status_code=201,
    responses={**ACCEPTS, **documented(Unauthorized, NotAllowed)},
)
async def join(charged: Charged, actor: CurrentActor, work: Work) -> Accepted:
    said, guess = charged
    return queries.accepted(*await actions.join(work, actor, said, guess))
