"""The enterprise's own verbs: confirm, rate, withdraw; and the redo that a poor result calls for."""

from service.kit.calendar import Limit
from service.kit.database import UnitOfWork
from service.organizations.actor import Actor
from service.requests.actions.clockwork import start_handling
from service.requests.actions.transitions import transition
from service.requests.models import ServiceRequest
from service.requests.rules.deadlines import redo_limit
from service.requests.rules.statuses import Verb
from service.requests.schemas.verbs import Rate, WithNote, WithReason


async def confirm(
    work: UnitOfWork, actor: Actor, ref: str, said: WithNote, version: int | None
) -> ServiceRequest:
    """The enterprise confirms what was filed for it."""
    async with transition(work, actor, ref, Verb.CONFIRM, version=version, note=said.note) as taken:
        taken.request.is_unconfirmed = False
    return taken.request


async def rate(work: UnitOfWork, actor: Actor, ref: str, said: Rate, version: int | None) -> ServiceRequest:
    """The enterprise judges the result of this round, and the request is closed."""
    async with transition(work, actor, ref, Verb.RATE, version=version, note=said.note) as taken:
        request = taken.request
        request.grade, request.solved, request.rated_at = said.grade, said.solved, work.now
        request.closed_at = work.now
        taken.facts |= {"round": request.round, "grade": said.grade, "solved": said.solved}
    return request


async def redo(
    work: UnitOfWork, actor: Actor, ref: str, said: WithReason, version: int | None
) -> ServiceRequest:
    """The desk has the unit do it again, within half the limit it had promised."""
    async with transition(work, actor, ref, Verb.REDO, version=version, note=said.note) as taken:
        request = taken.request
        assert request.promised_amount is not None
        assert request.promised_unit is not None
        limit = redo_limit(Limit(request.promised_amount, request.promised_unit))
        request.round += 1
        request.grade = request.solved = request.rated_at = None
        request.answered_at = request.closed_at = None
        is_provisional = await start_handling(work, request, limit)
        taken.facts |= {
            "round": request.round,
            "limit_amount": limit.amount,
            "limit_unit": limit.unit.value,
            "is_provisional": is_provisional,
        }
    return request


async def withdraw(
    work: UnitOfWork, actor: Actor, ref: str, said: WithNote, version: int | None
) -> ServiceRequest:
    """The enterprise takes its request back."""
    async with transition(work, actor, ref, Verb.WITHDRAW, version=version, note=said.note) as taken:
        taken.request.closed_at = work.now
    return taken.request
