"""Enterprises over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from service.kit.database import Now, Reading, UnitOfWork
from service.kit.pages import Page, Paging, json_page
from service.kit.routing import IfMatchRequired, Router, versioned
from service.organizations.actions import enterprises as actions
from service.organizations.actor import Actor, since_added
from service.organizations.callers import CurrentActor, Reader, Work
from service.organizations.queries import enterprises as queries
from service.organizations.queries.units import local_day, order
from service.organizations.routes.answers import CHANGES, CREATES, LISTS, READS
from service.organizations.schemas.enterprises import (
    EnterpriseCreate,
    EnterpriseFilter,
    EnterpriseListed,
    EnterprisePatch,
    EnterpriseRead,
    MoveRead,
    ScaleStatusWrite,
)

router = Router(tags=["enterprises"])

Year = Annotated[int, Path(ge=2000, le=2100)]


@router.get(
    "/enterprises",
    operation_id="list_enterprises",
    summary="企业列表 List enterprises",
    response_model=Page[EnterpriseListed],
    responses=LISTS,
)
async def list_enterprises(
    request: Request, actor: Reader, reading: Reading, now: Now, wanted: Annotated[EnterpriseFilter, Query()]
) -> Response:
    by, descending = order(wanted.sort)
    statement = queries.enterprises(actor, wanted, local_day(now))
    return await json_page(request, reading, statement, wanted, by=by, descending=descending)


@router.post(
    "/enterprises",
    operation_id="create_enterprise",
    summary="新建企业 Create an enterprise",
    status_code=201,
    responses=CREATES,
)
async def create_enterprise(
    request: Request, actor: CurrentActor, work: Work, new: EnterpriseCreate
) -> EnterpriseRead:
    unit = await actions.create_enterprise(work, actor, new)
    return await _after(request, work, since_added(actor, unit.id, unit.parent_id), unit.id)


@router.get(
    "/enterprises/{id}", operation_id="get_enterprise", summary="查看企业 Read an enterprise", responses=READS
)
async def get_enterprise(request: Request, actor: Reader, reading: Reading, id: UUID) -> EnterpriseRead:
    found = await queries.enterprise(reading, actor, id)
    versioned(request, found.version)
    return found


@router.patch(
    "/enterprises/{id}",
    operation_id="change_enterprise",
    summary="修改、调整或注销企业 Change, move or close an enterprise",
    responses=CHANGES,
)
async def change_enterprise(
    request: Request,
    actor: CurrentActor,
    work: Work,
    id: UUID,
    patch: EnterprisePatch,
    version: IfMatchRequired,
) -> EnterpriseRead:
    await actions.change_enterprise(work, actor, id, patch, version)
    return await _after(request, work, actor, id)


@router.put(
    "/enterprises/{id}/scale-statuses/{year}",
    operation_id="state_scale",
    summary="登记年度规上状态 Record above-scale status of a year",
    responses=CHANGES,
)
async def state_scale(
    request: Request,
    actor: CurrentActor,
    work: Work,
    id: UUID,
    year: Year,
    said: ScaleStatusWrite,
    version: IfMatchRequired,
) -> EnterpriseRead:
    await actions.state_scale(work, actor, id, year, said, version)
    return await _after(request, work, actor, id)


@router.delete(
    "/enterprises/{id}/scale-statuses/{year}",
    operation_id="withdraw_scale",
    summary="撤回误登的规上状态 Take back a status recorded by mistake",
    responses=CHANGES,
)
async def withdraw_scale(
    request: Request, actor: CurrentActor, work: Work, id: UUID, year: Year, version: IfMatchRequired
) -> EnterpriseRead:
    await actions.withdraw_scale(work, actor, id, year, version)
    return await _after(request, work, actor, id)


@router.get(
    "/enterprises/{id}/moves",
    operation_id="list_moves",
    summary="属地与工作组调整记录 When it got another home unit or work group",
    response_model=Page[MoveRead],
    responses=LISTS,
)
async def list_moves(
    request: Request, actor: Reader, reading: Reading, id: UUID, paging: Annotated[Paging, Query()]
) -> Response:
    statement = queries.moves(actor, id)
    return await json_page(request, reading, statement, paging, by=queries.moves_order(), descending=True)


async def _after(request: Request, work: UnitOfWork, actor: Actor, id: UUID) -> EnterpriseRead:
    await work.flush()
    found = await queries.enterprise(await work.connection(), actor, id)
    versioned(request, found.version)
    return found
