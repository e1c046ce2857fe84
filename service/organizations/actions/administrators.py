"""The first administrators, whom nobody could appoint: made by whoever holds the installation."""

from sqlmodel import col, select

from service.accounts import actions as accounts
from service.accounts.models import Account
from service.accounts.schemas import AccountCreate
from service.kit.database import UnitOfWork
from service.organizations.actions.memberships import add_role
from service.organizations.actions.structure import found_district
from service.organizations.actor import SYSTEM
from service.organizations.models import Unit
from service.organizations.rules import Role, UnitKind
from service.organizations.schemas.units import UnitCreate


async def appoint(
    work: UnitOfWork, new: AccountCreate, role: Role, *, password_hash: str, district: UnitCreate
) -> Account:
    """A new account with the role at the district, which is founded as given unless it is there.

    Raises:
        Conflict: the user name belongs to another account.
        Invalid: the role is held elsewhere.
    """
    there = await work.exec(select(Unit).where(col(Unit.kind) == UnitKind.DISTRICT))
    unit = there.one_or_none() or await found_district(work, SYSTEM, district)
    account = await accounts.create(work, new, by=None, password_hash=password_hash)
    await add_role(work, SYSTEM, account, unit, role)
    return account
