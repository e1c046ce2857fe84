"""Who calls, what they may do and where: the Actor, and the questions everyone asks about it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    LargeBinary,
    Row,
    Select,
    String,
    Uuid,
    any_,
    bindparam,
    distinct,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col

from service.accounts.identity import Identity, Via
from service.accounts.models import Account
from service.accounts.queries import stands
from service.accounts.tokens import unknown_credential
from service.kit.database import UnitOfWork
from service.kit.errors import NotAllowed
from service.organizations.models import Enterprise, Membership, Unit
from service.organizations.rules import ROLE_PERMISSIONS, Permission, Role, UnitKind


@dataclass(frozen=True)
class Grant:
    """A role held at a unit, and the units it reaches: that one and all below it.

    A work group reaches the enterprises assigned to it. A role at the district reaches everywhere, and then
    `units` is left empty.
    """

    role: Role
    unit_id: UUID
    unit_kind: UnitKind
    units: frozenset[UUID] = frozenset()

    @property
    def everywhere(self) -> bool:
        return self.unit_kind is UnitKind.DISTRICT


@dataclass(frozen=True)
class Reach:
    """The units at which something is allowed."""

    everywhere: bool = False
    units: frozenset[UUID] = frozenset()

    def __contains__(self, unit_id: UUID) -> bool:
        return self.everywhere or unit_id in self.units

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.units)


@dataclass(frozen=True)
class Actor:
    """The caller of one request, or the system itself.

    `scopes` narrows an API key to some permissions; None does not narrow. The bearer of an anonymous token
    has no account and no grants, only the one request.
    """

    account_id: UUID | None
    name: str
    via: str
    scopes: frozenset[str] | None = None
    anonymous_request_id: UUID | None = None
    grants: tuple[Grant, ...] = ()

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything this caller may do somewhere."""
        held = {permission for grant in self.grants for permission in ROLE_PERMISSIONS[grant.role]}
        return frozenset(held if self.scopes is None else held & self.scopes)

    @property
    def is_system(self) -> bool:
        return self.via == "system"


SYSTEM: Final = Actor(account_id=None, name="system", via="system")
"""Who acts in jobs and imports: allowed everything, everywhere."""


def since_added(actor: Actor, unit_id: UUID, parent_id: UUID | None) -> Actor:
    """The actor, who was loaded before this unit was put under that parent."""
    grants = (
        replace(grant, units=grant.units | {unit_id}) if parent_id in grant.units else grant
        for grant in actor.grants
    )
    return replace(actor, grants=tuple(grants))


def reach(actor: Actor, permission: Permission) -> Reach:
    """Where the actor holds the permission."""
    if actor.is_system:
        return Reach(everywhere=True)
    if actor.scopes is not None and permission not in actor.scopes:
        return Reach()
    giving = [grant for grant in actor.grants if permission in ROLE_PERMISSIONS[grant.role]]
    if any(grant.everywhere for grant in giving):
        return Reach(everywhere=True)
    return Reach(units=frozenset().union(*(grant.units for grant in giving)))


def signed_in(actor: Actor) -> UUID:
    """The account of a caller who is a person and has signed in.

    Raises:
        NotAllowed: it is a key, or the bearer of an anonymous token.
    """
    if actor.via != Via.TOKEN or actor.account_id is None:
        raise NotAllowed(
            "only_signed_in",
            "接口密钥和匿名令牌不能办理此事，请登录后操作。",
            "Neither a key nor an anonymous token can do this; sign in for that.",
        )
    return actor.account_id


def is_oneself(actor: Actor, account_id: UUID) -> bool:
    """Whether the actor is this person, signed in: what one may do for oneself, one's keys may not."""
    return actor.account_id == account_id and actor.scopes is None


def allows(actor: Actor, permission: Permission, unit_id: UUID | None = None) -> bool:
    """Whether the actor holds the permission at the unit; without a unit: in the whole district."""
    where = reach(actor, permission)
    return where.everywhere if unit_id is None else unit_id in where


def within(unit_id: ColumnElement[UUID] | Any, where: Reach) -> ColumnElement[bool]:
    """The SQL clause that the column names a unit in this reach."""
    if where.everywhere:
        return true()
    if not where.units:
        return false()
    return col(unit_id) == any_(literal(sorted(where.units), ARRAY(Uuid)))


