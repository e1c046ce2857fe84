"""What every route must have."""

from collections import Counter

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from service.accounts.identity import current_identity
from service.app import assemble
from service.kit.routing import _required_version
from service.organizations.callers import current_actor, current_reader, working

APP = assemble()
ROUTES = [route for route in iter_route_contexts(APP.routes) if isinstance(route.original_route, APIRoute)]
each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation_id)


def test_operation_ids_are_unique() -> None:
    times = Counter(route.operation_id for route in ROUTES)
    assert [name for name, number in times.items() if number > 1] == []


@each_route
def test_a_route_is_named_and_summed_up(route: RouteContext) -> None:
    assert route.operation_id
    assert route.summary


PUBLIC = {"healthz", "readyz", "metrics", "get_meta", "calculate_due_time"}
"""Anybody may ask these."""

BECOMING_KNOWN = {
    *("sign_in", "refresh", "sign_out", "begin_oidc_sign_in", "finish_oidc_sign_in"),
    *("accept_invitation", "file_anonymously", "open_anonymous_request"),
}
"""These are how somebody becomes known, or files without being known."""


def _asks_who_calls(dependant: Dependant) -> bool:
    return dependant.call is current_identity or any(map(_asks_who_calls, dependant.dependencies))


@each_route
def test_a_route_knows_its_caller_or_is_on_the_short_list(route: RouteContext) -> None:
    assert _asks_who_calls(route.dependant) != (route.operation_id in PUBLIC | BECOMING_KNOWN)


@each_route
def test_a_route_that_knows_its_caller_says_that_others_are_refused(route: RouteContext) -> None:
    if _asks_who_calls(route.dependant):
        assert 401 in route.responses


def _asks(dependant: Dependant, what: object) -> bool:
    return any(one.call is what or _asks(one, what) for one in dependant.dependencies)


@each_route
def test_a_read_takes_one_connection_and_no_transaction(route: RouteContext) -> None:
    if route.methods == {"GET"} and _asks_who_calls(route.dependant):
        assert _asks(route.dependant, current_reader)
        assert not _asks(route.dependant, current_actor)
    else:
        assert not _asks(route.dependant, current_reader)


SECRET = {"create_api_key", "import_people", "invite"}
"""These show a secret, which the kept answer to an idempotency key would hold."""

BY_THEMSELVES = {"change_password"}
"""Its transaction is outside the route."""


@each_route
def test_a_post_may_be_sent_again_under_its_key(route: RouteContext) -> None:
    if route.methods == {"POST"} and _asks_who_calls(route.dependant):
        assert _asks(route.dependant, working) != (route.operation_id in SECRET | BY_THEMSELVES)


@each_route
def test_a_change_of_what_was_read_says_which_version_was_read(route: RouteContext) -> None:
    if route.methods in ({"PUT"}, {"PATCH"}):
        assert _asks(route.dependant, _required_version)
