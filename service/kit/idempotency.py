"""Idempotency keys: the first answer is kept with the change that caused it and given again (IETF draft).

The key is claimed with a transaction-level advisory lock, so a crash leaves nothing behind, and two calls at
once never both run.
"""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import anyio
import procrastinate
from fastapi import Request, Response
from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, col, delete
from starlette.datastructures import UploadFile

from service.kit.database import UnitOfWork, utc
from service.kit.errors import Busy, KeyReused, Malformed
from service.kit.jobs import jobs

KEPT_FOR = timedelta(hours=24)
_KEPT_HEADERS = ("content-type", "location", "etag", "link")


class IdempotencyKey(SQLModel, table=True):
    """The answer to the first call with a key."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        CheckConstraint("status BETWEEN 200 AND 299", name="only_success"),
        Index(None, "created_at"),
    )

    account_id: UUID = Field(primary_key=True)
    method: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    key: str = Field(primary_key=True, max_length=255)
    body_digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    required: list[Any] = Field(sa_column=Column(JSONB, nullable=False))
    status: int
    headers: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    answer: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_column=utc())


class Replay(Exception):
    """Not a failure: the first answer, to be given again."""

    def __init__(self, first: IdempotencyKey) -> None:
        self.response = Response(
            first.answer,
            status_code=first.status,
            headers={**first.headers, "Idempotency-Replayed": "true"},
        )


class Claim:
    """This call's hold on its key, until its transaction ends."""

    def __init__(self, work: UnitOfWork, request: Request, key: str, account_id: UUID) -> None:
        self._work = work
        self._request = request
        self._scope: dict[str, Any] = {
            "account_id": account_id,
            "method": request.method,
            "path": request.url.path,
            "key": key,
        }
        self._digest = b""

    async def earlier(self) -> IdempotencyKey | None:
        """The kept first call with this key, if there was one in the last 24 hours.

        Raises:
            Busy: the first call is running this very moment.
            KeyReused: the first call had another body.
            Malformed: the key is not 1 to 255 visible ASCII characters.
        """
        key = str(self._scope["key"])
        if not re.fullmatch(r"[!-~]{1,255}", key):
            raise Malformed(
                "bad_idempotency_key",
                "Idempotency-Key 须为 1 至 255 个可见 ASCII 字符。",
                "An Idempotency-Key is 1 to 255 visible ASCII characters.",
            )
        self._digest = await _digest(self._request)
        name = hashlib.sha256(repr(sorted(self._scope.items(), key=str)).encode()).digest()
        number = int.from_bytes(name[:8], signed=True)
        if not await self._work.scalar(select(func.pg_try_advisory_xact_lock(number))):
            raise Busy(
                "first_call_running",
                "同一 Idempotency-Key 的请求正在处理，请稍后重试。",
                "A call with this Idempotency-Key is still running; please try again.",
                retry_after=1,
            )
        first = await self._work.get(IdempotencyKey, tuple(self._scope.values()))
        if first is None:
            return None
        if first.created_at < self._work.now - KEPT_FOR:
            await self._work.delete(first)
            await self._work.flush()
            self._work.expunge_all()
            return None
        if first.body_digest != self._digest:
            raise KeyReused(
                "idempotency_key_reused",
                "该 Idempotency-Key 已用于另一内容，请换用新的键。",
                "This Idempotency-Key was used with another body; use a new key.",
            )
        return first

    def keep(self, response: Response) -> None:
        """Keep this answer with the change it reports."""
        self._work.add(
            IdempotencyKey(
                **self._scope,
                body_digest=self._digest,
                required=[[permission, unit and str(unit)] for permission, unit in self._work.required],
                status=response.status_code,
                headers={
                    name: value for name, value in response.headers.items() if name.lower() in _KEPT_HEADERS
                },
                answer=bytes(response.body),
                created_at=self._work.now,
            )
        )


async def _digest(request: Request) -> bytes:
    """A digest of what the call says: of its query and body.

    Of a form it is the fields and files that count, for the boundaries between them are new with each call.
    """
    said = hashlib.sha256(str(request.url.query).encode() + b"\0")
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        said.update(await request.body())
        return said.digest()
    for name, value in (await request.form()).multi_items():
        if isinstance(value, UploadFile):
            await value.seek(0)
            content = await anyio.to_thread.run_sync(hashlib.sha256, await value.read())
            await value.seek(0)
            said.update(repr((name, value.filename, content.digest())).encode())
        else:
            said.update(repr((name, value)).encode())
    return said.digest()


@jobs.periodic(cron="5 * * * *")
@jobs.task(name="idempotency.forget", pass_context=True)
async def forget_hourly(context: procrastinate.JobContext, timestamp: int) -> None:
    """Forget soon: the answers may hold personal data."""
    given = context.additional_context
    async with given["database"].begin(given["clock"].now()) as work:
        await forget_old_keys(work)


async def forget_old_keys(work: UnitOfWork) -> None:
    """Delete the answers that are no longer given again."""
    await work.exec(delete(IdempotencyKey).where(col(IdempotencyKey.created_at) < work.now - KEPT_FOR))
