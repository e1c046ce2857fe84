"""One request as its caller may see it, and the columns that lists show of many."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Row,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from service.accounts.models import Account
from service.catalog.models import ServiceItem
from service.events.models import Event
from service.kit.errors import NotFound
from service.kit.personal import masked_phone
from service.organizations.actor import Actor, allows
from service.organizations.models import Unit
from service.organizations.rules import Permission
from service.requests.models import RequestNote, RequestResult, ServiceRequest
from service.requests.queries.visibility import Subject, internals_open_to, may, named, visible_to
from service.requests.rules import lifecycle
from service.requests.rules.lifecycle import WAITING, Step
from service.requests.rules.standing import Standing
from service.requests.rules.statuses import Status
from service.requests.rules.words import LOWEST_SATISFIED, Light

#: Anything that a column or an expression over columns is.
Value = SQLColumnExpression[Any]


def light(now: Any) -> ColumnElement[str]:
    """`rules.deadlines.light` at a moment, in SQL; a test holds the two equal."""
    status, due, yellow = (
        col(ServiceRequest.status),
        col(ServiceRequest.step_due_at),
        col(ServiceRequest.step_yellow_at),
    )
    return case(
        (or_(due.is_(None), status.in_(WAITING)), Light.GREY.value),
        (due < now, Light.RED.value),
        (yellow <= now, Light.YELLOW.value),
        else_=Light.GREEN.value,
    )


def shows(colour: Light, now: datetime) -> ColumnElement[bool]:
    """Whether the light has this colour, said so that an index over the due times can answer it."""
    due, yellow = col(ServiceRequest.step_due_at), col(ServiceRequest.step_yellow_at)
    runs = col(ServiceRequest.status).not_in(WAITING)
    match colour:
        case Light.GREY:
            return or_(due.is_(None), col(ServiceRequest.status).in_(WAITING))
        case Light.RED:
            return and_(due < now, runs)
        case Light.YELLOW:
            return and_(due >= now, yellow <= now, runs)
        case Light.GREEN:
            return and_(due >= now, yellow > now, runs)


def listed(now: Any) -> list[ColumnElement[Any]]:
    """The fields of `RequestListed`."""
    return [
        *_columns("id", "number", "version", "status", "stage", "round", "type"),
        _item(col(ServiceRequest.item_id)).label("item"),
        *_columns("urgency", "confidentiality", "title"),
        _enterprise().label("enterprise"),
        *_columns("origin"),
        unit_ref(col(ServiceRequest.lead_unit_id)).label("lead_department"),
        _units(col(ServiceRequest.co_unit_ids)).label("co_departments"),
        person_ref(col(ServiceRequest.assigned_to)).label("assigned_to"),
        light(now).label("light"),
        *_columns("step_due_at", "sign_due_at", "due_at", "original_due_at", "review_at"),
        *_columns("created_at", "updated_at", "submitted_at", "first_dispatched_at", "dispatched_at"),
        *_columns("closed_at"),
    ]


async def read(
    connection: AsyncConnection, actor: Actor, ref: str | UUID, now: datetime
) -> tuple[int, dict[str, Any]]:
    """The version and the `RequestRead` of the request of this id or number, by one statement.

    Raises:
        NotFound: there is none, or the actor cannot see it.
    """
    statement = select(
        _body().label("body"), *_columns(*_FACTS), internals_open_to(actor).label("internals")
    ).where(_is(ref), visible_to(actor))
    row = (await connection.execute(statement, {"now": now})).one_or_none()
    if row is None:
        raise NotFound()
    answer: dict[str, Any] = json.loads(row.body)
    answer["contact"] = _contact(actor, row)
    if not row.internals:
        answer["results"] = [result for result in answer["results"] if result["published_at"]]
        if row.status is not Status.NOT_ACCEPTED:
            answer["decline"] = None
    if not allows(actor, Permission.REQUESTS_TRIAGE):
        answer["suggestion"] = None
    if not rating_open_to(actor, row):
        answer["rating"] = None
    answer["verbs"] = open_verbs(actor, row, now)
    return row.version, answer


async def seen(connection: AsyncConnection, actor: Actor, ref: str) -> Row[Any]:
    """What decides over a request that the actor can see, `internals` among it.

    Raises:
        NotFound: there is none, or the actor cannot see it.
    """
    statement: Select[Any] = select(*_columns(*_FACTS), internals_open_to(actor).label("internals")).where(
        named(ref), visible_to(actor)
    )
    row: Row[Any] | None = (await connection.execute(statement)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def standing(actor: Actor, request: Subject, now: datetime) -> Standing:
    """How a request stands in the eyes of the lifecycle at this moment."""
    return Standing(
        status=request.status,
        stage=request.stage,
        round=request.round,
        unconfirmed=request.is_unconfirmed,
        dissatisfied=request.grade is not None and (request.grade < LOWEST_SATISFIED or not request.solved),
        proposed_by_asker=request.decline_proposed_by == actor.account_id,
        overdue=request.due_at is not None and request.due_at < now,
    )


def open_verbs(actor: Actor, request: Subject, now: datetime) -> list[str]:
    """What the actor may do with the request now, by the same table as the steps themselves."""
    return [
        verb.value
        for verb, step in lifecycle.steps(standing(actor, request, now))
        if may_take(actor, step, request)
    ]


def may_take(actor: Actor, step: Step, request: Subject) -> bool:
    """Whether the actor holds a permission that the step needs where it needs it."""
    return any(may(actor, permission, request) for permission in step.needs)


def rating_open_to(actor: Actor, request: Subject) -> bool:
    """The enterprise reads its own rating, and the desk and the callback officers read all."""
    return (
        may(actor, Permission.REQUESTS_RATE, request)
        or allows(actor, Permission.REQUESTS_TRIAGE)
        or allows(actor, Permission.REQUESTS_CALLBACK)
    )


# --- fields ----------------------------------------------------------------------------------------------

_FACTS = (
    *("id", "version", "status", "stage", "round", "confidentiality", "grade", "solved"),
    *("opened_by", "is_unconfirmed", "decline_proposed_by", "enterprise_id", "lead_unit_id"),
    *("contact_name", "contact_phone", "due_at"),
)
"""The columns by which is decided what the caller may do and read."""

_CALLERS = (
    Permission.REQUESTS_RECORD,
    Permission.REQUESTS_RECORD_FOR_OTHERS,
    Permission.REQUESTS_TRIAGE,
    Permission.REQUESTS_SIGN,
    Permission.REQUESTS_HANDLE,
    Permission.REQUESTS_APPROVE,
)
"""Whoever may act on a request with one of these may need to call; to others the number is masked."""


def _is(ref: str | UUID) -> ColumnElement[bool]:
    return named(ref) if isinstance(ref, str) else col(ServiceRequest.id) == ref


def _columns(*names: str) -> list[ColumnElement[Any]]:
    return [ServiceRequest.__table__.c[name] for name in names]  # type: ignore[attr-defined]


@cache
def _body() -> ColumnElement[str]:
    """All fields of `RequestRead` that a row knows, as JSON; `now` is bound. Made once: building costs more
    than running it. What the caller may not read of it is taken out in Python."""
    fields = [
        *listed(bindparam("now", type_=DateTime(timezone=True))),
        *_columns("description", "attributes", "address", "lat", "long", "origin_id"),
        _units(col(ServiceRequest.accused_unit_ids)).label("accused_departments"),
        *_columns("is_unconfirmed", "accepted_at", "signed_at", "contacted_at", "answered_at"),
        _when(
            col(ServiceRequest.promised_amount).is_not(None),
            amount=col(ServiceRequest.promised_amount),
            unit=col(ServiceRequest.promised_unit),
            text=col(ServiceRequest.promised_text),
        ).label("promise"),
        _when(
            col(ServiceRequest.decline_reason).is_not(None),
            reason=col(ServiceRequest.decline_reason),
            channel=col(ServiceRequest.decline_channel),
        ).label("decline"),
        _results().label("results"),
        _when(
            col(ServiceRequest.grade).is_not(None),
            grade=col(ServiceRequest.grade),
            solved=col(ServiceRequest.solved),
            rated_at=col(ServiceRequest.rated_at),
        ).label("rating"),
        *_columns("suggestion"),
    ]
    row = select(*fields).correlate(ServiceRequest).subquery("fields")
    body = select(func.row_to_json(literal_column("fields"))).select_from(row).correlate(ServiceRequest)
    return cast(body.scalar_subquery(), String)


def _object(**members: Value) -> ColumnElement[Any]:
    return func.json_build_object(*(part for name, value in members.items() for part in (name, value)))


def _when(condition: ColumnElement[bool], **members: Value) -> ColumnElement[Any]:
    return case((condition, _object(**members)))


def unit_ref(unit_id: Value) -> ColumnElement[Any]:
    """The unit as a `UnitRef`."""
    return _one(_unit_object(), col(Unit.id) == unit_id)


def person_ref(account_id: Value) -> ColumnElement[Any]:
    """The account as a `PersonRef`."""
    return _one(_object(id=col(Account.id), name=col(Account.name)), col(Account.id) == account_id)


def _one(member: Value, *clauses: ColumnElement[bool]) -> ColumnElement[Any]:
    """What is selected beside the request or event that the clauses refer to."""
    return select(member).where(*clauses).correlate(ServiceRequest, RequestNote, Event).scalar_subquery()


def _unit_object() -> ColumnElement[Any]:
    return _object(id=col(Unit.id), kind=col(Unit.kind), code=col(Unit.code), name=col(Unit.name))


def _units(unit_ids: Value) -> ColumnElement[Any]:
    return _one(_array(_unit_object(), col(Unit.code)), col(Unit.id) == func.any(unit_ids))


def _array(member: Value, order: Value) -> ColumnElement[Any]:
    """The members in their order; an empty array if there are none."""
    members = func.json_agg(aggregate_order_by(member, order))
    return func.coalesce(members, literal_column("'[]'::json"))


def _item(item_id: Value) -> ColumnElement[Any]:
    named_so = _object(code=col(ServiceItem.code), name=col(ServiceItem.name))
    return _one(named_so, col(ServiceItem.id) == item_id)


def _enterprise() -> ColumnElement[Any]:
    named_so = _object(id=col(Unit.id), uscc=col(Unit.code), name=col(Unit.name))
    return _one(named_so, col(Unit.id) == col(ServiceRequest.enterprise_id))


def _results() -> ColumnElement[Any]:
    names = ("id", "round", "kind", "text", "planned_on", "created_at", "published_at")
    table = RequestResult.__table__  # type: ignore[attr-defined]
    members = _object(**{name: table.c[name] for name in names})
    return _one(_array(members, table.c.created_at), table.c.request_id == col(ServiceRequest.id))


def _contact(actor: Actor, request: Subject) -> Mapping[str, str | None] | None:
    if request.contact_name is None and request.contact_phone is None:
        return None
    phone = request.contact_phone
    needed = request.opened_by == actor.account_id or any(
        may(actor, permission, request) for permission in _CALLERS
    )
    if phone is not None and not needed:
        phone = masked_phone(phone)
    return {"name": request.contact_name, "phone": phone}
