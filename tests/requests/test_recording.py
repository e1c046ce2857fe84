"""Bringing requests in: by an enterprise, by a cadre on behalf of one, by the desk taking a call."""

from uuid import UUID

import pytest

from tests import world
from tests.requests.conftest import POWER, refused

# --- who files, and for whom -----------------------------------------------------------------------------


async def test_an_enterprise_files_for_itself_with_no_more_than_title_and_description(as_, catalog):
    response = await as_("wang").post("/requests", json=POWER)
    assert response.status_code == 201
    request = response.json()
    assert response.headers["Location"] == f"/api/v1/requests/{request['id']}"
    assert request["number"] == "RC-20261124-000001-1"
    assert UUID(request["id"]).version == 7
    assert (request["status"], request["version"], request["origin"]) == ("submitted", 1, "self")
    assert request["enterprise"]["uscc"] == world.FEED
    assert request["type"] == "help"
    assert request["urgency"] == "normal"
    assert request["light"] == "green"
    assert request["step_due_at"] == "2026-11-25T18:00:00+08:00"
    assert request["verbs"] == ["withdraw"]


async def test_a_cadre_files_for_an_enterprise_of_the_group_which_confirms_it(as_, way):
    said = {"origin": "visit", "origin_id": "V-7", "uscc": world.FEED}
    request = await way.recorded(by="zhao", **said)
    assert request["is_unconfirmed"] is True
    assert request["verbs"] == []
    confirmed = await way.did("wang", f"/{request['id']}/confirm", {})
    assert confirmed["is_unconfirmed"] is False
    again = await as_("wang").post(f"/requests/{request['id']}/confirm")
    refused(again, 409, "nothing_to_confirm")


async def test_a_cadre_cannot_file_for_an_enterprise_of_another_group(as_, catalog):
    said = {**POWER, "origin": "visit", "uscc": world.POTTERY}
    refused(await as_("zhao").post("/requests", json=said), 403, "permission_missing")


async def test_the_desk_takes_a_call_with_or_without_an_enterprise(way):
    named = await way.recorded(by="sun", origin="phone", enterprise_id=str(world.unit(world.POTTERY)))
    assert named["enterprise"]["uscc"] == world.POTTERY
    assert named["is_unconfirmed"] is True
    nameless = await way.recorded(by="sun", origin="hotline", origin_id="12345-0007")
    assert nameless["enterprise"] is None
    assert nameless["is_unconfirmed"] is False


@pytest.mark.parametrize("origin", ["visit", "activity"])
async def test_a_visit_and_an_activity_name_their_enterprise(as_, catalog, origin):
    response = await as_("sun").post("/requests", json={**POWER, "origin": origin})
    refused(response, 422, "enterprise_needed")


@pytest.mark.parametrize("person", ["li", "zhou", "wu", "yang", "zhu", "qin", "you", "xu", "he"])
async def test_nobody_else_files(as_, catalog, person):
    said = {**POWER, "uscc": world.FEED}
    refused(await as_(person).post("/requests", json=said), 403, "permission_missing")


async def test_nobody_files_for_a_stranger_and_learns_nothing_by_trying(as_, catalog):
    answers = [
        await as_("wang").post("/requests", json={**POWER, "uscc": uscc})
        for uscc in (world.POTTERY, "91500153MA00001110")
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert len({answer.json()["detail"] for answer in answers}) == 1


async def test_the_desk_is_told_when_there_is_no_such_enterprise(as_, catalog):
    said = {**POWER, "origin": "phone", "uscc": "91500153MA00001110"}
    refused(await as_("sun").post("/requests", json=said), 422, "unknown_enterprise")


# --- what it says ----------------------------------------------------------------------------------------


async def test_every_character_is_kept_as_it_was_typed(way):
    title, description = "𠮷野家 😀 ＰＶＣ管", "第一行\r\n\t第二行 𫝀 👩‍👩‍👧 é"
    request = await way.recorded(title=title, description=description)
    assert (request["title"], request["description"]) == (title, description)


async def test_a_full_width_credit_code_is_understood(way):
    wide = world.FEED.translate({c: c + 0xFEE0 for c in range(0x21, 0x7F)})
    request = await way.recorded(uscc=wide.lower())
    assert request["enterprise"]["uscc"] == world.FEED


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param({"title": "x" * 201}, "string_too_long", id="title-of-201"),
        pytest.param({"description": "长" * 20_001}, "string_too_long", id="description-of-20001"),
        pytest.param({"title": "  "}, "blank", id="blank-title"),
        pytest.param({"title": "两\n行"}, "line_break", id="title-of-two-lines"),
        pytest.param({"description": "a\x00b"}, "nul_character", id="nul"),
        pytest.param({"item_code": "X99"}, "unknown_item", id="unknown-item"),
        pytest.param({"uscc": "91500153MA0000015M"}, None, id="wrong-check-digit"),
        pytest.param({"uscc": "91500153MA0000O15N"}, None, id="letter-o"),
        pytest.param({"urgency": "soon"}, "enum", id="unknown-word"),
        pytest.param({"origin": "import"}, "literal_error", id="imported-by-hand"),
        pytest.param({"confidentiality": "anonymous"}, "literal_error", id="anonymous-with-a-name"),
        pytest.param({"lat": 29.4}, "half_a_place", id="half-a-place"),
        pytest.param({"lat": 91, "long": 0}, "less_than_equal", id="beyond-the-pole"),
        pytest.param({"contact_phone": "12345"}, "wrong_phone", id="no-telephone"),
        pytest.param({"attributes": {"colour": "red"}}, "no_such_attribute", id="no-form"),
        pytest.param({"surprise": 1}, "extra_forbidden", id="unknown-field"),
        pytest.param(
            {"accused_department_ids": [str(world.unit(world.FEED))]}, "no_such_unit", id="accuses-a-firm"
        ),
        pytest.param({"attributes": {"a": "b\x00"}}, "nul_character", id="nul-in-an-answer"),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(as_, catalog, said, code):
    response = await as_("wang").post("/requests", json={**POWER, **said})
    assert response.status_code == 422, response.text
    if code:
        refused(response, 422, code)
    assert (await as_("sun").get("/requests")).json()["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"title": "\\ud800", "description": "x"}', id="lone-surrogate"),
        pytest.param('{"title": "x", "description": "x", "lat": NaN, "long": 1}', id="nan"),
        pytest.param('{"title": "x", "description": "x", "attributes": {"a": NaN}}', id="nan-in-an-answer"),
        pytest.param(
            '{"title": "x", "description": "x", "attributes": {"\\ud800": 1}}', id="surrogate-in-a-name"
        ),
    ],
)
async def test_what_json_allows_and_a_database_does_not_is_refused(as_, catalog, body):
    response = await as_("wang").post("/requests", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422), response.text


