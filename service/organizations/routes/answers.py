"""What the routes of the organization have in common: documented refusals, and answers with an ETag."""

from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.kit.database import UnitOfWork
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
from service.kit.routing import versioned
from service.organizations.queries import units

Read = TypeVar("Read", bound=BaseModel)

LISTS = documented(Unauthorized, Malformed, Invalid)
READS = documented(Unauthorized, NotFound, Invalid)
CREATES = documented(Unauthorized, Malformed, NotAllowed, Conflict, Invalid)
CHANGES = documented(
    Unauthorized, Malformed, NotAllowed, NotFound, Conflict, Stale, Invalid, PreconditionRequired
)


async def present(
    request: Request, connection: AsyncConnection, statement: Select[Any], read: type[Read]
) -> Read:
    """The row of the statement as it is now, with its version as the ETag; raises `NotFound`."""
    found = await units.one(connection, statement, read)
    versioned(request, found.version)  # type: ignore[attr-defined]
    return found


async def after(request: Request, work: UnitOfWork, statement: Select[Any], read: type[Read]) -> Read:
    """The row of the statement as this unit of work has changed it."""
    await work.flush()
    return await present(request, await work.connection(), statement, read)
