"""The sample district as its people find it over HTTP."""

import httpx
import pytest
from sqlalchemy import text

from service.kit.clock import GivenClock
from service.kit.database import Database
from service.sample import loading
from service.sample.people import NAMED_LIKE_ROLES, PEOPLE
from tests.conftest import SAMPLE_PASSWORD


async def sign_in(api: httpx.AsyncClient, username: str, password: str = SAMPLE_PASSWORD) -> httpx.Response:
    said = {"username": username, "password": password}
    return await api.post("/api/v1/auth/token", data=said)


async def count(database: Database, of: str) -> int:
    async with database.reading() as reading:
        found: int = (await reading.execute(text(f"SELECT count(*) FROM {of}"))).scalar_one()
    return found


@pytest.mark.parametrize(
    ("what", "number"),
    [
        ("units WHERE kind = 'enterprise'", 337),
        ("units WHERE kind = 'work_group'", 25),
        ("units WHERE kind = 'town'", 21),
        ("units WHERE kind = 'department'", 34),
        ("memberships WHERE role = 'cadre'", 100),
        ("service_items WHERE kind <> 'talent'", 35),
        ("service_items WHERE kind = 'talent'", 13),
        ("scale_statuses WHERE year = 2026", 337),
        ("units WHERE NOT is_sample", 0),
        ("accounts WHERE NOT is_sample", 0),
        ("service_items WHERE NOT is_sample", 0),
        ("routing_rules WHERE NOT is_sample", 0),
    ],
)
async def test_it_is_as_large_as_the_real_one_and_marked_as_a_sample(
    database: Database, what: str, number: int
) -> None:
    assert await count(database, what) == number


async def test_everybody_called_like_a_role_can_sign_in_and_holds_it(api: httpx.AsyncClient) -> None:
    for person in NAMED_LIKE_ROLES:
        token = (await sign_in(api, person.username)).json()["access_token"]
        me = (await api.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})).json()
        assert [membership["role"] for membership in me["memberships"]] == [person.role]


async def test_a_second_loading_finds_nothing_to_do(database: Database, clock: GivenClock) -> None:
    before = await count(database, "events")
    told: list[int] = []
    await loading.load(database, clock.now(), SAMPLE_PASSWORD, told.append)
    assert await count(database, "events") == before
    assert sum(told) == loading.STEPS


async def test_another_password_holds_for_everybody_from_then_on(
    api: httpx.AsyncClient, database: Database, clock: GivenClock
) -> None:
    await loading.load(database, clock.now(), "a longer sentence")
    assert (await sign_in(api, "liaison-eic")).status_code == 401
    assert (await sign_in(api, "liaison-eic", "a longer sentence")).status_code == 200
    assert await count(database, "accounts") == len(PEOPLE)
