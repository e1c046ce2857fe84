"""People: who sees whom, who gives and ends roles, how somebody leaves."""

import asyncio

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from service.events.models import Event
from service.kit.database import Database
from tests import world


async def names(client, **filters: object) -> set[str]:
    answer = await client.get("/memberships", params=filters)
    assert answer.status_code == 200, answer.text
    return {one["person"]["name"] for one in answer.json()["items"]}


async def membership_id(client, username: str, role: str) -> str:
    held = await client.get("/memberships", params={"person": str(world.person(username)), "role": role})
    return held.json()["items"][0]["id"]


@pytest.mark.parametrize(
    ("username", "seen"),
    [
        ("wang", {"王小麦", "陈大豆", "赵进企"}),
        ("liu", {"刘陶然", "钱下乡"}),
        ("zhao", {"赵进企", "王小麦", "陈大豆"}),
        ("zhou", {"李联络", "周承办", "郑帮办", "吴审核"}),
        ("feng", {"冯园区", "王小麦", "陈大豆", "赵进企"}),
        ("qin", {"秦区长"}),
        ("he", {"何审计"}),
    ],
    ids=["contact", "rival", "cadre", "department", "home unit", "leader", "auditor"],
)
async def test_people_are_seen_by_whom_they_work_with(as_, username: str, seen: set[str]) -> None:
    assert await names(as_(username)) == seen
    theirs = f"/memberships/{await membership_id(as_('xu'), 'wang', 'enterprise')}"
    visible = "王小麦" in seen
    one = await as_(username).get(theirs)
    assert one.status_code == (200 if visible else 404)
    account = await as_(username).get(f"/accounts/{world.person('wang')}")
    assert account.status_code == one.status_code
    assert (world.phone("wang") in one.text) is visible


async def test_a_phone_is_masked_in_every_list(as_) -> None:
    for path in ("/memberships", "/accounts", "/handovers", "/invitations", "/enterprises"):
        text = (await as_("xu").get(path)).text
        assert "1380000" not in text, path
    masked = (await as_("zhao").get("/memberships")).json()["items"]
    assert {one["phone"] for one in masked} == {"138****1000", "138****1001", "138****1003"}


async def test_a_page_of_people_takes_two_statements(as_, database: Database) -> None:
    statements: list[str] = []
    event.listen(
        database.engine.sync_engine, "before_cursor_execute", lambda *said: statements.append(said[2])
    )
    assert len((await as_("xu").get("/memberships")).json()["items"]) > 20
    assert len(statements) == 2  # the actor, the page


async def test_the_cadres_of_a_group_are_known_to_the_enterprise_they_serve(as_) -> None:
    path = f"/work-groups/{world.unit('G01')}/members"
    assert [one["person"]["name"] for one in (await as_("wang").get(path)).json()["items"]] == ["赵进企"]
    assert (await as_("liu").get(path)).json()["items"] == []


async def test_i_know_who_i_am_and_what_i_may_do(as_) -> None:
    me = (await as_("feng").get("/me")).json()
    assert me["account"]["username"] == "feng"
    assert me["account"]["phone"] == "138****1012"
    assert {(one["role"], one["unit"]["name"]) for one in me["memberships"]} == {
        ("liaison", "高新区"),
        ("handler", "高新区"),
    }
    held = {one["permission"]: one for one in me["permissions"]}
    assert held["requests.sign"] == {
        "permission": "requests.sign",
        "everywhere": False,
        "unit_ids": [str(world.unit("HTZ"))],
    }
    assert "requests.triage" not in held
    assert {one["permission"]: one for one in (await as_("sun").get("/me")).json()["permissions"]}[
        "requests.triage"
    ]["everywhere"]


async def test_i_correct_my_own_data(as_) -> None:
    wang = as_("wang")
    tag = (await wang.get("/me")).headers["ETag"]
    assert (await wang.patch("/me", json={"phone": "13800009999"})).status_code == 428
    changed = await wang.patch("/me", json={"phone": "13800009999"}, headers={"If-Match": tag})
    assert changed.json()["phone"] == "138****9999"
    assert (await wang.patch("/me", json={"name": "王"}, headers={"If-Match": tag})).status_code == 412
    assert (await wang.patch("/me", json={"username": "x"}, headers={"If-Match": "*"})).status_code == 422


async def test_a_role_is_given_to_who_has_an_account_and_works_at_once(as_, database: Database) -> None:
    give = {"account_id": str(world.person("zhou")), "unit_id": str(world.unit("HRS")), "role": "handler"}
    assert (await as_("li").post("/memberships", json=give)).status_code == 403
    given = await as_("han").post("/memberships", json=give)
    assert given.status_code == 201, given.text
    assert given.json()["unit"]["code"] == "HRS"
    held = {one["permission"]: one for one in (await as_("zhou").get("/me")).json()["permissions"]}
    assert set(held["requests.handle"]["unit_ids"]) == {str(world.unit("EIC")), str(world.unit("HRS"))}
    again = await as_("han").post("/memberships", json=give)
    assert (again.status_code, again.json()["code"]) == (409, "role_held_already")
    async with database.begin(world.LONG_AGO) as work:
        told = (await work.exec(select(Event).where(col(Event.type) == "membership.given"))).one()
    assert told.audience == "security"
    assert told.actor_id == world.person("han")
    assert told.data == {"account_id": str(world.person("zhou")), "role": "handler", "valid_to": None}