def require(
    work: UnitOfWork | None, actor: Actor, permission: Permission, unit_id: UUID | None = None
) -> None:
    """Go on only if the actor holds the permission at the unit (without a unit: in the whole district).

    The unit of work remembers the question, so that the kept answer to an idempotency key is given again only
    to somebody who is still allowed.

    Raises:
        NotAllowed: the actor does not; the sentence names the missing permission.
    """
    if not allows(actor, permission, unit_id):
        raise missing(permission)
    if work is not None:
        work.required.append((permission.value, unit_id))


def missing(permission: Permission) -> NotAllowed:
    """The refusal that names the missing permission."""
    return NotAllowed(
        "permission_missing",
        f"您在该单位没有“{permission.zh}”的权限，请联系本单位联络员或系统管理员。",
        f"You may not do this here ({permission.en}); ask the unit's liaison officer or an administrator.",
        permission=permission.value,
    )


def _statement() -> Select[Any]:
    """The account and what it is at which unit now, with the reach of each, as one statement."""
    now = bindparam("now", type_=DateTime(timezone=True))
    held = (
        select(
            col(Membership.unit_id),
            col(Unit.kind).label("unit_kind"),
            func.array_agg(distinct(col(Membership.role)), type_=ARRAY(String)).label("roles"),
        )
        .join(Unit, col(Unit.id) == col(Membership.unit_id))
        .where(
            col(Membership.account_id) == bindparam("account_id", type_=Uuid),
            col(Membership.valid_from) <= now,
            or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) > now),
        )
        .group_by(col(Membership.unit_id), col(Unit.kind))
        .cte("held")
    )
    below = (
        select(held.c.unit_id.label("root"), held.c.unit_id.label("id"))
        .where(held.c.unit_kind != UnitKind.DISTRICT)
        .cte("below", recursive=True)
    )
    child = (col(Unit.parent_id) == below.c.id) & (col(Unit.kind) == UnitKind.DEPARTMENT)
    below = below.union(select(below.c.root, col(Unit.id)).join(below, child))  # only departments nest
    looked_after = (col(Unit.parent_id) == below.c.id) & (col(Unit.kind) == UnitKind.ENTERPRISE)
    served = col(Enterprise.work_group_id) == below.c.id
    reached = union_all(
        select(below.c.root, below.c.id),
        select(below.c.root, col(Unit.id)).join(below, looked_after),
        select(below.c.root, col(Enterprise.id)).join(below, served),
    ).subquery("reached")
    # packed: a list of thousands of uuids takes the driver five times as long
    packed = func.string_agg(func.uuid_send(reached.c.id), literal_column("''::bytea"), type_=LargeBinary)
    units = select(reached.c.root, packed.label("units")).group_by(reached.c.root).subquery("units")
    return (
        select(
            col(Account.name),
            held.c.unit_id,
            held.c.unit_kind,
            held.c.roles,
            units.c.units,
        )
        .outerjoin_from(Account, held, true())
        .outerjoin(units, units.c.root == held.c.unit_id)
        .where(col(Account.id) == bindparam("account_id", type_=Uuid))
    )


def _unpacked(units: bytes | None) -> frozenset[UUID]:
    packed = units or b""
    return frozenset(UUID(bytes=packed[at : at + 16]) for at in range(0, len(packed), 16))


def _grants(row: Row[Any]) -> Iterator[Grant]:
    units = _unpacked(row.units)
    for role in row.roles or ():
        yield Grant(Role(role), row.unit_id, row.unit_kind, units)


_STATEMENT = _statement()


async def load(connection: AsyncConnection, identity: Identity, now: datetime) -> Actor:
    """The actor behind a verified identity, by one statement; none at all for an anonymous token.

    Raises:
        Unauthorized: the account was deactivated, or the credential withdrawn.
    """
    if identity.account_id is None:
        return Actor(None, "", identity.via, identity.scopes, identity.anonymous_request_id)
    asked = {"account_id": identity.account_id, "now": now}
    rows = (await connection.execute(_STATEMENT.where(stands(identity)), asked)).all()
    if not rows:
        raise unknown_credential()
    return Actor(
        account_id=identity.account_id,
        name=rows[0].name,
        via=identity.via,
        scopes=identity.scopes,
        grants=tuple(grant for row in rows for grant in _grants(row)),
    )
