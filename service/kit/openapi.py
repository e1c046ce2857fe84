"""The OpenAPI document, and what all refusals have in common there."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from service.kit.errors import TITLES, ProblemRead


def rendered(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the app."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        routes=app.routes,
        webhooks=app.webhooks.routes,
    )
    _, problems = models_json_schema(
        [(ProblemRead, "serialization")], ref_template="#/components/schemas/{model}"
    )
    components = document["components"]
    components.setdefault("schemas", {}).update(problems["$defs"])
    components["headers"] = _HEADERS
    components["responses"] = {
        f"Problem{int(status)}": _problem(status, code) for status, code in _EXAMPLES.items()
    }
    return document


#: A code that is answered with each status.
_EXAMPLES: dict[HTTPStatus, str] = {
    HTTPStatus(400): "bad_json",
    HTTPStatus(401): "not_signed_in",
    HTTPStatus(403): "permission_missing",
    HTTPStatus(404): "not_found",
    HTTPStatus(409): "locked",
    HTTPStatus(410): "feed_restarted",
    HTTPStatus(412): "stale_version",
    HTTPStatus(413): "body_too_large",
    HTTPStatus(415): "wrong_content_type",
    HTTPStatus(422): "invalid",
    HTTPStatus(428): "if_match_required",
    HTTPStatus(429): "too_many_guesses",
    HTTPStatus(503): "database_away",
}

_HEADERS: dict[str, Any] = {
    "X-Request-ID": {
        "description": "Names this call, in the service's log too.",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
    },
    "WWW-Authenticate": {
        "description": "The kind of credential that is taken.",
        "required": True,
        "schema": {"type": "string", "const": "Bearer"},
    },
    "Retry-After": {
        "description": "After how many seconds to try again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    },
}

_SENT_WITH: dict[HTTPStatus, list[str]] = {
    HTTPStatus(401): ["WWW-Authenticate"],
    HTTPStatus(429): ["Retry-After"],
    HTTPStatus(503): ["Retry-After"],
}


def _problem(status: HTTPStatus, code: str) -> dict[str, Any]:
    zh, en = TITLES[status]
    sent = ["X-Request-ID", *_SENT_WITH.get(status, [])]
    return {
        "description": en,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in sent},
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/ProblemRead"},
                "example": {
                    "type": f"urn:servicedesk:problem:{code}",
                    "title": zh,
                    "status": int(status),
                    "detail": zh,
                    "code": code,
                    "request_id": "019a1b2c-3d4e-7f50-8123-456789abcdef",
                },
            }
        },
    }
