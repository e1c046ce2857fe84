"""Every day and moment that comes in is bounded: no offset and no sum leads out of what can be kept."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from service.app import OPENAPI
from tests import world

DOCUMENT: dict[str, Any] = json.loads(OPENAPI.read_text())
WAY = {"id": world.unit("EIC"), "code": "N01", "year": 2027, "day": "2027-03-01"}
OUT_OF_BOUNDS = {"greater_than_equal", "less_than_equal"}

BEYOND = {
    "date": ["0001-01-01", "9999-12-31"],
    "date-time": [
        *("0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00-23:59"),
        *("9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59+23:59", "9999-12-31T23:59:59-23:59"),
    ],
}

Input = tuple[str, str, tuple[str | int, ...], str]


def _dated(schema: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where days and moments stand in what the schema describes, and the format of each."""
    match schema:
        case {"$ref": str(ref)}:
            yield from _dated(DOCUMENT["components"]["schemas"][ref.rpartition("/")[2]])
        case {"format": "date" | "date-time" as form}:
            yield (), form
        case {"anyOf": list(several)} | {"oneOf": list(several)}:
            for one in several:
                yield from _dated(one)
        case {"properties": dict(fields)}:
            for name, field in fields.items():
                yield from (((name, *inner), form) for inner, form in _dated(field))
        case {"items": items}:
            yield from (((0, *inner), form) for inner, form in _dated(items))


def _inputs() -> Iterator[Input]:
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            for one in operation.get("parameters", []):
                for _, form in _dated(one["schema"]):
                    yield method, path, (one["in"], one["name"]), form
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            for inner, form in _dated(body.get("schema")):
                yield method, path, ("body", *inner), form


INPUTS = list(_inputs())
each_input = pytest.mark.parametrize(
    "given", INPUTS, ids=lambda given: f"{given[0]} {given[1]} {'.'.join(map(str, given[2]))} {given[3]}"
)


def _nested(place: tuple[str | int, ...], value: str) -> Any:
    if not place:
        return value
    inner = _nested(place[1:], value)
    return [inner] if place[0] == 0 else {place[0]: inner}


async def _sent(client: httpx.AsyncClient, given: Input, value: str) -> httpx.Response:
    method, path, (where, *place), _ = given
    way = {**WAY, place[0]: value} if where == "path" else WAY
    return await client.request(
        method,
        path.format_map(way).removeprefix("/api/v1"),
        headers={"If-Match": "*"},
        params={place[0]: value} if where == "query" else None,
        json=_nested(tuple(place), value) if where == "body" else None,
    )


def test_there_are_days_and_moments_in_paths_queries_and_bodies() -> None:
    assert {place[0] for _, _, place, _ in INPUTS} == {"path", "query", "body"}


@each_input
async def test_a_day_or_moment_out_of_all_bounds_is_refused_by_name(
    as_: Callable[[str], httpx.AsyncClient], given: Input
) -> None:
    sun, place = as_("sun"), list(given[2])
    for value in BEYOND[given[3]]:
        answer = await _sent(sun, given, value)
        assert answer.status_code == 422, (value, answer.text)
        refused = [one["code"] for one in answer.json()["errors"] if one["loc"][: len(place)] == place]
        assert OUT_OF_BOUNDS & set(refused), (value, answer.text)


EDGES = {
    "date": ["1900-01-01", "2199-12-31"],
    "date-time": ["1900-01-01T00:00:00Z", "2199-12-31T23:59:59Z", "2199-12-31T11:59:59-12:00"],
}


@each_input
async def test_no_day_or_moment_within_the_bounds_is_too_much(
    as_: Callable[[str], httpx.AsyncClient], given: Input
) -> None:
    sun = as_("sun")
    for value in EDGES[given[3]]:
        answer = await _sent(sun, given, value)
        assert answer.status_code < 500, (value, answer.text)


async def test_a_role_and_a_handover_may_last_to_the_end_of_all_moments(
    as_: Callable[[str], httpx.AsyncClient],
) -> None:
    last = "2199-12-31T23:59:59Z"
    zheng, zhou, office = str(world.person("zheng")), str(world.person("zhou")), str(world.unit("EIC"))
    role = {"account_id": zheng, "unit_id": office, "role": "liaison", "valid_to": last}
    handover = {"from_account_id": zhou, "to_account_id": zheng, "unit_id": office, "ends_at": last}
    for path, said in (("/memberships", role), ("/handovers", handover)):
        made = await as_("you").post(path, json=said)
        assert made.status_code == 201, made.text
