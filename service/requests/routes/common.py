"""What the routes of requests share: how one is named, how a step is called, and how it is answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Body, Depends, Path, Request
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncConnection

from service.kit.database import UnitOfWork
from service.kit.errors import (
    Conflict,
    Invalid,
    Malformed,
    NotAllowed,
    NotFound,
    Stale,
    Unauthorized,
    documented,
)
from service.kit.routing import IfMatch, Router, versioned
from service.organizations.actor import Actor
from service.organizations.callers import CurrentActor, Work
from service.requests.models import ServiceRequest
from service.requests.queries.reading import read
from service.requests.rules.statuses import Verb
from service.requests.schemas.reading import RequestRead
from service.requests.schemas.verbs import WithNote

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


# --- steps -----------------------------------------------------------------------------------------------

#: Where nothing need be told, the body may be left out.
NoteMaybe = Annotated[WithNote, Body(default_factory=WithNote)]

Said = TypeVar("Said")
Act = Callable[[UnitOfWork, Actor, str, Said, int | None], Awaitable[ServiceRequest]]


@dataclass(frozen=True)
class Call:
    """The call of a verb: by whom, on which request, as of which version."""

    request: Request
    ref: str
    actor: Actor
    work: UnitOfWork
    version: int | None

    async def take(self, act: Act[Said], said: Said) -> JSONResponse:
        """Take the step, and answer the request as it stands after it."""
        done = await act(self.work, self.actor, self.ref, said, self.version)
        return await answer(self.request, await self.work.connection(), self.actor, done.id, self.work.now)


def _call(request: Request, ref: Ref, actor: CurrentActor, work: Work, version: IfMatch) -> Call:
    return Call(request, ref, actor, work, version)


Called = Annotated[Call, Depends(_call)]


def verb(router: Router, what: Verb) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mount a function as the route of a verb; its name is the operation's id."""

    def mount(function: Callable[..., Any]) -> Callable[..., Any]:
        return router.post(
            f"/{what}",
            operation_id=function.__name__,
            summary=f"{what.zh} {what.en}",
            response_model=RequestRead,
            responses=_REFUSALS,
        )(function)

    return mount


_REFUSALS = documented(Malformed, Unauthorized, NotAllowed, NotFound, Conflict, Stale, Invalid)
