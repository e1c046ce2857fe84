"""Taking in a file: looked at, put into the store, entered with its request."""

import hashlib
from datetime import datetime

import anyio
from sqlmodel import select

from service.accounts.identity import Identity
from service.kit.database import Database, UnitOfWork
from service.kit.errors import TooLarge, WrongType
from service.kit.ids import random_id
from service.kit.storage import Storage
from service.organizations.actor import Actor, load
from service.organizations.rules import Permission
from service.requests.actions.records import record
from service.requests.actions.saying import may_add
from service.requests.actions.transitions import locked
from service.requests.kinds import ATTACHED
from service.requests.models import RequestAttachment
from service.requests.queries.reading import seen
from service.requests.rules import files


async def attach(
    database: Database,
    storage: Storage,
    identity: Identity,
    now: datetime,
    ref: str,
    *,
    name: str,
    content: bytes,
    at_most: int,
) -> RequestAttachment:
    """Keep a file of a request. The same file under the same name is kept once, so a retry does no harm.

    The store may be far away, so nothing is locked and no transaction is open while it works.

    Raises:
        NotFound: the caller cannot see the request.
        NotAllowed: the caller may not add to it.
        Conflict: it is archived.
        TooLarge: the file has more than `at_most` bytes.
        WrongType: its type is not taken, is not what its name says, or it cannot be opened.
    """
    if len(content) > at_most:
        raise TooLarge(
            "file_too_large",
            f"文件不能超过{at_most // 1024 // 1024}MB。",
            f"A file has at most {at_most // 1024 // 1024} MB.",
        )
    async with database.reading() as reading:
        seen_request = await seen(reading, await load(reading, identity, now), ref)
    try:
        media_type = await anyio.to_thread.run_sync(files.media_type, name, content)
    except files.FileRefused as refused:
        raise WrongType(refused.code, refused.zh, refused.en) from None
    file = RequestAttachment(
        id=random_id(),
        request_id=seen_request.id,
        name=files.safe_name(name, media_type),
        media_type=media_type,
        size=len(content),
        digest=hashlib.sha256(content).digest(),
        created_at=now,
    )
    await storage.put(file.storage_key, content)
    try:
        async with database.begin(now) as work:
            entered = await _enter(work, await load(await work.connection(), identity, now), ref, file)
    except BaseException:
        await storage.delete(file.storage_key)
        raise
    if entered is not file:
        await storage.delete(file.storage_key)
    return entered


async def _enter(work: UnitOfWork, actor: Actor, ref: str, file: RequestAttachment) -> RequestAttachment:
    request = await locked(work, actor, ref)
    may_add(work, actor, request, Permission.REQUESTS_COMMENT)
    same = select(RequestAttachment).where(
        RequestAttachment.request_id == request.id,
        RequestAttachment.digest == file.digest,
        RequestAttachment.name == file.name,
    )
    known = (await work.exec(same)).first()
    if known is not None:
        return known
    file.created_by = actor.account_id
    work.add(file)
    await record(work, actor, request, ATTACHED, {"attachment_id": str(file.id)})
    await work.flush()
    return file
