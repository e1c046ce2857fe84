"""Our router: what holds for every route (conditional requests, kept answers, refusals) is done here."""

import hashlib
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, get_origin

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from service.kit.errors import (
    Invalid,
    Malformed,
    PreconditionRequired,
    Problem,
    Stale,
    TooLarge,
    WrongType,
    documented,
    refused_by,
    refuses,
)
from service.kit.idempotency import Claim, Replay


class Route(APIRoute):
    """A route that keeps the answer to an idempotency key, answers 304 to a matching `If-None-Match`, refuses
    to choose between two values of one parameter, and documents what all that it asks for may refuse."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        told = documented(*_refusals(self.dependant)) | self.responses
        self.responses = dict(sorted(told.items(), key=lambda answer: str(answer[0])))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()
        single = _single(self.dependant)

        async def handle(request: Request) -> Response:
            _check_given_once(request, single)
            try:
                response = await answer(request)
            except Replay as replay:
                return replay.response
            response = _conditional(request, response)
            claim: Claim | None = getattr(request.state, "claim", None)
            if claim is not None and 200 <= response.status_code < 300:
                claim.keep(response)
            return response

        return handle


class Router(APIRouter):
    """An APIRouter of our routes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(route_class=Route, **options)


def _refusals(dependant: Dependant) -> set[type[Problem]]:
    """What may be refused before a handler is called: what it takes, and what it depends on."""
    found = set(refused_by(dependant.call))
    in_address = dependant.path_params + dependant.query_params
    for field in in_address + dependant.header_params + dependant.cookie_params:
        found |= {Invalid, *refused_by(field.field_info.annotation)}
    if dependant.body_params:
        found |= {Invalid, Malformed, TooLarge, WrongType}
    return found.union(*map(_refusals, dependant.dependencies))


def _single(dependant: Dependant) -> set[str]:
    """The names of all query parameters that take one value."""
    found: set[str] = set()
    for asked in dependant.query_params:
        schema = asked.field_info.annotation
        fields = {asked.alias: asked.field_info}
        if isinstance(schema, type) and issubclass(schema, BaseModel):
            fields = schema.model_fields
        found |= {one.alias or name for name, one in fields.items() if get_origin(one.annotation) is not list}
    return found.union(*map(_single, dependant.dependencies))


def _check_given_once(request: Request, single: set[str]) -> None:
    times = Counter(name for name, _ in request.query_params.multi_items() if name in single)
    repeated = [name for name, number in times.items() if number > 1]
    if repeated:
        raise Invalid.at(
            ("query", repeated[0]), "given_twice", "只能提交一个值。", "Give it one value, not several."
        )


def versioned(request: Request, version: int) -> None:
    """Give the answer an ETag of this version of the resource."""
    request.state.version = version


def _conditional(request: Request, response: Response) -> Response:
    version: int | None = getattr(request.state, "version", None)
    if version is None or not 200 <= response.status_code < 300:
        return response
    digest = hashlib.sha256(bytes(response.body)).hexdigest()[:16]
    tag = f'"{version}.{digest}"'
    response.headers["ETag"] = tag
    asked = request.headers.get("If-None-Match")
    if request.method == "GET" and asked is not None:
        tags = [known.strip().removeprefix("W/") for known in asked.split(",")]
        if tag in tags or "*" in tags:
            kept = {name: response.headers[name] for name in ("ETag", "Link") if name in response.headers}
            return Response(status_code=304, headers=kept)
    return response


@refuses(Malformed, Stale)
def _expected_version(
    if_match: Annotated[str | None, Header(description='`"<version>.<digest>"`, or `*`.')] = None,
) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    version = if_match.strip().removeprefix("W/").strip('"').partition(".")[0]
    if not (version.isascii() and version.isdigit() and len(version) <= 9):
        raise Malformed(
            "bad_if_match",
            "If-Match 应为读取时得到的 ETag。",
            "If-Match must be the ETag you read.",
        )
    return int(version)


@refuses(PreconditionRequired)
def _required_version(
    version: Annotated[int | None, Depends(_expected_version)], request: Request
) -> int | None:
    if "If-Match" not in request.headers:
        raise PreconditionRequired(
            "if_match_required",
            "修改前请先读取，并在 If-Match 中带上得到的 ETag。",
            "Read the resource first and send its ETag in If-Match.",
        )
    return version


#: The version the caller last saw, or None for any.
IfMatch = Annotated[int | None, Depends(_expected_version)]
#: As `IfMatch`, and its absence is answered 428.
IfMatchRequired = Annotated[int | None, Depends(_required_version)]
