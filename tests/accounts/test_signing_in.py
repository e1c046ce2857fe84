"""Signing in: the right password opens the door, and no refusal tells what was wrong."""

import logging
from threading import Lock
from time import sleep

import anyio
import jwt
import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import select

from service.accounts import actions, queries
from service.accounts.models import Account
from service.accounts.passwords import Passwords
from service.accounts.schemas import AccountCreate
from service.events.models import Event
from service.kit.clock import GivenClock
from service.kit.database import Database
from tests.accounts.conftest import OFFICE, PASSWORD, PHONE, Counting, From, SignIn


async def test_the_right_password_gives_tokens_that_tell_nothing_but_ids(
    zhang: Account, sign_in: SignIn
) -> None:
    answer = await sign_in()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 15 * 60)
    assert tokens["refresh_expires_in"] == 7 * 24 * 60 * 60
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert claims.keys() == {"iss", "sub", "sid", "via", "iat", "exp"}
    assert (claims["sub"], claims["via"]) == (str(zhang.id), "token")


@pytest.mark.parametrize("written", ["zhang.wei", " Zhang.Wei ", "ＺＨＡＮＧ．ＷＥＩ"])
async def test_a_user_name_is_found_however_it_is_written(
    zhang: Account, sign_in: SignIn, written: str
) -> None:
    assert (await sign_in(username=written)).status_code == 200


async def test_a_password_typed_in_full_width_letters_is_the_same(zhang: Account, sign_in: SignIn) -> None:
    assert (await sign_in(PASSWORD.replace("pony", "ｐｏｎｙ"))).status_code == 200


async def test_no_refusal_tells_what_was_wrong_in_body_status_or_work(
    zhang: Account, sign_in: SignIn, database: Database, passwords: Counting, clock: GivenClock
) -> None:
    async with database.begin(clock.now()) as work:
        closed = AccountCreate(username="closed", name="已停用")
        account = await actions.create(work, closed, password_hash=zhang.password_hash, by=None)
        await actions.deactivate(work, account, by=None)
        await actions.create(work, AccountCreate(username="outside", name="统一身份"), by=None)

    bodies = []
    for username, password in [
        ("zhang.wei", "not the password"),
        ("nobody", PASSWORD),
        ("closed", PASSWORD),
        ("outside", PASSWORD),
    ]:
        before = passwords.verified
        answer = await sign_in(password, username=username)
        assert passwords.verified == before + 1, f"{username} costs as much as anybody"
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        body = answer.json()
        del body["request_id"]
        bodies.append(body)

    assert bodies[0]["code"] == "wrong_username_or_password"
    assert all(body == bodies[0] for body in bodies)


async def test_a_name_nobody_has_causes_the_same_statements_as_one_somebody_has(
    zhang: Account, sign_in: SignIn, statements: list[str]
) -> None:
    await sign_in("not the password")
    known = statements.copy()
    statements.clear()
    await sign_in("not the password", username="nobody")
    assert statements == known
    assert known


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"username": "zhang.wei"}, "missing"),
        ({"username": "zhang.wei", "password": ""}, "missing"),
        ({"username": "zhang.wei", "password": "x" * 201}, "string_too_long"),
        ({"username": "zhang\x00wei", "password": PASSWORD}, "nul_character"),
        ({"username": "zhang.wei", "password": PASSWORD + "\x00"}, "nul_character"),
        ({"username": "zhang.wei", "password": PASSWORD, "remember": "yes"}, "extra_forbidden"),
        ({"username": "zhang.wei", "password": PASSWORD, "grant_type": "implicit"}, "literal_error"),
    ],
)
async def test_a_form_of_the_wrong_shape_is_refused_by_field(
    zhang: Account, from_: From, form: dict[str, str], code: str
) -> None:
    answer = await from_(OFFICE).post("/auth/token", data=form)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == [code]
    assert "pony" not in answer.text


async def test_a_sign_in_and_a_refusal_are_recorded_for_the_auditors_by_ids_and_digests(
    zhang: Account, sign_in: SignIn, database: Database, clock: GivenClock
) -> None:
    await sign_in()
    await sign_in("not the password")
    await sign_in("not the password", username="nobody")
    async with database.begin(clock.now()) as work:
        events = (await work.exec(select(Event).order_by("sequence"))).all()
    told = [(event.type, event.subject_id == zhang.id, event.audience) for event in events]
    assert told[-3:] == [
        ("account.signed_in", True, "security"),
        ("account.sign_in_refused", True, "security"),
        ("account.sign_in_refused", False, "security"),
    ]
    everything = str([(event.type, event.data, str(event.subject_id)) for event in events])
    for secret in ("zhang", "nobody", OFFICE, PASSWORD, PHONE, "张伟"):
        assert secret not in everything


async def test_a_password_hashed_by_older_parameters_is_hashed_anew_at_sign_in(
    zhang: Account, sign_in: SignIn, database: Database, clock: GivenClock
) -> None:
    older = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8_192, parallelism=1),)).hash(PASSWORD)
    async with database.begin(clock.now()) as work:
        (await queries.get(work, zhang.id, lock=True)).password_hash = older
    assert (await sign_in()).status_code == 200
    async with database.begin(clock.now()) as work:
        newer = (await queries.get(work, zhang.id)).password_hash
    assert newer is not None
    assert newer.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert (await sign_in()).status_code == 200


async def test_a_password_changed_while_the_old_one_was_verified_wins(
    zhang: Account, sign_in: SignIn, app: FastAPI, database: Database, clock: GivenClock, passwords: Counting
) -> None:
    changed = await passwords.hash("another sentence")

    class Overtaken(Passwords):
        async def verify(self, password: str, known: str | None) -> object:  # type: ignore[override]
            verdict = await super().verify(password, known)
            async with database.begin(clock.now()) as work:
                (await queries.get(work, zhang.id, lock=True)).password_hash = changed
            return verdict

    app.state.credentials = type(app.state.credentials)(app.state.credentials.tokens, Overtaken())
    assert (await sign_in()).status_code == 401


class Slow(Passwords):
    """Takes its time, and knows how many verify at once."""

    def __init__(self, parallel: int) -> None:
        super().__init__(parallel)
        self.lock = Lock()
        self.at_once = self.most_at_once = 0

    def _verify(self, password: str, known: str | None) -> object:  # type: ignore[override]
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        sleep(0.02)
        with self.lock:
            self.at_once -= 1
        return super()._verify(password, known)


async def test_verifying_leaves_the_event_loop_free_and_is_bounded_in_parallel() -> None:
    slow, ticks = Slow(parallel=2), 0
    async with anyio.create_task_group() as tasks:
        for _ in range(8):
            tasks.start_soon(slow.verify, PASSWORD, None)
        while slow.most_at_once == 0 or slow.at_once:
            await anyio.sleep(0.001)
            ticks += 1
    assert slow.most_at_once == 2
    assert ticks >= 8


async def test_neither_log_nor_representation_holds_what_is_secret_or_personal(
    zhang: Account, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = (await sign_in()).json()
    await sign_in("not the password", username="nobody")
    said = " ".join(str(record.__dict__) for record in caplog.records) + repr(zhang)
    assert "answered" in said
    secrets = [PASSWORD, "not the password", "nobody", PHONE, "1381234", "张伟", "zhang@example.cn"]
    secrets += [
        tokens["access_token"],
        tokens["refresh_token"],
        "11010519491231002X",
        str(zhang.password_hash),
    ]
    assert [secret for secret in secrets if secret in said] == []
