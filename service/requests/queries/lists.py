"""Lists of requests: every filter, the sorts, and search."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, any_, cast, false, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import TSQUERY, array
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.catalog.models import ServiceItem
from service.kit.clock import LOCAL
from service.kit.errors import Invalid
from service.kit.pages import estimate
from service.kit.search import NothingToFind, Question, question
from service.organizations.actor import Actor
from service.organizations.models import Enterprise, Unit
from service.organizations.queries.people import stood_in_for
from service.organizations.rules import HANDLING_KINDS, UnitKind
from service.organizations.rules.units import AREA_KINDS
from service.requests.models import RequestSearch, ServiceRequest
from service.requests.queries.reading import Value, listed, shows
from service.requests.queries.visibility import visible_to
from service.requests.rules.words import Origin, SearchPart
from service.requests.schemas.reading import DayOrMoment, RequestFilter, UnitName

#: A word in a larger share of the texts than this is met soon enough by walking the list in its order; the
#: hits of a rarer one are collected by the index and sorted (measurements: docs/decisions/0011-search.md).
FREQUENT = 0.01


async def requests(
    reading: AsyncConnection, actor: Actor, asked: RequestFilter, now: datetime
) -> tuple[Select[Any], Sequence[Any], bool]:
    """The list that was asked for: its statement, its order, and whether that is descending.

    Raises:
        Invalid: `q` holds nothing that can be searched.
    """
    by = col(getattr(ServiceRequest, asked.sort.removeprefix("-")))
    statement = select(*listed(now)).where(visible_to(actor), *_clauses(asked, actor, now))
    if asked.q is not None:
        statement = await _searched(reading, statement, SearchPart(asked.within), asked.q)
    if not asked.sort.endswith(("created_at", "updated_at")):
        statement = statement.where(by.is_not(None))
    return statement, (by, col(ServiceRequest.id)), asked.sort.startswith("-")


def _clauses(asked: RequestFilter, actor: Actor, now: datetime) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = []
    for column, chosen in (
        (col(ServiceRequest.status), asked.status),
        (col(ServiceRequest.type), asked.type),
        (col(ServiceRequest.urgency), asked.urgency),
        (col(ServiceRequest.origin), asked.origin),
    ):
        if chosen:
            clauses.append(column.in_(chosen))
    if asked.department is not None:
        department = _unit(asked.department, HANDLING_KINDS)
        clauses.append(
            or_(
                col(ServiceRequest.lead_unit_id) == department,
                col(ServiceRequest.co_unit_ids).contains(array([department])),
            )
        )
    if asked.enterprise is not None:
        clauses.append(col(ServiceRequest.enterprise_id) == _unit(asked.enterprise, {UnitKind.ENTERPRISE}))
    if asked.area is not None:
        clauses.append(_in_area(asked.area))
    if asked.work_group is not None:
        group = _unit(asked.work_group, {UnitKind.WORK_GROUP})
        served = select(col(Enterprise.id)).where(col(Enterprise.work_group_id) == group)
        clauses.append(col(ServiceRequest.enterprise_id).in_(served))
    if asked.item:
        chosen_items = select(col(ServiceItem.id)).where(col(ServiceItem.code).in_(asked.item))
        clauses.append(col(ServiceRequest.item_id).in_(chosen_items))
    if asked.light is not None:
        clauses.append(shows(asked.light, now))
    if asked.assigned_to is not None:
        clauses.append(_assigned_to(asked.assigned_to, actor, now))
    clauses += _between(col(ServiceRequest.created_at), asked.created_from, asked.created_to)
    clauses += _between(col(ServiceRequest.due_at), asked.due_from, asked.due_to)
    if asked.updated_after is not None:
        clauses.append(col(ServiceRequest.updated_at) > asked.updated_after)
    if asked.imported == "only":
        clauses.append(col(ServiceRequest.origin) == Origin.IMPORT)
    elif asked.imported == "false" and Origin.IMPORT not in asked.origin:
        clauses.append(col(ServiceRequest.origin) != Origin.IMPORT)
    return clauses


def _assigned_to(person: UUID | Literal["me"], actor: Actor, now: datetime) -> ColumnElement[bool]:
    """One's own work is also that of everybody one is the deputy of, at the unit where one is."""
    assigned = col(ServiceRequest.assigned_to)
    if person != "me":
        return assigned == person
    if actor.account_id is None:
        return false()
    own = select(literal(actor.account_id).label("account_id"))
    handed = stood_in_for(actor.account_id, now).subquery()
    people = own.union(select(handed.c.account_id)).scalar_subquery()
    at_its_unit = tuple_(assigned, col(ServiceRequest.lead_unit_id)).in_(
        select(handed.c.account_id, handed.c.unit_id)
    )
    # the first clause says less than the second, and is answered by the index
    return (assigned == any_(func.array(people))) & or_(assigned == actor.account_id, at_its_unit)


