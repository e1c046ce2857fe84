"""Invitations: who sees them, and which one a code opens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col
from sqlmodel import select as select_rows

from service.accounts.models import Account
from service.kit.database import UnitOfWork
from service.kit.errors import NotFound
from service.kit.personal import masked_phone
from service.organizations.actor import Actor, reach, within
from service.organizations.models import Invitation, Membership, Unit
from service.organizations.queries.units import reference
from service.organizations.rules import Permission, UnitKind
from service.organizations.rules.people import InvitationStatus, invitation_status
from service.organizations.schemas.invitations import Accepted, InvitationFilter, InvitationRead
from service.organizations.schemas.units import UnitRef

ORDER: list[Any] = [col(Invitation.created_at), col(Invitation.id)]


def visible_invitations(actor: Actor) -> ColumnElement[bool]:
    """One's own, and those to units whose people one manages."""
    return or_(
        within(Invitation.unit_id, reach(actor, Permission.PEOPLE_MANAGE)),
        col(Invitation.created_by) == actor.account_id,
    )


def invitations(actor: Actor, wanted: InvitationFilter, now: datetime) -> Select[Any]:
    """The list's statement; each row is made by `invitation_read`."""
    statement = _invitations(actor)
    if wanted.unit is not None:
        statement = statement.where(col(Invitation.unit_id) == wanted.unit)
    if wanted.status is not None:
        statement = statement.where(is_status(wanted.status, now))
    return statement


def invitation(actor: Actor, id: UUID) -> Select[Any]:
    return _invitations(actor).where(col(Invitation.id) == id)


def invitation_read(row: Mapping[str, Any], now: datetime) -> InvitationRead:
    """An invitation as it is shown; a phone is masked."""
    status = invitation_status(now, row["expires_at"], row["accepted_at"], row["revoked_at"])
    shown = {name: row[name] for name in InvitationRead.model_fields if name != "status"}
    shown["phone"] = shown["phone"] and masked_phone(shown["phone"])
    return InvitationRead.model_validate({**shown, "status": status})


async def one_invitation(
    connection: AsyncConnection, actor: Actor, id: UUID, now: datetime
) -> InvitationRead:
    """One invitation; raises `NotFound`."""
    row = (await connection.execute(invitation(actor, id))).mappings().one_or_none()
    if row is None:
        raise NotFound()
    return invitation_read(row, now)


def accepted(account: Account, membership: Membership, unit: Unit) -> Accepted:
    """What is told to whoever accepted."""
    return Accepted(
        account_id=account.id,
        username=account.username,
        membership_id=membership.id,
        unit=UnitRef.model_validate(unit, from_attributes=True, extra="ignore"),
        role=membership.role,
    )


async def locked_invitation(work: UnitOfWork, actor: Actor, id: UUID) -> Invitation:
    """The invitation, its row locked; raises `NotFound` when there is none, or the actor does not see it."""
    seen = select(Invitation).where(col(Invitation.id) == id, visible_invitations(actor))
    found: Invitation | None = await work.scalar(seen.with_for_update())
    if found is None:
        raise NotFound()
    return found


async def opened_by(work: UnitOfWork, code_digest: bytes, uscc: str | None) -> tuple[Invitation, Unit] | None:
    """The invitation that this code opens, its row locked, and its unit.

    That of an enterprise's contact opens only together with the enterprise's social credit code.
    """
    statement = (
        select_rows(Invitation, Unit)
        .join(Unit, col(Unit.id) == col(Invitation.unit_id))
        .where(
            col(Invitation.code_digest) == code_digest,
            or_(col(Unit.kind) != UnitKind.ENTERPRISE, col(Unit.code) == uscc),
        )
        .with_for_update(of=Invitation)
    )
    return (await work.exec(statement)).one_or_none()


def is_status(status: InvitationStatus, now: datetime) -> ColumnElement[bool]:
    """That this has become of the invitation by now."""
    over = col(Invitation.accepted_at).is_not(None) | col(Invitation.revoked_at).is_not(None)
    match status:
        case InvitationStatus.ACCEPTED:
            return col(Invitation.accepted_at).is_not(None)
        case InvitationStatus.REVOKED:
            return col(Invitation.revoked_at).is_not(None)
        case InvitationStatus.OPEN:
            return ~over & (col(Invitation.expires_at) > now)
        case InvitationStatus.EXPIRED:
            return ~over & (col(Invitation.expires_at) <= now)


def _invitations(actor: Actor) -> Select[Any]:
    return (
        select(
            col(Invitation.id),
            reference(Unit, "unit"),
            col(Invitation.role),
            col(Invitation.name),
            col(Invitation.phone),
            col(Invitation.created_at),
            col(Invitation.expires_at),
            col(Invitation.accepted_at),
            col(Invitation.revoked_at),
        )
        .join(Unit, col(Unit.id) == col(Invitation.unit_id))
        .where(visible_invitations(actor))
    )
