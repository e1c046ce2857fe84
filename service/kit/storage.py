"""Where files are kept: a directory, or any S3-compatible store; one small interface for both.

A key is made by us (never from a name that a person gave) and written once. An S3 store is spoken to over
httpx with requests signed by AWS Signature Version 4, which is short enough to hold in the hand; the
published example of it is in the tests.
"""

import hashlib
import hmac
import os
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree

import anyio
import httpx

from service.kit.clock import Clock
from service.kit.config import Settings
from service.kit.errors import NotFound, Unavailable

_CHUNK = 256 * 1024
_KEY = re.compile(r"[a-z0-9][a-z0-9/-]{0,200}")


class Storage(Protocol):
    """Keeps bytes under keys.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    async def put(self, key: str, content: bytes) -> None:
        """Keep the content; it is durable when this returns."""

    def chunks(self, key: str) -> AsyncIterator[bytes]:
        """The content in pieces; raises `NotFound` before the first one if there is none."""

    async def delete(self, key: str) -> None:
        """Forget the content; no error if there is none."""

    def older(self, folder: str, than: datetime) -> AsyncIterator[str]:
        """The keys below `folder/` last written before that moment, also of what was left half written."""

    async def close(self) -> None:
        """Let go of connections."""


def storage_of(settings: Settings, clock: Clock) -> Storage:
    """The store of an installation: its bucket if one is named, else a directory below its data."""
    if settings.s3_bucket is None:
        return DirectoryStorage(settings.data / "files")
    return S3Storage(
        endpoint=settings.s3_endpoint,
        bucket=settings.s3_bucket,
        region=settings.s3_region,
        access_key=settings.s3_access_key.get_secret_value(),
        secret_key=settings.s3_secret_key.get_secret_value(),
        clock=clock,
    )


async def resumed(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same pieces, the first of them already there: what is missing is known before an answer begins."""
    first = await anext(chunks, b"")

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return whole()


class DirectoryStorage:
    """Files below one directory, readable by the service's user only."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def put(self, key: str, content: bytes) -> None:
        await anyio.to_thread.run_sync(self._write, self._path(key), content)

    async def chunks(self, key: str) -> AsyncIterator[bytes]:
        try:
            file = await anyio.open_file(self._path(key), "rb")
        except FileNotFoundError:
            raise NotFound() from None
        async with file:
            while chunk := await file.read(_CHUNK):
                yield chunk

    async def delete(self, key: str) -> None:
        await anyio.Path(self._path(key)).unlink(missing_ok=True)

    async def older(self, folder: str, than: datetime) -> AsyncIterator[str]:
        for key in await anyio.to_thread.run_sync(lambda: list(self._older(folder, than.timestamp()))):
            yield key

    def _older(self, folder: str, than: float) -> Iterator[str]:
        with suppress(FileNotFoundError), os.scandir(self._path(folder)) as entries:
            for entry in entries:
                key = f"{folder}/{entry.name}"
                with suppress(FileNotFoundError):  # deleted meanwhile
                    if _KEY.fullmatch(key) and entry.stat().st_mtime < than:
                        yield key

    async def close(self) -> None:
        """Nothing is held."""

    def _path(self, key: str) -> Path:
        return self.root / _checked(key)

    def _write(self, path: Path, content: bytes) -> None:
        """Written aside and moved into place, so that a crash leaves the whole file or none."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = path.with_name(f"{path.name}-part")
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)


