"""Problems: every refusal is one of these classes and is answered as RFC 9457 problem details."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from service.kit.language import either


class Problem(Exception):
    """A refusal with a stable `code` for programs and a sentence for people in both languages.

    `extra` holds further members of the answer (for instance `verbs` that are possible instead).
    """

    status: ClassVar[HTTPStatus]

    def __init__(self, code: str, zh: str, en: str, **extra: Any) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.zh = zh
        self.en = en
        self.extra = extra
        self.headers: dict[str, str] = {}

    def body(self, request_id: str) -> dict[str, Any]:
        """The problem as it is answered, in the language of the present answer."""
        zh_title, en_title = TITLES[self.status]
        return {
            "type": f"urn:servicedesk:problem:{self.code}",
            "title": either(zh_title, en_title),
            "status": int(self.status),
            "detail": either(self.zh, self.en),
            "code": self.code,
            "request_id": request_id,
            **self.extra,
        }


class Malformed(Problem):
    """400: the request cannot be read."""

    status = HTTPStatus.BAD_REQUEST


class Unauthorized(Problem):
    """401: no valid credential."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self, code: str, zh: str, en: str, **extra: Any) -> None:
        super().__init__(code, zh, en, **extra)
        self.headers["WWW-Authenticate"] = "Bearer"


class NotAllowed(Problem):
    """403: seen, but not allowed; the sentence gives the reason."""

    status = HTTPStatus.FORBIDDEN


class NotFound(Problem):
    """404: absent or not visible; never tells which."""

    status = HTTPStatus.NOT_FOUND

    def __init__(
        self,
        code: str = "not_found",
        zh: str = "没有找到，或者您无权查看。",
        en: str = "Not found, or not visible to you.",
        **extra: Any,
    ) -> None:
        super().__init__(code, zh, en, **extra)


class MethodNotAllowed(Problem):
    """405: the path exists, the method does not."""

    status = HTTPStatus.METHOD_NOT_ALLOWED


class Conflict(Problem):
    """409: not possible in the present state."""

    status = HTTPStatus.CONFLICT


class Gone(Problem):
    """410: existed once, and cannot be used any more."""

    status = HTTPStatus.GONE


class Stale(Problem):
    """412: the resource has changed since the version named in `If-Match`."""

    status = HTTPStatus.PRECONDITION_FAILED

    def __init__(self, version: int) -> None:
        super().__init__(
            "stale_version",
            "内容已被他人修改，请重新读取后再试。",
            "It has been changed meanwhile; read it again, then repeat your change.",
            version=version,
        )


class TooLarge(Problem):
    """413: more bytes than are taken."""

    status = HTTPStatus(413)  # named differently before and after Python 3.13


class WrongType(Problem):
    """415: a content type that is not taken."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class Invalid(Problem):
    """422: wrong shape; `errors` names each field."""

    status = HTTPStatus(422)

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(
            "invalid",
            "提交的内容有误，请按 errors 中的提示修改。",
            "What was sent is not valid; correct what `errors` names.",
            errors=errors,
        )

    @classmethod
    def at(cls, loc: tuple[str | int, ...], code: str, zh: str, en: str) -> "Invalid":
        """A refusal of one field, found by a rule rather than by the schema."""
        return cls([{"loc": list(loc), "msg": either(zh, en), "code": code}])


class KeyReused(Problem):
    """422: the same idempotency key with another body."""

    status = HTTPStatus(422)


class PreconditionRequired(Problem):
    """428: `If-Match` is missing where it is required."""

    status = HTTPStatus.PRECONDITION_REQUIRED


class _ComeBackLater(Problem):
    def __init__(self, code: str, zh: str, en: str, *, retry_after: int, **extra: Any) -> None:
        super().__init__(code, zh, en, **extra)
        self.headers["Retry-After"] = str(retry_after)


class Busy(_ComeBackLater):
    """409: somebody else is at it this very moment; try again after `retry_after` seconds."""

    status = HTTPStatus.CONFLICT


class TooMany(_ComeBackLater):
    """429: too many attempts; try again after `retry_after` seconds."""

    status = HTTPStatus.TOO_MANY_REQUESTS


class Unavailable(_ComeBackLater):
    """503: the database is away; try again after `retry_after` seconds."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class Unexpected(Problem):
    """500: our mistake."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR


TITLES: dict[HTTPStatus, tuple[str, str]] = {
    HTTPStatus(400): ("请求无法识别", "Malformed request"),
    HTTPStatus(401): ("请先登录", "Not signed in"),
    HTTPStatus(403): ("没有权限", "Not allowed"),
    HTTPStatus(404): ("没有找到", "Not found"),
    HTTPStatus(405): ("不支持该方法", "Method not allowed"),
    HTTPStatus(409): ("当前状态下不能这样做", "Not possible now"),
    HTTPStatus(410): ("已失效", "No longer valid"),
    HTTPStatus(412): ("内容已变化", "Changed meanwhile"),
    HTTPStatus(413): ("内容过大", "Too large"),
    HTTPStatus(415): ("类型不支持", "Unsupported type"),
    HTTPStatus(422): ("内容有误", "Not valid"),
    HTTPStatus(428): ("缺少 If-Match", "If-Match required"),
    HTTPStatus(429): ("操作过于频繁", "Too many attempts"),
    HTTPStatus(500): ("系统错误", "Unexpected error"),
    HTTPStatus(503): ("服务暂不可用", "Unavailable"),
}


class FieldProblem(BaseModel):
    """One field that is not valid."""

    loc: list[str | int] = Field(examples=[["body", "title"]])
    msg: str = Field(examples=["不能为空。"])
    code: str = Field(examples=["missing"])


class ProblemRead(BaseModel):
    """Problem details (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:servicedesk:problem:not_found"])
    title: str = Field(examples=["没有找到"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["没有找到，或者您无权查看。"])
    code: str = Field(examples=["not_found"])
    request_id: str = Field(examples=["019a1b2c-3d4e-7f50-8123-456789abcdef"])
    errors: list[FieldProblem] | None = None


# --- what the OpenAPI document says ------------------------------------------------------------------


def documented(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route: which problems it may answer, besides those that `refuses` tells of.

    Each refers to the component that `kit.openapi` describes.
    """
    statuses = sorted({problem.status for problem in problems})
    return {
        int(status): {
            "$ref": f"#/components/responses/Problem{int(status)}",
            "description": TITLES[status][1],
        }
        for status in statuses
    }


_REFUSED: dict[object, tuple[type[Problem], ...]] = {}

Asked = TypeVar("Asked")


def refuses(*problems: type[Problem]) -> Callable[[Asked], Asked]:
    """Say of a dependency, or of a query's schema, which problems it may answer.

    Every route that asks for it then documents them (`kit.routing`).
    """

    def say(asked: Asked) -> Asked:
        _REFUSED[asked] = problems
        return asked

    return say


def refused_by(asked: object) -> tuple[type[Problem], ...]:
    """What `refuses` said of it, or of a schema that it inherits from."""
    heritage = asked.__mro__ if isinstance(asked, type) else (asked,)
    return next((_REFUSED[one] for one in heritage if one in _REFUSED), ())
