"""What is said about a request: comments, notes of its steps, and its timeline."""

import pytest

from tests.requests.conftest import refused


async def said(as_, person, request, path="comments") -> list[str]:
    response = await as_(person).get(f"/requests/{request['id']}/{path}")
    assert response.status_code == 200, response.text
    return [item["text"] if path == "comments" else item["type"] for item in response.json()["items"]]


async def test_staff_speak_among_themselves_and_with_the_enterprise(as_, way):
    request = await way.up_to("sign")
    await way.did("zhou", f"/{request['id']}/comments", {"text": "明日上午现场勘查。"})
    await way.did("zhou", f"/{request['id']}/comments", {"text": "预算紧张。", "audience": "internal"})
    await way.did("wang", f"/{request['id']}/comments", {"text": "好的。"})
    assert await said(as_, "wang", request) == ["明日上午现场勘查。", "好的。"]
    for person in ("sun", "feng", "zhao", "qin"):
        assert await said(as_, person, request) == ["明日上午现场勘查。", "预算紧张。", "好的。"], person
    assert (await as_("liu").get(f"/requests/{request['id']}/comments")).status_code == 404
    internal = {"text": "x", "audience": "internal"}
    refused(
        await as_("wang").post(f"/requests/{request['id']}/comments", json=internal),
        403,
        "permission_missing",
    )


async def test_a_comment_names_its_author_and_changes_no_version(as_, way):
    request = await way.up_to("sign")
    comment = await way.did("zhou", f"/{request['id']}/comments", {"text": "已联系。"})
    assert comment["author"]["name"] == "周承办"
    assert (await as_("zhou").get(f"/requests/{request['id']}")).json()["version"] == request["version"]


async def test_the_timeline_tells_everybody_what_is_theirs_to_know(as_, way):
    request = await way.up_to("rate")
    public = ["submitted", "accepted", "dispatched", "signed", "result_approved", "rated"]
    assert await said(as_, "wang", request, "timeline") == [f"request.{kind}" for kind in public]
    inside = [*public[:4], "result_submitted", "result_approved_by_unit", *public[4:]]
    for person in ("sun", "zhou", "zhao", "feng"):
        assert await said(as_, person, request, "timeline") == [f"request.{kind}" for kind in inside], person


async def test_the_timeline_has_words_units_and_for_staff_persons(as_, way):
    request = await way.recorded()
    await way.did("sun", f"/{request['id']}/ask-info", {"note": "请补充用电地址。"})
    await way.did("wang", f"/{request['id']}/provide-info", {"note": "昌州街道样例路1号。"})
    path = f"/requests/{request['id']}/timeline"
    _, asked, told = (await as_("wang").get(path)).json()["items"]
    assert (asked["label"], asked["note"], asked["actor"]) == ("要求补正", "请补充用电地址。", None)
    assert (told["note"], told["unit"]["name"]) == ("昌州街道样例路1号。", "重庆样例饲料有限公司")
    inside = (await as_("sun").get(path, headers={"Accept-Language": "en"})).json()["items"]
    assert [entry["label"] for entry in inside] == [
        "submitted",
        "asked for information",
        "information provided",
    ]
    assert [entry["actor"]["name"] for entry in inside] == ["王小麦", "孙派单", "王小麦"]


async def test_the_answer_is_in_the_timeline_and_a_rating_only_for_those_who_may_read_it(as_, way):
    request = await way.up_to("approve-result", times=2)
    await way.did("wang", f"/{request['id']}/rate", {"grade": 1, "solved": False, "note": "没人来过。"})
    path = f"/requests/{request['id']}/timeline"
    answer, rating = (await as_("wang").get(path)).json()["items"][-2:]
    assert answer["answer"] == "已送电，增容完成。"
    assert (rating["data"], rating["note"]) == ({"round": 1, "grade": 1, "solved": False}, "没人来过。")
    for person in ("zhou", "zhao", "qin"):
        rating = (await as_(person).get(path)).json()["items"][-1]
        assert (rating["type"], rating["data"], rating["note"]) == ("request.rated", {"round": 1}, None)


async def test_a_timeline_is_read_in_pages(as_, way):
    request = await way.up_to("rate")
    seen, cursor = [], None
    while True:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await as_("sun").get(f"/requests/{request['id']}/timeline", params=asked)).json()
        seen += [entry["version"] for entry in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("text", ["", " \n", "a\x00", "长" * 20_001])
async def test_a_comment_says_something_that_can_be_kept(as_, way, text):
    request = await way.recorded()
    response = await as_("wang").post(f"/requests/{request['id']}/comments", json={"text": text})
    assert response.status_code == 422