async def test_another_content_type_is_refused(as_, catalog):
    response = await as_("wang").post("/requests", content="title=x", headers={"Content-Type": "text/plain"})
    refused(response, 415, "wrong_content_type")


async def test_the_answers_to_an_items_form_are_checked(as_, way):
    missing = await as_("wang").post("/requests", json={**POWER, "item_code": "N01"})
    refused(missing, 422, "missing")
    wrong = {**POWER, "item_code": "N01", "attributes": {"people": "many"}}
    refused(await as_("wang").post("/requests", json=wrong), 422, "number_type")
    request = await way.recorded(item_code="N01", attributes={"people": 1250})
    assert request["attributes"] == {"people": 1250}


# --- confidential ----------------------------------------------------------------------------------------


async def test_a_confidential_request_tells_neither_day_nor_order(way):
    request = await way.recorded(confidentiality="confidential")
    assert UUID(request["id"]).version == 4
    assert "2026" not in request["number"]
    assert len(request["number"]) == 14


async def test_an_item_that_is_confidential_by_default_makes_the_request_so(way):
    hidden = await way.recorded(item_code="J03")
    assert hidden["confidentiality"] == "confidential"
    chosen = await way.recorded(item_code="J03", confidentiality="open")
    assert chosen["confidentiality"] == "open"


# --- drafts ----------------------------------------------------------------------------------------------


async def test_a_draft_is_its_authors_until_it_is_submitted(as_, way):
    draft = await way.recorded(draft=True, item_code="N01")
    assert (draft["status"], draft["light"], draft["step_due_at"]) == ("draft", "grey", None)
    assert draft["verbs"] == ["submit", "withdraw"]
    for person in ("chen", "zhao", "sun", "feng"):
        assert (await as_(person).get(f"/requests/{draft['id']}")).status_code == 404
    refused(await as_("wang").post(f"/requests/{draft['id']}/submit"), 422, "missing")
    changed = await as_("wang").patch(
        f"/requests/{draft['id']}",
        json={"title": "急需焊工", "attributes": {"people": 5}},
        headers={"If-Match": '"1"'},
    )
    assert changed.status_code == 200, changed.text
    assert (changed.json()["title"], changed.json()["version"]) == ("急需焊工", 2)
    submitted = await way.did("wang", f"/{draft['id']}/submit", {})
    assert (submitted["status"], submitted["version"]) == ("submitted", 3)
    assert (await as_("sun").get(f"/requests/{draft['id']}")).status_code == 200


async def test_a_draft_is_changed_only_by_who_has_read_it(as_, way):
    draft = await way.recorded(draft=True)
    path, said = f"/requests/{draft['id']}", {"title": "改"}
    refused(await as_("wang").patch(path, json=said), 428, "if_match_required")
    refused(await as_("wang").patch(path, json=said, headers={"If-Match": '"7"'}), 412, "stale_version")
    empty = await as_("wang").patch(path, json={"title": None}, headers={"If-Match": '"1"'})
    assert empty.status_code == 422


async def test_what_was_submitted_is_not_edited(as_, way):
    request = await way.recorded()
    response = await as_("wang").patch(
        f"/requests/{request['id']}", json={"title": "改"}, headers={"If-Match": "*"}
    )
    problem = refused(response, 409, "not_a_draft")
    assert problem["verbs"] == ["withdraw"]


async def test_the_same_key_twice_makes_one_request(as_, catalog):
    key = {"Idempotency-Key": "a1"}
    first = await as_("wang").post("/requests", json=POWER, headers=key)
    again = await as_("wang").post("/requests", json=POWER, headers=key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.content == first.content
    assert len((await as_("wang").get("/requests")).json()["items"]) == 1
    other = await as_("wang").post("/requests", json={**POWER, "title": "另一件"}, headers=key)
    refused(other, 422, "idempotency_key_reused")
