"""A retried call happens once, however it is retried."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import col, select

from service.kit.clock import GivenClock, SystemClock
from service.kit.config import Settings
from service.kit.database import Database
from service.kit.idempotency import IdempotencyKey, forget_hourly, forget_old_keys
from service.kit.jobs import defer
from service.worker import work

NEW = {"code": "EEB", "name": "生态环境局"}
KEY = {"Idempotency-Key": "2f1c"}


async def _with_code(client, code: str) -> list[str]:
    listed = (await client.get("/departments?limit=200")).json()["items"]
    return [item["id"] for item in listed if item["code"] == code]


async def test_two_calls_at_once_with_one_key_make_one_department(as_) -> None:
    you = as_("you")
    answers = await asyncio.gather(*(you.post("/departments", json=NEW, headers=KEY) for _ in range(6)))
    made = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code != 201]
    assert made
    assert {answer.content for answer in made} == {made[0].content}
    assert {(answer.status_code, answer.json()["code"]) for answer in refused} <= {
        (409, "first_call_running")
    }
    assert all(answer.headers["Retry-After"] for answer in refused)
    assert len(await _with_code(you, "EEB")) == 1


async def test_a_refusal_is_not_kept(as_) -> None:
    you = as_("you")
    assert (await you.post("/departments", json={"code": "EEB"}, headers=KEY)).status_code == 422
    assert (await you.post("/departments", json=NEW, headers=KEY)).status_code == 201


async def test_a_key_belongs_to_one_path(as_) -> None:
    you = as_("you")
    assert (await you.post("/departments", json=NEW, headers=KEY)).status_code == 201
    other = await you.post("/work-groups", json={"code": "G99", "name": "第九十九工作组"}, headers=KEY)
    assert other.status_code == 201, other.text
    assert "Idempotency-Replayed" not in other.headers


async def test_a_key_is_forgotten_after_a_day(as_, clock: GivenClock, database: Database) -> None:
    you = as_("you")
    await you.post("/departments", json=NEW, headers=KEY)
    clock.advance(timedelta(hours=23))
    assert (await you.post("/departments", json=NEW, headers=KEY)).headers["Idempotency-Replayed"] == "true"
    clock.advance(timedelta(hours=2))
    other = await you.post("/departments", json=NEW | {"code": "EEC"}, headers=KEY)
    assert other.status_code == 201, other.text
    clock.advance(timedelta(hours=25))
    async with database.begin(clock.now()) as unit:
        await forget_old_keys(unit)
    assert (await you.post("/departments", json=NEW | {"code": "EED"}, headers=KEY)).status_code == 201


async def test_the_worker_deletes_answers_that_are_no_longer_given_again(
    as_, clock: GivenClock, database: Database, settings: Settings
) -> None:
    clock.set(SystemClock().now())
    await as_("you").post("/departments", json=NEW, headers=KEY)
    clock.advance(timedelta(hours=-25))
    await as_("you").post("/departments", json=NEW | {"code": "EEC"}, headers={"Idempotency-Key": "older"})
    async with database.begin(clock.now()) as unit:
        await defer(unit, forget_hourly, timestamp=0)
    await work(settings, wait=False)
    async with database.reading() as reading:
        assert (await reading.scalars(select(col(IdempotencyKey.key)))).all() == [KEY["Idempotency-Key"]]


@pytest.mark.parametrize("key", ["", " ", "é", "x" * 256], ids=["empty", "blank", "not ASCII", "too long"])
async def test_a_key_that_is_none_is_refused(as_, key: str) -> None:
    refused = await as_("you").post(
        "/departments", json=NEW, headers={"Idempotency-Key": key.encode("latin-1")}
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_idempotency_key")
