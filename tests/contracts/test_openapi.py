"""The OpenAPI document: valid, kept as package data, and complete."""

import json

from openapi_spec_validator import OpenAPIV31SpecValidator

from service.app import OPENAPI, assemble, render_openapi

APP = assemble()


def test_the_kept_document_is_what_the_routes_say() -> None:
    assert json.loads(OPENAPI.read_text()) == render_openapi(APP), "run: servicedesk openapi --write"


def test_the_document_is_valid_openapi_3_1() -> None:
    OpenAPIV31SpecValidator(render_openapi(APP)).validate()
