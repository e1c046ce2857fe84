"""What the caller is told about themselves."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from service.accounts.schemas import AccountRead
from service.kit.errors import NotAllowed
from service.organizations.actor import Actor
from service.organizations.models import Membership, Unit
from service.organizations.queries.people import account, handovers_about
from service.organizations.queries.units import in_force, reference
from service.organizations.rules import ROLE_PERMISSIONS, Permission
from service.organizations.schemas.people import HandoverRead, HeldPermission, HeldRole, MeRead


async def me(connection: AsyncConnection, actor: Actor, now: datetime) -> MeRead:
    """The caller's page; raises `NotAllowed` for the bearer of an anonymous token, who is nobody here."""
    if actor.account_id is None:
        raise NotAllowed(
            "anonymous",
            "匿名令牌只能查看对应的诉求。",
            "An anonymous token opens its one request and nothing else.",
        )
    roles = (
        select(
            col(Membership.id).label("membership_id"),
            col(Membership.role),
            reference(Unit, "unit"),
            col(Membership.valid_from),
            col(Membership.valid_to),
        )
        .join(Unit, col(Unit.id) == col(Membership.unit_id))
        .where(col(Membership.account_id) == actor.account_id, in_force(now))
        .order_by(col(Membership.valid_from), col(Membership.id))
    )
    own: AccountRead = await account(connection, actor, actor.account_id)
    held = (await connection.execute(roles)).mappings()
    handovers = (await connection.execute(handovers_about(actor.account_id, now))).mappings()
    return MeRead(
        account=own,
        memberships=[HeldRole.model_validate(dict(row)) for row in held],
        permissions=held_permissions(actor),
        handovers=[HandoverRead.model_validate(dict(row)) for row in handovers],
    )


def held_permissions(actor: Actor) -> list[HeldPermission]:
    """Each permission with the units at which a role gives it."""
    held = []
    for permission in Permission:
        if permission in actor.permissions:
            giving = [grant for grant in actor.grants if permission in ROLE_PERMISSIONS[grant.role]]
            held.append(
                HeldPermission(
                    permission=permission,
                    everywhere=any(grant.everywhere for grant in giving),
                    unit_ids=sorted({grant.unit_id for grant in giving}),
                )
            )
    return held
