"""What every route must have."""

import pytest
from fastapi.routing import APIRoute

from service.app import create_app
from service.kit.config import Settings

APP = create_app(Settings(database_url="postgresql:///never_connected"))
ROUTES = [route for route in APP.routes if isinstance(route, APIRoute)]
named = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)


def test_operation_ids_are_unique() -> None:
    ids = [route.operation_id for route in ROUTES]
    assert len(ids) == len(set(ids))


@named
def test_a_route_is_named_and_summed_up(route: APIRoute) -> None:
    assert route.operation_id
    assert route.summary
