"""The working calendar over HTTP: read by everybody, changed by the system administrator, seen at once."""

from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest
from sqlmodel import col, select

from service.catalog.queries.calendar import calendar
from service.events.models import Event
from service.kit.database import Database

As = Callable[[str], httpx.AsyncClient]

YEAR_2027 = {
    "source": "国办发明电〔2026〕样例",
    "holidays": [
        {"name": "元旦", "first": "2026-12-31", "last": "2027-01-02"},
        {"name": "春节", "first": "2027-02-05", "last": "2027-02-11"},
        {"name": "劳动节", "first": "2027-05-01", "last": "2027-05-05"},
        {"name": "国庆节", "first": "2027-10-01", "last": "2027-10-07"},
    ],
    "worked_weekends": ["2027-02-14", "2027-10-09"],
}
OVER_NEW_YEAR = {"from": "2026-12-29T10:00:00+08:00", "working_days": 3}


async def tag(client: httpx.AsyncClient, path: str = "/calendar/office-hours") -> dict[str, str]:
    return {"If-Match": (await client.get(path)).headers["etag"]}


async def due(client: httpx.AsyncClient, **asked: Any) -> tuple[str, bool]:
    answer = await client.get("/api/v1/calendar/due", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["due_at"], answer.json()["is_provisional"]


async def test_anybody_may_ask_when_a_limit_ends(api: httpx.AsyncClient) -> None:
    friday = {"from": "2026-02-13T10:00:00+08:00"}
    assert await due(api, **friday, working_days=5) == ("2026-02-27T18:00:00+08:00", False)
    assert await due(api, **friday, natural_hours=24) == ("2026-02-14T10:00:00+08:00", False)
    assert await due(api, **friday, working_hours=6) == ("2026-02-13T18:00:00+08:00", False)
    assert await due(api, **friday, natural_days=3) == ("2026-02-24T18:00:00+08:00", False)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"working_days": 5}, "missing"),
        ({"from": "2026-02-13T10:00:00", "working_days": 5}, "timezone_aware"),
        ({"from": "2026-02-13T10:00:00Z"}, "one_limit"),
        ({"from": "2026-02-13T10:00:00Z", "working_days": 5, "natural_days": 5}, "one_limit"),
        ({"from": "2026-02-13T10:00:00Z", "working_days": 0}, "greater_than_equal"),
        ({"from": "2099-12-30T10:00:00Z", "working_days": 5}, "outside_calendar"),
        ({"from": "1999-12-30T10:00:00Z", "working_days": 5}, "outside_calendar"),
        ({"from": "2199-12-30T23:00:00Z", "natural_days": 5}, "outside_calendar"),
        ({"from": "9999-12-31T23:00:00Z", "natural_days": 5}, "less_than_equal"),
        ({"from": "2026-02-13T10:00:00Z", "working_days": 5, "colour": "red"}, "extra_forbidden"),
    ],
)
async def test_a_question_without_an_answer_is_refused(
    api: httpx.AsyncClient, asked: dict[str, Any], code: str
) -> None:
    answer = await api.get("/api/v1/calendar/due", params=asked)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == [code]


async def test_a_stretch_of_the_calendar_says_of_each_day_how_it_is_known(as_: As) -> None:
    answer = await as_("wang").get("/calendar", params={"from": "2026-10-07", "to": "2026-10-12"})
    october = answer.json()
    assert [(day["day"], day["is_workday"]) for day in october["days"]] == [
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-09", True),
        ("2026-10-10", True),
        ("2026-10-11", False),
        ("2026-10-12", True),
    ]
    assert october["working_days"] == 4
    assert {day["source"] for day in october["days"]} == {"announced"}
    assert october["office_hours"][0] == {"opens_at": "09:00:00", "closes_at": "12:00:00"}


async def test_a_stretch_backwards_or_too_long_is_refused(as_: As) -> None:
    for last in ("2026-09-30", "2028-12-31"):
        answer = await as_("wang").get("/calendar", params={"from": "2026-10-01", "to": last})
        assert [error["code"] for error in answer.json()["errors"]] == ["bad_stretch"]


