"""What belongs to a request: its timeline, comments and files."""

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse

from service.accounts.identity import CurrentIdentity
from service.catalog.rules.words import Confidentiality
from service.kit.config import Settings
from service.kit.database import Database, Now, Reading, the_database
from service.kit.errors import (
    Conflict,
    Invalid,
    Malformed,
    NotAllowed,
    NotFound,
    TooLarge,
    Unauthorized,
    Unavailable,
    WrongType,
    documented,
)
from service.kit.pages import Page, Paging, json_page, page
from service.kit.routing import Router
from service.kit.storage import Storage, resumed
from service.organizations.actor import load
from service.organizations.callers import CurrentActor, IdempotencyKey, Reader, Work, working
from service.requests.actions import attaching, saying
from service.requests.models import ATTACHMENTS, RequestAttachment
from service.requests.queries import timeline as queries
from service.requests.queries.reading import seen
from service.requests.routes.common import Ref
from service.requests.schemas.reading import (
    AttachmentRead,
    CommentCreate,
    CommentRead,
    TimelineEntry,
)

router = Router(prefix="/requests/{id}", tags=["requests"])

_READING = documented(Malformed, Unauthorized, NotFound, Invalid)


def the_storage(request: Request) -> Storage:
    storage: Storage = request.app.state.storage
    return storage


def the_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


TheStorage = Annotated[Storage, Depends(the_storage)]


@router.get(
    "/timeline",
    operation_id="read_timeline",
    summary="办理过程 What happened to a request",
    response_model=Page[TimelineEntry],
    responses=_READING,
)
async def read_timeline(
    request: Request, ref: Ref, asked: Annotated[Paging, Query()], actor: Reader, reading: Reading
) -> Response:
    """The events the caller may see, oldest first, with what was said."""
    it = await seen(reading, actor, ref)
    return await page(
        request,
        reading,
        queries.timeline(actor, it.id),
        asked,
        by=queries.TIMELINE_ORDER,
        read=lambda row: queries.entry(actor, it, row),
    )


@router.get(
    "/comments",
    operation_id="list_comments",
    summary="留言 Comments on a request",
    response_model=Page[CommentRead],
    responses=_READING,
)
async def list_comments(
    request: Request, ref: Ref, asked: Annotated[Paging, Query()], actor: Reader, reading: Reading
) -> Response:
    """Oldest first; those among staff are seen by staff only."""
    it = await seen(reading, actor, ref)
    return await json_page(request, reading, queries.comments(it), asked, by=queries.COMMENT_ORDER)


@router.post(
    "/comments",
    operation_id="comment",
    summary="留言 Comment on a request",
    status_code=201,
    response_model=CommentRead,
    responses=documented(Unauthorized, NotAllowed, NotFound, Conflict, Invalid),
)
async def comment(ref: Ref, said: CommentCreate, actor: CurrentActor, work: Work) -> CommentRead:
    """Public for everybody who can see the request, or internal among staff."""
    note = await saying.comment(work, actor, ref, said)
    return await queries.comment_read(await work.connection(), note.id)


@router.get(
    "/attachments",
    operation_id="list_attachments",
    summary="附件 Files of a request",
    response_model=Page[AttachmentRead],
    responses=_READING,
)
async def list_attachments(
    request: Request, ref: Ref, asked: Annotated[Paging, Query()], actor: Reader, reading: Reading
) -> Response:
    """Oldest first; the evidence of a result is seen by the enterprise once the result is."""
    it = await seen(reading, actor, ref)
    return await json_page(request, reading, queries.attachments(it), asked, by=queries.ATTACHMENT_ORDER)


async def _stored(
    request: Request,
    ref: Ref,
    file: UploadFile,
    identity: CurrentIdentity,
    database: Annotated[Database, Depends(the_database)],
    storage: TheStorage,
    settings: Annotated[Settings, Depends(the_settings)],
    now: Now,
    idempotency_key: IdempotencyKey = None,
) -> AsyncIterator[RequestAttachment]:
    """The file, put into the store before the unit of work that enters it begins; a call that was made before
    gets its answer before anything is looked at."""
    async with database.begin(now) as work:
        actor = await load(await work.connection(), identity, now)
        await working(request, work, actor, idempotency_key)
        it = await seen(await work.connection(), actor, ref)
    at_most = settings.max_attachment_bytes
    taken = await attaching.taken(
        file.filename or "",
        await file.read(at_most + 1),
        at_most=at_most,
        openly=it.confidentiality is Confidentiality.OPEN,
    )
    async with attaching.stored(storage, it.id, taken, now) as arrived:
        yield arrived


@router.post(
    "/attachments",
    operation_id="attach",
    summary="上传附件 Attach a file",
    status_code=201,
    responses=documented(
        Unauthorized, NotAllowed, NotFound, Conflict, TooLarge, WrongType, Invalid, Unavailable
    ),
)
async def attach(
    ref: Ref,
    file: Annotated[RequestAttachment, Depends(_stored, scope="function")],
    actor: CurrentActor,
    work: Work,
) -> AttachmentRead:
    """Pictures, PDF, office documents and plain text, told by their content.

    A picture is kept without what it tells beside the picture (place, time, device, author); a file of a
    confidential or anonymous request without its name. The same file under the same name is kept once, so a
    retry does no harm without an idempotency key either.
    """
    return AttachmentRead.of(await attaching.enter(work, actor, ref, file))


@router.get(
    "/attachments/{attachment_id}/content",
    operation_id="download_attachment",
    summary="下载附件 The bytes of a file",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The file.", "content": {"*/*": {}}},
        **documented(Unauthorized, NotFound, Unavailable),
    },
)
async def download_attachment(
    ref: Ref, attachment_id: UUID, actor: Reader, reading: Reading, storage: TheStorage
) -> StreamingResponse:
    """Always to be saved, never to be shown in place of a page."""
    it = await seen(reading, actor, ref)
    file = await queries.attachment(reading, it, attachment_id)
    return StreamingResponse(
        await resumed(storage.chunks(f"{ATTACHMENTS}/{file.id}")),
        media_type=file.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
            "Content-Length": str(file.size),
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
