"""Changing a password: proved by the old one, told to nobody, and the end of every other session."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from service.accounts import actions, queries
from service.accounts.models import Account
from service.accounts.rules import password_problem
from service.kit.clock import GivenClock
from service.kit.database import Database
from tests.accounts.conftest import ELSEWHERE, OFFICE, PASSWORD, From, SignIn

NEW = "two ponies in the paddy field"


@pytest.fixture
async def change(zhang: Account, sign_in: SignIn, from_: From) -> Any:
    """Zhang Wei, signed in at the office, changes the password."""
    token = (await sign_in()).json()["access_token"]

    async def call(present: str = PASSWORD, new: str = NEW, credential: str = token) -> httpx.Response:
        headers = {"Authorization": f"Bearer {credential}"}
        body = {"present": present, "new": new}
        return await from_(OFFICE).post("/auth/password", json=body, headers=headers)

    return call


async def test_the_new_password_opens_and_the_old_one_no_longer_does(change: Any, sign_in: SignIn) -> None:
    answer = await change()
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await sign_in(NEW)).status_code == 200
    assert (await sign_in(PASSWORD)).status_code == 401


async def test_every_session_but_ones_own_ends(
    zhang: Account, change: Any, sign_in: SignIn, from_: From, database: Database
) -> None:
    other = (await sign_in(address=ELSEWHERE)).json()
    assert (await change()).status_code == 204
    refused = await from_(ELSEWHERE).post("/auth/refresh", json={"refresh_token": other["refresh_token"]})
    assert refused.status_code == 401
    assert (await change(NEW, PASSWORD, other["access_token"])).json()["code"] == "unknown_credential"
    assert (await change(NEW, PASSWORD)).status_code == 204, "one's own goes on"
    async with database.reading() as reading:
        told = await reading.execute(
            text("SELECT data FROM events WHERE type = 'account.password_changed' ORDER BY sequence")
        )
        assert list(told.scalars()) == [{"sessions_ended": 1}, {"sessions_ended": 0}]


async def test_the_present_password_must_be_right_and_guessing_at_it_is_slowed(
    change: Any, sign_in: SignIn
) -> None:
    for _ in range(6):
        answer = await change("not the password")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["code"] == "wrong_password"
    assert (await change()).status_code == 429
    assert (await sign_in()).status_code == 429, "it is the same count as for signing in"


@pytest.mark.parametrize(
    ("new", "code"), [("nine char", "password_length"), ("ZHANG.WEI.", None), ("y" * 201, "string_too_long")]
)
async def test_the_new_password_must_be_long_enough(change: Any, new: str, code: str | None) -> None:
    answer = await change(new=new)
    if code is None:
        assert answer.status_code == 204
    else:
        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert (error["loc"], error["code"]) == (["body", "new"], code)


async def test_a_key_cannot_change_a_password(
    zhang: Account, change: Any, database: Database, clock: GivenClock
) -> None:
    async with database.begin(clock.now()) as work:
        _, key = await actions.create_key(
            work, zhang.id, name="脚本", scopes=["requests.read"], expires_at=None
        )
    answer = await change(credential=key)
    assert (answer.status_code, answer.json()["code"]) == (403, "only_signed_in")


async def test_without_a_credential_nobody_changes_anything(zhang: Account, from_: From) -> None:
    answer = await from_(OFFICE).post("/auth/password", json={"present": PASSWORD, "new": NEW})
    assert answer.status_code == 401


async def test_setting_a_password_for_somebody_ends_all_their_sessions(
    zhang: Account, sign_in: SignIn, database: Database, clock: GivenClock, from_: From
) -> None:
    tokens = (await sign_in()).json()
    async with database.begin(clock.now()) as work:
        account = await queries.get(work, zhang.id, lock=True)
        await actions.set_password(work, account, str(zhang.password_hash))
    refused = await from_(OFFICE).post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    assert refused.status_code == 401


@pytest.mark.parametrize(
    ("password", "username", "problem"),
    [
        ("x" * 9, "zhang.wei", "password_length"),
        ("x" * 10, "zhang.wei", None),
        ("x" * 200, "zhang.wei", None),
        ("x" * 201, "zhang.wei", "password_length"),
        ("㎢" * 101, "zhang.wei", "password_length"),
        ("荣昌区企业服务一线办理", "zhang.wei", None),
        ("zhang.wei.chang", "zhang.wei.chang", "password_is_username"),
        ("ＺＨＡＮＧ.wei.chang", "zhang.wei.chang", "password_is_username"),
    ],
)
def test_a_password_is_judged_by_its_length_and_may_not_be_the_user_name(
    password: str, username: str, problem: str | None
) -> None:
    found = password_problem(password, username)
    assert (found and found[0]) == problem
