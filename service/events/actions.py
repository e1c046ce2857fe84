"""Recording what happened: the only writer of the log."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from service.events.kinds import Audience, Kind
from service.events.models import Event
from service.kit.database import UnitOfWork
from service.kit.ids import new_id, random_id

Fact = str | int | bool | None | list[str]


async def record(
    work: UnitOfWork,
    kind: Kind,
    *,
    subject_kind: str,
    subject_id: UUID,
    version: int,
    by: UUID | None,
    unit_id: UUID | None = None,
    audience: Audience | None = None,
    occurred_at: datetime | None = None,
    data: Mapping[str, Fact] | None = None,
    hide_moment: bool = False,
) -> Event:
    """Append one event to the log, in the unit of work of the change it tells of.

    `by` is the account that acted, None for the system. `occurred_at` differs from now for imports and for
    work done offline. `hide_moment` gives a random id, for subjects whose ids must not tell when they were
    filed. The caller holds the subject's row lock, so that the chain of its events does not fork.
    """
    facts = dict(data or {})
    assert facts.keys() <= kind.data, f"{kind.name} does not declare {facts.keys() - kind.data}"
    previous = await _log_head(work, subject_id)
    event = Event(
        id=random_id() if hide_moment else new_id(),
        type=kind.name,
        actor_id=by,
        subject_kind=subject_kind,
        subject_id=subject_id,
        version=version,
        unit_id=unit_id,
        audience=audience or kind.audience,
        occurred_at=occurred_at or work.now,
        recorded_at=work.now,
        previous=previous,
        digest=b"",
        data=facts,
    )
    event.digest = digest(event)
    work.log_heads[subject_id] = event.digest
    work.add(event)
    return event


async def _log_head(work: UnitOfWork, subject_id: UUID) -> bytes | None:
    if subject_id in work.log_heads:
        return work.log_heads[subject_id]
    newest = select(Event.digest).where(Event.subject_id == subject_id).order_by(col(Event.sequence).desc())
    return (await work.exec(newest.limit(1))).first()


def digest(event: Event) -> bytes:
    """SHA-256 over everything an event says and the digest of the event before it."""
    said = [
        str(event.id),
        event.type,
        str(event.actor_id),
        event.subject_kind,
        str(event.subject_id),
        event.version,
        str(event.unit_id),
        event.audience,
        event.occurred_at.timestamp(),
        event.recorded_at.timestamp(),
        event.data,
    ]
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((event.previous or b"") + canonical.encode()).digest()
