"""The actor is loaded by one statement, with everything each of its roles reaches."""

from datetime import timedelta

import pytest
from sqlalchemy import event, update
from sqlmodel import col

from service.accounts.models import Account, Session
from service.accounts.rules import Identity, Via
from service.kit.database import Database
from service.kit.errors import Unauthorized
from service.kit.ids import new_id
from service.organizations.actor import Actor, Reach, allows, load, reach
from service.organizations.models import Membership, Unit
from service.organizations.rules import Permission, Role, UnitKind
from tests import world
from tests.conftest import TUESDAY_MORNING


def identity(username: str) -> Identity:
    return Identity(Via.TOKEN, account_id=world.person(username), token_id=world.session(username))


async def actor(database: Database, username: str) -> Actor:
    async with database.reading() as reading:
        return await load(reading, identity(username), TUESDAY_MORNING)


@pytest.mark.parametrize(
    ("username", "permission", "codes"),
    [
        ("wang", Permission.REQUESTS_READ, {world.FEED}),
        ("zhao", Permission.REQUESTS_READ, {"G01", world.FEED}),
        ("li", Permission.REQUESTS_SIGN, {"EIC"}),
        ("li", Permission.REQUESTS_APPROVE, set()),
        ("feng", Permission.REQUESTS_READ, {"HTZ", world.FEED}),
        ("zhi", Permission.REQUESTS_READ, {"500153011", world.POTTERY}),
    ],
    ids=["contact", "cadre", "liaison", "liaison-approves", "park", "town"],
)
async def test_a_role_reaches_its_unit_and_those_below(
    database: Database, username: str, permission: Permission, codes: set[str]
) -> None:
    units = frozenset(world.unit(code) for code in codes)
    assert reach(await actor(database, username), permission) == Reach(units=units)


async def test_a_role_at_the_district_reaches_everywhere(database: Database) -> None:
    dispatcher = await actor(database, "sun")
    assert dispatcher.name == "孙派单"
    assert allows(dispatcher, Permission.REQUESTS_TRIAGE)


async def test_units_below_units_below_are_reached_too(database: Database) -> None:
    async with database.begin(TUESDAY_MORNING) as work:
        office, desk = new_id(), new_id()
        for id, parent, code in ((office, world.unit("EIC"), "EIC-1"), (desk, office, "EIC-1-1")):
            work.add(
                Unit(
                    id=id,
                    kind=UnitKind.DEPARTMENT,
                    code=code,
                    name=code,
                    sort_key=code,
                    search_name=code,
                    parent_id=parent,
                    valid_from=TUESDAY_MORNING.date(),
                    created_at=TUESDAY_MORNING,
                    updated_at=TUESDAY_MORNING,
                )
            )
            await work.flush()
    assert allows(await actor(database, "li"), Permission.REQUESTS_SIGN, desk)


async def test_a_membership_counts_from_its_beginning_until_its_end(database: Database) -> None:
    async with database.begin(TUESDAY_MORNING) as work:
        work.add(
            Membership(
                account_id=world.person("zhou"),
                unit_id=world.unit("HRS"),
                role=Role.HANDLER,
                valid_from=TUESDAY_MORNING,
                valid_to=TUESDAY_MORNING + timedelta(days=1),
            )
        )
    async with database.reading() as reading:
        for offset, counts in ((-1, False), (0, True), (24 * 60 - 1, True), (24 * 60, False)):
            now = TUESDAY_MORNING + timedelta(minutes=offset)
            zhou = await load(reading, identity("zhou"), now)
            assert allows(zhou, Permission.REQUESTS_HANDLE, world.unit("HRS")) is counts
            assert allows(zhou, Permission.REQUESTS_HANDLE, world.unit("EIC"))


@pytest.mark.parametrize("closing", ["account", "session"])
async def test_a_closed_account_and_an_ended_session_are_nobody(database: Database, closing: str) -> None:
    statements = {
        "account": update(Account).values(is_active=False).where(col(Account.id) == world.person("li")),
        "session": update(Session)
        .values(ended_at=TUESDAY_MORNING, ended_because="signed_out")
        .where(col(Session.id) == world.session("li")),
    }
    async with database.begin(TUESDAY_MORNING) as work:
        await work.exec(statements[closing])
    with pytest.raises(Unauthorized):
        await actor(database, "li")
    assert await actor(database, "zhou")


async def test_somebody_without_a_role_is_known_but_allowed_nothing(database: Database) -> None:
    async with database.begin(TUESDAY_MORNING) as work:
        await work.exec(
            update(Membership)
            .values(valid_to=TUESDAY_MORNING)
            .where(col(Membership.account_id) == world.person("li"))
        )
    li = await actor(database, "li")
    assert li.name == "李联络"
    assert li.grants == ()
    assert not li.permissions


async def test_it_takes_one_statement(database: Database) -> None:
    statements: list[str] = []
    event.listen(
        database.engine.sync_engine, "before_cursor_execute", lambda *said: statements.append(said[2])
    )
    await actor(database, "han")
    assert len(statements) == 1
