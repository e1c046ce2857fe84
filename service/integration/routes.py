"""How other systems follow what happens: the change feed."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.integration.queries import feed
from service.integration.schemas import Feed, FeedFilter
from service.kit.database import Reading
from service.kit.errors import Gone, Invalid, Malformed, NotAllowed, Unauthorized, documented
from service.kit.routing import Router
from service.organizations.actor import missing, reach
from service.organizations.callers import Reader
from service.organizations.rules import Permission

router = Router(prefix="/events", tags=["events"])


@router.get(
    "",
    operation_id="read_feed",
    summary="变更流 The change feed",
    response_model=Feed,
    responses=documented(Malformed, Unauthorized, NotAllowed, Gone, Invalid),
)
async def read_feed(asked: Annotated[FeedFilter, Query()], actor: Reader, reading: Reading) -> Response:
    """Every event of every request the caller can see now, once and in order; nothing is ever skipped.

    `request.shared` tells of a request that came into sight of one of the caller's units, `request.hidden` of
    one that went out of it. 410 after the database was restored: begin anew.
    """
    if not reach(actor, Permission.EVENTS_READ):
        raise missing(Permission.EVENTS_READ)
    return Response(await feed(reading, actor, asked.after, asked.limit), media_type="application/json")


ROUTERS: tuple[APIRouter, ...] = (router,)
