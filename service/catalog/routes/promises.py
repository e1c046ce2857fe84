"""The policy of promises over HTTP: the limits that hold across items."""

from fastapi import Request

from service.catalog.actions import promises as actions
from service.catalog.queries.books import version_of
from service.catalog.queries.promises import promise_policy
from service.catalog.rules.words import Book
from service.catalog.schemas.limits import PromisePolicySchema
from service.kit.database import Reading
from service.kit.errors import Invalid, NotAllowed, PreconditionRequired, Stale, Unauthorized, documented
from service.kit.routing import IfMatchRequired, Router, versioned
from service.organizations.callers import CurrentActor, Reader, Work

router = Router(prefix="/promise-policy", tags=["catalog"])


@router.get(
    "",
    operation_id="get_promise_policy",
    summary="承诺办法 The promise policy",
    responses=documented(Unauthorized),
)
async def get_promise_policy(request: Request, actor: Reader, reading: Reading) -> PromisePolicySchema:
    """The limits that hold across items, for consultations and suggestions, and until the first contact."""
    versioned(request, await version_of(reading, Book.PROMISES))
    return PromisePolicySchema.of(await promise_policy(reading))


@router.put(
    "",
    operation_id="set_promise_policy",
    summary="设定承诺办法 Set the promise policy",
    responses=documented(Unauthorized, NotAllowed, Stale, Invalid, PreconditionRequired),
)
async def set_promise_policy(
    request: Request, actor: CurrentActor, work: Work, said: PromisePolicySchema, expected: IfMatchRequired
) -> PromisePolicySchema:
    """Promises that were made already stay as they were."""
    await actions.set_policy(work, actor, said, expected)
    versioned(request, await version_of(work, Book.PROMISES))
    return PromisePolicySchema.of(await promise_policy(work))
