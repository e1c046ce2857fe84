"""Recording, reading and listing requests."""

from typing import Annotated

from fastapi import Query, Request, Response

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
from service.kit.routing import IfMatchRequired, Router
from service.organizations.callers import CurrentActor, Reader, Work
from service.requests.actions import recording
from service.requests.queries import lists
from service.requests.routes.common import Ref, answer
from service.requests.schemas.reading import RequestFilter, RequestListed, RequestRead
from service.requests.schemas.recording import RequestCreate, RequestPatch

router = Router(prefix="/requests", tags=["requests"])


@router.post(
    "",
    operation_id="record_request",
    summary="提出诉求 Record a request",
    status_code=201,
    response_model=RequestRead,
    responses=documented(Unauthorized, NotAllowed, Conflict, Invalid),
)
async def record_request(request: Request, said: RequestCreate, actor: CurrentActor, work: Work) -> Response:
    """By an enterprise for itself, by a cadre on behalf of one, or by the desk taking a call."""
    recorded = await recording.record_request(work, actor, said)
    return await answer(request, await work.connection(), actor, recorded.id, work.now, status=201)


@router.get(
    "",
    operation_id="list_requests",
    summary="诉求列表 List requests",
    response_model=Page[RequestListed],
    responses=documented(Malformed, Unauthorized, Invalid),
)
async def list_requests(
    request: Request,
    asked: Annotated[RequestFilter, Query()],
    actor: Reader,
    reading: Reading,
    now: Now,
) -> Response:
    """What the caller can see. Imported history is left out unless `imported` asks for it."""
    statement, by, descending = await lists.requests(reading, actor, asked, now)
    return await json_page(request, reading, statement, asked, by=by, descending=descending)


@router.get(
    "/{id}",
    operation_id="read_request",
    summary="查看诉求 Read one request",
    response_model=RequestRead,
    responses=documented(Unauthorized, NotFound),
)
async def read_request(request: Request, ref: Ref, actor: Reader, reading: Reading, now: Now) -> Response:
    """With what the caller may do now (`verbs`)."""
    return await answer(request, reading, actor, ref, now)


@router.patch(
    "/{id}",
    operation_id="change_draft",
    summary="修改草稿 Change a draft",
    response_model=RequestRead,
    responses=documented(Unauthorized, NotAllowed, NotFound, Conflict, Stale, Invalid, PreconditionRequired),
)
async def change_draft(
    request: Request,
    ref: Ref,
    said: RequestPatch,
    version: IfMatchRequired,
    actor: CurrentActor,
    work: Work,
) -> Response:
    """Only a draft, and only by its author; what was submitted is changed by verbs."""
    changed = await recording.change_draft(work, actor, ref, said, version)
    return await answer(request, await work.connection(), actor, changed.id, work.now)
