"""Our router: what holds for every route (conditional requests, kept answers, refusals) is done here."""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

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
    """A route that keeps the answer to an idempotency key, answers 304 to a matching `If-None-Match`, and
    documents what all that it asks for may refuse."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        told = documented(*_refusals(self.dependant)) | self.responses
        self.responses = dict(sorted(told.items(), key=lambda answer: str(answer[0])))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def handle(request: Request) -> Response:
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
