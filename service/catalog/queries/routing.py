"""What the routing rules of this moment suggest for a request or a draft."""

from collections.abc import Collection
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.catalog.models import ServiceItem
from service.catalog.queries.items import offered_item_id
from service.catalog.queries.promises import promised
from service.catalog.queries.rulebook import rule_book
from service.catalog.rules.promises import Promise
from service.catalog.rules.routing import Facts, Routing, Unit, route
from service.catalog.rules.words import RequestType, Urgency
from service.catalog.schemas.routing import RoutingDraft, RoutingRead
from service.kit.database import UnitOfWork
from service.organizations.actor import Actor
from service.organizations.models import Enterprise, ScaleStatus
from service.organizations.models import Unit as UnitRow
from service.organizations.queries.enterprises import check_visible
from service.organizations.queries.units import kin, local_day
from service.organizations.rules.industries import section


async def suggested(
    work: UnitOfWork,
    *,
    title: str,
    description: str,
    type: RequestType | None = None,
    item_id: UUID | None = None,
    enterprise_id: UUID | None = None,
    accused: Collection[UUID] = (),
) -> Routing:
    """What the rules suggest for a request: where it should go, and why.

    `item_id` is the item its requester chose, `accused` are units that it complains of. Rules that need
    attention are passed over.
    """
    connection, day = await work.connection(), local_day(work.now)
    book = await rule_book(connection, day)
    enterprise = _Enterprise() if enterprise_id is None else await _enterprise(connection, enterprise_id, day)
    facts = Facts(
        title=title,
        description=description,
        item=None if item_id is None else book.items.get(item_id),
        type=type,
        accused=await kin(work, accused),
        **enterprise,
    )
    return route(facts, book.rules)


async def tried(work: UnitOfWork, actor: Actor, draft: RoutingDraft) -> RoutingRead:
    """Where the rules would send the draft, and why, with the promise that would be made.

    Raises:
        NotFound: the caller does not see the enterprise.
        Invalid: there is no such item.
    """
    if draft.enterprise_id is not None:
        await check_visible(work, actor, draft.enterprise_id)
    code = draft.item_code
    routing = await suggested(
        work,
        title=draft.title,
        description=draft.description or "",
        type=draft.type,
        item_id=None if code is None else await offered_item_id(work, code, "item_code"),
        enterprise_id=draft.enterprise_id,
        accused=draft.accused_department_ids,
    )
    return RoutingRead.of(routing, await _promise(work, draft, routing))


async def _promise(work: UnitOfWork, draft: RoutingDraft, routing: Routing) -> Promise | None:
    """What would be promised if the desk followed the rules; a draft of no type asks for help."""
    if routing.item is None or routing.lead is None:
        return None
    item = await work.get_one(ServiceItem, routing.item.id)
    type = draft.type or (routing.type.value if routing.type else RequestType.HELP)
    urgency = draft.urgency or (routing.urgency.value if routing.urgency else Urgency.NORMAL)
    return await promised(work, item, type, urgency, routing.lead.name)


# --- the enterprise ----------------------------------------------------------------------------------


class _Enterprise(TypedDict, total=False):
    """Those of the `Facts` that are of the enterprise."""

    home: Unit
    areas: tuple[Unit, ...]
    industries: tuple[str, ...]
    is_above_scale: bool


def _statement() -> Any:
    """The enterprise's home unit, district and town, its industry, and whether it is above scale.

    The statistics bureau states the scale once a year and afterwards: this year's statement or last year's
    counts.
    """
    home, district, town = aliased(UnitRow), aliased(UnitRow), aliased(UnitRow)
    year = bindparam("year", type_=Integer)
    stated = select(col(ScaleStatus.year)).where(
        col(ScaleStatus.enterprise_id) == col(Enterprise.id), col(ScaleStatus.year).between(year - 1, year)
    )
    columns: list[Any] = [
        *(part for unit in (home, district, town) for part in (unit.id, unit.code, unit.name)),
        col(Enterprise.industry_code),
        col(Enterprise.industry_edition),
        stated.exists(),
    ]
    return (
        select(*columns)
        .select_from(Enterprise)
        .join(UnitRow, col(UnitRow.id) == col(Enterprise.id))
        .join(home, col(home.id) == col(UnitRow.parent_id))
        .join(district, col(district.id) == col(home.parent_id))
        .outerjoin(town, col(town.id) == col(Enterprise.area_id))
        .where(col(Enterprise.id) == bindparam("id", type_=Uuid))
    )


_STATEMENT = _statement()


async def _enterprise(connection: AsyncConnection, id: UUID, day: date) -> _Enterprise:
    row = (await connection.execute(_STATEMENT, {"id": id, "year": day.year})).one()
    *places, industry, edition, is_above_scale = row
    home, district, *town = [Unit(*places[at : at + 3]) for at in (0, 3, 6) if places[at] is not None]
    return {
        "home": home,
        "areas": tuple(dict.fromkeys((home, *town, district))),
        "industries": _with_those_above(industry, edition),
        "is_above_scale": is_above_scale,
    }


def _with_those_above(industry: str | None, edition: int | None) -> tuple[str, ...]:
    """The industry's code and every code above it: 1512 is also 151, 15 and C."""
    if industry is None or edition is None:
        return ()
    letter = section(industry, edition)
    return (industry, industry[:3], industry[:2], *([letter] if letter else []))
