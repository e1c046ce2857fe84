"""The OpenAPI document: valid, kept as package data, and complete."""

import json
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from service.app import OPENAPI, assemble, render_openapi

APP = assemble()


def test_the_kept_document_is_what_the_routes_say() -> None:
    assert json.loads(OPENAPI.read_text()) == render_openapi(APP), "run: servicedesk openapi --write"


def test_the_document_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(render_openapi(APP)).validate()


DOCUMENT: dict[str, Any] = json.loads(OPENAPI.read_text())
OPERATIONS = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda said: said["operationId"])

WITHOUT_INPUT = {"healthz", "metrics", "get_meta"}
"""These can refuse nothing."""


def _has_example(part: Any, seen: frozenset[str] = frozenset()) -> bool:
    match part:
        case {"example": _} | {"examples": _} | {"format": "binary"} | {"contentMediaType": _}:
            return True
        case {"$ref": str(ref)}:
            schema = DOCUMENT["components"]["schemas"][ref.rpartition("/")[2]]
            return ref not in seen and _has_example(schema, seen | {ref})
        case dict():
            return any(_has_example(inner, seen) for inner in part.values())
        case list():
            return any(_has_example(inner, seen) for inner in part)
    return False


@each_operation
def test_an_operation_names_its_refusals(operation: dict[str, Any]) -> None:
    refusals = [status for status in operation["responses"] if status[0] in "45"]
    assert refusals or operation["operationId"] in WITHOUT_INPUT


@each_operation
def test_what_goes_in_and_out_of_an_operation_has_an_example(operation: dict[str, Any]) -> None:
    answers = [answer for status, answer in operation["responses"].items() if status[0] == "2"]
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    with_json = [part for part in answers + bodies if "application/json" in part.get("content", {})]
    assert all(_has_example(part["content"]["application/json"]) for part in with_json)
    assert all(_has_example(part) for part in bodies)
