"""Lists: keyset pages with an opaque cursor that belongs to one list, one filter and one sort."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from fastapi import Request, Response
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy import ColumnElement, Select, String, cast, func, literal, literal_column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement, Executable

from service.kit.errors import Malformed, refuses
from service.kit.types import Schema, storable

Item = TypeVar("Item", bound=BaseModel)


@refuses(Malformed)
class Paging(Schema):
    """What every list takes; a list's filter inherits it, so that a route has one query model."""

    limit: int = Field(default=50, ge=1, le=200, description="Items a page.")
    cursor: Annotated[str, AfterValidator(storable)] | None = Field(
        default=None, max_length=2000, description="`next_cursor` of the page before."
    )
    count: Literal["estimate"] | None = Field(
        default=None, description="`estimate` adds the planner's estimate of the number of items."
    )


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_cursor: str | None = Field(examples=[None])
    estimated_count: int | None = Field(
        default=None, description="Only with `count=estimate`.", examples=[337]
    )


async def page(
    request: Request,
    reading: AsyncConnection,
    statement: Select[Any],
    paging: Paging,
    *,
    by: Sequence[ColumnElement[Any]],
    descending: bool = False,
    read: Callable[[Mapping[str, Any]], BaseModel],
) -> Response:
    """The asked-for page of `statement`, each row made by `read`; `by` ends with a unique column.

    Raises:
        Malformed: the cursor is not one of this list with this filter.
    """
    rows, cursor = await _rows(request, reading, statement, paging, by, descending)
    items = [read(row).model_dump_json() for row in rows]
    return await _answer(request, reading, statement, paging, items, cursor)


async def json_page(
    request: Request,
    reading: AsyncConnection,
    statement: Select[Any],
    paging: Paging,
    *,
    by: Sequence[ColumnElement[Any]],
    descending: bool = False,
) -> Response:
    """As `page`, with each item made by PostgreSQL: `statement` selects exactly the item's fields.

    Raises:
        Malformed: the cursor is not one of this list with this filter.
    """
    fields = [column.name for column in statement.selected_columns]
    keyed = _keyed(request, statement, paging, by, descending).subquery("item")
    wanted = select(*(keyed.c[name] for name in fields)).correlate(keyed).subquery("fields")
    as_json = select(func.row_to_json(literal_column("fields"))).select_from(wanted).scalar_subquery()
    keys = [keyed.c[name] for name in _key_names(by)]
    found = (await reading.execute(select(cast(as_json, String), *keys))).all()
    cursor = _next_cursor(request, paging, [tuple(row[1:]) for row in found])
    items = [row[0] for row in found[: paging.limit]]
    return await _answer(request, reading, statement, paging, items, cursor)


async def json_one(reading: AsyncConnection, statement: Select[Any]) -> str | None:
    """The only row of `statement` as JSON made by PostgreSQL, or None."""
    row = statement.subquery("item")
    answer: str | None = await reading.scalar(
        select(cast(func.row_to_json(literal_column("item")), String)).select_from(row)
    )
    return answer


async def _rows(
    request: Request,
    reading: AsyncConnection,
    statement: Select[Any],
    paging: Paging,
    by: Sequence[ColumnElement[Any]],
    descending: bool,
) -> tuple[list[Mapping[str, Any]], str | None]:
    found = (await reading.execute(_keyed(request, statement, paging, by, descending))).mappings().all()
    keys = [tuple(row[name] for name in _key_names(by)) for row in found]
    return list(found[: paging.limit]), _next_cursor(request, paging, keys)


def _key_names(by: Sequence[ColumnElement[Any]]) -> list[str]:
    return [f"_key{place}" for place in range(len(by))]


def _keyed(
    request: Request,
    statement: Select[Any],
    paging: Paging,
    by: Sequence[ColumnElement[Any]],
    descending: bool,
) -> Select[Any]:
    """The statement from the cursor on, one row more than the page, with its sort keys as texts."""
    texts = [cast(column, String).label(name) for column, name in zip(by, _key_names(by), strict=True)]
    keyed = statement.add_columns(*texts)
    if paging.cursor is not None:
        last = tuple_(
            *(literal(key, column.type) for key, column in zip(_keys(request, paging, by), by, strict=True))
        )
        here = tuple_(*by)
        keyed = keyed.where(here < last if descending else here > last)
    ordering = [column.desc() if descending else column.asc() for column in by]
    return keyed.order_by(*ordering).limit(paging.limit + 1)


async def _answer(
    request: Request,
    reading: AsyncConnection,
    statement: Select[Any],
    paging: Paging,
    items: Sequence[str],
    cursor: str | None,
) -> Response:
    members = [f'"items":[{",".join(items)}]', f'"next_cursor":{json.dumps(cursor)}']
    if paging.count == "estimate":
        members.append(f'"estimated_count":{await estimate(reading, statement)}')
    response = Response("{" + ",".join(members) + "}", media_type="application/json")
    if cursor is not None:
        response.headers["Link"] = f'<{request.url.include_query_params(cursor=cursor)}>; rel="next"'
    return response


# --- cursors -----------------------------------------------------------------------------------------


def _list_digest(request: Request) -> str:
    """Names the list, its filter and its sort: everything in the address but the page."""
    named = sorted(
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in ("cursor", "limit", "count")
    )
    return hashlib.sha256(json.dumps([request.url.path, named]).encode()).hexdigest()[:16]


def _next_cursor(request: Request, paging: Paging, keys: Sequence[tuple[str, ...]]) -> str | None:
    if len(keys) <= paging.limit:
        return None
    content = json.dumps([_list_digest(request), *keys[paging.limit - 1]]).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _keys(request: Request, paging: Paging, by: Sequence[ColumnElement[Any]]) -> list[Any]:
    """The sort keys in the cursor, as values of the columns' types."""
    assert paging.cursor is not None
    try:
        padded = paging.cursor + "=" * (-len(paging.cursor) % 4)
        digest, *texts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if digest != _list_digest(request):
            raise _of_another_list()
        return [
            _PARSERS[column.type.python_type](storable(text)) for column, text in zip(by, texts, strict=True)
        ]
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise Malformed(
            "bad_cursor",
            "翻页游标无法识别，请从第一页重新开始。",
            "The cursor cannot be read; start again from the first page.",
        ) from error


def _of_another_list() -> Malformed:
    return Malformed(
        "cursor_of_another_list",
        "该游标属于另一个筛选条件，请从第一页重新开始。",
        "This cursor belongs to another filter; start again from the first page.",
    )


_PARSERS: dict[type, Callable[[str], Any]] = {
    str: str,
    object: str,  # what SQLModel's string type says of itself
    int: int,
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}


async def estimate(reading: AsyncConnection, statement: Select[Any]) -> int:
    """How many rows the planner expects of the statement, without running it."""
    plan = await reading.scalar(_Explain(statement))
    return int(plan[0]["Plan"]["Plan Rows"])


class _Explain(Executable, ClauseElement):
    """`EXPLAIN (FORMAT JSON)` of a statement: the planner's estimate, without running it."""

    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(_Explain)
def _explain(element: _Explain, compiler: SQLCompiler, **options: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.statement, **options)}"