class S3Storage:
    """Objects in one bucket of an S3-compatible store, addressed by path (`<endpoint>/<bucket>/<key>`)."""

    def __init__(
        self,
        *,
        endpoint: str,
        bucket: str,
        region: str,
        access_key: str,
        secret_key: str,
        clock: Clock,
    ) -> None:
        self._base = f"{endpoint.rstrip('/')}/{quote(bucket)}"
        self._signer = Signer(region, access_key, secret_key)
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=httpx.Timeout(30, connect=5))

    async def put(self, key: str, content: bytes) -> None:
        response = await self._send("PUT", key, content)
        self._expect(response, 200)

    async def chunks(self, key: str) -> AsyncIterator[bytes]:
        response = await self._send("GET", key)
        try:
            if response.status_code == 404:
                raise NotFound()
            self._expect(response, 200)
            async for chunk in response.aiter_bytes(_CHUNK):
                yield chunk
        except httpx.HTTPError as error:
            raise _unavailable() from error
        finally:
            await response.aclose()

    async def delete(self, key: str) -> None:
        self._expect(await self._send("DELETE", key), 200, 204, 404)

    async def older(self, folder: str, than: datetime) -> AsyncIterator[str]:
        asked = {"list-type": "2", "prefix": f"{folder}/"}
        while True:
            response = await self._send("GET", None, query=_query(asked))
            self._expect(response, 200)
            page = ElementTree.fromstring(await response.aread())  # noqa: S314  our own store says it
            await response.aclose()
            for item in page.iterfind("{*}Contents"):
                key, written = item.findtext("{*}Key", ""), item.findtext("{*}LastModified", "")
                if _KEY.fullmatch(key) and datetime.fromisoformat(written) < than:
                    yield key
            further = page.findtext("{*}NextContinuationToken")
            if further is None:
                return
            asked["continuation-token"] = further

    async def close(self) -> None:
        await self._client.aclose()

    async def _send(
        self, method: str, key: str | None, content: bytes = b"", *, query: str = ""
    ) -> httpx.Response:
        """The answer to a request about an object, or without a key about the bucket."""
        url = self._base if key is None else f"{self._base}/{_checked(key)}"
        url += f"?{query}" if query else ""
        headers = self._signer.headers(method, url, content, self._clock.now())
        request = self._client.build_request(method, url, content=content or None, headers=headers)
        try:
            response = await self._client.send(request, stream=True)
            if method != "GET" or response.status_code >= 300:
                await response.aread()
                await response.aclose()
        except httpx.HTTPError as error:
            raise _unavailable() from error
        return response

    def _expect(self, response: httpx.Response, *statuses: int) -> None:
        if response.status_code not in statuses:
            raise _unavailable() from RuntimeError(f"the store answered {response.status_code}")


class Signer:
    """AWS Signature Version 4 for the service `s3`."""

    def __init__(self, region: str, access_key: str, secret_key: str) -> None:
        self._region = region
        self._access_key = access_key
        self._secret_key = secret_key

    def headers(
        self, method: str, url: str, content: bytes, now: datetime, extra: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """The headers that sign this request at this moment (UTC)."""
        parts = urlsplit(url)
        stamp = now.strftime("%Y%m%dT%H%M%SZ")
        digest = hashlib.sha256(content).hexdigest()
        signed = {
            **(extra or {}),
            "host": parts.netloc,
            "x-amz-content-sha256": digest,
            "x-amz-date": stamp,
        }
        names = ";".join(sorted(signed))
        canonical = "\n".join(
            [
                method,
                parts.path,
                parts.query,
                *(f"{name}:{signed[name]}" for name in sorted(signed)),
                "",
                names,
                digest,
            ]
        )
        scope = f"{stamp[:8]}/{self._region}/s3/aws4_request"
        to_sign = "\n".join(
            ["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()]
        )
        key = f"AWS4{self._secret_key}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        authorization = (
            f"AWS4-HMAC-SHA256 Credential={self._access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        return {**signed, "authorization": authorization}


def _query(asked: Mapping[str, str]) -> str:
    """The query in the one form that a signature covers: sorted, and everything escaped."""
    return urlencode(sorted(asked.items()), quote_via=quote, safe="")


def _checked(key: str) -> str:
    """The key, if it can be a file name anywhere: it comes from our rows, never from a person."""
    if not _KEY.fullmatch(key) or "//" in key:
        raise ValueError(f"not a storage key: {key!r}")
    return key


def _unavailable() -> Unavailable:
    return Unavailable(
        "storage_away",
        "附件存储暂时无法访问，请稍后重试。",
        "The file store cannot be reached; please try again.",
        retry_after=10,
    )
