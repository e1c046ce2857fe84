"""Areas, departments and work groups over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from service.kit.database import Now, Reading
from service.kit.pages import Page, json_page
from service.kit.routing import IfMatchRequired, Router
from service.organizations.actions import structure
from service.organizations.callers import CurrentActor, Reader, Work
from service.organizations.queries import units
from service.organizations.routes.answers import CHANGES, CREATES, LISTS, READS, after, present
from service.organizations.schemas.units import (
    AreaCreate,
    AreaFilter,
    AreaPatch,
    AreaRead,
    DepartmentCreate,
    DepartmentFilter,
    DepartmentPatch,
    DepartmentRead,
    UnitCreate,
    UnitFilter,
    UnitPatch,
    WorkGroupRead,
)

router = Router(tags=["organization"])


# --- areas -------------------------------------------------------------------------------------------


@router.get(
    "/areas",
    operation_id="list_areas",
    summary="辖区列表 List the district, parks, towns and streets",
    response_model=Page[AreaRead],
    responses=LISTS,
)
async def list_areas(
    request: Request, actor: Reader, reading: Reading, now: Now, wanted: Annotated[AreaFilter, Query()]
) -> Response:
    by, descending = units.order(wanted.sort)
    statement = units.areas(actor, wanted, units.local_day(now))
    return await json_page(request, reading, statement, wanted, by=by, descending=descending)


@router.post(
    "/areas",
    operation_id="create_area",
    summary="新建园区或镇街 Create a park or town",
    status_code=201,
    responses=CREATES,
)
async def create_area(request: Request, actor: CurrentActor, work: Work, new: AreaCreate) -> AreaRead:
    unit = await structure.create_area(work, actor, new)
    return await after(request, work, units.area(actor, unit.id), AreaRead)


@router.get("/areas/{id}", operation_id="get_area", summary="查看辖区 Read an area", responses=READS)
async def get_area(request: Request, actor: Reader, reading: Reading, id: UUID) -> AreaRead:
    return await present(request, reading, units.area(actor, id), AreaRead)


@router.patch(
    "/areas/{id}",
    operation_id="change_area",
    summary="修改或撤销辖区 Change or close an area",
    responses=CHANGES,
)
async def change_area(
    request: Request, actor: CurrentActor, work: Work, id: UUID, patch: AreaPatch, version: IfMatchRequired
) -> AreaRead:
    await structure.change_area(work, actor, id, patch, version)
    return await after(request, work, units.area(actor, id), AreaRead)


# --- departments -------------------------------------------------------------------------------------


@router.get(
    "/departments",
    operation_id="list_departments",
    summary="部门列表 List departments",
    response_model=Page[DepartmentRead],
    responses=LISTS,
)
async def list_departments(
    request: Request, actor: Reader, reading: Reading, now: Now, wanted: Annotated[DepartmentFilter, Query()]
) -> Response:
    by, descending = units.order(wanted.sort)
    statement = units.departments(actor, wanted, units.local_day(now))
    return await json_page(request, reading, statement, wanted, by=by, descending=descending)


@router.post(
    "/departments",
    operation_id="create_department",
    summary="新建部门 Create a department",
    status_code=201,
    responses=CREATES,
)
async def create_department(
    request: Request, actor: CurrentActor, work: Work, new: DepartmentCreate
) -> DepartmentRead:
    unit = await structure.create_department(work, actor, new)
    return await after(request, work, units.department(actor, unit.id), DepartmentRead)


@router.get(
    "/departments/{id}",
    operation_id="get_department",
    summary="查看部门 Read a department",
    responses=READS,
)
async def get_department(request: Request, actor: Reader, reading: Reading, id: UUID) -> DepartmentRead:
    return await present(request, reading, units.department(actor, id), DepartmentRead)


@router.patch(
    "/departments/{id}",
    operation_id="change_department",
    summary="修改或撤销部门 Change or close a department",
    responses=CHANGES,
)
async def change_department(
    request: Request,
    actor: CurrentActor,
    work: Work,
    id: UUID,
    patch: DepartmentPatch,
    version: IfMatchRequired,
) -> DepartmentRead:
    await structure.change_department(work, actor, id, patch, version)
    return await after(request, work, units.department(actor, id), DepartmentRead)


# --- work groups -------------------------------------------------------------------------------------


@router.get(
    "/work-groups",
    operation_id="list_work_groups",
    summary="工作组列表 List work groups",
    response_model=Page[WorkGroupRead],
    responses=LISTS,
)
async def list_work_groups(
    request: Request, actor: Reader, reading: Reading, now: Now, wanted: Annotated[UnitFilter, Query()]
) -> Response:
    by, descending = units.order(wanted.sort)
    statement = units.work_groups(actor, wanted, now)
    return await json_page(request, reading, statement, wanted, by=by, descending=descending)


@router.post(
    "/work-groups",
    operation_id="create_work_group",
    summary="新建工作组 Create a work group",
    status_code=201,
    responses=CREATES,
)
async def create_work_group(
    request: Request, actor: CurrentActor, work: Work, new: UnitCreate
) -> WorkGroupRead:
    unit = await structure.create_work_group(work, actor, new)
    return await after(request, work, units.work_group(actor, unit.id, work.now), WorkGroupRead)


@router.get(
    "/work-groups/{id}",
    operation_id="get_work_group",
    summary="查看工作组 Read a work group",
    responses=READS,
)
async def get_work_group(
    request: Request, actor: Reader, reading: Reading, now: Now, id: UUID
) -> WorkGroupRead:
    return await present(request, reading, units.work_group(actor, id, now), WorkGroupRead)


@router.patch(
    "/work-groups/{id}",
    operation_id="change_work_group",
    summary="修改或撤销工作组 Change or close a work group",
    responses=CHANGES,
)
async def change_work_group(
    request: Request, actor: CurrentActor, work: Work, id: UUID, patch: UnitPatch, version: IfMatchRequired
) -> WorkGroupRead:
    await structure.change_work_group(work, actor, id, patch, version)
    return await after(request, work, units.work_group(actor, id, work.now), WorkGroupRead)
