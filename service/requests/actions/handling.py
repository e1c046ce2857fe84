"""The handling unit's verbs, and the two offices that look at its result."""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from service.kit.database import UnitOfWork
from service.kit.errors import Invalid
from service.organizations.actor import Actor
from service.requests.actions.records import index, part_id
from service.requests.actions.transitions import Transition, transition
from service.requests.models import RequestAttachment, RequestResult, ServiceRequest
from service.requests.queries import naming
from service.requests.rules.statuses import Stage, Verb
from service.requests.rules.words import SearchPart
from service.requests.schemas.verbs import Assign, RecordContact, Sign, SubmitResult, WithNote, WithReason


async def sign(work: UnitOfWork, actor: Actor, ref: str, said: Sign, version: int | None) -> ServiceRequest:
    """The unit takes it over; the clock has been running since dispatch."""
    async with transition(work, actor, ref, Verb.SIGN, version=version, note=said.note) as taken:
        taken.request.signed_at = work.now
        if said.assigned_to is not None:
            await _assign(work, taken, said.assigned_to)
    return taken.request


async def assign(
    work: UnitOfWork, actor: Actor, ref: str, said: Assign, version: int | None
) -> ServiceRequest:
    """One of the unit's handlers is named."""
    async with transition(work, actor, ref, Verb.ASSIGN, version=version, note=said.note) as taken:
        await _assign(work, taken, said.assigned_to)
    return taken.request


async def record_contact(
    work: UnitOfWork, actor: Actor, ref: str, said: RecordContact, version: int | None
) -> ServiceRequest:
    """The unit spoke with the enterprise; the first time counts as its response."""
    async with transition(work, actor, ref, Verb.RECORD_CONTACT, version=version, note=said.note) as taken:
        taken.request.contacted_at = taken.request.contacted_at or work.now
        taken.facts["channel"] = said.channel.value
    return taken.request


async def submit_result(
    work: UnitOfWork, actor: Actor, ref: str, said: SubmitResult, version: int | None
) -> ServiceRequest:
    """The unit says what it achieved. Whether it was in time is told by this moment, once it is approved."""
    async with transition(work, actor, ref, Verb.SUBMIT_RESULT, version=version, note=said.note) as taken:
        request = taken.request
        result = RequestResult(
            id=part_id(request),
            request_id=request.id,
            round=request.round,
            kind=said.kind,
            text=said.text,
            planned_on=said.planned_on,
            created_by=actor.account_id,
            created_at=work.now,
        )
        work.add(result)
        await work.flush()
        await _prove(work, result, said.attachment_ids)
        request.answered_at = work.now
        taken.facts |= {"result_id": str(result.id), "kind": result.kind.value}
    return request


async def approve_result(
    work: UnitOfWork, actor: Actor, ref: str, said: WithNote, version: int | None
) -> ServiceRequest:
    """The unit's approver passes the result on to the desk; the desk gives it to the enterprise."""
    async with transition(work, actor, ref, Verb.APPROVE_RESULT, version=version, note=said.note) as taken:
        results = await _results(work, taken.request)
        newest = results[-1]
        taken.facts["result_id"] = str(newest.id)
        if taken.request.stage is Stage.BY_DESK:
            newest.published_at = work.now
            taken.facts["kind"] = newest.kind.value
            answers = [result.text for result in results if result.published_at is not None]
            await index(work, taken.request, SearchPart.ANSWER, "\n".join(answers))
    return taken.request


async def send_back(
    work: UnitOfWork, actor: Actor, ref: str, said: WithReason, version: int | None
) -> ServiceRequest:
    """The result is not good enough; the unit goes on, its time running."""
    async with transition(work, actor, ref, Verb.SEND_BACK, version=version, note=said.note) as taken:
        taken.request.answered_at = None
        taken.facts["result_id"] = str((await _results(work, taken.request))[-1].id)
    return taken.request


async def _assign(work: UnitOfWork, taken: Transition, account_id: UUID) -> None:
    assert taken.request.lead_unit_id is not None
    taken.request.assigned_to = await naming.handler(work, account_id, taken.request.lead_unit_id)
    taken.facts["assigned_to"] = str(account_id)


async def _results(work: UnitOfWork, request: ServiceRequest) -> list[RequestResult]:
    """All results of the request, oldest first; under review there is at least one."""
    of_request = (
        select(RequestResult)
        .where(RequestResult.request_id == request.id)
        .order_by(col(RequestResult.created_at), col(RequestResult.id))
    )
    return list((await work.exec(of_request)).all())


async def _prove(work: UnitOfWork, result: RequestResult, attachment_ids: list[UUID]) -> None:
    """Tie files of the request to the result that they prove."""
    wanted = set(attachment_ids)
    if not wanted:
        return
    tied = await work.exec(
        update(RequestAttachment)
        .where(
            col(RequestAttachment.id).in_(wanted),
            col(RequestAttachment.request_id) == result.request_id,
            col(RequestAttachment.result_id).is_(None),
        )
        .values(result_id=result.id)
    )
    if tied.rowcount != len(wanted):
        raise Invalid.at(
            ("body", "attachment_ids"),
            "unknown_attachment",
            "有附件不属于该诉求，或已用作其他结果的证据。",
            "Some files are not of this request, or prove another result already.",
        )