async def test_the_calendar_is_for_those_who_are_signed_in(api: httpx.AsyncClient) -> None:
    answer = await api.get("/api/v1/calendar", params={"from": "2026-10-01", "to": "2026-10-02"})
    assert answer.status_code == 401


async def test_entering_a_years_schedule_confirms_what_was_provisional(
    as_: As, api: httpx.AsyncClient
) -> None:
    admin = as_("you")
    assert await due(api, **OVER_NEW_YEAR) == ("2027-01-04T18:00:00+08:00", True)
    before = await admin.get("/calendar/years/2027")
    assert (before.json()["is_confirmed"], before.json()["source"]) == (False, "projected")

    entered = await admin.put("/calendar/years/2027", json=YEAR_2027, headers=await tag(admin))
    assert entered.status_code == 200, entered.text
    assert (entered.json()["is_confirmed"], entered.json()["source"]) == (True, "schedule")
    assert [day["day"] for day in entered.json()["worked_weekends"]] == ["2027-02-14", "2027-10-09"]
    assert await due(api, **OVER_NEW_YEAR) == ("2027-01-05T18:00:00+08:00", False)


async def test_entering_a_schedule_again_replaces_it(as_: As, api: httpx.AsyncClient) -> None:
    admin = as_("you")
    await admin.put("/calendar/years/2027", json=YEAR_2027, headers=await tag(admin))
    new_year = {"name": "元旦", "first": "2027-01-01", "last": "2027-01-03"}
    corrected = YEAR_2027 | {"holidays": [new_year, *YEAR_2027["holidays"][1:]], "worked_weekends": []}
    answer = await admin.put("/calendar/years/2027", json=corrected, headers=await tag(admin))
    assert answer.json()["worked_weekends"] == []
    assert (await admin.get("/calendar/2026-12-31")).json()["is_workday"] is True
    assert await due(api, **OVER_NEW_YEAR) == ("2027-01-04T18:00:00+08:00", False)


async def test_a_day_the_district_confirmed_stays_and_one_it_only_expected_gives_way(as_: As) -> None:
    admin = as_("you")
    decided = {"is_workday": True, "source": "区政府通知", "is_confirmed": True}
    expected = {"is_workday": False, "source": "预通知", "is_confirmed": False}
    for day, said in (("2027-02-05", decided), ("2027-02-12", expected), ("2026-12-31", decided)):
        answer = await admin.put(f"/calendar/{day}", json=said, headers=await tag(admin))
        assert answer.status_code == 200
    await admin.put("/calendar/years/2027", json=YEAR_2027, headers=await tag(admin))
    assert (await admin.get("/calendar/2027-02-05")).json()["source"] == "own"
    assert (await admin.get("/calendar/2026-12-31")).json()["is_workday"] is True
    after = (await admin.get("/calendar/2027-02-12")).json()
    assert (after["is_workday"], after["source"], after["is_confirmed"]) == (True, "schedule", True)


async def test_a_mistyped_schedule_is_refused_with_its_faults_and_changes_nothing(as_: As) -> None:
    admin = as_("you")
    of_2026 = [holiday | {"first": "2026-05-01", "last": "2026-05-05"} for holiday in YEAR_2027["holidays"]]
    answer = await admin.put(
        "/calendar/years/2027", json=YEAR_2027 | {"holidays": of_2026}, headers=await tag(admin)
    )
    assert answer.status_code == 422
    faults = [(error["loc"][1:], error["code"]) for error in answer.json()["errors"]]
    assert (["holidays", 0], "outside_year") in faults
    assert (["holidays"], "statutory_holiday_missing") in faults
    assert (await admin.get("/calendar/years/2027")).json()["is_confirmed"] is False


