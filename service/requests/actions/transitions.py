"""The one way in which a request changes: seen, the same, possible, allowed; then changed and recorded."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sqlmodel import select

from service.events.actions import Fact
from service.events.kinds import KINDS
from service.kit.database import UnitOfWork
from service.kit.errors import Conflict, Invalid, NotFound, Stale
from service.organizations.actor import Actor, missing, require
from service.organizations.rules import Permission
from service.requests.actions.clockwork import due_in, set_due
from service.requests.actions.records import add_note, record, tell_readers
from service.requests.models import ServiceRequest
from service.requests.queries.reading import may_take, standing
from service.requests.queries.visibility import may, named, place, readers, visible_to
from service.requests.rules import lifecycle
from service.requests.rules.lifecycle import Refusal, Step
from service.requests.rules.statuses import Verb


@dataclass
class Transition:
    """A step being taken: the block changes what is the verb's own, and says what the event tells."""

    request: ServiceRequest
    step: Step
    otherwise: bool = False
    """Whether it leads where the step says it may lead instead (`or_to`)."""
    facts: dict[str, Fact] = field(default_factory=dict)


@asynccontextmanager
async def transition(
    work: UnitOfWork,
    actor: Actor,
    ref: str,
    verb: Verb,
    *,
    version: int | None = None,
    note: str | None = None,
) -> AsyncIterator[Transition]:
    """Take a step: status, clock, version, note, event and news to readers are kept here, for every verb.

    `version` is the one the caller last saw, None for any.

    Raises:
        NotFound: the actor cannot see the request.
        Stale: it is no longer of this version.
        NotAllowed: the actor may not do it, whether its condition holds or not.
        Conflict: the verb is not possible now; `verbs` names those that the actor can take.
        Invalid: the step needs a reason in words.
    """
    request = await locked(work, actor, ref)
    if version is not None and version != request.version:
        raise Stale(request.version)
    stands = standing(actor, request, work.now)
    in_table = lifecycle.row(stands, verb)
    permission = _authorise(work, actor, request, in_table) if in_table else None
    step = lifecycle.step(stands, verb, lambda step: may_take(actor, step, request))
    if isinstance(step, Refusal):
        raise Conflict(step.code, step.zh, step.en, verbs=[other.value for other in step.possible])
    if step.note and note is None:
        raise Invalid.at(("body", "note"), "missing", "请说明原因。", "Please give the reason.")
    unit_id = place(permission, request) if permission else None
    before = readers(request)
    taken = Transition(request, step)
    with work.no_autoflush:  # half changed, it would not pass the table's constraints
        yield taken
        position = step.leads_to(standing(actor, request, work.now), otherwise=taken.otherwise)
        moves = step.to is not None or taken.otherwise
        due = await due_in(work, request, position) if moves else None
    request.status, request.stage = position["status"], position["stage"]
    if moves:
        set_due(request, due)
    request.version += 1
    request.updated_at = work.now
    kind = KINDS[step.event]
    if note is not None:
        taken.facts["note_id"] = str(add_note(work, actor, request, note, kind.audience, verb).id)
    await record(work, actor, request, kind, taken.facts, unit_id=unit_id)
    await tell_readers(work, actor, request, before)
    await work.flush()


async def locked(work: UnitOfWork, actor: Actor, ref: str) -> ServiceRequest:
    """The request, if the actor can see it; nobody else changes it until this unit of work ends.

    Raises:
        NotFound: there is none, or the actor cannot see it.
    """
    statement = select(ServiceRequest).where(named(ref), visible_to(actor)).with_for_update()
    request = (await work.exec(statement)).one_or_none()
    if request is None:
        raise NotFound()
    return request


def _authorise(work: UnitOfWork, actor: Actor, request: ServiceRequest, step: Step) -> Permission | None:
    """The permission by which the actor takes the step; None if time alone does it."""
    if not step.needs:
        assert actor.is_system, "what needs no permission is for the clock alone"
        return None
    for permission in step.needs:
        if may(actor, permission, request):
            if actor.anonymous_request_id is None:
                require(work, actor, permission, place(permission, request))
            return permission
    raise missing(step.needs[0])
