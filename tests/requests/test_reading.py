"""Reading one request: what it holds, for whom, and that hot answers are what the contract says."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from service.kit.clock import LOCAL
from service.kit.pages import Page
from service.requests.models import ServiceRequest
from service.requests.queries import reading
from service.requests.rules import deadlines
from service.requests.rules.deadlines import StepDue
from service.requests.rules.words import Light
from service.requests.schemas.reading import (
    AttachmentRead,
    CommentRead,
    RequestListed,
    RequestRead,
    TimelineEntry,
)

READ = {
    "": RequestRead,
    "/timeline": Page[TimelineEntry],
    "/comments": Page[CommentRead],
    "/attachments": Page[AttachmentRead],
}


@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize("person", ["wang", "sun", "zhou", "zhao"])
async def test_what_postgresql_makes_is_what_the_contract_says(as_, way, path, person):
    request = await way.up_to("rate", contact_name="王小麦", contact_phone="13800001234")
    await way.did("zhou", f"/{request['id']}/comments", {"text": "已联系。"})
    files = {"file": ("说明.txt", "现场情况".encode())}
    assert (await as_("wang").post(f"/requests/{request['id']}/attachments", files=files)).status_code == 201
    response = await as_(person).get(f"/requests/{request['id']}{path}")
    assert response.status_code == 200
    model = READ[path].model_validate_json(response.content, strict=False)
    assert set(response.json()) == set(model.model_dump(exclude_unset=True))


async def test_a_list_is_what_the_contract_says(as_, way):
    await way.up_to("rate")
    await way.recorded(by="sun", origin="phone", draft=True)
    response = await as_("sun").get("/requests")
    items = Page[RequestListed].model_validate_json(response.content).items
    assert [item.status for item in items] == ["draft", "closed"]
    assert set(response.json()["items"][0]) == set(RequestListed.model_fields)


async def test_it_is_read_by_its_number_and_cached_by_its_etag(as_, way):
    request = await way.recorded()
    first = await as_("wang").get(f"/requests/{request['number']}")
    assert first.json() == request
    assert first.headers["ETag"].startswith('"1.')
    again = await as_("wang").get(
        f"/requests/{request['id']}", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_a_light_that_turns_changes_the_answer_but_not_the_version(as_, way, clock):
    request = await way.up_to("sign")
    green = await as_("wang").get(f"/requests/{request['id']}")
    clock.advance(timedelta(days=13))
    yellow = await as_("wang").get(f"/requests/{request['id']}")
    clock.advance(timedelta(days=5))
    red = await as_("wang").get(f"/requests/{request['id']}")
    assert [answer.json()["light"] for answer in (green, yellow, red)] == ["green", "yellow", "red"]
    assert len({answer.headers["ETag"] for answer in (green, yellow, red)}) == 3
    assert len({answer.json()["version"] for answer in (green, yellow, red)}) == 1


@pytest.mark.parametrize(
    ("person", "phone"),
    [
        ("wang", "+8613800001234"),
        ("zhao", "+8613800001234"),
        ("sun", "+8613800001234"),
        ("zhou", "+8613800001234"),
        ("qin", "138****1234"),
        ("feng", "138****1234"),
    ],
)
async def test_only_who_may_need_to_call_sees_the_number(as_, way, person, phone):
    request = await way.up_to("sign", contact_name="王小麦", contact_phone="138 0000 1234")
    contact = (await as_(person).get(f"/requests/{request['id']}")).json()["contact"]
    assert contact == {"name": "王小麦", "phone": phone}


async def test_the_suggestion_is_the_desks(as_, way):
    request = await way.recorded(item_code="B03")
    path = f"/requests/{request['id']}"
    suggestion = (await as_("sun").get(path)).json()["suggestion"]
    assert suggestion["item"]["code"] == "B03"
    assert suggestion["lead_department"]["code"] == "EIC"
    assert suggestion["reasons"]["destination"]["en"]
    for person in ("wang", "zhao", "qin"):
        assert (await as_(person).get(path)).json()["suggestion"] is None


async def test_the_light_in_sql_is_the_light_of_the_rules(database, way, clock):
    """At every moment of the life of requests in every status."""
    for verb in ("accept", "dispatch", "sign", "submit-result", "rate"):
        await way.up_to(verb)
    asked = await way.recorded()
    await way.did("sun", f"/{asked['id']}/ask-info", {"note": "请补充。"})
    await way.recorded(draft=True)
    seen = set()
    for hours in range(0, 24 * 20, 3):
        now = clock.now() + timedelta(hours=hours)
        async with database.reading() as connection:
            rows = (
                await connection.execute(
                    select(
                        ServiceRequest.status,
                        ServiceRequest.step_since,
                        ServiceRequest.step_due_at,
                        ServiceRequest.step_yellow_at,
                        reading.light(now).label("light"),
                        *(reading.shows(light, now).label(light) for light in Light),
                    )
                )
            ).all()
        for row in rows:
            due = row.step_due_at and StepDue(row.step_since, row.step_due_at, row.step_yellow_at)
            light = deadlines.light(row.status, now, due)
            assert row.light == light, (row, now.astimezone(LOCAL))
            assert [colour for colour in Light if getattr(row, colour)] == [light]
            seen.add((row.status, row.light))
    assert {("handling", "green"), ("handling", "yellow"), ("handling", "red"), ("need_info", "grey")} <= seen
