"""Service items over HTTP: what can be asked for, by whom it is done, and the form to fill in."""

from typing import Annotated

from fastapi import Path, Query, Request, Response

from service.catalog.actions import items as actions
from service.catalog.queries import items
from service.catalog.schemas.items import (
    ServiceItemCreate,
    ServiceItemFilter,
    ServiceItemPatch,
    ServiceItemRead,
)
from service.kit.database import Now, Reading
from service.kit.errors import (
    Conflict,
    Invalid,
    Malformed,
    NotAllowed,
    NotFound,
    PreconditionRequired,
    Stale,
    Unauthorized,
    documented,
)
from service.kit.pages import Page, json_page
from service.kit.routing import IfMatchRequired, Router, versioned
from service.organizations.callers import CurrentActor, Reader, Work
from service.organizations.queries.units import local_day, one

router = Router(prefix="/service-items", tags=["catalog"])

Code = Annotated[str, Path(max_length=10, examples=["B03"])]


@router.get(
    "",
    operation_id="list_service_items",
    summary="服务事项列表 List service items",
    response_model=Page[ServiceItemRead],
    responses=documented(Unauthorized, Malformed, Invalid),
)
async def list_service_items(
    request: Request, actor: Reader, reading: Reading, now: Now, wanted: Annotated[ServiceItemFilter, Query()]
) -> Response:
    """Those offered today, by their codes; everybody who is signed in may choose among them."""
    return await json_page(
        request,
        reading,
        items.service_items(wanted, local_day(now)),
        wanted,
        by=items.ORDER,
        descending=wanted.sort == "-code",
    )


@router.post(
    "",
    operation_id="create_service_item",
    summary="新增服务事项 Create a service item",
    status_code=201,
    responses=documented(Unauthorized, NotAllowed, Conflict, Invalid),
)
async def create_service_item(
    request: Request, actor: CurrentActor, work: Work, new: ServiceItemCreate
) -> ServiceItemRead:
    item = await actions.create_item(work, actor, new)
    versioned(request, item.version)
    return await items.read(work, item)


@router.get(
    "/{code}",
    operation_id="get_service_item",
    summary="服务事项 One service item",
    responses=documented(Unauthorized, NotFound),
)
async def get_service_item(
    request: Request, actor: Reader, reading: Reading, now: Now, code: Code
) -> ServiceItemRead:
    """An item that has ended is read as well: requests of the past name it."""
    item = await one(reading, items.service_item(code, local_day(now)), ServiceItemRead)
    versioned(request, item.version)
    return item


@router.patch(
    "/{code}",
    operation_id="change_service_item",
    summary="修改或终止服务事项 Change or end a service item",
    responses=documented(Unauthorized, NotAllowed, NotFound, Stale, Invalid, PreconditionRequired),
)
async def change_service_item(
    request: Request,
    actor: CurrentActor,
    work: Work,
    code: Code,
    said: ServiceItemPatch,
    expected: IfMatchRequired,
) -> ServiceItemRead:
    """Promises that were made under it stay as they were; its code cannot be changed."""
    item = await actions.change_item(work, actor, code, said, expected)
    versioned(request, item.version)
    return await items.read(work, item)
