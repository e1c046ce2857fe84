"""The door for history: closed requests of another system, with their own times and answers.

Imported requests are `closed` without a rating. They cause no notices, and stay out of lists and figures
unless these are asked for them (`imported=true`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from service.catalog.rules.words import Confidentiality, RequestType, Urgency
from service.events import record
from service.kit.clock import LOCAL
from service.kit.database import UnitOfWork
from service.kit.ids import new_id
from service.requests.actions.records import question_text, searchable
from service.requests.kinds import IMPORTED
from service.requests.models import RequestResult, ServiceRequest, numbers_sequence
from service.requests.rules import numbers
from service.requests.rules.statuses import Status
from service.requests.rules.words import Origin, ResultKind, SearchPart


@dataclass(frozen=True)
class Historical:
    """A request that was asked and answered elsewhere; `source` and `external_id` name it for ever."""

    source: str
    external_id: str
    title: str
    description: str
    asked_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    type: RequestType = RequestType.HELP
    contact_name: str | None = field(default=None, repr=False)
    enterprise_id: UUID | None = None


async def import_closed(work: UnitOfWork, history: Sequence[Historical]) -> list[ServiceRequest]:
    """Record those that are not here yet, all of one source; a second import of the same records nothing.

    Two imports at once meet at the unique key: one of them fails as a whole and can be run again. Keep the
    batches small (a few hundred), since the feed waits for open transactions.
    """
    if not history:
        return []
    here = await known(work, history[0].source, [one.external_id for one in history])
    fresh = {one.external_id: one for one in history if one.external_id not in here}
    numbered = await _sequence(work, len(fresh))
    requests = [_closed(work, one, number) for one, number in zip(fresh.values(), numbered, strict=True)]
    work.add_all(requests)
    await work.flush()
    for request, one in zip(requests, fresh.values(), strict=True):
        result = _answered(request, one)
        work.add(searchable(request, SearchPart.QUESTION, question_text(request)))
        if result is not None:
            work.add(result)
            work.add(searchable(request, SearchPart.ANSWER, result.text))
        await record(
            work,
            IMPORTED,
            subject_kind="request",
            subject_id=request.id,
            version=request.version,
            by=None,
            occurred_at=one.asked_at,
            data={"source": one.source, "result_id": str(result.id) if result else None},
        )
    await work.flush()
    return requests


async def known(work: UnitOfWork, source: str, external_ids: Sequence[str]) -> set[str]:
    """Those of the ids of this source that were imported already."""
    imported = select(ServiceRequest.external_id).where(
        ServiceRequest.source == source, col(ServiceRequest.external_id).in_(external_ids)
    )
    return {id for id in await work.exec(imported) if id is not None}


async def _sequence(work: UnitOfWork, amount: int) -> Sequence[int]:
    """So many running numbers, by one statement."""
    drawn = select(numbers_sequence.next_value()).select_from(func.generate_series(1, amount).alias())
    return (await work.exec(drawn)).all()


def _closed(work: UnitOfWork, one: Historical, sequence: int) -> ServiceRequest:
    return ServiceRequest(
        id=new_id(),
        number=numbers.dated(one.asked_at.astimezone(LOCAL).date(), sequence),
        status=Status.CLOSED,
        created_at=one.asked_at,
        updated_at=work.now,
        submitted_at=one.asked_at,
        answered_at=one.answered_at,
        closed_at=one.answered_at or work.now,
        type=one.type,
        urgency=Urgency.NORMAL,
        confidentiality=Confidentiality.OPEN,
        title=one.title,
        description=one.description,
        origin=Origin.IMPORT,
        source=one.source,
        external_id=one.external_id,
        contact_name=one.contact_name,
        enterprise_id=one.enterprise_id,
    )


def _answered(request: ServiceRequest, one: Historical) -> RequestResult | None:
    if one.answer is None:
        return None
    answered_at = one.answered_at or one.asked_at
    return RequestResult(
        id=new_id(),
        request_id=request.id,
        round=1,
        kind=ResultKind.EXPLAINED,
        text=one.answer,
        created_at=answered_at,
        published_at=answered_at,
    )
