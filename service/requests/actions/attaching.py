"""Taking in a file: looked at, put into the store, entered with its request."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import inspect
from sqlmodel import select

from service.kit.database import UnitOfWork
from service.kit.errors import Invalid, TooLarge, Unavailable, WrongType
from service.kit.ids import random_id
from service.kit.storage import Storage
from service.organizations.actor import Actor
from service.organizations.rules import Permission
from service.requests.actions.records import record
from service.requests.actions.saying import may_add
from service.requests.actions.transitions import locked
from service.requests.kinds import ATTACHED
from service.requests.models import RequestAttachment
from service.requests.rules import files, pictures

#: One at a time in a process: a picture takes hundreds of bytes of memory for each that it has in the file.
_LOOKING = ThreadPoolExecutor(1, thread_name_prefix="files")


@dataclass(frozen=True)
class Taken:
    """A file as it is kept."""

    name: str
    media_type: str
    content: bytes
    digest: bytes


async def taken(name: str, content: bytes, *, at_most: int, openly: bool) -> Taken:
    """The file, if it is taken, a picture without what it tells beside the picture.

    Not `openly` it gets a name that tells nothing: people put names into those of their files.

    Raises:
        TooLarge: the file has more than `at_most` bytes.
        WrongType: its type is not taken, is not what its name says, or it cannot be opened.
        Invalid: there is nothing in it.
    """
    if not content:
        raise Invalid.at(
            ("body", "file"), "empty_file", "文件是空的，请重新选择。", "The file is empty; choose it again."
        )
    if len(content) > at_most:
        raise TooLarge(
            "file_too_large",
            f"文件不能超过{at_most // 1024 // 1024}MB。",
            f"A file has at most {at_most // 1024 // 1024} MB.",
        )
    try:
        return await asyncio.get_running_loop().run_in_executor(_LOOKING, _taken, name, content, openly)
    except files.FileRefused as refused:
        raise WrongType(refused.code, refused.zh, refused.en) from None


def _taken(name: str, content: bytes, openly: bool) -> Taken:
    media_type = files.media_type(name, content)
    if media_type in pictures.FORMATS:
        content = pictures.cleaned(content, media_type)
    digest = hashlib.sha256(content).digest()
    shown = files.safe_name(name, media_type) if openly else files.neutral_name(name, media_type, digest)
    return Taken(shown, media_type, content, digest)


@asynccontextmanager
async def stored(
    storage: Storage, request_id: UUID, taken: Taken, now: datetime
) -> AsyncIterator[RequestAttachment]:
    """A file that is in the store, for the block to be entered; what was not entered is removed again.

    The store may be far away, so nothing is locked and no transaction is open while it works. What stays
    there without a row all the same, since the process died or since nobody knows whether its commit went
    through, is found by `jobs.sweep`.
    """
    file = RequestAttachment(
        id=random_id(),
        request_id=request_id,
        name=taken.name,
        media_type=taken.media_type,
        size=len(taken.content),
        digest=taken.digest,
        created_at=now,
    )
    await storage.put(file.storage_key, taken.content)
    try:
        yield file
    except Unavailable:
        raise
    except Exception:
        await storage.delete(file.storage_key)
        raise
    if inspect(file).transient:
        await storage.delete(file.storage_key)


async def enter(work: UnitOfWork, actor: Actor, ref: str, file: RequestAttachment) -> RequestAttachment:
    """Enter a stored file. The same file under the same name is kept once: then it is the earlier one.

    Raises:
        NotFound: the actor cannot see the request.
        NotAllowed: the actor may not add to it.
        Conflict: it is archived.
    """
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
