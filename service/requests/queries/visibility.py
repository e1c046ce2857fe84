"""Who can see a request, and what of it: said once, used by every read and by every step."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Uuid, and_, false, literal, not_, or_, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from service.catalog.rules.words import Confidentiality
from service.events import Audience
from service.events.models import Event
from service.kit.errors import NotFound
from service.organizations.actor import Actor, Reach, allows, reach, within
from service.organizations.rules import Permission
from service.requests.models import ServiceRequest
from service.requests.rules import numbers
from service.requests.rules.lifecycle import HELD_AT, Side
from service.requests.rules.statuses import Status


def named(ref: str) -> ColumnElement[bool]:
    """The clause that finds the request of this id or number.

    Raises:
        NotFound: it can be neither; a slip in a number is told, as it says nothing of what exists.
    """
    try:
        found = numbers.parse(ref)
    except numbers.NotANumber:
        raise NotFound(
            "no_such_number",
            "没有这样的诉求编号，请核对后重试。",
            "There is no such request number; please check it.",
        ) from None
    return col(ServiceRequest.id) == found if isinstance(found, UUID) else col(ServiceRequest.number) == found


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor can see a request.

    A draft is its author's alone. An open request is seen where `requests.read` reaches its lead unit, a
    co-handling unit or its enterprise; a confidential or anonymous one by those who may read these in the
    whole district. The enterprise sees all that is its own, and whoever filed for it what they filed, while
    they may file for it still. A unit it complains of never does, nor do its people.
    """
    if actor.is_system:
        return true()
    if actor.anonymous_request_id is not None:
        return col(ServiceRequest.id) == actor.anonymous_request_id
    if not reach(actor, Permission.REQUESTS_READ):
        return false()
    filed = col(ServiceRequest.opened_by) == actor.account_id
    its_own = within(ServiceRequest.enterprise_id, reach(actor, Permission.REQUESTS_RECORD))
    for_it = and_(
        filed, within(ServiceRequest.enterprise_id, reach(actor, Permission.REQUESTS_RECORD_FOR_OTHERS))
    )
    by_office = and_(_reached(actor, Permission.REQUESTS_READ), _not_accused(actor))
    is_draft = col(ServiceRequest.status) == Status.DRAFT
    return or_(and_(is_draft, filed), and_(not_(is_draft), or_(its_own, for_it, by_office)))


def internals_open_to(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor, who can see the request, may also read what staff say among themselves."""
    if actor.is_system:
        return true()
    return and_(_reached(actor, Permission.REQUESTS_READ_INTERNAL), _not_accused(actor))


def event_visible_to(actor: Actor, event: type[Event] = Event) -> ColumnElement[bool]:
    """Whether the actor may see an event of a request that is joined to it and visible."""
    return or_(
        col(event.audience) == Audience.PUBLIC,
        and_(col(event.audience) == Audience.INTERNAL, internals_open_to(actor)),
    )


def _reached(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    where = reach(actor, permission)
    confidential_too = reach(actor, Permission.REQUESTS_READ_CONFIDENTIAL).everywhere
    open_only = true() if confidential_too else col(ServiceRequest.confidentiality) == Confidentiality.OPEN
    if where.everywhere:
        return open_only
    if not where:
        return false()
    return and_(
        open_only,
        or_(
            within(ServiceRequest.lead_unit_id, where),
            _overlap(ServiceRequest.co_unit_ids, where),
            within(ServiceRequest.enterprise_id, where),
        ),
    )


def _not_accused(actor: Actor) -> ColumnElement[bool]:
    """Nobody reads a complaint of their own unit, whatever else they are."""
    own = Reach(units=frozenset().union(*(grant.units | {grant.unit_id} for grant in actor.grants)))
    return not_(_overlap(ServiceRequest.accused_unit_ids, own))


def _overlap(unit_ids: Any, where: Reach) -> ColumnElement[bool]:
    return col(unit_ids).bool_op("&&")(literal(sorted(where.units), ARRAY(Uuid)))


# --- the same questions about a request in hand ---------------------------------------------------------


Subject = ServiceRequest | Row[Any]
"""A request in hand: the object, or a row with the columns that decide."""


def may(actor: Actor, permission: Permission, request: Subject) -> bool:
    """Whether the actor holds the permission where a step on this request needs it."""
    if request.id == actor.anonymous_request_id:
        return permission in _OF_AN_ANONYMOUS_FILER
    return allows(actor, permission, place(permission, request))


def place(permission: Permission, request: Subject) -> UUID | None:
    """The unit at which a step on this request needs the permission; None: in the whole district."""
    match HELD_AT[permission]:
        case Side.ENTERPRISE:
            return request.enterprise_id
        case Side.LEAD:
            return request.lead_unit_id
        case Side.DESK:
            return None


_OF_AN_ANONYMOUS_FILER = frozenset({Permission.REQUESTS_RECORD, Permission.REQUESTS_RATE})


def readers(request: ServiceRequest) -> frozenset[UUID]:
    """The units at which reading is enough to see this request."""
    if request.confidentiality is not Confidentiality.OPEN:
        return frozenset()
    holding = {request.lead_unit_id, *request.co_unit_ids, request.enterprise_id}
    return frozenset(unit for unit in holding if unit is not None) - set(request.accused_unit_ids)
