"""What every route must have."""

from collections import Counter

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from service.accounts.identity import current_identity
from service.app import assemble

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
