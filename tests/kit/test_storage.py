"""Files are kept and given back alike by a directory and by a real S3-compatible server on loopback."""

import hashlib
import hmac
import os
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from service.kit.clock import SystemClock
from service.kit.errors import NotFound, Unavailable
from service.kit.storage import DirectoryStorage, S3Storage, Signer, Storage

pytestmark = pytest.mark.anyio

S3_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
WRITTEN = datetime(2026, 11, 24, 2, tzinfo=UTC)
ACCESS_KEY, SECRET_KEY = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


class Bucket(BaseHTTPRequestHandler):
    """A small S3: keeps objects in memory and refuses what is not signed with the right secret."""

    objects: dict[str, bytes]
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.signed(body):
            self.objects[self.path] = body
            self.answer(200)

    def do_GET(self) -> None:
        if self.signed(b""):
            path, _, query = self.path.partition("?")
            content = self.listing(path, dict(parse_qsl(query))) if query else self.objects.get(path)
            self.answer(404 if content is None else 200, content or b"")

    def listing(self, bucket: str, asked: dict[str, str]) -> bytes:
        """One page of ListObjectsV2, of two keys."""
        keys = sorted(path.removeprefix(f"{bucket}/") for path in self.objects)
        keys = [key for key in keys if key.startswith(asked["prefix"])]
        left = [key for key in keys if key > asked.get("continuation-token", "")]
        items = "".join(
            f"<Contents><Key>{key}</Key><LastModified>2026-11-24T02:00:00.000Z</LastModified></Contents>"
            for key in left[:2]
        )
        more = f"<NextContinuationToken>{left[1]}</NextContinuationToken>" if len(left) > 2 else ""
        return f'<ListBucketResult xmlns="{S3_NAMESPACE}">{more}{items}</ListBucketResult>'.encode()

    def do_DELETE(self) -> None:
        if self.signed(b""):
            self.objects.pop(self.path, None)
            self.answer(204)

    def signed(self, body: bytes) -> bool:
        """Checks the signature the way the specification describes it from the server's side."""
        scheme, _, rest = self.headers["Authorization"].partition(" ")
        fields = dict(part.strip().split("=", 1) for part in rest.split(","))
        key_id, day, region, service, closing = fields["Credential"].split("/")
        lines = [self.command, *self.path.partition("?")[::2]]
        lines += [f"{name}:{self.headers[name].strip()}" for name in fields["SignedHeaders"].split(";")]
        lines += ["", fields["SignedHeaders"], hashlib.sha256(body).hexdigest()]
        text = "\n".join(
            [
                scheme,
                self.headers["x-amz-date"],
                f"{day}/{region}/{service}/{closing}",
                hashlib.sha256("\n".join(lines).encode()).hexdigest(),
            ]
        )
        key = b"AWS4" + SECRET_KEY.encode()
        for part in (day, region, service, closing, text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        right = key_id == ACCESS_KEY and key.hex() == fields["Signature"]
        if not right:
            self.answer(403)
        return right

    def answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def bucket() -> Iterator[str]:
    """The address of a running S3-compatible server."""
    handler = type("Handler", (Bucket,), {"objects": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def in_bucket(endpoint: str, *, secret_key: str = SECRET_KEY) -> S3Storage:
    return S3Storage(
        endpoint=endpoint,
        bucket="files",
        region="us-east-1",
        access_key=ACCESS_KEY,
        secret_key=secret_key,
        clock=SystemClock(),
    )


@pytest.fixture(params=["directory", "s3"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    if request.param == "directory":
        chosen: Storage = DirectoryStorage(tmp_path)
    else:
        chosen = in_bucket(request.getfixturevalue("bucket"))
    yield chosen
    await chosen.close()


async def content_of(storage: Storage, key: str) -> bytes:
    return b"".join([chunk async for chunk in storage.chunks(key)])


async def test_what_was_put_is_given_back(storage):
    content = bytes(range(256)) * 4096
    await storage.put("attachments/0190", content)
    assert await content_of(storage, "attachments/0190") == content


async def test_an_empty_file_is_kept_too(storage):
    await storage.put("attachments/empty", b"")
    assert await content_of(storage, "attachments/empty") == b""


async def test_what_was_deleted_is_gone_and_can_be_deleted_again(storage):
    await storage.put("attachments/1", b"x")
    await storage.delete("attachments/1")
    await storage.delete("attachments/1")
    with pytest.raises(NotFound):
        await content_of(storage, "attachments/1")


async def test_the_older_ones_of_a_folder_are_told(storage, tmp_path):
    keys = {f"attachments/{number}" for number in range(5)}
    for key in (*keys, "elsewhere/9"):
        await storage.put(key, b"x")
    (tmp_path / "attachments").mkdir(exist_ok=True)
    (tmp_path / "attachments" / ".not-ours").touch()
    for path in tmp_path.glob("*/*"):
        os.utime(path, (WRITTEN.timestamp(),) * 2)
    told = [key async for key in storage.older("attachments", WRITTEN + timedelta(seconds=1))]
    assert sorted(told) == sorted(keys)
    assert [key async for key in storage.older("attachments", WRITTEN)] == []
    assert [key async for key in storage.older("never-written", WRITTEN)] == []


@pytest.mark.parametrize("key", ["", "../secret", "/etc/passwd", "a//b", "A", "a b", "a\x00"])
async def test_a_key_that_could_leave_the_store_is_refused(storage, key):
    with pytest.raises(ValueError):
        await storage.put(key, b"x")


async def test_files_are_readable_by_the_service_only(tmp_path):
    await DirectoryStorage(tmp_path / "files").put("attachments/1", b"x")
    written = tmp_path / "files" / "attachments" / "1"
    assert written.stat().st_mode & 0o077 == 0
    assert [path.name for path in written.parent.iterdir()] == ["1"]


async def test_a_wrong_secret_is_refused_by_the_store(bucket):
    storage = in_bucket(bucket, secret_key="wrong")
    with pytest.raises(Unavailable):
        await storage.put("attachments/1", b"x")
    await storage.close()


async def test_a_store_that_is_away_is_said_to_be_away():
    storage = in_bucket("http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        await content_of(storage, "attachments/1")
    await storage.close()


def test_the_published_example_is_signed_as_published():
    """AWS, "Authenticating Requests: Using the Authorization Header", example GET Object."""
    headers = Signer("us-east-1", ACCESS_KEY, SECRET_KEY).headers(
        "GET",
        "https://examplebucket.s3.amazonaws.com/test.txt",
        b"",
        datetime(2013, 5, 24, tzinfo=UTC),
        {"range": "bytes=0-9"},
    )
    signature = headers["authorization"].rpartition("Signature=")[2]
    assert signature == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