@pytest.mark.parametrize(
    ("giver", "change", "status", "code"),
    [
        ("you", {"role": "dispatcher"}, 422, "invalid"),
        ("you", {"role": "callback", "unit_id": str(world.unit("500153"))}, 409, "roles_clash"),
        ("you", {"role": "auditor", "unit_id": str(world.unit("500153"))}, 403, "permission_missing"),
        ("han", {"account_id": str(world.person("han"))}, 403, "not_to_oneself"),
        ("han", {"account_id": str(world.unit("EIC"))}, 404, "not_found"),
        ("han", {"valid_to": "2026-11-24T09:00:00+08:00"}, 422, "invalid"),
        ("han", {"valid_to": "2026-12-24T09:00:00"}, 422, "invalid"),
    ],
)
async def test_a_role_that_cannot_be_given_is_refused_with_the_reason(
    as_, giver: str, change: dict, status: int, code: str
) -> None:
    give = {"account_id": str(world.person("zhou")), "unit_id": str(world.unit("HRS")), "role": "handler"}
    refused = await as_(giver).post("/memberships", json=give | change)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_the_same_role_given_twice_at_once_is_given_once(as_) -> None:
    give = {"account_id": str(world.person("zhou")), "unit_id": str(world.unit("HRS")), "role": "handler"}
    answers = await asyncio.gather(*(as_("han").post("/memberships", json=give) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]


async def test_who_leaves_sees_no_more_at_the_next_call(as_) -> None:
    wang = as_("wang")
    own = f"/memberships/{await membership_id(wang, 'wang', 'enterprise')}/end"
    # a rival does not even see it, a cadre sees but may not end it
    assert (await as_("liu").post(own, json={})).status_code == 404
    assert (await as_("zhao").post(own, json={})).status_code == 403
    left = await wang.post(own, json={})
    assert left.status_code == 200
    assert left.json()["valid_to"] == "2026-11-24T10:00:00+08:00"
    assert (await wang.get("/enterprises")).json()["items"] == []
    assert (await wang.get("/me")).json()["memberships"] == []
    assert (await wang.post(own, json={})).status_code == 409
    assert await names(as_("chen"), role="enterprise") == {"陈大豆"}
    assert await names(as_("chen"), role="enterprise", ended=True) == {"王小麦"}


async def test_a_colleague_of_the_same_enterprise_or_its_home_unit_may_end_it_too(as_) -> None:
    for username, whose in (("chen", "wang"), ("feng", "chen")):
        id = await membership_id(as_(username), whose, "enterprise")
        assert (await as_(username).post(f"/memberships/{id}/end", json={})).status_code == 200


async def test_the_last_security_administrator_stays(as_) -> None:
    own = f"/memberships/{await membership_id(as_('xu'), 'xu', 'security_admin')}/end"
    stays = await as_("xu").post(own, json={})
    assert (stays.status_code, stays.json()["code"]) == (409, "last_security_admin")


async def test_a_closed_account_is_out_at_once_and_its_roles_are_over(as_, api) -> None:
    path = f"/accounts/{world.person('zhou')}"
    assert (await as_("zhao").post(f"{path}/deactivate", json={})).status_code == 404
    assert (await as_("zheng").post(f"{path}/deactivate", json={})).status_code == 403
    own = await as_("li").post(f"/accounts/{world.person('li')}/deactivate", json={})
    assert (own.status_code, own.json()["code"]) == (409, "ones_own_account")

    closed = await as_("li").post(f"{path}/deactivate", json={})
    assert closed.status_code == 200, closed.text
    assert closed.json()["is_active"] is False
    out = await as_("zhou").get("/me")
    assert (out.status_code, out.json()["code"]) == (401, "unknown_credential")
    assert "周承办" not in await names(as_("li"))

    give = {"account_id": str(world.person("zhou")), "unit_id": str(world.unit("EIC")), "role": "handler"}
    assert (await as_("li").post("/memberships", json=give)).json()["code"] == "account_closed"
    assert (await as_("li").post(f"{path}/reactivate")).status_code == 403
    assert (await as_("xu").post(f"{path}/reactivate")).json()["is_active"] is True
    assert (await as_("li").post("/memberships", json=give)).status_code == 201


async def test_who_belongs_to_two_units_is_not_closed_by_one_of_them(as_) -> None:
    give = {"account_id": str(world.person("zhou")), "unit_id": str(world.unit("HRS")), "role": "handler"}
    await as_("han").post("/memberships", json=give)
    path = f"/accounts/{world.person('zhou')}/deactivate"
    assert (await as_("li").post(path, json={})).status_code == 403
    assert (await as_("you").post(path, json={})).status_code == 200


async def test_a_key_of_a_person_does_not_act_for_their_person(as_, api) -> None:
    key = (
        await as_("li").post(
            "/api-keys",
            json={"name": "script", "scopes": ["organization.read", "people.read"]},
        )
    ).json()["key"]
    with_key = {"Authorization": f"Bearer {key}"}
    own = await membership_id(as_("li"), "li", "liaison")
    refused = await api.post(f"/api/v1/memberships/{own}/end", json={}, headers=with_key)
    assert (refused.status_code, refused.json()["permission"]) == (403, "people.manage")
    refused = await api.patch("/api/v1/me", json={"name": "x"}, headers=with_key | {"If-Match": "*"})
    assert refused.status_code == 403
    me = (await api.get("/api/v1/me", headers=with_key)).json()
    assert [one["permission"] for one in me["permissions"]] == ["organization.read", "people.read"]


async def test_accounts_are_listed_for_who_manages_them(as_) -> None:
    listed = (await as_("xu").get("/accounts", params={"limit": 200})).json()["items"]
    assert [one["username"] for one in listed] == sorted(world.PEOPLE)
    found = (await as_("xu").get("/accounts", params={"q": "进企"})).json()["items"]
    assert [one["username"] for one in found] == ["zhao"]
    assert {one["username"] for one in (await as_("wang").get("/accounts")).json()["items"]} == {
        "wang",
        "chen",
        "zhao",
    }
