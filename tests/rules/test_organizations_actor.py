"""The questions everyone asks about the caller: where is it allowed, is it allowed here."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import column
from sqlalchemy.dialects import postgresql

from service.kit.errors import NotAllowed
from service.organizations.actor import SYSTEM, Actor, Grant, Reach, allows, reach, require, within
from service.organizations.rules import Permission, Role, UnitKind

PARK, FACTORY, BUREAU, DISTRICT, ELSEWHERE = (uuid4() for _ in range(5))

LIAISON = Grant(Role.LIAISON, PARK, UnitKind.PARK, frozenset({PARK, FACTORY}))
HANDLER = Grant(Role.HANDLER, BUREAU, UnitKind.DEPARTMENT, frozenset({BUREAU}))
DISPATCHER = Grant(Role.DISPATCHER, DISTRICT, UnitKind.DISTRICT)


def person(*grants: Grant, scopes: frozenset[str] | None = None) -> Actor:
    return Actor(uuid4(), "张三", "token", scopes=scopes, grants=grants)


def test_a_role_reaches_its_unit_and_what_is_below_and_nothing_else() -> None:
    actor = person(LIAISON)
    assert allows(actor, Permission.REQUESTS_SIGN, PARK)
    assert allows(actor, Permission.REQUESTS_SIGN, FACTORY)
    assert not allows(actor, Permission.REQUESTS_SIGN, BUREAU)
    assert not allows(actor, Permission.REQUESTS_SIGN)


def test_a_permission_is_held_only_where_the_role_that_gives_it_is() -> None:
    actor = person(LIAISON, HANDLER)
    assert reach(actor, Permission.REQUESTS_HANDLE) == Reach(units=frozenset({BUREAU}))
    assert reach(actor, Permission.REQUESTS_READ) == Reach(units=frozenset({PARK, FACTORY, BUREAU}))
    assert not reach(actor, Permission.REQUESTS_TRIAGE)


def test_a_role_at_the_district_reaches_everywhere() -> None:
    actor = person(DISPATCHER)
    assert reach(actor, Permission.REQUESTS_TRIAGE).everywhere
    assert allows(actor, Permission.REQUESTS_TRIAGE, ELSEWHERE)
    assert allows(actor, Permission.REQUESTS_TRIAGE)


def test_a_key_can_do_no_more_than_its_scopes_and_no_more_than_its_account() -> None:
    actor = person(LIAISON, scopes=frozenset({Permission.REQUESTS_READ, Permission.REQUESTS_TRIAGE}))
    assert allows(actor, Permission.REQUESTS_READ, PARK)
    assert not allows(actor, Permission.REQUESTS_SIGN, PARK)
    assert not allows(actor, Permission.REQUESTS_TRIAGE, PARK)
    assert actor.permissions == {Permission.REQUESTS_READ}


def test_the_bearer_of_an_anonymous_token_is_allowed_nothing_anywhere() -> None:
    actor = Actor(None, "", "anonymous", anonymous_request_id=uuid4())
    assert not any(reach(actor, permission) for permission in Permission)


def test_the_system_is_allowed_everything_everywhere() -> None:
    assert all(allows(SYSTEM, permission) for permission in Permission)


def test_a_refusal_names_the_permission_that_is_missing() -> None:
    require(None, person(HANDLER), Permission.REQUESTS_HANDLE, BUREAU)
    with pytest.raises(NotAllowed) as refused:
        require(None, person(HANDLER), Permission.REQUESTS_APPROVE, BUREAU)
    assert refused.value.code == "permission_missing"
    assert refused.value.extra == {"permission": "requests.approve"}
    assert "审核办理结果" in refused.value.zh


@pytest.mark.parametrize(
    ("where", "clause"),
    [
        (Reach(everywhere=True), "true"),
        (Reach(), "false"),
        (Reach(units=frozenset({PARK, FACTORY})), "unit_id = ANY (%(param_1)s::UUID[])"),
    ],
    ids=["everywhere", "nowhere", "some"],
)
def test_a_reach_is_one_clause_of_sql(where: Reach, clause: str) -> None:
    unit_id = column("unit_id", type_=postgresql.UUID())
    compiled = within(unit_id, where).compile(dialect=postgresql.dialect())
    assert str(compiled) == clause


def test_the_units_of_a_reach_are_bound_as_one_array() -> None:
    compiled = within(column("unit_id", type_=postgresql.UUID()), Reach(units=frozenset({PARK}))).compile()
    assert list(compiled.params.values()) == [[PARK]]
    assert isinstance(PARK, UUID)