async def test_the_office_hours_can_be_changed_and_count_at_once(as_: As, api: httpx.AsyncClient) -> None:
    admin = as_("you")
    summer = {
        "spans": [{"opens_at": "08:30", "closes_at": "12:00"}, {"opens_at": "15:00", "closes_at": "18:30"}]
    }
    answer = await admin.put("/calendar/office-hours", json=summer, headers=await tag(admin))
    assert answer.status_code == 200, answer.text
    monday = {"from": "2026-11-23T11:00:00+08:00"}
    assert await due(api, **monday, working_hours=2) == ("2026-11-23T16:00:00+08:00", False)
    assert await due(api, **monday, working_days=1) == ("2026-11-24T18:30:00+08:00", False)


@pytest.mark.parametrize(
    "spans",
    [
        [{"opens_at": "12:00", "closes_at": "09:00"}],
        [{"opens_at": "09:00", "closes_at": "12:00"}, {"opens_at": "12:00", "closes_at": "18:00"}],
    ],
    ids=["backwards", "touching"],
)
async def test_office_hours_out_of_order_are_refused(as_: As, spans: list[dict[str, str]]) -> None:
    admin = as_("you")
    answer = await admin.put("/calendar/office-hours", json={"spans": spans}, headers=await tag(admin))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "spans_not_in_order"


@pytest.mark.parametrize("said", ["09:00+08:00", "9:00", "24:00", "09:00:00.5", 32400, None])
async def test_an_office_opens_at_a_time_on_its_own_clock(as_: As, said: object) -> None:
    admin = as_("you")
    spans = [{"opens_at": said, "closes_at": "12:00"}]
    answer = await admin.put("/calendar/office-hours", json={"spans": spans}, headers=await tag(admin))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "not_a_time_of_day"


@pytest.mark.parametrize("who", ["wang", "zhao", "sun", "li", "qin", "xu"])
async def test_only_the_system_administrator_changes_the_calendar(as_: As, who: str) -> None:
    said = {"is_workday": False, "source": "自行决定"}
    answer = await as_(who).put("/calendar/2026-12-01", json=said, headers={"If-Match": "*"})
    assert answer.status_code == 403
    assert answer.json()["permission"] == "catalog.manage"


async def test_a_change_needs_the_version_that_was_read(as_: As) -> None:
    admin = as_("you")
    said = {"is_workday": False, "source": "区政府通知"}
    assert (await admin.put("/calendar/2026-12-01", json=said)).status_code == 428
    seen = await tag(admin)
    assert (await admin.put("/calendar/2026-12-01", json=said, headers=seen)).status_code == 200
    assert (await admin.put("/calendar/2026-12-02", json=said, headers=seen)).status_code == 412


async def test_of_two_administrators_at_once_one_is_told_to_read_again(as_: As) -> None:
    seen = await tag(as_("you"))
    answers: list[int] = []

    async def enter(day: str) -> None:
        said = {"is_workday": False, "source": "区政府通知"}
        answers.append((await as_("you").put(f"/calendar/{day}", json=said, headers=seen)).status_code)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(enter, "2026-12-01")
        tasks.start_soon(enter, "2026-12-02")
    assert sorted(answers) == [200, 412]


async def test_a_change_in_another_process_is_seen_with_the_next_question(
    as_: As, database: Database
) -> None:
    async with database.reading() as reading:
        before = await calendar(reading)
        assert await calendar(reading) is before, "kept while nobody changes it"
    admin = as_("you")
    said = {"is_workday": False, "source": "区政府通知"}
    await admin.put("/calendar/2026-12-01", json=said, headers=await tag(admin))
    async with database.reading() as reading:
        after = await calendar(reading)
    assert after is not before


async def test_a_change_is_recorded_with_days_and_codes_only(as_: As, database: Database) -> None:
    admin = as_("you")
    said = {"is_workday": False, "source": "区政府通知", "name": "防汛停工"}
    await admin.put("/calendar/2026-12-01", json=said, headers=await tag(admin))
    async with database.reading() as reading:
        event = (await reading.execute(select(Event).where(col(Event.type) == "calendar.day_set"))).one()
    assert event.data == {"day": "2026-12-01", "is_workday": False, "is_confirmed": True}
    assert event.version == 2
