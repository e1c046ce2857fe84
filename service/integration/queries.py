"""The change feed: events in an order in which none is ever missed (docs/decisions/0012-the-feed.md).

Sequence numbers and transaction numbers are both handed out before commit, so that neither alone tells what
a reader has seen. The order is (transaction, sequence), and only events are read whose transaction is older
than every one still running: nothing can come up before them any more.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by, array
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.events.models import Event, TransactionId
from service.integration.models import FeedEpoch
from service.kit.errors import Gone, Malformed
from service.organizations.actor import Actor, Reach, reach, within
from service.organizations.rules import Permission
from service.requests.kinds import HIDDEN, SHARED
from service.requests.models import ServiceRequest
from service.requests.queries.visibility import event_visible_to, visible_to

#: One call looks at so many events at most, whoever asks; who may see few of them goes on from there.
AT_MOST = 5_000
LATEST = "latest"


@dataclass(frozen=True)
class Cursor:
    """The place after an event, in one life of the database."""

    epoch: UUID
    tx: int
    sequence: int

    def __str__(self) -> str:
        content = json.dumps([self.epoch.hex, self.tx, self.sequence], separators=(",", ":"))
        return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """The cursor that was handed out as this text.

        Raises:
            Malformed: it was not.
        """
        try:
            padded = text + "=" * (-len(text) % 4)
            epoch, tx, sequence = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            cursor = cls(UUID(hex=epoch), tx, sequence)
            if type(tx) is not int or type(sequence) is not int or not (0 <= tx < 2**63 > sequence >= 0):
                raise ValueError(text)
        except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise Malformed(
                "bad_cursor",
                "游标无法识别，请使用上次返回的 next。",
                "The cursor cannot be read; use the `next` of an earlier answer.",
            ) from error
        return cursor


async def feed(reading: AsyncConnection, actor: Actor, after: str | None, limit: int) -> str:
    """The next stretch of the feed as JSON (`Feed`), by one statement.

    Raises:
        Malformed: `after` is no cursor.
        Gone: the database has been restored since `after` was handed out.
    """
    if after == LATEST:
        return await _newest(reading)
    begin = None if after is None else Cursor.read(after)
    row = (await reading.execute(_stretch(actor, begin, limit))).one()
    if begin is not None and begin.epoch != row.epoch:
        raise Gone(
            "feed_restarted",
            "数据库已恢复，变更流重新开始；请重新读取全部内容后，从头继续。",
            "The database was restored: read everything again, then follow the feed from its first event.",
        )
    is_full = row.shown == limit
    place = row.last_shown if is_full else row.last_read
    following = Cursor(row.epoch, *place) if place else begin or Cursor(row.epoch, 0, 0)
    return _answer(row.items, following, more=is_full or row.read == AT_MOST)


async def _newest(reading: AsyncConnection) -> str:
    """An empty stretch that ends at the newest event that is settled."""
    places = Event.__table__.c  # type: ignore[attr-defined]
    backwards = places.tx.desc(), places.sequence.desc()
    newest = select(places.tx, places.sequence).where(_settled()).order_by(*backwards)
    last = _last(newest.limit(1).subquery().c)
    row = (await reading.execute(select(col(FeedEpoch.epoch), last.label("last")))).one()
    return _answer("[]", Cursor(row.epoch, *(row.last or (0, 0))), more=False)


def _answer(items: str, following: Cursor, *, more: bool) -> str:
    return f'{{"items":{items},"next":{json.dumps(str(following))},"more":{json.dumps(more)}}}'


def _stretch(actor: Actor, begin: Cursor | None, limit: int) -> Select[Any]:
    """One row: the epoch, the items and their number, and how far was shown and read."""
    following = [] if begin is None else [_place(Event) > tuple_(_xid(begin.tx), literal(begin.sequence))]
    read = select(Event).where(_settled(), *following).order_by(*_order(Event)).limit(AT_MOST).cte("read")
    event: Any = aliased(Event, read)
    is_its = and_(col(event.subject_kind) == "request", col(ServiceRequest.id) == col(event.subject_id))
    shown = (
        select(event.tx, event.sequence, _item(event).label("item"))
        .outerjoin(ServiceRequest, is_its)
        .where(_may_see(actor, event))
        .order_by(*_order(event))
        .limit(limit)
        .cte("shown")
    )
    items = func.json_agg(aggregate_order_by(shown.c.item, shown.c.tx, shown.c.sequence))
    return select(
        select(col(FeedEpoch.epoch)).scalar_subquery().label("epoch"),
        select(func.coalesce(cast(items, String), "[]")).scalar_subquery().label("items"),
        select(func.count()).select_from(shown).scalar_subquery().label("shown"),
        select(func.count()).select_from(read).scalar_subquery().label("read"),
        _last(shown.c).label("last_shown"),
        _last(read.c).label("last_read"),
    )


def _settled() -> ColumnElement[bool]:
    """The transaction of the event is older than every one still running."""
    return col(Event.tx) < func.pg_snapshot_xmin(func.pg_current_snapshot(), type_=TransactionId())


def _may_see(actor: Actor, event: Any) -> ColumnElement[bool]:
    """Present visibility decides, except that the loss of it is told to the unit that lost it."""
    told = within(event.unit_id, Reach(units=reach(actor, Permission.REQUESTS_READ).units))
    return or_(
        and_(visible_to(actor), event_visible_to(actor, event)),
        and_(col(event.type) == SHARED.name, told, visible_to(actor)),
        and_(col(event.type) == HIDDEN.name, told, not_(visible_to(actor))),
    )


def _item(event: Any) -> ColumnElement[Any]:
    subject = func.json_build_object("kind", event.subject_kind, "id", event.subject_id)
    return func.json_build_object(
        *("id", event.id, "type", event.type, "subject", subject, "version", event.version),
        *("occurred_at", event.occurred_at, "recorded_at", event.recorded_at),
    )


def _last(columns: Any) -> ColumnElement[Any]:
    """The place of the last row, as two numbers."""
    place = array([cast(cast(columns.tx, String), BigInteger), columns.sequence])
    return select(place).order_by(columns.tx.desc(), columns.sequence.desc()).limit(1).scalar_subquery()


def _order(event: Any) -> tuple[Any, Any]:
    return col(event.tx), col(event.sequence)


def _place(event: Any) -> Any:
    return tuple_(*_order(event))


def _xid(number: int) -> ColumnElement[Any]:
    return cast(literal(str(number)), TransactionId())
