"""What the routes of requests share: how one is named, and how it is answered."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path, Request
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from service.kit.routing import versioned
from service.organizations.actor import Actor
from service.requests.queries.reading import read

#: A request by its id or its number, however that is typed.
Ref = Annotated[
    str,
    Path(alias="id", description="Its id, or its number.", max_length=100, examples=["RC-20261124-000123-7"]),
]


async def answer(
    request: Request,
    connection: AsyncConnection,
    actor: Actor,
    ref: str | UUID,
    now: datetime,
    *,
    status: int = 200,
) -> JSONResponse:
    """The request as a `RequestRead`, with its ETag; a new one with its address."""
    version, body = await read(connection, actor, ref, now)
    versioned(request, version)
    headers = {"Location": f"/api/v1/requests/{body['id']}"} if status == 201 else None
    return JSONResponse(body, status_code=status, headers=headers)
