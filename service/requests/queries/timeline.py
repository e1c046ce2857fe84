"""What happened to one request, its comments and its files."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Uuid, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from service.events.kinds import KINDS
from service.events.models import Event
from service.kit.errors import NotFound
from service.kit.language import language
from service.organizations.actor import Actor
from service.requests.kinds import RATED
from service.requests.models import RequestAttachment, RequestNote, RequestResult, ServiceRequest
from service.requests.queries.reading import person_ref, rating_open_to, unit_ref
from service.requests.queries.visibility import event_visible_to
from service.requests.rules.words import NoteAudience
from service.requests.schemas.reading import CommentRead, TimelineEntry

TIMELINE_ORDER: tuple[Any, ...] = (col(Event.sequence),)
COMMENT_ORDER: tuple[Any, ...] = (col(RequestNote.created_at), col(RequestNote.id))
ATTACHMENT_ORDER: tuple[Any, ...] = (col(RequestAttachment.created_at), col(RequestAttachment.id))


def timeline(actor: Actor, request_id: UUID) -> Select[Any]:
    """The events of a request that the actor may see."""
    note, answer = RequestNote, RequestResult
    return (
        select(
            col(Event.sequence),
            col(Event.id),
            col(Event.type),
            col(Event.version),
            col(Event.occurred_at),
            col(Event.recorded_at),
            unit_ref(col(Event.unit_id)).label("unit"),
            person_ref(col(Event.actor_id)).label("actor"),
            col(note.text).label("note"),
            col(answer.text).label("answer"),
            col(Event.data),
        )
        .join(ServiceRequest, col(ServiceRequest.id) == col(Event.subject_id))
        .outerjoin(note, col(note.id) == _named_in_data("note_id"))
        .outerjoin(answer, col(answer.id) == _named_in_data("result_id"))
        .where(col(Event.subject_id) == request_id, event_visible_to(actor))
    )


def entry(actor: Actor, request: Row[Any], row: Mapping[str, Any]) -> TimelineEntry:
    """One row of the timeline as this actor may read it.

    Who acted is for staff; how the enterprise judged a unit's work is not for the unit.
    """
    kind = KINDS[row["type"]]
    is_closed_to_them = kind is RATED and not rating_open_to(actor, request)
    data = {name: value for name, value in row["data"].items() if name not in ("note_id",)}
    return TimelineEntry(
        id=row["id"],
        type=kind.name,
        label=kind.zh if language() == "zh" else kind.en,
        version=row["version"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        unit=row["unit"],
        actor=row["actor"] if request.internals else None,
        note=None if is_closed_to_them else row["note"],
        answer=row["answer"],
        data={"round": data["round"]} if is_closed_to_them else data,
    )


def _named_in_data(member: str) -> ColumnElement[UUID]:
    return cast(col(Event.data)[member].astext, Uuid)


def comments(request: Row[Any]) -> Select[Any]:
    """The comments on a request, the internal ones for staff only; the fields of `CommentRead`."""
    public_only = [] if request.internals else [col(RequestNote.audience) == NoteAudience.PUBLIC]
    return _comment_fields().where(
        col(RequestNote.request_id) == request.id, col(RequestNote.verb).is_(None), *public_only
    )


async def comment_read(connection: AsyncConnection, note_id: UUID) -> CommentRead:
    """A comment that was just made, as it is answered."""
    row = (await connection.execute(_comment_fields().where(col(RequestNote.id) == note_id))).mappings().one()
    return CommentRead.model_validate(dict(row))


def _comment_fields() -> Select[Any]:
    return select(
        col(RequestNote.id),
        col(RequestNote.text),
        col(RequestNote.audience),
        person_ref(col(RequestNote.created_by)).label("author"),
        col(RequestNote.created_at),
    )


def attachments(request: Row[Any]) -> Select[Any]:
    """The files of a request, the evidence of an unpublished result for staff only."""
    published = select(col(RequestResult.id)).where(
        col(RequestResult.request_id) == request.id, col(RequestResult.published_at).is_not(None)
    )
    proves = col(RequestAttachment.result_id)
    published_only = [] if request.internals else [or_(proves.is_(None), proves.in_(published))]
    return select(
        col(RequestAttachment.id),
        col(RequestAttachment.name),
        col(RequestAttachment.media_type),
        col(RequestAttachment.size),
        func.encode(col(RequestAttachment.digest), "hex").label("sha256"),
        col(RequestAttachment.result_id),
        col(RequestAttachment.created_at),
    ).where(col(RequestAttachment.request_id) == request.id, *published_only)


async def attachment(reading: AsyncConnection, request: Row[Any], attachment_id: UUID) -> Row[Any]:
    """One of these files.

    Raises:
        NotFound: the request has none such that the caller may see.
    """
    one = attachments(request).where(col(RequestAttachment.id) == attachment_id)
    row: Row[Any] | None = (await reading.execute(one)).one_or_none()
    if row is None:
        raise NotFound()
    return row
