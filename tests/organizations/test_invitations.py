"""People come by invitation: staff to their unit, an enterprise's contact by its code and a letter."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from service.kit.clock import GivenClock
from service.kit.database import Database
from service.organizations.models import Membership
from tests import world

CONTACT = {"uscc": world.FEED, "role": "enterprise", "name": "马新人", "phone": "138 0000 7777"}
SIGN_UP = {"username": "ma.xinren", "password": "a long enough sentence"}


async def invited(client, body: dict) -> dict:
    answer = await client.post("/invitations", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_contact_comes_by_letter_and_works_for_the_enterprise(as_, api, database: Database) -> None:
    letter = await invited(as_("zhao"), CONTACT)
    assert letter["unit"]["code"] == world.FEED
    assert letter["phone"] == "138****7777"
    assert letter["status"] == "open"

    accept = SIGN_UP | {"code": letter["code"], "uscc": "9150 0153 ma00 0001 5n"}
    accepted = await api.post("/api/v1/invitations/accept", json=accept)
    assert accepted.status_code == 201, accepted.text
    assert accepted.json()["role"] == "enterprise"

    form = {"username": "ma.xinren", "password": SIGN_UP["password"]}
    tokens = (await api.post("/api/v1/auth/token", data=form)).json()
    signed_in = {"Authorization": f"Bearer {tokens['access_token']}"}
    me = (await api.get("/api/v1/me", headers=signed_in)).json()
    assert me["account"]["name"] == "马新人"
    assert me["account"]["phone"] == "138****7777"
    assert [(held["role"], held["unit"]["code"]) for held in me["memberships"]] == [
        ("enterprise", world.FEED)
    ]

    mine = (await as_("zhao").get("/invitations")).json()["items"]
    assert [(one["status"], "code" in one) for one in mine] == [("accepted", False)]
    # there are several contacts now, who know of each other
    people = (await as_("wang").get("/memberships", params={"role": "enterprise"})).json()["items"]
    assert {one["person"]["name"] for one in people} == {"王小麦", "陈大豆", "马新人"}


async def test_the_code_is_kept_nowhere(as_, database: Database) -> None:
    letter = await invited(as_("zhao"), CONTACT)
    async with database.reading() as reading:
        for table in ("invitations", "events", "idempotency_keys"):
            rows = (await reading.exec_driver_sql(f"SELECT row_to_json({table})::text FROM {table}")).all()
            text = "".join(row[0] for row in rows)
            for secret in (letter["code"], letter["code"].replace("-", ""), "13800007777", "+8613800007777"):
                assert secret not in text
    read = await as_("zhao").get(f"/invitations/{letter['id']}")
    assert letter["code"] not in read.text
    assert read.json()["name"] == "马新人"


async def test_of_two_who_bring_the_code_at_once_one_gets_in(as_, api, database: Database) -> None:
    letter = await invited(as_("zhao"), CONTACT)
    answers = await asyncio.gather(
        *(
            api.post(
                "/api/v1/invitations/accept",
                json=SIGN_UP | {"code": letter["code"], "uscc": world.FEED, "username": f"ma.{number}"},
            )
            for number in range(3)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 410, 410]
    async with database.begin(world.LONG_AGO) as work:
        at_the_feed = select(func.count()).where(col(Membership.unit_id) == world.unit(world.FEED))
        assert await work.scalar(at_the_feed.select_from(Membership)) == 3  # wang, chen and one more


@pytest.mark.parametrize("change", ["code", "uscc", "no uscc"])
async def test_a_wrong_code_opens_nothing_and_says_no_more(as_, api, change: str) -> None:
    letter = await invited(as_("zhao"), CONTACT)
    accept = SIGN_UP | {"code": letter["code"], "uscc": world.FEED}
    wrong = {
        "code": accept | {"code": "0000-0000-0000-0000-0000"},
        "uscc": accept | {"uscc": world.POTTERY},
        "no uscc": {name: value for name, value in accept.items() if name != "uscc"},
    }[change]
    refused = await api.post("/api/v1/invitations/accept", json=wrong)
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_invitation")
    assert (await api.post("/api/v1/invitations/accept", json=accept)).status_code == 201


async def test_guessing_is_slowed_for_the_enterprise_and_then_for_the_address(
    as_, api, clock: GivenClock
) -> None:
    letter = await invited(as_("zhao"), CONTACT)
    guess = SIGN_UP | {"code": "0000-0000-0000-0000-0000", "uscc": world.FEED}
    codes = [(await api.post("/api/v1/invitations/accept", json=guess)).status_code for _ in range(8)]
    assert codes[:5] == [404] * 5
    assert codes[-1] == 429
    slowed = await api.post("/api/v1/invitations/accept", json=guess | {"code": letter["code"]})
    assert slowed.status_code == 429
    clock.advance(timedelta(seconds=int(slowed.headers["Retry-After"])))
    assert (
        await api.post("/api/v1/invitations/accept", json=guess | {"code": letter["code"]})
    ).status_code == 201


async def test_who_lost_the_answer_to_accepting_gets_it_again_under_the_key(as_, api) -> None:
    letter = await invited(as_("zhao"), CONTACT)
    accept = SIGN_UP | {"code": letter["code"], "uscc": world.FEED}
    path, key = "/api/v1/invitations/accept", {"Idempotency-Key": "accept-1"}
    answers = await asyncio.gather(*(api.post(path, json=accept, headers=key) for _ in range(3)))
    first = next(answer for answer in answers if answer.status_code == 201)
    for answer in answers:
        assert answer.content == first.content or answer.json()["code"] == "first_call_running"
    again = await api.post(path, json=accept, headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"

    assert (await api.post(path, json=accept)).json()["code"] == "invitation_is_over"
    other_key = {"Idempotency-Key": "accept-2"}
    assert (await api.post(path, json=accept, headers=other_key)).json()["code"] == "invitation_is_over"
    other_name = accept | {"username": "somebody.else"}
    assert (await api.post(path, json=other_name, headers=key)).json()["code"] == "idempotency_key_reused"
    without_code = accept | {"code": "0000-0000-0000-0000-0000"}
    assert (await api.post(path, json=without_code, headers=key)).status_code == 404


async def test_an_invitation_ends_with_its_time_and_when_it_is_taken_back(
    as_, api, clock: GivenClock
) -> None:
    zhao = as_("zhao")
    late = await invited(zhao, CONTACT | {"expires_in_days": 1})
    clock.advance(timedelta(days=1))
    gone = await api.post(
        "/api/v1/invitations/accept", json=SIGN_UP | {"code": late["code"], "uscc": world.FEED}
    )
    assert (gone.status_code, gone.json()["code"]) == (410, "invitation_is_over")
    assert (await zhao.get(f"/invitations/{late['id']}")).json()["status"] == "expired"
    assert (await zhao.post(f"/invitations/{late['id']}/revoke")).status_code == 409

    taken = await invited(zhao, CONTACT)
    assert (await as_("qian").post(f"/invitations/{taken['id']}/revoke")).status_code == 404
    revoked = await zhao.post(f"/invitations/{taken['id']}/revoke")
    assert revoked.json()["status"] == "revoked"
    gone = await api.post(
        "/api/v1/invitations/accept", json=SIGN_UP | {"code": taken["code"], "uscc": world.FEED}
    )
    assert gone.status_code == 410
    assert [
        one["status"]
        for one in (await zhao.get("/invitations", params={"status": "expired"})).json()["items"]
    ] == ["expired"]


async def test_a_password_that_is_too_short_uses_nothing_up(as_, api) -> None:
    letter = await invited(as_("zhao"), CONTACT)
    accept = SIGN_UP | {"code": letter["code"], "uscc": world.FEED}
    short = await api.post("/api/v1/invitations/accept", json=accept | {"password": "short"})
    assert (short.status_code, short.json()["errors"][0]["loc"]) == (422, ["body", "password"])
    taken = await api.post("/api/v1/invitations/accept", json=accept | {"username": "WANG"})
    assert (taken.status_code, taken.json()["code"]) == (409, "username_taken")
    assert (await api.post("/api/v1/invitations/accept", json=accept)).status_code == 201


@pytest.mark.parametrize(
    ("username", "body", "status"),
    [
        ("zhao", CONTACT, 201),
        ("wang", CONTACT, 201),
        ("feng", CONTACT, 201),
        ("sun", CONTACT, 201),
        ("zhou", CONTACT, 403),
        ("zhi", CONTACT, 403),
        ("he", CONTACT, 403),
        ("qian", CONTACT, 422),
        ("liu", CONTACT, 422),
        ("li", {"unit_id": str(world.unit("EIC")), "role": "handler"}, 201),
        ("zhou", {"unit_id": str(world.unit("EIC")), "role": "handler"}, 403),
        ("li", {"unit_id": str(world.unit("HRS")), "role": "handler"}, 403),
        ("li", {"unit_id": str(world.unit("500153")), "role": "dispatcher"}, 403),
        ("zhao", {"unit_id": str(world.unit("G01")), "role": "cadre"}, 403),
        ("you", {"unit_id": str(world.unit("G01")), "role": "cadre"}, 201),
        ("you", {"unit_id": str(world.unit("500153")), "role": "dispatcher"}, 201),
        ("you", {"unit_id": str(world.unit("500153")), "role": "auditor"}, 403),
        ("xu", {"unit_id": str(world.unit("500153")), "role": "auditor"}, 201),
        ("you", {"unit_id": str(world.unit("EIC")), "role": "dispatcher"}, 422),
        ("you", {"unit_id": str(world.unit("EIC")), "uscc": world.FEED, "role": "handler"}, 422),
        ("you", {"role": "handler"}, 422),
    ],
)
async def test_who_may_invite_whom(as_, username: str, body: dict, status: int) -> None:
    answer = await as_(username).post("/invitations", json=body)
    assert answer.status_code == status, answer.text


async def test_somebody_with_an_account_joins_with_it(as_, database: Database) -> None:
    letter = await invited(as_("you"), {"unit_id": str(world.unit("HRS")), "role": "handler"})
    joined = await as_("zhou").post(
        "/me/memberships", json={"code": letter["code"].lower().replace("-", " ")}
    )
    assert joined.status_code == 201, joined.text
    roles = (await as_("zhou").get("/me")).json()["memberships"]
    assert {(held["role"], held["unit"]["code"]) for held in roles} == {
        ("handler", "EIC"),
        ("handler", "HRS"),
    }
    again = await as_("zheng").post("/me/memberships", json={"code": letter["code"]})
    assert again.status_code == 410


async def test_who_joins_may_send_it_again_under_its_key(as_) -> None:
    letter = await invited(as_("you"), {"unit_id": str(world.unit("HRS")), "role": "handler"})
    key, proof = {"Idempotency-Key": "join-1"}, {"code": letter["code"]}
    first = await as_("zhou").post("/me/memberships", json=proof, headers=key)
    again = await as_("zhou").post("/me/memberships", json=proof, headers=key)
    assert first.status_code == 201
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")


async def test_staff_do_not_become_the_contact_of_an_enterprise_with_the_same_account(as_) -> None:
    letter = await invited(as_("feng"), CONTACT)
    refused = await as_("zhou").post("/me/memberships", json={"code": letter["code"], "uscc": world.FEED})
    assert (refused.status_code, refused.json()["code"]) == (409, "roles_clash")
    held = await as_("wang").post("/me/memberships", json={"code": letter["code"], "uscc": world.FEED})
    assert (held.status_code, held.json()["code"]) == (409, "role_held_already")
    assert (await as_("feng").get(f"/invitations/{letter['id']}")).json()["status"] == "open"


async def test_an_invitation_is_seen_by_who_made_it_and_who_manages_there(as_) -> None:
    letter = await invited(as_("zhao"), CONTACT)
    seen = {
        username: (await as_(username).get(f"/invitations/{letter['id']}")).status_code
        for username in ("zhao", "wang", "feng", "you", "li", "qian", "liu", "he")
    }
    assert seen == {
        "zhao": 200,
        "wang": 200,
        "feng": 200,
        "you": 200,
        "li": 404,
        "qian": 404,
        "liu": 404,
        "he": 404,
    }


async def test_a_phone_is_verified_by_the_code_that_was_sent_to_it_until_it_is_changed(as_) -> None:
    zheng, star = as_("zheng"), {"If-Match": "*"}
    unproven = await zheng.patch("/me", json={"phone": "13800007777"}, headers=star)
    assert unproven.json()["phone_verified_at"] is None
    handler = {"unit_id": str(world.unit("HRS")), "role": "handler", "phone": "13800007777"}
    code = (await invited(as_("you"), handler))["code"]
    assert (await zheng.post("/me/memberships", json={"code": code})).status_code == 201
    proven = (await zheng.get("/me")).json()["account"]
    assert proven["phone_verified_at"] == "2026-11-24T10:00:00+08:00"

    same = await zheng.patch("/me", json={"phone": "138 0000 7777"}, headers=star)
    assert same.json()["phone_verified_at"] == proven["phone_verified_at"]
    other = await zheng.patch("/me", json={"phone": "13800006666"}, headers=star)
    assert other.json()["phone_verified_at"] is None


async def test_a_code_that_was_sent_elsewhere_verifies_no_phone(as_) -> None:
    zheng = as_("zheng")
    await zheng.patch("/me", json={"phone": "13800007777"}, headers={"If-Match": "*"})
    handler = {"unit_id": str(world.unit("HRS")), "role": "handler", "phone": "13800005555"}
    code = (await invited(as_("you"), handler))["code"]
    assert (await zheng.post("/me/memberships", json={"code": code})).status_code == 201
    assert (await zheng.get("/me")).json()["account"]["phone_verified_at"] is None
