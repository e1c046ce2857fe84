"""The change feed: everything once and in order, whoever writes, and only what the reader may see."""

import asyncio
import random
from contextlib import AsyncExitStack
from uuid import UUID

import pytest
from sqlalchemy import text, true

from service.events import record
from service.integration import queries
from service.integration.schemas import Feed
from service.requests.actions.importing import Historical, import_closed
from service.requests.kinds import COMMENTED
from tests import world
from tests.requests.conftest import refused


async def followed(as_, person, after=None, limit=100) -> tuple[list[tuple[str, str]], str]:
    """Everything that is in the feed by now, as (subject, type), and where to go on."""
    seen = []
    while True:
        asked = {"limit": limit} | ({"after": after} if after else {})
        response = await as_(person).get("/events", params=asked)
        assert response.status_code == 200, response.text
        page = response.json()
        seen += [(item["subject"]["id"], item["type"].removeprefix("request.")) for item in page["items"]]
        after = page["next"]
        if not page["more"]:
            return seen, after


# --- what is in it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [1, 3, 1000])
async def test_it_tells_everything_once_in_stretches_of_any_length(as_, way, limit):
    request = await way.up_to("rate")
    seen, after = await followed(as_, "sun", limit=limit)
    kinds = ["submitted", "accepted", "dispatched", "signed", "result_submitted"]
    kinds += ["result_approved_by_unit", "result_approved", "rated"]
    assert seen == [(request["id"], kind) for kind in kinds]
    assert (await followed(as_, "sun", after))[0] == []
    other = await way.recorded()
    assert (await followed(as_, "sun", after))[0] == [(other["id"], "submitted")]


async def test_it_is_what_the_contract_says(as_, way):
    await way.up_to("sign")
    response = await as_("li").get("/events")
    feed = Feed.model_validate_json(response.content)
    assert response.json()["items"][0].keys() == feed.items[0].model_dump().keys()
    assert feed.items[-1].version == 4


async def test_it_can_begin_with_what_comes(as_, way):
    await way.recorded()
    latest = (await as_("sun").get("/events", params={"after": "latest"})).json()
    assert latest["items"] == []
    request = await way.recorded()
    assert (await followed(as_, "sun", latest["next"]))[0] == [(request["id"], "submitted")]


async def test_it_shows_what_the_reader_can_see(as_, way):
    await way.up_to("rate")
    public = ["submitted", "accepted", "dispatched", "signed", "result_approved", "rated"]
    assert await followed_kinds(as_, "wang") == public
    assert await followed_kinds(as_, "zhou") == [
        *("submitted", "accepted", "dispatched", "shared", "signed", "result_submitted"),
        *("result_approved_by_unit", "result_approved", "rated"),
    ]
    assert await followed_kinds(as_, "han") == []
    hidden = await way.recorded(confidentiality="confidential")
    for person in ("liu", "zhao", "qin"):
        assert hidden["id"] not in [subject for subject, _ in (await followed(as_, person))[0]]
    for person in ("chen", "sun"):
        assert hidden["id"] in [subject for subject, _ in (await followed(as_, person))[0]]


async def followed_kinds(as_, person) -> list[str]:
    return [kind for _, kind in (await followed(as_, person))[0]]


async def test_it_needs_the_permission(as_, way):
    for person in ("you", "xu", "he"):
        refused(await as_(person).get("/events"), 403, "permission_missing")


# --- gaining and losing sight ----------------------------------------------------------------------------


async def test_a_unit_is_told_when_a_request_comes_into_its_sight_and_goes_out_of_it(as_, way):
    request = await way.up_to("accept")
    li = (await followed(as_, "li"))[1]
    zhao = (await followed(as_, "zhao"))[1]
    await way.did("sun", f"/{request['id']}/dispatch", {})
    seen, li = await followed(as_, "li", li)
    assert [kind for _, kind in seen] == ["dispatched", "shared"]
    assert (await followed(as_, "zhao", zhao))[0] == [(request["id"], "dispatched")]


async def test_whoever_loses_sight_is_told_that_and_nothing_more(as_, way):
    request = await way.recorded()
    _, zhao = await followed(as_, "zhao")
    said = {"item_code": "B03", "confidentiality": "confidential"}
    await way.did("sun", f"/{request['id']}/accept", said)
    assert (await followed(as_, "zhao", zhao))[0] == [(request["id"], "hidden")]
    for person in ("wang", "chen", "sun"):
        assert (await followed(as_, person, zhao))[0] == [(request["id"], "accepted")]
    assert (await followed(as_, "liu", zhao))[0] == []


