"""Refusals are problem details, in the reader's language."""

import httpx


async def test_an_unknown_path_is_a_problem_in_chinese(api: httpx.AsyncClient) -> None:
    answer = await api.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "no_such_path"
    assert problem["detail"] == "没有这个地址。"
    assert problem["request_id"] == answer.headers["x-request-id"]


async def test_a_reader_of_english_is_answered_in_english(api: httpx.AsyncClient) -> None:
    answer = await api.get("/api/v1/nothing", headers={"Accept-Language": "en-GB,en;q=0.9,zh;q=0.1"})
    assert answer.json()["detail"] == "There is no such path."


async def test_the_service_is_alive_and_ready(api: httpx.AsyncClient) -> None:
    assert (await api.get("/healthz")).json() == {"status": "ok"}
    assert (await api.get("/readyz")).json() == {"status": "ok"}


async def test_the_enumerations_have_labels_in_both_languages(api: httpx.AsyncClient) -> None:
    audience = (await api.get("/api/v1/meta")).json()["enumerations"]["audience"]
    assert {"value": "public", "zh": "所有可见者", "en": "Everybody who may see the subject"} in audience
