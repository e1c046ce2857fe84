"""Handing open work to a deputy (AB 岗), for a time and for good; a reader asks who stands in for whom."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from service.kit.clock import GivenClock
from service.kit.database import Database
from service.organizations.queries.people import stood_in_for
from tests import world
from tests.conftest import TUESDAY_MORNING

EIC = str(world.unit("EIC"))
TO_ZHENG = {"to_account_id": str(world.person("zheng")), "unit_id": EIC}
FRIDAY = "2026-11-27T18:00:00+08:00"


async def seen_to_by(database: Database, username: str, now: datetime = TUESDAY_MORNING) -> set[str]:
    """Whose work at EIC this person sees to, besides their own."""
    by_id = {world.person(name): name for name in world.PEOPLE}
    async with database.reading() as reading:
        rows = await reading.execute(stood_in_for(world.person(username), now))
        found: list[tuple[UUID, UUID]] = [(row.account_id, row.unit_id) for row in rows]
    assert {unit for _, unit in found} <= {world.unit("EIC")}
    return {by_id[account] for account, _ in found}


async def test_work_is_handed_over_for_a_time_and_comes_back(
    as_, database: Database, clock: GivenClock
) -> None:
    made = await as_("zhou").post("/handovers", json=TO_ZHENG | {"ends_at": FRIDAY})
    assert made.status_code == 201, made.text
    assert made.json()["from_person"]["name"] == "周承办"
    assert made.json()["ends_at"] == FRIDAY
    assert await seen_to_by(database, "zheng") == {"zhou"}
    assert await seen_to_by(database, "wu") == set()
    assert await seen_to_by(database, "zheng", datetime.fromisoformat(FRIDAY)) == set()
    for username in ("zhou", "zheng"):
        assert len((await as_(username).get("/me")).json()["handovers"]) == 1
    assert (await as_("wu").get("/me")).json()["handovers"] == []
    clock.set(datetime.fromisoformat(FRIDAY))
    assert (await as_("zheng").get("/me")).json()["handovers"] == []
    assert (await as_("zheng").get("/handovers")).json()["items"] == []
    assert len((await as_("zheng").get("/handovers", params={"ended": True})).json()["items"]) == 1


async def test_work_handed_over_for_good_can_be_taken_back(
    as_, database: Database, clock: GivenClock
) -> None:
    made = (await as_("zhou").post("/handovers", json=TO_ZHENG)).json()
    clock.advance(timedelta(days=400))
    assert await seen_to_by(database, "zheng", clock.now()) == {"zhou"}
    path = f"/handovers/{made['id']}/end"
    assert (await as_("wang").post(path)).status_code == 404
    assert (await as_("wu").post(path)).status_code == 403
    assert (await as_("zheng").post(path)).status_code == 200
    assert await seen_to_by(database, "zheng", clock.now()) == set()
    assert (await as_("zheng").post(path)).json()["code"] == "handover_is_over"


async def test_a_liaison_officer_hands_over_for_somebody_who_cannot(as_, database: Database) -> None:
    for_zhou = TO_ZHENG | {"from_account_id": str(world.person("zhou"))}
    assert (await as_("wu").post("/handovers", json=for_zhou)).status_code == 403
    assert (await as_("han").post("/handovers", json=for_zhou)).status_code == 403
    assert (await as_("li").post("/handovers", json=for_zhou)).status_code == 201
    assert await seen_to_by(database, "zheng") == {"zhou"}


@pytest.mark.parametrize(
    ("change", "loc", "code"),
    [
        ({"to_account_id": str(world.person("wu"))}, "to_account_id", "deputy_lacks_role"),
        ({"to_account_id": str(world.person("han"))}, "to_account_id", "deputy_lacks_role"),
        ({"to_account_id": str(world.person("zhou"))}, "to_account_id", "no_such_deputy"),
        ({"to_account_id": EIC}, "to_account_id", "no_such_deputy"),
        ({"unit_id": str(world.unit("HRS"))}, "unit_id", "no_role_there"),
        ({"starts_at": "2026-11-23T09:00:00+08:00"}, "starts_at", "in_the_past"),
        ({"starts_at": FRIDAY, "ends_at": FRIDAY}, "ends_at", "ends_before_beginning"),
    ],
)
async def test_a_deputy_is_already_there_what_the_other_one_is(
    as_, change: dict, loc: str, code: str
) -> None:
    refused = await as_("zhou").post("/handovers", json=TO_ZHENG | change)
    assert refused.status_code == 422, refused.text
    assert [(one["loc"], one["code"]) for one in refused.json()["errors"]] == [(["body", loc], code)]


async def test_work_goes_along_a_chain_and_never_in_a_circle(as_, database: Database) -> None:
    give = {"account_id": str(world.person("han")), "unit_id": EIC, "role": "handler"}
    assert (await as_("li").post("/memberships", json=give)).status_code == 201
    assert (await as_("zhou").post("/handovers", json=TO_ZHENG)).status_code == 201
    to_han = TO_ZHENG | {"to_account_id": str(world.person("han"))}
    assert (await as_("zheng").post("/handovers", json=to_han)).status_code == 201
    assert await seen_to_by(database, "han") == {"zhou", "zheng"}
    back = TO_ZHENG | {"to_account_id": str(world.person("zhou"))}
    circle = await as_("han").post("/handovers", json=back)
    assert (circle.status_code, circle.json()["code"]) == (409, "deputy_is_away")


async def test_two_who_hand_over_to_each_other_at_once_do_not_both(as_) -> None:
    answers = await asyncio.gather(
        as_("zhou").post("/handovers", json=TO_ZHENG),
        as_("zheng").post("/handovers", json=TO_ZHENG | {"to_account_id": str(world.person("zhou"))}),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]


async def test_the_same_time_is_handed_over_once(as_) -> None:
    zhou = as_("zhou")
    week = TO_ZHENG | {"starts_at": "2026-12-01T09:00:00+08:00", "ends_at": "2026-12-08T09:00:00+08:00"}
    assert (await zhou.post("/handovers", json=week)).status_code == 201
    overlapping = await zhou.post("/handovers", json=TO_ZHENG)
    assert (overlapping.status_code, overlapping.json()["code"]) == (409, "handed_over_already")
    before = TO_ZHENG | {"ends_at": "2026-12-01T09:00:00+08:00"}
    assert (await zhou.post("/handovers", json=before)).status_code == 201


async def test_who_leaves_names_who_takes_over(as_, database: Database) -> None:
    held = (await as_("zhou").get("/memberships", params={"person": str(world.person("zhou"))})).json()
    own = f"/memberships/{held['items'][0]['id']}/end"
    wrong = await as_("zhou").post(own, json={"deputy_id": str(world.person("wu"))})
    assert (wrong.status_code, wrong.json()["errors"][0]["loc"]) == (422, ["body", "deputy_id"])
    assert (await as_("zhou").get("/me")).json()["memberships"]  # a refusal leaves everything as it was
    left = await as_("zhou").post(own, json={"deputy_id": str(world.person("zheng"))})
    assert left.status_code == 200, left.text
    assert await seen_to_by(database, "zheng", TUESDAY_MORNING + timedelta(days=400)) == {"zhou"}


async def test_a_closed_account_leaves_its_work_to_a_deputy(as_, database: Database) -> None:
    path = f"/accounts/{world.person('zhou')}/deactivate"
    assert (await as_("li").post(path, json={"deputy_id": str(world.person("zheng"))})).status_code == 200
    assert await seen_to_by(database, "zheng") == {"zhou"}
