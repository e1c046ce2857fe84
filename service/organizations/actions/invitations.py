"""Inviting people, and what a code gives to whoever brings it: a new account, or another role for one."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from service.accounts import actions as accounts
from service.accounts import queries as known_accounts
from service.accounts import secrets, throttling
from service.accounts.credentials import Credentials
from service.accounts.models import Account
from service.accounts.schemas import AccountCreate
from service.events import Kind, record
from service.kit import crypto
from service.kit.database import Database, UnitOfWork
from service.kit.errors import Conflict, Gone, Invalid, NotFound
from service.organizations import kinds
from service.organizations.actions.memberships import add_role, check_fits
from service.organizations.actor import Actor, require, signed_in
from service.organizations.models import Invitation, Membership, Unit
from service.organizations.queries.enterprises import visible_enterprises
from service.organizations.queries.invitations import locked_invitation, opened_by
from service.organizations.queries.units import named
from service.organizations.rules import Role, UnitKind
from service.organizations.rules.people import GIVEN_BY, InvitationStatus, invitation_status
from service.organizations.schemas.invitations import (
    InvitationAccept,
    InvitationCreate,
    InvitationProof,
)

PURPOSE = "invitation"


class Proven(NamedTuple):
    """Which invitation somebody has shown the code of, and the hash of the password they chose."""

    invitation_id: UUID
    password_hash: str


async def invite(work: UnitOfWork, actor: Actor, new: InvitationCreate) -> tuple[Invitation, str]:
    """An invitation and its code, which is kept nowhere.

    Raises:
        Invalid: there is no such unit, or the role is none of this kind of unit.
        NotAllowed: the actor may not give this role there.
    """
    unit = await _unit(work, actor, new)
    require(work, actor, GIVEN_BY[new.role], unit.id)
    check_fits(new.role, unit)
    return await write_invitation(
        work, actor, unit, new.role, new.name, new.phone, timedelta(days=new.expires_in_days)
    )


async def write_invitation(
    work: UnitOfWork,
    actor: Actor,
    unit: Unit,
    role: Role,
    name: str | None,
    phone: str | None,
    lives: timedelta,
) -> tuple[Invitation, str]:
    """A new invitation and its code; the caller has asked whether the actor may."""
    code = secrets.new_secret()
    invitation = Invitation(
        unit_id=unit.id,
        role=role,
        name=name,
        phone=phone,
        phone_digest=None if phone is None else crypto.digest("phone", phone),
        code_digest=secrets.digest_of(code, PURPOSE),
        created_at=work.now,
        created_by=actor.account_id,
        expires_at=work.now + lives,
    )
    work.add(invitation)
    await work.flush()
    await _note(work, actor, kinds.INVITATION_MADE, invitation, expires_at=invitation.expires_at.isoformat())
    return invitation, code


async def revoke(work: UnitOfWork, actor: Actor, id: UUID) -> Invitation:
    """Take an invitation back; raises `Conflict` when it was accepted, revoked or has expired already."""
    invitation = await locked_invitation(work, actor, id)
    if _status(invitation, work.now) is not InvitationStatus.OPEN:
        raise Conflict(
            "invitation_is_over",
            "该邀请已被接受、撤回或过期。",
            "This invitation was accepted, revoked or has expired already.",
        )
    invitation.revoked_at = work.now
    await work.flush()
    await _note(work, actor, kinds.INVITATION_REVOKED, invitation)
    return invitation


# --- accepting ---------------------------------------------------------------------------------------


async def prove(
    database: Database, credentials: Credentials, now: datetime, said: InvitationAccept, address: str
) -> Proven:
    """What comes before accepting: the attempt is charged, and forgiven if the code opens an invitation.

    Raises:
        Invalid: the password is not good.
        NotFound: no invitation is opened by this code.
        TooMany: too many wrong codes; try again later.
    """
    guess = await charge(database, now, said, address)
    async with database.begin(now) as work:
        invitation, _ = await _found(work, said)
        await throttling.forgive(work, guess)
    hashed = await accounts.password_hash(credentials, said.password, username=said.username)
    return Proven(invitation.id, hashed)


async def accept(
    work: UnitOfWork, said: InvitationAccept, proven: Proven
) -> tuple[Account, Membership, Unit]:
    """A new account with the role of the invitation that the code opens.

    Raises:
        Conflict: the user name is taken.
        Gone: the invitation was accepted, revoked or has expired.
        Invalid: nobody's name is known.
    """
    invitation, unit = await _open(work, said)
    name = said.name or invitation.name
    if name is None:
        raise Invalid.at(("body", "name"), "missing", "请填写姓名。", "Give your name.")
    new = AccountCreate(username=said.username, name=name, phone=said.phone or invitation.phone)
    account = await accounts.create(work, new, by=None, password_hash=proven.password_hash)
    return account, await _take(work, invitation, account, unit), unit


async def join(
    work: UnitOfWork, actor: Actor, said: InvitationProof, guess: throttling.Guess
) -> tuple[Account, Membership, Unit]:
    """The role of the invitation that the code opens, for somebody who has an account; `guess` was charged.

    Raises:
        Conflict: the account holds the role already, or one that cannot be combined with it.
        Gone: the invitation was accepted, revoked or has expired.
        NotAllowed: the caller is not a person who has signed in.
        NotFound: no invitation is opened by this code.
    """
    account = await known_accounts.get(work, signed_in(actor), lock=True)
    invitation, unit = await _open(work, said)
    await throttling.forgive(work, guess)
    return account, await _take(work, invitation, account, unit), unit


async def charge(database: Database, now: datetime, said: InvitationProof, address: str) -> throttling.Guess:
    """Charge an attempt to open an invitation; raises `TooMany`.

    A contact's code is guessed at the enterprise, a colleague's at nothing, so only the address is slowed.
    """
    guessed_at = said.uscc or secrets.digest_of(said.code, PURPOSE).hex()
    async with database.begin(now) as work:
        return await throttling.charge(work, throttling.At.INVITATION, guessed_at, address)


async def _found(work: UnitOfWork, said: InvitationProof) -> tuple[Invitation, Unit]:
    """The invitation of this code, its row locked, and its unit; it may be over."""
    found = await opened_by(work, secrets.digest_of(said.code, PURPOSE), said.uscc)
    if found is None:
        raise NotFound(
            "no_such_invitation",
            "邀请码不正确，或与统一社会信用代码不符，请核对后重试。",
            "The code is not right, or does not go with the social credit code; please check both.",
        )
    return found


async def _open(work: UnitOfWork, said: InvitationProof) -> tuple[Invitation, Unit]:
    """The same, if it can still be accepted."""
    found = await _found(work, said)
    if _status(found[0], work.now) is not InvitationStatus.OPEN:
        raise Gone(
            "invitation_is_over",
            "该邀请已被接受、撤回或过期，请联系邀请人重新邀请。",
            "This invitation was accepted, revoked or has expired; ask to be invited again.",
        )
    return found


async def _take(work: UnitOfWork, invitation: Invitation, account: Account, unit: Unit) -> Membership:
    itself = Actor(account.id, account.name, "invitation")
    membership = await add_role(work, itself, account, unit, invitation.role)
    if invitation.phone is not None and invitation.phone == account.phone:
        await accounts.verify_phone(work, account, by=account.id)
    invitation.accepted_at, invitation.accepted_by = work.now, account.id
    await work.flush()
    await _note(work, itself, kinds.INVITATION_ACCEPTED, invitation, account_id=str(account.id))
    return membership


async def _unit(work: UnitOfWork, actor: Actor, new: InvitationCreate) -> Unit:
    if new.unit_id is not None:
        return await named(work, new.unit_id, UnitKind, "unit_id")
    by_code = select(Unit).where(
        col(Unit.kind) == UnitKind.ENTERPRISE, col(Unit.code) == new.uscc, visible_enterprises(actor)
    )
    unit: Unit | None = await work.scalar(by_code)
    if unit is None:
        raise Invalid.at(
            ("body", "uscc"),
            "no_such_enterprise",
            "系统中没有该企业，请先登记企业信息。",
            "There is no such enterprise here; record it first.",
        )
    return unit


def _status(invitation: Invitation, now: datetime) -> InvitationStatus:
    return invitation_status(now, invitation.expires_at, invitation.accepted_at, invitation.revoked_at)


async def _note(work: UnitOfWork, actor: Actor, kind: Kind, invitation: Invitation, **data: str) -> None:
    await record(
        work,
        kind,
        subject_kind="invitation",
        subject_id=invitation.id,
        version=1 if kind is kinds.INVITATION_MADE else 2,
        by=actor.account_id,
        unit_id=invitation.unit_id,
        data={"role": invitation.role, **data},
    )
