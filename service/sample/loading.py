"""Bringing the sample district into an installation, by the actions that every change goes through.

What is there already stays as it is: a loading that was cut off goes on where it stopped, and another one
finds nothing to do. Each unit of work is short, since the change feed waits for open ones.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TypeVar

from sqlmodel import col, select

from service.accounts import actions as accounts
from service.accounts.models import Account
from service.accounts.passwords import Passwords
from service.accounts.schemas import AccountCreate
from service.catalog.models import ServiceItem
from service.kit.database import Database, UnitOfWork
from service.kit.ids import repeatable
from service.organizations.actions import enterprises, structure
from service.organizations.actions.memberships import add_role
from service.organizations.actor import SYSTEM
from service.organizations.models import Unit
from service.organizations.rules import HANDLING_KINDS, UnitKind
from service.organizations.schemas.enterprises import EnterpriseCreate, Industry, ScaleStatusWrite
from service.organizations.schemas.units import AreaCreate, DepartmentCreate, UnitCreate
from service.sample import catalog
from service.sample.organization import (
    DEPARTMENTS,
    DISTRICT_CODE,
    DISTRICT_NAME,
    ENTERPRISES,
    FOUNDED,
    INDUSTRY_EDITION,
    PARK_CODE,
    PARK_NAME,
    PARK_TOWNS,
    SCALE_YEARS,
    TOWNS,
    WORK_GROUPS,
    Enterprise,
)
from service.sample.people import PEOPLE, Person

#: When the sample was set up, it says; its ids are of this moment, and the same in every installation.
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 100
STEPS = len(ENTERPRISES) + len(PEOPLE)

Row = TypeVar("Row")
Units = dict[tuple[UnitKind, str], Unit]


async def load(
    database: Database,
    now: datetime,
    password: str,
    advance: Callable[[int], None] = lambda _: None,
) -> None:
    """Bring in what is missing, and let everybody sign in by this password.

    `advance` is told, batch by batch, how many of the `STEPS` are done.
    """
    password_hash = await _password_hash(database, now, password)
    async with database.begin(MADE_AT) as work:
        await _load_structure(work)
    async with database.begin(MADE_AT) as work:
        await _load_catalog(work)
    for firms in _batches(ENTERPRISES):
        async with database.begin(MADE_AT) as work:
            await _load_enterprises(work, firms)
        advance(len(firms))
    for people in _batches(PEOPLE):
        async with database.begin(MADE_AT) as work:
            await _load_people(work, people, password_hash)
        advance(len(people))


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


async def _units(work: UnitOfWork) -> Units:
    return {(unit.kind, unit.code): unit for unit in await work.exec(select(Unit))}


# --- places, departments, groups and enterprises -----------------------------------------------------


async def _load_structure(work: UnitOfWork) -> None:
    """The district, its towns and park, the departments and the work groups: all of it or nothing."""
    if await _units(work):
        return
    district = UnitCreate(code=DISTRICT_CODE, name=DISTRICT_NAME, valid_from=FOUNDED)
    await _sample("district", structure.found_district(work, SYSTEM, district))
    town_ids = {}
    for town in TOWNS:
        area = AreaCreate(kind="town", **asdict(town), is_street=town.is_street, valid_from=FOUNDED)
        town_ids[town] = (await _sample(f"town {town.code}", structure.create_area(work, SYSTEM, area))).id
    park = AreaCreate(
        kind="park",
        code=PARK_CODE,
        name=PARK_NAME,
        town_ids=[town_ids[town] for town in PARK_TOWNS],
        valid_from=FOUNDED,
    )
    await _sample("park", structure.create_area(work, SYSTEM, park))
    for department in DEPARTMENTS:
        new = DepartmentCreate(**asdict(department))
        await _sample(f"department {new.code}", structure.create_department(work, SYSTEM, new))
    for group in WORK_GROUPS:
        team = UnitCreate(code=group.code, name=group.name, valid_from=FOUNDED)
        await _sample(f"work group {group.code}", structure.create_work_group(work, SYSTEM, team))


async def _sample(called: str, making: Awaitable[Unit]) -> Unit:
    """The unit that is being made, with its id of every installation and the mark of a sample."""
    with repeatable(called, MADE_AT):
        unit = await making
    unit.is_sample = True
    return unit


async def _load_enterprises(work: UnitOfWork, firms: Sequence[Enterprise]) -> None:
    units = await _units(work)
    for firm in firms:
        if (UnitKind.ENTERPRISE, firm.uscc) not in units:
            await _sample(f"enterprise {firm.uscc}", _enterprise(work, firm, units))


async def _enterprise(work: UnitOfWork, firm: Enterprise, units: Units) -> Unit:
    new = EnterpriseCreate(
        uscc=firm.uscc,
        name=firm.name,
        home_unit_id=units[firm.home].id,
        area_id=units[UnitKind.TOWN, firm.town.code].id,
        work_group_id=units[UnitKind.WORK_GROUP, firm.work_group.code].id,
        industry=Industry(edition=INDUSTRY_EDITION, code=firm.trade.code),
        address=firm.address,
        contact_name=firm.contact_name,
        contact_phone=firm.contact_phone,
        valid_from=FOUNDED,
    )
    unit = await enterprises.create_enterprise(work, SYSTEM, new)
    for year in SCALE_YEARS:
        stated = ScaleStatusWrite(category=firm.trade.scale, source=f"区统计局{year}年名录（示例）")
        await enterprises.write_scale(work, SYSTEM, unit, year, stated)
    return unit


# --- the catalog -------------------------------------------------------------------------------------


async def _load_catalog(work: UnitOfWork) -> None:
    """The service items and the routing rules: all of it or nothing."""
    if (await work.exec(select(ServiceItem.id).limit(1))).first() is not None:
        return
    units = {code: unit.id for (kind, code), unit in (await _units(work)).items() if kind in HANDLING_KINDS}
    with repeatable("catalog", MADE_AT):
        await catalog.load(work, units, FOUNDED)


# --- people ------------------------------------------------------------------------------------------


async def _password_hash(database: Database, now: datetime, password: str) -> str:
    """The hash of the password that everybody has; another password than before is given to those here."""
    passwords = Passwords()
    async with database.begin(now) as work:
        here = (await work.exec(select(Account).where(Account.is_sample).with_for_update())).all()
        known = next((account.password_hash for account in here), None)
        if known is not None and (await passwords.verify(password, known)).is_right:
            return known
        new = await passwords.hash(password)
        for account in here:
            await accounts.set_password(work, account, new)
    return new


async def _load_people(work: UnitOfWork, people: Sequence[Person], password_hash: str) -> None:
    units = await _units(work)
    names = [person.username for person in people]
    here = set((await work.exec(select(Account.username).where(col(Account.username).in_(names)))).all())
    for person in people:
        if person.username not in here:
            with repeatable(f"person {person.username}", MADE_AT):
                await _load_person(work, person, units, password_hash)


async def _load_person(work: UnitOfWork, person: Person, units: Units, password_hash: str) -> None:
    new = AccountCreate(username=person.username, name=person.name)
    account = await accounts.create(work, new, by=None, password_hash=password_hash, is_sample=True)
    await add_role(work, SYSTEM, account, units[person.unit_kind, person.unit_code], person.role)
