"""The OpenAPI document: valid, kept as package data, and complete."""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from service.app import OPENAPI, assemble
from service.kit.openapi import rendered

APP = assemble()


def test_the_kept_document_is_what_the_routes_say() -> None:
    assert json.loads(OPENAPI.read_text()) == rendered(APP), "run: servicedesk openapi --write"


def test_the_document_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(rendered(APP)).validate()


DOCUMENT: dict[str, Any] = json.loads(OPENAPI.read_text())
PROBLEM_CODES = (Path(__file__).parents[2] / "docs" / "problems.md").read_text()
OPERATIONS = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]
each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda said: said["operationId"])


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


KEY = "header idempotency-key"


def _taken(operation: dict[str, Any]) -> set[str]:
    """What an operation takes, as far as it decides what may be refused."""
    parameters = [f"{one['in']} {one['name']}".lower() for one in operation.get("parameters", [])]
    taken = {"a parameter"} if parameters else set()
    taken |= {"a body"} if "requestBody" in operation else set()
    taken |= {"a credential"} if "security" in operation else set()
    taken |= set(parameters)
    return taken | ({"a credential and a key"} if taken >= {"a credential", KEY} else set())


REFUSED = {
    "a credential": {"401"},
    "a parameter": {"422"},
    "a body": {"400", "413", "415", "422"},
    "query cursor": {"400"},
    "header if-match": {"400", "412"},
    KEY: {"400", "409", "413", "422"},
    "a credential and a key": {"403"},
}
"""Whatever an operation does: if it takes this, it may answer that."""

WITHOUT_DATABASE = {"healthz", "metrics", "get_meta"}


@each_operation
def test_an_operation_documents_what_may_be_refused_of_what_it_takes(operation: dict[str, Any]) -> None:
    refused = {status for taken in _taken(operation) for status in REFUSED.get(taken, ())}
    assert refused <= set(operation["responses"])
    assert "503" in operation["responses"] or operation["operationId"] in WITHOUT_DATABASE


@each_operation
def test_each_refusal_of_an_operation_is_a_problem_described_once(operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if status[0] in "45":
            assert answer["$ref"] == f"#/components/responses/Problem{status}"


PROBLEMS = DOCUMENT["components"]["responses"]
USED = {status for operation in OPERATIONS for status in operation["responses"] if status[0] in "45"}


def test_each_refusal_that_is_described_is_answered_by_some_operation() -> None:
    assert set(PROBLEMS) == {f"Problem{status}" for status in USED}


@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_the_example_of_a_refusal_is_a_code_that_is_answered_with_this_status(name: str) -> None:
    ((media_type, said),) = PROBLEMS[name]["content"].items()
    example = said["example"]
    assert media_type == "application/problem+json"
    assert name == f"Problem{example['status']}"
    assert f"| `{example['code']}` | {example['status']} |" in PROBLEM_CODES


def test_no_time_of_day_is_said_to_have_an_offset() -> None:
    assert '"format": "time"' not in OPENAPI.read_text()


@each_operation
def test_a_list_stands_in_an_object(operation: dict[str, Any]) -> None:
    """So that it can say what follows, and later more."""
    for status, answer in operation["responses"].items():
        if status[0] == "2":
            schemas = [part.get("schema", {}) for part in answer.get("content", {}).values()]
            assert all(schema.get("type") != "array" for schema in schemas)


@each_operation
def test_what_goes_in_and_out_of_an_operation_has_an_example(operation: dict[str, Any]) -> None:
    answers = [answer for status, answer in operation["responses"].items() if status[0] == "2"]
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    with_json = [part for part in answers + bodies if "application/json" in part.get("content", {})]
    assert all(_has_example(part["content"]["application/json"]) for part in with_json)
    assert all(_has_example(part) for part in bodies)
