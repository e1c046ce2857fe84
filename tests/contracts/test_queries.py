"""A parameter that takes one value is not given two, of which one would be passed over in silence."""

import json
import re
from typing import Any

import httpx

from service.app import OPENAPI

DOCUMENT: dict[str, Any] = json.loads(OPENAPI.read_text())
SINGLE = [
    (method, path, one["name"])
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
    for one in operation.get("parameters", [])
    if one["in"] == "query" and one["schema"].get("type") != "array"
]


async def test_each_parameter_with_one_value_is_refused_if_it_has_two(api: httpx.AsyncClient) -> None:
    assert ("get", "/api/v1/requests", "limit") in SINGLE
    for method, path, name in SINGLE:
        way = re.sub(r"{\w+}", "people", path)
        refused = await api.request(method, way, params=[(name, "1"), (name, "2")])
        assert refused.status_code == 422, (method, path, name)
        (error,) = refused.json()["errors"]
        assert (error["loc"], error["code"]) == (["query", name], "given_twice")


async def test_a_parameter_with_many_values_may_have_two(as_) -> None:
    listed = await as_("sun").get("/requests", params={"status": ["submitted", "closed"]})
    assert listed.status_code == 200
