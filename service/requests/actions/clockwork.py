"""The clock of a request: which limits hold for it, and when what comes next is due."""

from sqlmodel import col, select

from service.catalog.queries.calendar import calendar
from service.catalog.rules.words import Urgency
from service.kit.calendar import Limit, Span
from service.kit.database import UnitOfWork
from service.requests.models import RequestApplication, ServiceRequest, StepLimit
from service.requests.rules.deadlines import (
    STEP_OF,
    Course,
    Limits,
    StepDue,
    StepName,
    handling_due,
    step_due,
)
from service.requests.rules.lifecycle import Position
from service.requests.rules.statuses import Status
from service.requests.rules.words import ApplicationKind, ApplicationOutcome


async def due_in(work: UnitOfWork, request: ServiceRequest, position: Position) -> StepDue | None:
    """What is due for a request that comes to this position now; None where nobody has to act.

    The time to sign counts from dispatch, also after a return was rejected.
    """
    name = STEP_OF.get((position["status"], position["stage"]))
    if name is not None:
        since = request.dispatched_at if name is StepName.SIGN and request.dispatched_at else work.now
        return step_due(name, await calendar(work), await limits_now(work, request.urgency), since)
    if position["status"] is Status.HANDLING and request.handling_since:
        assert request.due_at is not None
        assert request.due_yellow_at is not None
        return StepDue(request.handling_since, request.due_at, request.due_yellow_at)
    return None


def set_due(request: ServiceRequest, due: StepDue | None) -> None:
    """Let this be what is due now."""
    request.step_since = due.since if due else None
    request.step_due_at = due.at if due else None
    request.step_yellow_at = due.yellow_at if due else None
    if request.status is Status.TO_SIGN:
        request.sign_due_at = request.step_due_at


async def start_handling(work: UnitOfWork, request: ServiceRequest, limit: Limit) -> bool:
    """Start the clock of handling now, with this limit; whether its end is provisional."""
    request.handling_since = work.now
    request.limit_amount, request.limit_unit, request.extended_by = limit.amount, limit.unit, 0
    return await reckon(work, request)


async def reckon(work: UnitOfWork, request: ServiceRequest) -> bool:
    """Set the due time of handling from how its round has gone so far; whether it is provisional."""
    due = handling_due(await calendar(work), await _course(work, request))
    request.due_at, request.due_yellow_at = due.at, due.yellow_at
    return due.is_provisional


async def _course(work: UnitOfWork, request: ServiceRequest) -> Course:
    assert request.handling_since is not None
    assert request.limit_amount is not None
    assert request.limit_unit is not None
    limit = Limit(request.limit_amount, request.limit_unit)
    return Course(request.handling_since, limit, request.extended_by, await _pauses(work, request))


async def _pauses(work: UnitOfWork, request: ServiceRequest) -> tuple[Span, ...]:
    """When the clock of this round stood still; a pause that has not ended lasts until now."""
    suspended = select(RequestApplication.decided_at, RequestApplication.ended_at).where(
        col(RequestApplication.request_id) == request.id,
        col(RequestApplication.kind) == ApplicationKind.SUSPENSION,
        col(RequestApplication.outcome) == ApplicationOutcome.APPROVED,
        col(RequestApplication.ended_at).is_(None)
        | (col(RequestApplication.ended_at) > request.handling_since),
    )
    return tuple((begins, ends or work.now) for begins, ends in await work.exec(suspended) if begins)


async def limits_now(work: UnitOfWork, urgency: Urgency) -> Limits:
    """The limits of the steps as they are at this moment, for this urgency."""
    rows = (await work.exec(select(StepLimit))).all()
    return {row.step: _limit(row, urgency) for row in rows}


def _limit(row: StepLimit, urgency: Urgency) -> Limit:
    if urgency is not Urgency.NORMAL and row.urgent_amount is not None and row.urgent_unit is not None:
        return Limit(row.urgent_amount, row.urgent_unit)
    return Limit(row.amount, row.unit)