# --- cursors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "after", ["", "x", "bGF0ZXN0", "WyJhIiwxLDJd", "W10", "MQ", "é", "WyIwMCIsIHRydWUsIDFd"]
)
async def test_what_is_no_cursor_is_refused(as_, catalog, after):
    refused(await as_("sun").get("/events", params={"after": after}), 400, "bad_cursor")


async def test_a_cursor_of_a_database_that_was_restored_since_is_gone(as_, way, database):
    await way.recorded()
    _, after = await followed(as_, "sun")
    async with database.begin(world.LONG_AGO) as work:
        await work.exec(text("UPDATE feed_epoch SET epoch = gen_random_uuid()"))
    refused(await as_("sun").get("/events", params={"after": after}), 410, "feed_restarted")


async def test_somebody_who_may_see_little_passes_much_in_bounded_stretches(as_, way, monkeypatch):
    monkeypatch.setattr(queries, "AT_MOST", 3)
    for _ in range(3):
        await way.up_to("dispatch", by="sun", origin="phone")
    mine = await way.recorded()
    seen, _ = await followed(as_, "wang")
    assert seen == [(mine["id"], "submitted")]


# --- many writers ----------------------------------------------------------------------------------------


@pytest.fixture
async def subjects(database, clock) -> list[UUID]:
    history = [Historical("test", str(n), f"题{n}", "内容", asked_at=world.LONG_AGO) for n in range(12)]
    async with database.begin(clock.now()) as work:
        return [request.id for request in await import_closed(work, history)]


async def tell(work, subject) -> None:
    await record(work, COMMENTED, subject_kind="request", subject_id=subject, version=1, by=None)
    await work.flush()


async def committed_out_of_order(as_, database, clock, subjects) -> tuple[list[str], list[str]]:
    """Events of transactions that overlap and commit in another order than they began; told and seen.

    Every third one takes its transaction number before its sequence number, so that these are out of order
    as well. The reader reads after every single commit.
    """
    chance = random.Random(5)
    _, after = await followed(as_, "sun")
    told: list[str] = []
    seen: list[str] = []
    async with AsyncExitStack() as rest:
        open_works = []
        for place, subject in enumerate(subjects):
            stack = AsyncExitStack()
            work = await stack.enter_async_context(database.begin(clock.now()))
            if place % 3 == 0:
                await work.scalar(text("SELECT pg_current_xact_id()::text"))
            open_works.append((stack, work, subject))
            rest.push_async_exit(stack)
        order = chance.sample(open_works, len(open_works))
        for _, work, subject in order:
            await tell(work, subject)
        for stack, _, subject in chance.sample(order, len(order)):
            await stack.aclose()
            told.append(str(subject))
            new, after = await followed(as_, "sun", after, limit=2)
            seen += [subject for subject, _ in new]
    return told, seen


async def test_no_event_is_missed_or_repeated_however_transactions_overlap(
    as_, database, clock, catalog, subjects
):
    told, seen = await committed_out_of_order(as_, database, clock, subjects)
    assert sorted(seen) == sorted(told)


async def test_without_the_guard_events_would_be_missed(as_, database, clock, catalog, subjects, monkeypatch):
    """That the test above can fail: it is the guard that keeps it green."""
    monkeypatch.setattr(queries, "_settled", true)
    told, seen = await committed_out_of_order(as_, database, clock, subjects)
    assert set(seen) < set(told)


async def test_nothing_is_missed_while_twelve_write_and_one_reads(as_, database, clock, catalog, subjects):
    """Real concurrency: whatever the interleaving, the reader ends with everything, once."""
    _, after = await followed(as_, "sun")
    chance = random.Random(1)

    async def write(subject: UUID, times: int) -> None:
        for _ in range(times):
            async with database.begin(clock.now()) as work:
                await tell(work, subject)
                for _ in range(chance.randrange(4)):
                    await work.scalar(text("SELECT 1"))

    writing = asyncio.gather(*(write(subject, 10) for subject in subjects))
    seen = []
    while not writing.done():
        new, after = await followed(as_, "sun", after, limit=7)
        seen += new
    await writing
    seen += (await followed(as_, "sun", after))[0]
    assert sorted(seen) == sorted((str(subject), "commented") for subject in subjects for _ in range(10))
