"""People from sheets: an account with the name and, verified, the phone gets the role, others an invitation.

A phone alone proves nothing: anybody may write any number into their own account.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, or_
from sqlmodel import col, select

from service.accounts.models import Account
from service.kit import crypto
from service.kit.database import UnitOfWork
from service.organizations.actions.importing.rows import Directory, Import, Outcome
from service.organizations.actions.invitations import write_invitation
from service.organizations.actions.memberships import add_role
from service.organizations.actor import Actor, allows, missing, reach
from service.organizations.models import Invitation, Membership, Unit
from service.organizations.queries.invitations import is_status
from service.organizations.rules import Permission, Role, UnitKind
from service.organizations.rules.people import GIVEN_BY, InvitationStatus, clash
from service.organizations.rules.permissions import ROLE_KINDS
from service.organizations.schemas.imports import (
    InvitationIssued,
    PeopleImportResult,
    PersonRow,
    RoleGiven,
)

INVITATION_LIVES = timedelta(days=30)

#: The digest of a phone, and a name.
Somebody = tuple[bytes, str]


@dataclass(frozen=True)
class Known:
    """What is known of the people of a sheet; `invited` may still accept, or have and hold the role."""

    accounts: Mapping[Somebody, Sequence[Account]]
    roles: Mapping[UUID, set[tuple[UUID, Role]]]
    invited: set[tuple[bytes, UUID, Role]]


async def import_people(
    work: UnitOfWork, actor: Actor, content: bytes, *, dry_run: bool
) -> PeopleImportResult:
    """Give every person of a sheet the role at the unit, or an invitation to it; no password is ever set.

    Raises:
        Invalid: rows are wrong, and it was no dry run.
        NotAllowed: the actor manages no people anywhere.
    """
    if not reach(actor, Permission.PEOPLE_MANAGE):
        raise missing(Permission.PEOPLE_MANAGE)
    job = await Import.begin(content, PersonRow, dry_run=dry_run)
    known = await _known(work, [_digest(row) for _, row in job.rows])
    units = _check(job, actor, known, await Directory.of(work, UnitKind))
    given: list[RoleGiven] = []
    issued: list[InvitationIssued] = []

    async def bring_in(number: int, row: PersonRow) -> Outcome:
        unit = units[number]
        if (_digest(row), unit.id, row.role) in known.invited:
            return "unchanged"
        account = next(iter(known.accounts.get(_somebody(row), ())), None)
        if account is not None:
            if (unit.id, row.role) in known.roles.get(account.id, ()):
                return "unchanged"
            await add_role(work, actor, account, unit, row.role)
            given.append(
                RoleGiven(row=number, account_id=account.id, name=row.name, unit=unit.name, role=row.role)
            )
            return "created"
        invitation, code = await write_invitation(
            work, actor, unit, row.role, row.name, row.phone, INVITATION_LIVES
        )
        issued.append(
            InvitationIssued(
                row=number,
                invitation_id=invitation.id,
                name=row.name,
                unit=unit.name,
                role=row.role,
                code=code,
            )
        )
        return "created"

    await job.each(bring_in)
    result = await job.finish(work)
    return PeopleImportResult(**result.model_dump(), roles=given, invitations=[] if dry_run else issued)


async def _known(work: UnitOfWork, digests: Sequence[bytes]) -> Known:
    """One statement each; the accounts are locked in a fixed order."""
    with_phone = select(Account).where(
        col(Account.phone_digest).in_(digests),
        col(Account.phone_verified_at).is_not(None),
        col(Account.is_active),
    )
    accounts: dict[Somebody, list[Account]] = {}
    for account in await work.exec(with_phone.order_by(col(Account.id)).with_for_update(key_share=True)):
        accounts.setdefault((account.phone_digest or b"", account.name), []).append(account)
    ids = [account.id for several in accounts.values() for account in several]
    held = select(Membership).where(
        col(Membership.account_id).in_(ids),
        or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) > work.now),
    )
    roles: dict[UUID, set[tuple[UUID, Role]]] = {}
    for one in await work.exec(held):
        roles.setdefault(one.account_id, set()).add((one.unit_id, one.role))
    kept = (
        col(Membership.account_id) == col(Invitation.accepted_by),
        col(Membership.unit_id) == col(Invitation.unit_id),
        col(Membership.role) == col(Invitation.role),
        or_(col(Membership.valid_to).is_(None), col(Membership.valid_to) > work.now),
    )
    invited = select(Invitation).where(
        col(Invitation.phone_digest).in_(digests),
        or_(is_status(InvitationStatus.OPEN, work.now), exists().where(*kept)),
    )
    return Known(
        accounts=accounts,
        roles=roles,
        invited={(one.phone_digest or b"", one.unit_id, one.role) for one in await work.exec(invited)},
    )


def _check(job: Import[PersonRow], actor: Actor, known: Known, directory: Directory) -> dict[int, Unit]:
    """The unit that each row names, by row number."""
    units: dict[int, Unit] = {}
    roles: dict[Somebody, set[Role]] = {}
    for number, row in job.rows:
        accounts = known.accounts.get(_somebody(row), ())
        held = roles.setdefault(
            _somebody(row), {role for account in accounts for _, role in known.roles.get(account.id, ())}
        )
        unit = directory.resolve(job, number, row, "unit", UnitKind)
        if unit is not None:
            units[number] = unit
            job.check_once(number, (row.phone, unit.id, row.role), "phone")
            _check_role(job, actor, number, row, unit)
        if len(accounts) > 1:
            job.fault(
                number,
                "phone",
                "phone_of_several",
                "有多个账号使用该姓名和手机号，请在系统中单独办理。",
                "Several accounts have this name and phone; give the role to one of them by itself.",
            )
        if any(account.id == actor.account_id for account in accounts):
            job.fault(
                number,
                "phone",
                "not_to_oneself",
                "不能给自己授予角色，请由他人办理。",
                "Nobody gives a role to themselves; ask somebody else.",
            )
        if (other := clash(held, row.role)) is not None:
            job.fault(
                number,
                "role",
                "roles_clash",
                f"一个人不能同时是{other.zh}和{row.role.zh}。",
                f"One person cannot be {other.en.lower()} and {row.role.en.lower()} at once.",
            )
        held.add(row.role)
    return units


def _check_role(job: Import[PersonRow], actor: Actor, number: int, row: PersonRow, unit: Unit) -> None:
    if unit.kind not in ROLE_KINDS[row.role]:
        job.fault(
            number,
            "role",
            "role_does_not_fit",
            f"{unit.kind.zh}没有{row.role.zh}。",
            f"{row.role.en} is no role at a {unit.kind.en.lower()}.",
        )
    elif not allows(actor, GIVEN_BY[row.role], unit.id):
        job.fault(
            number,
            "role",
            "permission_missing",
            f"您不能在该单位授予{row.role.zh}的角色。",
            f"You may not make anybody {row.role.en.lower()} at this unit.",
        )


def _somebody(row: PersonRow) -> Somebody:
    return _digest(row), row.name


def _digest(row: PersonRow) -> bytes:
    return crypto.digest("phone", row.phone)
