"""The steps of a request: each with those who may not, those who cannot now, and those who can."""

import asyncio
import json

import pytest

from service.app import OPENAPI
from service.events.kinds import KINDS
from service.requests.rules.lifecycle import STEPS
from service.requests.rules.statuses import Verb
from tests import world
from tests.requests.conftest import Way, refused

DOCUMENT = json.loads(OPENAPI.read_text())
VERBS = [verb for verb in Verb if any(verb is other for _, other, _ in STEPS)]


def test_every_step_is_told_by_a_declared_kind_of_event():
    assert {step.event for step in STEPS.values()} <= KINDS.keys()


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_route_and_asks_for_a_reason_exactly_where_the_table_wants_one(verb):
    route = DOCUMENT["paths"][f"/api/v1/requests/{{id}}/{verb}"]["post"]
    schema = route["requestBody"]["content"]["application/json"]["schema"]
    required = DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]].get("required", [])
    wanted = {step.note for (_, other, _), step in STEPS.items() if other is verb}
    assert wanted == {"note" in required}


# --- refusals that every step shares ---------------------------------------------------------------------


async def test_who_cannot_see_a_request_learns_nothing_of_it(as_, way):
    request = await way.recorded()
    for person in ("liu", "li", "han", "qian", "you", "xu", "he"):
        answers = [
            await as_(person).post(f"/requests/{ref}/accept", json={})
            for ref in (request["id"], request["number"], "01a20cb9-0bc6-7655-a4bf-5dcfda80e9cc")
        ]
        assert {answer.status_code for answer in answers} == {404}, person
        assert len({answer.json()["detail"] for answer in answers}) == 1


async def test_who_sees_a_request_but_may_not_is_told_why(as_, way):
    request = await way.recorded()
    problem = refused(
        await as_("wang").post(f"/requests/{request['id']}/accept", json={}), 403, "permission_missing"
    )
    assert problem["permission"] == "requests.triage"


async def test_what_is_not_possible_now_names_what_is(as_, way):
    request = await way.recorded()
    response = await as_("sun").post(f"/requests/{request['id']}/dispatch")
    problem = refused(response, 409, "not_possible_now")
    assert problem["verbs"] == ["accept", "ask-info", "decline"]
    assert "受理" in problem["detail"]


async def test_a_step_on_an_older_version_is_stale(as_, way):
    request = await way.recorded()
    path = f"/requests/{request['id']}/accept"
    etag = (await as_("sun").get(f"/requests/{request['id']}")).headers["ETag"]
    await way.did("sun", f"/{request['id']}/ask-info", {"note": "请补充地址。"})
    stale = await as_("sun").post(path, json={"item_code": "B03"}, headers={"If-Match": etag})
    assert refused(stale, 412, "stale_version")["version"] == 2


