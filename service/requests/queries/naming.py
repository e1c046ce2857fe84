"""What a body names — an item, units, a handler — found, or refused with the field that named it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select

from service.accounts.models import Account
from service.catalog.models import ServiceItem
from service.kit.database import UnitOfWork
from service.kit.errors import Invalid
from service.organizations.models import Membership, Unit
from service.organizations.queries.units import exists_on, in_force, local_day
from service.organizations.rules import HANDLING_KINDS, ROLE_PERMISSIONS, Permission


async def item(work: UnitOfWork, code: str) -> ServiceItem:
    """The service item of this code, offered today.

    Raises:
        Invalid: there is none.
    """
    offered = select(ServiceItem).where(
        col(ServiceItem.code) == code, exists_on(local_day(work.now), ServiceItem)
    )
    found: ServiceItem | None = await work.scalar(offered)
    if found is None:
        raise Invalid.at(
            ("body", "item_code"),
            "unknown_item",
            f"没有代码为“{code}”的事项，请从事项目录中选择。",
            f"There is no service item {code}; choose one from the catalog.",
        )
    return found


async def handling_units(work: UnitOfWork, ids: Collection[UUID], field: str) -> list[Unit]:
    """The departments, parks and towns of these ids, each once, in the order given.

    Raises:
        Invalid: one of them is none, or does not exist today.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    existing = select(Unit).where(
        col(Unit.id).in_(wanted), col(Unit.kind).in_(HANDLING_KINDS), exists_on(local_day(work.now))
    )
    found = {unit.id: unit for unit in await work.exec(existing)}
    if missing := [str(id) for id in wanted if id not in found]:
        raise Invalid.at(
            ("body", field),
            "no_such_unit",
            f"没有这样的部门、园区或镇街：{'、'.join(missing)}。",
            f"There is no such department, park or town: {', '.join(missing)}.",
        )
    return [found[id] for id in wanted]


async def handling_unit(work: UnitOfWork, id: UUID, field: str) -> Unit:
    """The department, park or town of this id.

    Raises:
        Invalid: it is none, or does not exist today.
    """
    return (await handling_units(work, [id], field))[0]


async def handler(work: UnitOfWork, account_id: UUID, unit_id: UUID) -> UUID:
    """The account, if its person handles requests at this unit.

    Raises:
        Invalid: they do not.
    """
    roles = [role for role, held in ROLE_PERMISSIONS.items() if Permission.REQUESTS_HANDLE in held]
    above = select(col(Unit.parent_id)).where(col(Unit.id) == unit_id).scalar_subquery()
    holds = (
        select(col(Membership.id))
        .join(Account, col(Account.id) == col(Membership.account_id))
        .where(
            col(Membership.account_id) == account_id,
            col(Account.is_active),
            col(Membership.role).in_(roles),
            or_(col(Membership.unit_id) == unit_id, col(Membership.unit_id) == above),
            in_force(work.now),
        )
        .limit(1)
    )
    if await work.scalar(holds) is None:
        raise Invalid.at(
            ("body", "assigned_to"),
            "not_a_handler",
            "该人员不是承办单位的承办人。",
            "This person does not handle requests at the unit.",
        )
    return account_id
