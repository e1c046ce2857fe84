"""What holds for each HTTP conversation: its id, its language, its log line and its last resort."""

import logging
import re
import time
import traceback
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.kit.errors import Unexpected
from service.kit.language import preferred, speak
from service.kit.metrics import observe
from service.kit.refusals import problem_response

log = logging.getLogger("servicedesk.http")

_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$")


class Conversation:
    """Outermost middleware. Logs the route's pattern, never the path, query or body: they may be personal."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = str(uuid4())
        trace = _TRACEPARENT.match(headers.get("traceparent", ""))
        scope.setdefault("state", {})["request_id"] = request_id
        speak(preferred(headers.get("accept-language", "")))
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                answer = MutableHeaders(scope=message)
                answer["X-Request-ID"] = request_id
                answer.setdefault("Cache-Control", "no-store")
                answer["X-Content-Type-Options"] = "nosniff"
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception as error:
            log.error("unexpected error", extra={"request_id": request_id, **_without_values(error)})
            if status:
                raise  # the answer has begun; the connection must break so that the client notices
            unexpected = Unexpected(
                "unexpected",
                "系统出错，已记录；您的操作没有生效。请稍后重试或联系管理员。",
                "Something went wrong on our side and was logged; nothing was changed.",
            )
            await problem_response(Request(scope), unexpected)(scope, receive, send_with_id)
        finally:
            seconds = time.perf_counter() - started
            route = getattr(scope.get("route"), "path", "none")
            observe(scope["method"], route, status, seconds)
            log.info(
                "answered",
                extra={
                    "request_id": request_id,
                    "trace_id": trace.group(1) if trace else None,
                    "method": scope["method"],
                    "route": route,
                    "status": status,
                    "milliseconds": round(seconds * 1000, 1),
                },
            )


def _without_values(error: BaseException) -> dict[str, object]:
    """What went wrong and where; not the message, which may quote a row."""
    cause = getattr(error, "orig", None) or error
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": f"{type(error).__module__}.{type(error).__qualname__}",
        "cause": type(cause).__qualname__,
        "constraint": getattr(getattr(cause, "diag", None), "constraint_name", None),
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
