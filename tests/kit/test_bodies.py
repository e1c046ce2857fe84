"""A body that is too large is refused as any other mistake, however it arrives."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from service.kit.config import MAX_BODY_BYTES
from service.kit.database import Database

ANYBODY = "/api/v1/invitations/accept"
JSON = {"Content-Type": "application/json"}
CHUNK = b" " * 1024 * 1024


@pytest.fixture
async def served(app: FastAPI, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app behind the server that operators run: bodies travel through a socket."""
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, http="httptools"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        running = asyncio.create_task(server.serve(sockets=[listening]))
        port = listening.getsockname()[1]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
        server.should_exit = True
        await running


async def _chunks(number: int) -> AsyncIterator[bytes]:
    for _ in range(number):
        yield CHUNK


@pytest.mark.parametrize("path", [ANYBODY, "/api/v1/nothing"], ids=["to be read", "no such path"])
async def test_a_body_that_is_announced_as_too_large_is_a_problem(
    served: httpx.AsyncClient, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await served.post(path, content=CHUNK * 30, headers=JSON)
    _refused(answer, caplog)


async def test_a_body_in_chunks_that_grows_too_large_is_a_problem(
    served: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await served.post(ANYBODY, content=_chunks(30), headers=JSON)
    assert "content-length" not in answer.request.headers
    _refused(answer, caplog)


def _refused(answer: httpx.Response, caplog: pytest.LogCaptureFixture) -> None:
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "body_too_large"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []


async def test_a_body_of_the_largest_size_is_read(served: httpx.AsyncClient) -> None:
    answer = await served.post(ANYBODY, content=b"{}".rjust(MAX_BODY_BYTES), headers=JSON)
    assert answer.status_code == 422
