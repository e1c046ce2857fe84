"""How large a request body may be: told from its announced length, or counted while it arrives."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.kit.refusals import body_too_large, problem_response


class BodyLimit:
    """Middleware that answers 413 to larger bodies. FastAPI's own replaces a problem by a line of text."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > self._most_bytes:
            await problem_response(Request(scope), body_too_large())(scope, receive, send)
            return
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > self._most_bytes:
                raise HTTPException(413)  # the one exception that FastAPI lets pass while it reads a body
            return message

        await self._app(scope, counted, send)
