"""What every route must have."""

from collections import Counter

import pytest
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

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
