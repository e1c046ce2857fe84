"""People over HTTP: roles, handovers, accounts."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from service.accounts.schemas import AccountRead
from service.kit.database import Now, Reading, UnitOfWork
from service.kit.errors import Conflict, Invalid, Malformed, NotAllowed, NotFound, Unauthorized, documented
from service.kit.pages import Page, Paging, json_page, page
from service.kit.routing import Router, versioned
from service.organizations.actions import accounts, handovers, memberships
from service.organizations.actor import Actor
from service.organizations.callers import CurrentActor, Reader, Work
from service.organizations.queries import people, units
from service.organizations.routes.answers import CREATES, LISTS, READS
from service.organizations.rules import Role
from service.organizations.schemas.people import (
    AccountFilter,
    HandoverCreate,
    HandoverFilter,
    HandoverRead,
    Leaving,
    MembershipCreate,
    MembershipFilter,
    MembershipRead,
)

router = Router(tags=["people"])

ENDS = documented(Unauthorized, Malformed, NotAllowed, NotFound, Conflict, Invalid)


# --- memberships -------------------------------------------------------------------------------------


@router.get(
    "/memberships",
    operation_id="list_memberships",
    summary="任职列表 List who holds which role where",
    response_model=Page[MembershipRead],
    responses=LISTS,
)
async def list_memberships(
    request: Request, actor: Reader, reading: Reading, now: Now, wanted: Annotated[MembershipFilter, Query()]
) -> Response:
    """Longest held first; phones are masked."""
    statement = people.memberships(actor, wanted, now)
    return await page(
        request, reading, statement, wanted, by=people.MEMBERSHIP_ORDER, read=people.membership_listed
    )


@router.get(
    "/work-groups/{id}/members",
    operation_id="list_work_group_members",
    summary="工作组成员 List the cadres of a work group",
    response_model=Page[MembershipRead],
    responses=LISTS,
)
async def list_work_group_members(
    request: Request, actor: Reader, reading: Reading, now: Now, id: UUID, paging: Annotated[Paging, Query()]
) -> Response:
    statement = people.memberships(actor, MembershipFilter(unit=id, role=Role.CADRE), now)
    return await page(
        request, reading, statement, paging, by=people.MEMBERSHIP_ORDER, read=people.membership_listed
    )


@router.post(
    "/memberships",
    operation_id="give_role",
    summary="授予角色 Give a role to somebody who has an account",
    status_code=201,
    responses=CREATES,
)
async def give_role(actor: CurrentActor, work: Work, new: MembershipCreate) -> MembershipRead:
    membership = await memberships.give_role(work, actor, new)
    return await _membership(work, actor, membership.id)


@router.get(
    "/memberships/{id}",
    operation_id="get_membership",
    summary="查看任职 Read a membership, with the phone",
    responses=READS,
)
async def get_membership(actor: Reader, reading: Reading, id: UUID) -> MembershipRead:
    return await people.one_membership(reading, actor, id)


@router.post(
    "/memberships/{id}/end",
    operation_id="end_role",
    summary="离任 Leave a role, or end somebody's",
    responses=ENDS,
)
async def end_role(actor: CurrentActor, work: Work, id: UUID, how: Leaving) -> MembershipRead:
    """From this moment on. With `deputy_id`, all open work at the unit is the deputy's, for good."""
    await memberships.end_role(work, actor, id, how)
    return await _membership(work, actor, id)


async def _membership(work: UnitOfWork, actor: Actor, id: UUID) -> MembershipRead:
    return await people.one_membership(await work.connection(), actor, id)


# --- handovers ---------------------------------------------------------------------------------------


@router.get(
    "/handovers",
    operation_id="list_handovers",
    summary="交接列表 List handovers",
    response_model=Page[HandoverRead],
    responses=LISTS,
)
async def list_handovers(
    request: Request, actor: Reader, reading: Reading, now: Now, wanted: Annotated[HandoverFilter, Query()]
) -> Response:
    statement = people.handovers(actor, wanted, now)
    return await json_page(request, reading, statement, wanted, by=people.HANDOVER_ORDER)


@router.post(
    "/handovers",
    operation_id="hand_over",
    summary="交接在办事项（AB岗） Hand open work over to a deputy",
    status_code=201,
    responses=CREATES,
)
async def hand_over(actor: CurrentActor, work: Work, new: HandoverCreate) -> HandoverRead:
    """For a time, or for good when `ends_at` is left out."""
    handover = await handovers.hand_over(work, actor, new)
    return await _handover(work, actor, handover.id)


@router.post(
    "/handovers/{id}/end",
    operation_id="end_handover",
    summary="结束交接 Take the work back",
    responses=ENDS,
)
async def end_handover(actor: CurrentActor, work: Work, id: UUID) -> HandoverRead:
    await handovers.end_handover(work, actor, id)
    return await _handover(work, actor, id)


async def _handover(work: UnitOfWork, actor: Actor, id: UUID) -> HandoverRead:
    return await units.one(await work.connection(), people.handover(actor, id), HandoverRead)


# --- accounts ----------------------------------------------------------------------------------------


@router.get(
    "/accounts",
    operation_id="list_accounts",
    summary="账号列表 List accounts",
    response_model=Page[AccountRead],
    responses=LISTS,
)
async def list_accounts(
    request: Request, actor: Reader, reading: Reading, wanted: Annotated[AccountFilter, Query()]
) -> Response:
    statement = people.accounts(actor, wanted)
    return await page(request, reading, statement, wanted, by=people.ACCOUNT_ORDER, read=people.account_read)


@router.get("/accounts/{id}", operation_id="get_account", summary="查看账号 Read an account", responses=READS)
async def get_account(request: Request, actor: Reader, reading: Reading, id: UUID) -> AccountRead:
    account = await people.account(reading, actor, id)
    versioned(request, account.version)
    return account


@router.post(
    "/accounts/{id}/deactivate",
    operation_id="deactivate_account",
    summary="停用账号 Close an account",
    responses=ENDS,
)
async def deactivate_account(actor: CurrentActor, work: Work, id: UUID, how: Leaving) -> AccountRead:
    """All its roles end, it is signed out everywhere, and its API keys stop."""
    return AccountRead.of(await accounts.deactivate(work, actor, id, how))


@router.post(
    "/accounts/{id}/reactivate",
    operation_id="reactivate_account",
    summary="启用账号 Open an account again",
    responses=ENDS,
)
async def reactivate_account(actor: CurrentActor, work: Work, id: UUID) -> AccountRead:
    """Its roles are given anew."""
    return AccountRead.of(await accounts.reactivate(work, actor, id))
