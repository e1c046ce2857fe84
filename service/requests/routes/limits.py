"""How long each step may take."""

from fastapi import Request

from service.kit.database import Reading
from service.kit.errors import (
    Invalid,
    NotAllowed,
    NotFound,
    PreconditionRequired,
    Stale,
    Unauthorized,
    documented,
)
from service.kit.pages import Page
from service.kit.routing import IfMatchRequired, Router, versioned
from service.organizations.callers import CurrentActor, Reader, Work
from service.requests.actions import limits
from service.requests.queries.limits import all_limits
from service.requests.rules.deadlines import StepName
from service.requests.schemas.limits import StepLimitRead, StepLimitWrite

router = Router(prefix="/step-limits", tags=["catalog"])


@router.get(
    "",
    operation_id="list_step_limits",
    summary="各环节时限 How long each step may take",
    responses=documented(Unauthorized),
)
async def list_step_limits(_: Reader, reading: Reading) -> Page[StepLimitRead]:
    """In the order of the lifecycle. The limit of handling itself belongs to the service item."""
    return Page(items=await all_limits(reading), next_cursor=None)


@router.put(
    "/{step}",
    operation_id="change_step_limit",
    summary="修改环节时限 Change how long a step may take",
    responses=documented(Unauthorized, NotAllowed, NotFound, Stale, Invalid, PreconditionRequired),
)
async def change_step_limit(
    request: Request,
    step: StepName,
    said: StepLimitWrite,
    version: IfMatchRequired,
    actor: CurrentActor,
    work: Work,
) -> StepLimitRead:
    """It holds for steps that begin from now on; what is due already stays due."""
    changed = await limits.change(work, actor, step, said, version)
    versioned(request, changed.version)
    return changed
