"""Requests without a name: filed by nobody, opened by number and secret, seen by the desk alone."""

from datetime import timedelta
from uuid import UUID

import httpx
from sqlalchemy import text

from tests import world
from tests.requests.conftest import POWER, refused

PATH = "/api/v1/anonymous-requests"


async def filed(api, **said) -> tuple[str, str]:
    response = await api.post(PATH, json={**POWER, **said})
    assert response.status_code == 201, response.text
    return response.json()["number"], response.json()["secret"]


async def opened(api, number, secret) -> httpx.AsyncClient:
    """A client that holds the token of this one request."""
    response = await api.post("/api/v1/auth/anonymous-token", json={"number": number, "secret": secret})
    assert response.status_code == 200, response.text
    api.headers["Authorization"] = f"Bearer {response.json()['access_token']}"
    return api


async def test_it_is_read_answered_and_rated_by_number_and_secret(api, as_, catalog):
    number, secret = await filed(api)
    seen = (await as_("sun").get(f"/requests/{number}")).json()
    assert UUID(seen["id"]).version == 4
    assert (seen["enterprise"], seen["contact"], seen["origin"]) == (None, None, "anonymous")
    await as_("sun").post(f"/requests/{number}/ask-info", json={"note": "哪一天？"})
    filer = await opened(api, number.lower(), secret.lower().replace("-", " "))
    path = f"/api/v1/requests/{number}"
    assert (await filer.get(path)).json()["verbs"] == ["provide-info"]
    assert [e["note"] for e in (await filer.get(f"{path}/timeline")).json()["items"]] == [None, "哪一天？"]
    told = await filer.post(f"{path}/provide-info", json={"note": "上周三。"})
    assert told.json()["status"] == "submitted", told.text
    assert (await filer.post(f"{path}/comments", json={"text": "谢谢。"})).status_code == 201
    assert [item["number"] for item in (await filer.get("/api/v1/requests")).json()["items"]] == [number]


async def test_the_filer_sees_and_does_nothing_else(api, as_, way):
    other = await way.recorded()
    number, secret = await filed(api)
    filer = await opened(api, number, secret)
    assert (await filer.get(f"/api/v1/requests/{other['id']}")).status_code == 404
    refused(await filer.post(f"/api/v1/requests/{number}/withdraw"), 403, "permission_missing")
    refused(await filer.post("/api/v1/requests", json=POWER), 403, "permission_missing")
    refused(await filer.get("/api/v1/events"), 403, "permission_missing")


async def test_only_the_desk_sees_it(api, as_, catalog):
    number, _ = await filed(api)
    for person in world.PEOPLE:
        status = (await as_(person).get(f"/requests/{number}")).status_code
        assert status == (200 if person in ("sun", "jin") else 404), person


async def test_credentials_are_refused(api, as_, catalog):
    refused(await as_("wang").post("/anonymous-requests", json=POWER), 400, "credentials_refused")


async def test_there_is_no_place_to_say_who(api, catalog):
    for said in ({"uscc": world.FEED}, {"contact_phone": "13800001234"}, {"origin": "self"}):
        refused(await api.post(PATH, json={**POWER, **said}), 422, "extra_forbidden")


async def test_a_wrong_number_or_secret_opens_nothing_and_tells_nothing(api, catalog):
    number, secret = await filed(api)
    other, _ = await filed(api)
    answers = [
        await api.post("/api/v1/auth/anonymous-token", json=said)
        for said in (
            {"number": number, "secret": "0000-0000-0000-0000-0000"},
            {"number": other, "secret": secret},
            {"number": "RC-00000000000", "secret": secret},
            {"number": "nonsense", "secret": secret},
        )
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.json()["detail"] for answer in answers}) == 1


async def test_an_address_files_ten_times_a_day_and_nothing_of_it_is_kept(api, catalog, clock, database):
    for _ in range(10):
        await filed(api)
    answer = await api.post(PATH, json=POWER)
    refused(answer, 429, "too_many_filings")
    assert answer.headers["Retry-After"]
    clock.advance(timedelta(days=1))
    await filed(api)
    async with database.reading() as reading:
        counts = (await reading.execute(text("SELECT filings, address_digest FROM filing_counts"))).all()
        assert [row.filings for row in counts] == [1]
        everything = "SELECT r::text FROM requests r UNION SELECT e::text FROM events e"
        rows = (await reading.execute(text(everything))).scalars()
        digest = counts[0].address_digest.hex()
        assert not any("127.0.0.1" in row or digest in row for row in rows)


async def test_neither_the_row_nor_the_log_names_anybody(api, catalog, database):
    await filed(api)
    async with database.reading() as reading:
        row = (
            await reading.execute(
                text("SELECT opened_by, enterprise_id, contact_name, contact_phone FROM requests")
            )
        ).one()
        actors = (
            await reading.execute(text("SELECT actor_id, unit_id FROM events WHERE subject_kind = 'request'"))
        ).all()
    assert tuple(row) == (None, None, None, None)
    assert [tuple(actor) for actor in actors] == [(None, None)]