async def test_two_officers_sign_at_once_and_one_of_them_has_it(as_, way):
    request = await way.up_to("dispatch")
    path = f"/requests/{request['id']}/sign"
    answers = await asyncio.gather(*(as_("li").post(path, json={}) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]
    assert (await as_("li").get(f"/requests/{request['id']}")).json()["version"] == request["version"] + 1


async def test_a_step_taken_twice_with_one_key_is_taken_once(as_, way):
    request = await way.up_to("dispatch")
    path, key = f"/requests/{request['id']}/sign", {"Idempotency-Key": "s"}
    first = await as_("li").post(path, json={}, headers=key)
    again = await as_("li").post(path, json={}, headers=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content


async def test_a_step_is_taken_by_the_number_however_it_is_typed(as_, way):
    request = await way.recorded()
    typed = request["number"].replace("-", "").lower()
    assert (await as_("sun").post(f"/requests/{typed}/accept", json={"item_code": "B03"})).status_code == 200
    refused(await as_("sun").get("/requests/RC-20261124-000001-2"), 404, "no_such_number")


# --- is it ours ------------------------------------------------------------------------------------------


async def test_the_desk_settles_type_item_and_urgency(way):
    request = await way.recorded()
    said = {"item_code": "B03", "type": "consultation", "urgency": "urgent"}
    accepted = await way.did("sun", f"/{request['id']}/accept", said)
    assert accepted["status"] == "to_dispatch"
    assert (accepted["item"]["code"], accepted["type"], accepted["urgency"]) == (
        "B03",
        "consultation",
        "urgent",
    )
    assert accepted["step_due_at"] == "2026-11-24T10:30:00+08:00"


async def test_without_an_item_nothing_is_accepted(as_, way):
    request = await way.recorded()
    refused(await as_("sun").post(f"/requests/{request['id']}/accept"), 422, "item_needed")


async def test_the_desk_raises_the_confidentiality_but_cannot_lower_it(as_, way):
    hidden = await way.recorded(confidentiality="confidential")
    said = {"item_code": "B03", "confidentiality": "open"}
    refused(
        await as_("sun").post(f"/requests/{hidden['id']}/accept", json=said), 422, "confidentiality_lowered"
    )
    shown = await way.recorded()
    for level, code in (("confidential", None), ("anonymous", "not_anonymous")):
        response = await as_("sun").post(
            f"/requests/{shown['id']}/accept", json={"item_code": "B03", "confidentiality": level}
        )
        if code:
            refused(response, 409, "not_possible_now")
        else:
            assert response.json()["confidentiality"] == level
            assert (await as_("zhao").get(f"/requests/{shown['id']}")).status_code == 404


async def test_a_request_with_a_name_cannot_become_anonymous(as_, way):
    request = await way.recorded()
    said = {"item_code": "B03", "confidentiality": "anonymous"}
    refused(await as_("sun").post(f"/requests/{request['id']}/accept", json=said), 422, "not_anonymous")


async def test_the_desk_asks_and_the_enterprise_answers(as_, way):
    request = await way.recorded()
    path = f"/requests/{request['id']}"
    refused(await as_("sun").post(f"{path}/ask-info", json={}), 422, "missing")
    asked = await way.did("sun", f"/{request['id']}/ask-info", {"note": "请补充用电地址。"})
    assert (asked["status"], asked["light"]) == ("need_info", "grey")
    assert asked["step_due_at"] == "2026-12-01T18:00:00+08:00"
    assert (await as_("wang").get(path)).json()["verbs"] == ["provide-info", "withdraw"]
    told = await way.did("wang", f"/{request['id']}/provide-info", {"note": "昌州街道样例路1号。"})
    assert told["status"] == "submitted"


async def test_a_refusal_takes_two_people_a_reason_and_the_lawful_channel(as_, way):
    request = await way.recorded()
    path = f"/requests/{request['id']}/decline"
    refused(await as_("sun").post(path, json={"reason": "in_legal_proceedings"}), 422, "missing")
    said = {"reason": "in_legal_proceedings", "channel": "荣昌区人民法院"}
    proposed = await way.did("sun", f"/{request['id']}/decline", said)
    assert (proposed["status"], proposed["stage"]) == ("submitted", "second_person")
    assert (await as_("wang").get(f"/requests/{request['id']}")).json()["decline"] is None
    refused(await as_("sun").post(path), 409, "second_person_needed")
    assert "decline" not in proposed["verbs"]
    refused(await as_("jin").post(path, json={"reason": "outside_district"}), 409, "differs_from_proposal")
    declined = await way.did("jin", f"/{request['id']}/decline", {})
    assert declined["status"] == "not_accepted"
    seen = (await as_("wang").get(f"/requests/{request['id']}")).json()
    assert seen["decline"] == said
    assert seen["verbs"] == []


async def test_the_second_person_may_also_accept_it(way):
    request = await way.recorded()
    said = {"reason": "outside_district", "channel": "大足区企业服务专班"}
    await way.did("sun", f"/{request['id']}/decline", said)
    accepted = await way.did("jin", f"/{request['id']}/accept", {"item_code": "B03"})
    assert (accepted["status"], accepted["stage"], accepted["decline"]) == ("to_dispatch", None, None)


# --- who does it -----------------------------------------------------------------------------------------


async def test_dispatch_freezes_the_promise_and_starts_the_clock(way):
    request = await way.up_to("dispatch")
    assert (request["lead_department"]["code"], request["co_departments"][0]["code"]) == ("EIC", "HTZ")
    assert (request["promise"]["amount"], request["promise"]["unit"]) == (10, "working_days")
    assert request["promise"]["text"].startswith("经济信息委承诺10个工作日内办结")
    assert request["due_at"] == request["original_due_at"] == "2026-12-08T18:00:00+08:00"
    assert request["sign_due_at"] == request["step_due_at"] == "2026-11-25T18:00:00+08:00"
    assert request["dispatched_at"] == request["first_dispatched_at"] == "2026-11-24T10:00:00+08:00"


async def test_an_urgent_request_has_the_items_urgent_limit(way):
    request = await way.recorded()
    await way.did("sun", f"/{request['id']}/accept", {"item_code": "B03", "urgency": "urgent"})
    dispatched = await way.did("sun", f"/{request['id']}/dispatch", {})
    assert dispatched["due_at"] == "2026-11-24T12:00:00+08:00"
    assert dispatched["sign_due_at"] == "2026-11-24T10:30:00+08:00"


async def test_the_unit_complained_of_never_gets_it(as_, way):
    accused = [str(world.unit("EIC"))]
    request = await way.recorded(item_code="B03", accused_department_ids=accused)
    await way.did("sun", f"/{request['id']}/accept", {})
    path = f"/requests/{request['id']}/dispatch"
    msa = str(world.unit("MSA"))
    for field, said in (
        ("lead_department_id", {"lead_department_id": accused[0]}),
        ("co_department_ids", {"lead_department_id": msa, "co_department_ids": accused}),
    ):
        problem = refused(await as_("sun").post(path, json=said), 422, "accused_unit")
        assert [error["loc"] for error in problem["errors"]] == [["body", field]]
    await way.did("sun", f"/{request['id']}/dispatch", {"lead_department_id": str(world.unit("MSA"))})
    assert (await as_("li").get(f"/requests/{request['id']}")).status_code == 404


@pytest.mark.parametrize(("accused", "kin"), [("EIC", "EIC2"), ("EIC1", "EIC"), ("EIC2", "EIC")])
async def test_nor_does_a_department_above_or_below_it(as_, way, database, accused, kin):
    await world.put_below(database, "EIC1", "经济信息委直属中心", "EIC")
    await world.put_below(database, "EIC2", "直属中心服务站", "EIC1")
    request = await way.recorded(item_code="B03", accused_department_ids=[str(world.unit(accused))])
    seen = (await as_("sun").get(f"/requests/{request['id']}")).json()
    assert seen["suggestion"]["lead_department"] is None, "the item's own lead is EIC"
    await way.did("sun", f"/{request['id']}/accept", {})
    path, kin, msa = f"/requests/{request['id']}/dispatch", str(world.unit(kin)), str(world.unit("MSA"))
    for said in ({"lead_department_id": kin}, {"lead_department_id": msa, "co_department_ids": [kin]}):
        refused(await as_("sun").post(path, json=said), 422, "accused_unit")
    await way.did("sun", f"/{request['id']}/dispatch", {"lead_department_id": msa})


async def test_it_is_dispatched_only_to_units_that_handle(as_, way):
    request = await way.up_to("accept")
    said = {"lead_department_id": str(world.unit("G01"))}
    refused(await as_("sun").post(f"/requests/{request['id']}/dispatch", json=said), 422, "no_such_unit")


async def test_only_the_lead_units_liaison_signs(as_, way):
    request = await way.up_to("dispatch")
    path = f"/requests/{request['id']}/sign"
    for person in ("zhou", "wu", "feng", "sun", "wang", "zhao"):
        refused(await as_(person).post(path), 403, "permission_missing")
    assert (await as_("han").post(path)).status_code == 404


async def test_it_is_assigned_to_a_handler_of_the_unit(as_, way):
    request = await way.up_to("sign")
    assert request["assigned_to"] == {"id": str(world.person("zhou")), "name": "周承办"}
    path = f"/requests/{request['id']}/assign"
    refused(await as_("li").post(path, json={"assigned_to": str(world.person("han"))}), 422, "not_a_handler")
    assigned = await way.did("li", f"/{request['id']}/assign", {"assigned_to": str(world.person("zheng"))})
    assert assigned["assigned_to"]["name"] == "郑帮办"


async def test_the_first_contact_is_kept(way, clock):
    request = await way.up_to("sign")
    first = await way.did(
        "zhou", f"/{request['id']}/record-contact", {"channel": "phone", "note": "已电话联系。"}
    )
    clock.set(clock.now().replace(hour=7))
    later = await way.did("zhou", f"/{request['id']}/record-contact", {"channel": "visit"})
    assert first["contacted_at"] == later["contacted_at"] == "2026-11-24T10:00:00+08:00"
    assert later["version"] == first["version"] + 1


# --- the result ------------------------------------------------------------------------------------------


async def test_the_enterprise_reads_a_result_once_both_offices_have_approved_it(as_, way):
    request = await way.up_to("submit-result")
    path = f"/requests/{request['id']}"
    assert (request["status"], request["stage"]) == ("close_review", "by_unit")
    assert len(request["results"]) == 1
    assert (await as_("wang").get(path)).json()["results"] == []
    refused(await as_("sun").post(f"{path}/approve-result"), 403, "permission_missing")
    by_unit = await way.did("wu", f"/{request['id']}/approve-result", {})
    assert (by_unit["status"], by_unit["stage"]) == ("close_review", "by_desk")
    refused(await as_("wu").post(f"{path}/approve-result"), 403, "permission_missing")
    assert (await as_("wang").get(path)).json()["results"] == []
    answered = await way.did("sun", f"/{request['id']}/approve-result", {})
    assert answered["status"] == "callback"
    assert (await as_("wang").get(path)).json()["results"][0]["text"] == "已送电，增容完成。"


async def test_a_result_that_is_not_good_enough_goes_back_and_time_runs_on(as_, way, clock):
    request = await way.up_to("submit-result")
    refused(await as_("wu").post(f"/requests/{request['id']}/send-back", json={}), 422, "missing")
    back = await way.did("wu", f"/{request['id']}/send-back", {"note": "没有政策依据。"})
    assert (back["status"], back["answered_at"]) == ("handling", None)
    assert back["step_due_at"] == back["due_at"] == request["due_at"]


async def test_what_cannot_be_solved_yet_has_a_date(as_, way):
    request = await way.up_to("sign")
    path = f"/requests/{request['id']}/submit-result"
    without = {"kind": "cannot_yet", "text": "待上级批复。"}
    refused(await as_("zhou").post(path, json=without), 422, "planned_on_missing")
    refused(
        await as_("zhou").post(path, json={**without, "kind": "solved", "planned_on": "2027-03-01"}),
        422,
        "planned_on_missing",
    )
    result = (
        await way.did("zhou", f"/{request['id']}/submit-result", {**without, "planned_on": "2027-03-01"})
    )["results"][0]
    assert (result["kind"], result["planned_on"]) == ("cannot_yet", "2027-03-01")


# --- the enterprise judges -------------------------------------------------------------------------------


async def test_only_the_enterprise_rates_and_its_unit_does_not_read_it(as_, way):
    request = await way.up_to("approve-result", times=2)
    path, said = f"/requests/{request['id']}/rate", {"grade": 2, "solved": False}
    for person in ("zhao", "zhou", "sun", "yang", "feng"):
        refused(await as_(person).post(path, json=said), 403, "permission_missing")
    rated = await way.did("wang", f"/{request['id']}/rate", said)
    assert (rated["status"], rated["rating"]["grade"], rated["closed_at"]) == (
        "closed",
        2,
        rated["updated_at"],
    )
    for person, seen in (("sun", True), ("yang", True), ("zhou", False), ("zhao", False), ("feng", False)):
        answer = (await as_(person).get(f"/requests/{request['id']}")).json()
        assert (answer["rating"] is not None) is seen, person


@pytest.mark.parametrize("grade", [0, 6, 3.5, "5", True])
async def test_there_are_five_grades(as_, way, grade):
    request = await way.up_to("approve-result", times=2)
    response = await as_("wang").post(
        f"/requests/{request['id']}/rate", json={"grade": grade, "solved": True}
    )
    assert response.status_code == 422


async def test_a_redo_has_half_the_limit_and_there_are_two_at_most(as_, way):
    request = await way.up_to("approve-result", times=2)
    for round in (2, 3):
        redone = await way.did("sun", f"/{request['id']}/redo", {"note": "企业反映仍跳闸。"})
        assert (redone["status"], redone["round"]) == ("handling", round)
        assert redone["due_at"] == "2026-12-01T18:00:00+08:00"
        assert redone["original_due_at"] == "2026-12-08T18:00:00+08:00"
        for person, verb, body in Way.STEPS[3:6]:
            request = await way.did(person, f"/{request['id']}/{verb}", body)
    refused(
        await as_("sun").post(f"/requests/{request['id']}/redo", json={"note": "再办"}), 409, "too_many_redos"
    )


async def test_what_was_rated_low_can_be_redone_after_closing_and_what_was_not_cannot(as_, way):
    request = await way.up_to("approve-result", times=2)
    await way.did("wang", f"/{request['id']}/rate", {"grade": 4, "solved": False})
    redone = await way.did("sun", f"/{request['id']}/redo", {"note": "未解决。"})
    assert (redone["status"], redone["rating"], redone["closed_at"]) == ("handling", None, None)
    satisfied = await way.up_to("rate")
    refused(await as_("sun").post(f"/requests/{satisfied['id']}/redo", json={"note": "x"}), 409, "satisfied")


@pytest.mark.parametrize("verb", ["accept", "dispatch", "sign", "submit-result"])
async def test_the_enterprise_withdraws_from_anywhere_and_nobody_else_does(as_, way, verb):
    request = await way.up_to(verb)
    path = f"/requests/{request['id']}/withdraw"
    for person in ("sun", "zhao"):
        refused(await as_(person).post(path), 403, "permission_missing")
    withdrawn = await way.did("chen", f"/{request['id']}/withdraw", {"note": "已自行解决。"})
    assert (withdrawn["status"], withdrawn["step_due_at"], withdrawn["verbs"]) == ("withdrawn", None, [])


async def test_what_a_caller_may_do_is_what_they_can_do(as_, way):
    """`verbs` leaves out nothing: whatever is not in it is refused."""
    for upto in ("accept", "dispatch", "sign", "submit-result", "rate"):
        request = await way.up_to(upto)
        for person in ("wang", "zhao", "sun", "li", "zhou", "wu", "feng", "yang"):
            path = f"/requests/{request['id']}"
            answer = await as_(person).get(path)
            if answer.status_code == 404:
                continue
            verbs = answer.json()["verbs"]
            for verb in VERBS:
                if verb.value in verbs:
                    continue
                response = await as_(person).post(f"{path}/{verb.value}", json={"note": "x"})
                assert response.status_code in (403, 409, 422), (upto, person, verb, response.text)
                assert response.status_code != 422 or verb.value in (
                    "assign",
                    "record-contact",
                    "submit-result",
                    "rate",
                )
