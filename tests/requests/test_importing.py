"""History comes in closed, once, and stays out of the way."""

from dataclasses import replace
from datetime import UTC, datetime

from service.requests.actions.importing import Historical, import_closed

ASKED, ANSWERED = datetime(2021, 3, 8, 2, 15, tzinfo=UTC), datetime(2021, 3, 12, 7, 40, tzinfo=UTC)
MESSAGE = Historical(
    source="portal",
    external_id="P-1",
    title="厂门口停车位不够",
    description="早班货车没有地方停，堵在样例路口。",
    asked_at=ASKED,
    answer="已在路口划出二十个货车泊位。",
    answered_at=ANSWERED,
)


async def imported(database, clock, *history):
    async with database.begin(clock.now()) as work:
        return [request.number for request in await import_closed(work, history)]


async def test_a_message_comes_in_with_its_own_times_and_its_answer_as_result(as_, database, clock, catalog):
    (number,) = await imported(database, clock, MESSAGE)
    assert number.startswith("RC-20210308-")
    request = (await as_("sun").get(f"/requests/{number}")).json()
    assert (request["status"], request["origin"], request["rating"]) == ("closed", "import", None)
    assert request["created_at"] == "2021-03-08T10:15:00+08:00"
    assert request["closed_at"] == "2021-03-12T15:40:00+08:00"
    assert request["results"][0]["text"] == MESSAGE.answer
    assert request["verbs"] == []
    timeline = (await as_("sun").get(f"/requests/{number}/timeline")).json()["items"]
    assert [(entry["type"], entry["occurred_at"]) for entry in timeline] == [
        ("request.imported", "2021-03-08T10:15:00+08:00")
    ]


async def test_it_comes_in_once(database, clock, as_, catalog):
    other = replace(MESSAGE, external_id="P-2", answer=None, answered_at=None)
    assert len(await imported(database, clock, MESSAGE)) == 1
    assert len(await imported(database, clock, MESSAGE, other, other)) == 1
    assert await imported(database, clock, MESSAGE, other) == []
    assert await imported(database, clock) == []


async def test_it_stays_out_of_lists_unless_asked_for(database, clock, as_, way):
    await imported(database, clock, MESSAGE)
    await way.recorded(title="停车位不足")
    for imported_too, titles in (
        ("false", ["停车位不足"]),
        ("true", ["停车位不足", MESSAGE.title]),
        ("only", [MESSAGE.title]),
    ):
        for more in ({}, {"q": "停车"}):
            answer = await as_("sun").get("/requests", params={"imported": imported_too, **more})
            assert [item["title"] for item in answer.json()["items"]] == titles
    answer = await as_("sun").get("/requests", params={"origin": "import"})
    assert len(answer.json()["items"]) == 1


async def test_it_is_found_by_its_answer(database, clock, as_, catalog):
    await imported(database, clock, MESSAGE)
    asked = {"q": "货车泊位", "imported": "only"}
    assert (await as_("sun").get("/requests", params=asked)).json()["items"] == []
    assert len((await as_("sun").get("/requests", params=asked | {"in": "answer"})).json()["items"]) == 1
