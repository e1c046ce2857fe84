"""What is written beside a request whenever it changes: events, notes, and what search may know."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, delete

from service import events
from service.catalog.rules.words import Confidentiality
from service.events.actions import Fact
from service.events.kinds import Audience, Kind
from service.kit.database import UnitOfWork
from service.kit.ids import new_id, random_id
from service.kit.search import fold, lexemes
from service.organizations.actor import Actor
from service.requests.kinds import HIDDEN, SHARED
from service.requests.models import RequestNote, RequestSearch, ServiceRequest
from service.requests.queries.visibility import readers
from service.requests.rules.statuses import Verb
from service.requests.rules.words import NoteAudience, SearchPart


def part_id(request: ServiceRequest) -> UUID:
    """An id for a part of the request; that of a hidden one does not tell when it was made."""
    return new_id() if request.confidentiality is Confidentiality.OPEN else random_id()


async def record(
    work: UnitOfWork,
    actor: Actor,
    request: ServiceRequest,
    kind: Kind,
    facts: Mapping[str, Fact] | None = None,
    *,
    unit_id: UUID | None = None,
    audience: Audience | None = None,
) -> None:
    """Append an event of this request as it stands. `unit_id` is the unit that acted, or is told."""
    await events.record(
        work,
        kind,
        subject_kind="request",
        subject_id=request.id,
        version=request.version,
        by=actor.account_id,
        unit_id=unit_id,
        audience=audience,
        data=facts,
        hide_moment=request.confidentiality is not Confidentiality.OPEN,
    )


async def tell_readers(
    work: UnitOfWork, actor: Actor, request: ServiceRequest, before: frozenset[UUID]
) -> None:
    """Tell each unit that gains or loses sight of the request, so that copies of the feed stay right."""
    after = readers(request)
    for unit_id in sorted(after - before):
        await record(work, actor, request, SHARED, unit_id=unit_id)
    for unit_id in sorted(before - after):
        await record(work, actor, request, HIDDEN, unit_id=unit_id)


def add_note(
    work: UnitOfWork,
    actor: Actor,
    request: ServiceRequest,
    text: str,
    audience: Audience,
    verb: Verb | None = None,
) -> RequestNote:
    """Keep what was said, in a row that can be erased; whoever may read the event reads the note."""
    note = RequestNote(
        id=part_id(request),
        request_id=request.id,
        verb=verb,
        audience=NoteAudience(audience),
        text=text,
        created_by=actor.account_id,
        created_at=work.now,
    )
    work.add(note)
    return note


async def index(work: UnitOfWork, request: ServiceRequest, part: SearchPart, text: str) -> None:
    """Let search find the request by this text, instead of what it knew before."""
    await work.exec(
        delete(RequestSearch).where(
            col(RequestSearch.request_id) == request.id, col(RequestSearch.part) == part
        )
    )
    work.add(searchable(request, part, text))


def searchable(request: ServiceRequest, part: SearchPart, text: str) -> RequestSearch:
    """The row by which search finds the request."""
    folded = fold(text)
    return RequestSearch(
        request_id=request.id,
        part=part,
        folded=folded,
        words=func.array_to_tsvector(lexemes(folded)),
    )


def question_text(request: ServiceRequest) -> str:
    """What is searched of a request itself."""
    return f"{request.title}\n{request.description}"
