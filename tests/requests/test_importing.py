"""History comes in closed, once, and stays out of the way."""

from dataclasses import replace
from datetime import UTC, datetime

from service.requests.actions.importing import Historical, import_closed

ASKED, ANSWERED = datetime(2019, 4, 25, 1, 32, tzinfo=UTC), datetime(2019, 5, 10, 6, 56, tzinfo=UTC)
MESSAGE = Historical(
    source="portal",
    external_id="2549",
    title="小区停车收费太高",
    description="物业公司要通过征收小区停车费增加收入。",
    asked_at=ASKED,
    answer="停车收费标准不高于周边小区价格。",
    answered_at=ANSWERED,
)


async def imported(database, clock, *history):
    async with database.begin(clock.now()) as work:
        return [request.number for request in await import_closed(work, history)]


async def test_a_message_comes_in_with_its_own_times_and_its_answer_as_result(as_, database, clock, catalog):
    (number,) = await imported(database, clock, MESSAGE)
    assert number.startswith("RC-20190425-")
    request = (await as_("sun").get(f"/requests/{number}")).json()
    assert (request["status"], request["origin"], request["rating"]) == ("closed", "import", None)
    assert request["created_at"] == "2019-04-25T09:32:00+08:00"
    assert request["closed_at"] == "2019-05-10T14:56:00+08:00"
    assert request["results"][0]["text"] == MESSAGE.answer
    assert request["verbs"] == []
    timeline = (await as_("sun").get(f"/requests/{number}/timeline")).json()["items"]
    assert [(entry["type"], entry["occurred_at"]) for entry in timeline] == [
        ("request.imported", "2019-04-25T09:32:00+08:00")
    ]


async def test_it_comes_in_once(database, clock, as_, catalog):
    other = replace(MESSAGE, external_id="2550", answer=None, answered_at=None)
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
    asked = {"q": "周边小区", "imported": "only"}
    assert (await as_("sun").get("/requests", params=asked)).json()["items"] == []
    assert len((await as_("sun").get("/requests", params=asked | {"in": "answer"})).json()["items"]) == 1