def _unit(name: UnitName, kinds: Sequence[UnitKind] | set[UnitKind] | frozenset[UnitKind]) -> Any:
    """The id of a unit given by id or code; NULL, which equals nothing, if there is none."""
    if isinstance(name, UUID):
        return literal(name)
    return (
        select(col(Unit.id))
        .where(col(Unit.kind).in_(kinds), col(Unit.code) == name)
        .limit(1)
        .scalar_subquery()
    )


def _in_area(name: UnitName) -> ColumnElement[bool]:
    """In this area or one that lies in it, by the place of the request or the home unit of its enterprise."""
    area = _unit(name, AREA_KINDS)
    lying, home = aliased(Unit), aliased(Unit)
    lies_in = select(col(lying.id)).where(or_(col(lying.id) == area, col(lying.parent_id) == area))
    looked_after = select(col(home.id)).where(
        col(home.kind) == UnitKind.ENTERPRISE, col(home.parent_id).in_(lies_in)
    )
    return or_(col(ServiceRequest.area_id).in_(lies_in), col(ServiceRequest.enterprise_id).in_(looked_after))


def _between(column: Value, first: DayOrMoment | None, last: DayOrMoment | None) -> list[ColumnElement[bool]]:
    clauses: list[ColumnElement[bool]] = []
    if first is not None:
        clauses.append(column >= _start(first))
    if isinstance(last, datetime):
        clauses.append(column <= last)
    elif last is not None:
        clauses.append(column < _start(last + timedelta(days=1)))
    return clauses


def _start(day: DayOrMoment) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time(), LOCAL)


# --- search ----------------------------------------------------------------------------------------------


async def _searched(
    reading: AsyncConnection, statement: Select[Any], part: SearchPart, typed: str
) -> Select[Any]:
    """The statement narrowed to what the question finds.

    Left to itself the planner walks the list in its order even for a rare word, to the very end. It knows
    well, though, how frequent a word is; so it is asked, and the hits of a rare word are collected first.
    """
    try:
        asked = question(typed)
    except NothingToFind:
        raise Invalid.at(
            ("query", "q"),
            "nothing_to_find",
            "请输入要查找的字词。",
            "Give words to look for.",
        ) from None
    texts = select(col(RequestSearch.request_id)).where(col(RequestSearch.part) == part)
    matching = texts.where(_has_words(asked))
    share = await estimate(reading, matching) / max(await estimate(reading, texts), 1)
    if share <= FREQUENT:
        found = matching.where(_holds(asked)).cte("found").prefix_with("MATERIALIZED")
        return statement.where(col(ServiceRequest.id).in_(select(found.c.request_id)))
    holds = select(_holds(asked)).where(
        col(RequestSearch.request_id) == col(ServiceRequest.id), col(RequestSearch.part) == part
    )
    return statement.where(holds.scalar_subquery())


def _has_words(asked: Question) -> ColumnElement[bool]:
    """What the index knows: all the words are there, though perhaps not side by side."""
    return col(RequestSearch.words).bool_op("@@")(cast(literal(asked.tsquery), TSQUERY))


def _holds(asked: Question) -> ColumnElement[bool]:
    """Each term stands in the text as it was typed."""
    return and_(*(func.strpos(col(RequestSearch.folded), term) > 0 for term in asked.terms))
