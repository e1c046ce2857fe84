"""Every exception becomes a problem answer: one renderer, and Chinese for what Pydantic says."""

from collections.abc import Mapping
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from service.kit.errors import (
    Invalid,
    Malformed,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
    Unauthorized,
    WrongType,
)
from service.kit.language import either


def problem_response(request: Request, problem: Problem) -> JSONResponse:
    """The problem as `application/problem+json`."""
    return JSONResponse(
        problem.body(request.state.request_id),
        status_code=int(problem.status),
        headers=problem.headers,
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    """Let the app answer every refusal as a problem."""
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_exception_handler(HTTPException, _answer_framework)


async def _answer_problem(request: Request, error: Exception) -> JSONResponse:
    return problem_response(request, cast(Problem, error))


async def _answer_validation(request: Request, error: Exception) -> JSONResponse:
    found = cast(RequestValidationError, error).errors()
    return problem_response(request, _validation_problem(request, found))


def _validation_problem(request: Request, found: Any) -> Problem:
    if any(one["type"] == "json_invalid" for one in found):
        return Malformed("bad_json", "请求体不是有效的 JSON。", "The body is not valid JSON.")
    content_type = request.headers.get("content-type", "")
    body_unread = any(tuple(one["loc"]) == ("body",) and one["type"] != "missing" for one in found)
    if body_unread and "json" not in content_type:
        return WrongType(
            "wrong_content_type",
            "请求体应为 application/json。",
            "The body must be application/json.",
        )
    return Invalid([field_problem(one) for one in found])


def field_problem(found: Mapping[str, Any]) -> dict[str, Any]:
    """One of Pydantic's findings, without the input: it may be somebody's personal data."""
    context = {name: value for name, value in (found.get("ctx") or {}).items() if name != "error"}
    # a sentence of ours is complete, and may quote a brace; Pydantic's are filled in
    zh = context.get("zh") or _CHINESE.get(found["type"], "格式不正确。").format_map(_Lenient(context))
    # surrogates cannot be answered in UTF-8: a location can hold an unknown field's name
    loc = [
        part.encode("utf-8", "replace").decode() if isinstance(part, str) else part for part in found["loc"]
    ]
    return {
        "loc": loc,
        "msg": either(zh, str(found["msg"]).removeprefix("Value error, ")),
        "code": found["type"],
    }


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


_CHINESE = {
    "missing": "必填。",
    "extra_forbidden": "不认识的字段。",
    "blank": "不能为空白。",
    "nul_character": "不能含有 NUL 字符。",
    "lone_surrogate": "含有无法保存的字符（孤立代理项）。",
    "line_break": "不能含有换行或控制字符。",
    "not_finite": "不能是 NaN 或无穷大。",
    "finite_number": "不能是 NaN 或无穷大。",
    "too_deep": "嵌套过深。",
    "string_type": "应为文字。",
    "string_too_short": "至少 {min_length} 个字。",
    "string_too_long": "最多 {max_length} 个字。",
    "string_pattern_mismatch": "格式不正确。",
    "string_unicode": "含有无法识别的字符。",
    "int_type": "应为整数。",
    "int_parsing": "应为整数。",
    "int_from_float": "应为整数。",
    "float_type": "应为数字。",
    "float_parsing": "应为数字。",
    "bool_type": "应为 true 或 false。",
    "bool_parsing": "应为 true 或 false。",
    "enum": "只能是：{expected}。",
    "literal_error": "只能是：{expected}。",
    "greater_than_equal": "不能小于 {ge}。",
    "greater_than": "应大于 {gt}。",
    "less_than_equal": "不能大于 {le}。",
    "less_than": "应小于 {lt}。",
    "uuid_parsing": "不是有效的编号。",
    "uuid_type": "不是有效的编号。",
    "list_type": "应为列表。",
    "dict_type": "应为对象。",
    "model_attributes_type": "应为对象。",
    "too_long": "最多 {max_length} 项。",
    "too_short": "至少 {min_length} 项。",
    "datetime_parsing": "不是有效的时间，应为 RFC 3339 格式。",
    "datetime_from_date_parsing": "不是有效的时间，应为 RFC 3339 格式。",
    "datetime_type": "不是有效的时间，应为 RFC 3339 格式。",
    "timezone_aware": "时间必须带时区，例如 +08:00。",
    "date_parsing": "不是有效的日期，应为 YYYY-MM-DD。",
    "date_from_datetime_parsing": "不是有效的日期，应为 YYYY-MM-DD。",
    "date_type": "不是有效的日期，应为 YYYY-MM-DD。",
}


def body_too_large() -> TooLarge:
    """More bytes than the installation takes in one request."""
    return TooLarge("body_too_large", "提交的内容过大。", "The body is too large.")


async def _answer_framework(request: Request, error: Exception) -> JSONResponse:
    """What Starlette and FastAPI refuse themselves."""
    refused = cast(HTTPException, error)
    problem: Problem
    match refused.status_code:
        case 401:
            problem = Unauthorized(
                "not_signed_in", "请先登录。", "Sign in first: send a bearer token or an API key."
            )
        case 404:
            problem = NotFound("no_such_path", "没有这个地址。", "There is no such path.")
        case 405:
            problem = MethodNotAllowed(
                "method_not_allowed", "这个地址不支持该方法。", "This path does not support the method."
            )
        case 413:
            problem = body_too_large()
        case 415:
            problem = WrongType("wrong_content_type", "不支持该内容类型。", "The content type is not taken.")
        case _:
            problem = Malformed("malformed", "请求无法识别。", "The request cannot be read.")
    problem.headers |= dict(refused.headers or {})
    return problem_response(request, problem)
