"""The clock of a request: which limits hold for it, and when what comes next is due."""

from sqlmodel import select

from service.catalog.queries.calendar import calendar
from service.catalog.rules.words import Urgency
from service.kit.calendar import Limit
from service.kit.database import UnitOfWork
from service.requests.models import ServiceRequest, StepLimit
from service.requests.rules.deadlines import STEP_OF, Limits, StepDue, handling_due, step_due
from service.requests.rules.lifecycle import Position, Status


async def due_in(work: UnitOfWork, request: ServiceRequest, position: Position) -> StepDue | None:
    """What is due for a request that comes to this position now; None where nobody has to act."""
    name = STEP_OF.get((position["status"], position["stage"]))
    if name is not None:
        return step_due(name, await calendar(work), await limits_now(work, request.urgency), work.now)
    if position["status"] is Status.HANDLING and request.due_at and request.due_yellow_at:
        return StepDue(request.due_at, request.due_yellow_at)
    return None


def set_due(request: ServiceRequest, due: StepDue | None) -> None:
    """Let this be what is due now."""
    request.step_due_at = due.at if due else None
    request.step_yellow_at = due.yellow_at if due else None
    if request.status is Status.TO_SIGN:
        request.sign_due_at = request.step_due_at


async def start_handling(work: UnitOfWork, request: ServiceRequest, limit: Limit) -> bool:
    """Start the clock of handling now, with this limit; whether its end is provisional."""
    due = handling_due(await calendar(work), limit, dispatched_at=work.now)
    request.due_at, request.due_yellow_at = due.at, due.yellow_at
    return due.is_provisional


async def limits_now(work: UnitOfWork, urgency: Urgency) -> Limits:
    """The limits of the steps as they are at this moment, for this urgency."""
    rows = (await work.exec(select(StepLimit))).all()
    return {row.step: _limit(row, urgency) for row in rows}


def _limit(row: StepLimit, urgency: Urgency) -> Limit:
    if urgency is not Urgency.NORMAL and row.urgent_amount is not None and row.urgent_unit is not None:
        return Limit(row.urgent_amount, row.urgent_unit)
    return Limit(row.amount, row.unit)
