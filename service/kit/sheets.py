"""Sheets that people fill in: CSV and XLSX read into checked rows, every problem named by row and column.

A row is a Pydantic model; each field carries its `Column`. An empty cell leaves the field unset.
"""

import codecs
import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from types import MappingProxyType
from typing import Annotated, Generic, Literal, TypeVar

import xlsxwriter
from pydantic import BaseModel, BeforeValidator, Field, ValidationError
from python_calamine import CalamineError, CalamineWorkbook

from service.kit import types
from service.kit.errors import Invalid, WrongType
from service.kit.labels import Labelled
from service.kit.language import either
from service.kit.refusals import field_problem
from service.kit.types import Schema, wrong

MOST_ROWS = 5_000
MOST_UNPACKED_BYTES = 100 * 1024 * 1024

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What a sheet may be called; on Windows, browsers call a CSV what they call an old XLS.
CALLED = frozenset({CSV, XLSX, "application/vnd.ms-excel", "application/octet-stream"})

RowModel = TypeVar("RowModel", bound=BaseModel)
Word = TypeVar("Word", bound=Labelled)
Cell = str | float | int | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True)
class Column:
    """The titles of a field's column; `also` lists further ones that are understood."""

    zh: str
    en: str
    example: str = ""
    also: tuple[str, ...] = ()


@dataclass
class Sheet(Generic[RowModel]):
    """What was read: good rows by row number, the problems of the others, columns nobody asked for."""

    rows: list[tuple[int, RowModel]] = field(default_factory=list)
    problems: list["CellProblem"] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)


class CellProblem(Schema):
    """What is wrong in one cell, or with a whole row when `column` is null."""

    row: int = Field(description="As the spreadsheet counts; the titles are usually row 1.", examples=[7])
    column: str | None = Field(description="Title of the column.", examples=["统一社会信用代码"])
    code: str = Field(examples=["uscc_check_digit"])
    msg: str = Field(examples=["统一社会信用代码校验不通过，至少有一位写错，请对照营业执照逐位核对。"])


class ImportResult(Schema):
    """What an import did, or with `dry_run` would do. All or nothing: with one problem nothing is changed."""

    dry_run: bool
    rows: int = Field(description="Rows read, without the titles and empty ones.", examples=[337])
    created: int = Field(examples=[330])
    updated: int = Field(examples=[5])
    unchanged: int = Field(examples=[2])
    ignored_columns: list[str] = Field(description="Titles that mean nothing here.", examples=[["备注"]])
    problems: list[CellProblem]


def read(
    content: bytes, model: type[RowModel], titles: Mapping[str, str] = MappingProxyType({})
) -> Sheet[RowModel]:
    """The rows of a CSV or XLSX file; what it is is told by its bytes. The first row not empty is the titles.

    `titles` gives the title of a field's column in a file that calls it otherwise.

    Raises:
        WrongType: it is neither.
        Invalid: it cannot be read as a whole: damaged, too large, or a needed column is missing.
    """
    lines = _lines(content)
    titles_at, found = next(lines, (1, []))
    columns, sheet = _columns(model, titles_at, found, titles)
    for number, cells in lines:
        if number - titles_at > MOST_ROWS:
            raise _unreadable("too_many_rows", f"最多 {MOST_ROWS} 行。", f"At most {MOST_ROWS} rows.")
        _read_row(sheet, model, columns, number, cells)
    return sheet


def problem(row: int, model: type[BaseModel], name: str | None, code: str, zh: str, en: str) -> CellProblem:
    """A problem of a cell that only the domain can find, such as a code that stands for nothing."""
    column = columns_of(model)[name] if name is not None else None
    return CellProblem(row=row, column=column and either(column.zh, column.en), code=code, msg=either(zh, en))


def columns_of(model: type[BaseModel]) -> dict[str, Column]:
    """The columns of a row model by field name, in order."""
    return {
        name: column
        for name, info in model.model_fields.items()
        for column in info.metadata
        if isinstance(column, Column)
    }


def template(model: type[BaseModel], form: Literal["csv", "xlsx"]) -> bytes:
    """An empty sheet with the titles and one row of examples, to be filled in."""
    columns = list(columns_of(model).values())
    titles = [either(column.zh, column.en) for column in columns]
    examples = [column.example for column in columns]
    out = io.BytesIO()
    if form == "csv":
        text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
        csv.writer(text).writerows([titles, examples])
        return out.getvalue()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        as_text = book.add_format({"num_format": "@"})  # else Excel eats the digits of long codes
        bold = book.add_format({"bold": True, "num_format": "@"})
        page.set_column(0, len(columns) - 1, 22, as_text)
        page.freeze_panes(1, 0)
        for place, (title, example) in enumerate(zip(titles, examples, strict=True)):
            page.write_string(0, place, title, bold)
            page.write_string(1, place, example, as_text)
    return out.getvalue()


# --- cells as people write them ----------------------------------------------------------------------


def _labelled(members: type[Labelled], written: object) -> object:
    """The member named by its word or by either of its labels."""
    said = _folded(str(written))
    for member in members:
        if said in (member.value, _folded(member.zh), _folded(member.en)):
            return member
    known = "、".join(member.zh for member in members)
    raise wrong("not_one_of", f"只能是：{known}。", f"One of: {', '.join(members)}.")


def labelled(members: type[Labelled]) -> BeforeValidator:
    """Lets a cell name a member of the enumeration in either language."""
    return BeforeValidator(partial(_labelled, members))


def _flag(written: object) -> object:
    match _folded(str(written)):
        case "是" | "yes" | "true" | "1" | "√" | "✓" | "y":
            return True
        case "否" | "no" | "false" | "0" | "×" | "n":
            return False
    raise wrong("not_yes_or_no", "只能填“是”或“否”。", "Write yes or no.")


def _day(written: object) -> object:
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?", _folded(str(written)))
    try:
        return date(*map(int, found.groups())) if found else written
    except ValueError:
        return written


#: A cell that says yes or no.
Flag = Annotated[bool, BeforeValidator(_flag)]
#: A cell with a date, in any of the usual ways of writing one.
Day = Annotated[types.Day, BeforeValidator(_day)]


# --- rows --------------------------------------------------------------------------------------------


def _columns(
    model: type[RowModel], titles_at: int, found: Sequence[str], titles: Mapping[str, str]
) -> tuple[dict[int, str], Sheet[RowModel]]:
    """Which field each column fills, by its place."""
    sheet: Sheet[RowModel] = Sheet()
    known = columns_of(model)
    by_title = {
        _folded(title): name
        for name, column in known.items()
        for title in (name, column.zh, column.en, *column.also)
    } | {_folded(title): name for name, title in titles.items()}
    columns: dict[int, str] = {}
    for place, title in enumerate(found):
        name = by_title.get(_folded(title).removesuffix("*"))
        if name is None:
            sheet.ignored_columns += [title] if title else []
        elif name in columns.values():
            raise _unreadable("column_twice", f"“{title}”列出现了两次。", f"There are two columns '{title}'.")
        else:
            columns[place] = name
    for name, info in model.model_fields.items():
        if info.is_required() and name not in columns.values():
            title = either(known[name].zh, known[name].en)
            raise _unreadable(
                "column_missing",
                f"第{titles_at}行没有“{title}”列，请使用下载的模板。",
                f"Row {titles_at} has no column '{title}'; use the template.",
            )
    return columns, sheet


def _read_row(
    sheet: Sheet[RowModel], model: type[RowModel], columns: dict[int, str], number: int, cells: Sequence[str]
) -> None:
    written = {name: cells[place] for place, name in columns.items() if place < len(cells) and cells[place]}
    lost = [name for name, cell in written.items() if isinstance(cell, _LostDigits)]
    sheet.problems += [
        problem(
            number,
            model,
            name,
            "digits_lost",
            "该单元格是数字格式，15位以后的数字已丢失，请改为文本格式后重新填写。",
            "The cell is formatted as a number and lost all digits after the 15th; format it as text.",
        )
        for name in lost
    ]
    if lost:
        return
    try:
        sheet.rows.append((number, model.model_validate(written)))
    except ValidationError as error:
        known = columns_of(model)
        for found in error.errors():
            column = known.get(str(found["loc"][0])) if found["loc"] else None
            title = column and either(column.zh, column.en)
            said = field_problem(found)
            sheet.problems.append(CellProblem(row=number, column=title, code=said["code"], msg=said["msg"]))


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


# --- files -------------------------------------------------------------------------------------------


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, numbered as a spreadsheet does, each cell as trimmed text."""
    if content.startswith(b"PK\x03\x04"):
        rows: Iterable[Sequence[Cell]] = _xlsx(content)
    elif content.startswith(_OTHER_FILES) or not content.strip():
        raise WrongType(
            "not_a_sheet",
            "请上传 CSV 或 XLSX 文件；旧版 XLS 请另存为 XLSX。",
            "Send a CSV or an XLSX file; save an old XLS as XLSX.",
        )
    else:
        rows = _csv(content)
    for number, row in enumerate(rows, start=1):
        cells = [_text(cell) for cell in row]
        if any(cells):
            yield number, cells


class _LostDigits(str):
    """A long number that was not formatted as text: the spreadsheet has kept only its first 15 digits."""


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell)) if abs(cell) < 1e15 else _LostDigits(f"{cell:.0f}")
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
        case date() | time():
            return cell.isoformat()
    return unicodedata.normalize("NFC", str(cell).strip())


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise _unreadable("damaged_csv", "CSV 文件的引号不成对或已损坏。", "The CSV is damaged.") from error


def _decoded(content: bytes) -> str:
    """UTF-8, the UTF-16 of Excel's "Unicode text", or what spreadsheets in China save as CSV: GB 18030."""
    utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf_16 else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable(
        "unknown_encoding",
        "文件编码无法识别，请另存为 UTF-8 或 GB18030 编码的 CSV。",
        "The encoding is unknown; save it as UTF-8 or GB 18030.",
    )


def _xlsx(content: bytes) -> Sequence[Sequence[Cell]]:
    try:
        _refuse_bombs(content)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except _DAMAGED as error:
        raise _unreadable(
            "damaged_xlsx", "XLSX 文件已损坏或有密码。", "The XLSX is damaged or has a password."
        ) from error


#: What the readers of ZIP and XML say of bytes that somebody has changed.
_DAMAGED = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
)


def _refuse_bombs(content: bytes) -> None:
    """A small file may unpack to gigabytes, and two far-apart cells span a table of billions."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED_BYTES:
            raise _unreadable("too_large", "表格内容过大。", "The sheet is too large.")
        for entry in archive.infolist():
            if not entry.filename.startswith("xl/worksheets/"):
                continue
            for letters, row in _ADDRESS.findall(archive.read(entry)):
                if len(letters) > 2 or len(row) > 5 or int(row) > 2 * MOST_ROWS:
                    raise _unreadable(
                        "cell_far_away",
                        f"单元格 {(letters + row).decode()} 离表格太远，请删除多余的行和列。",
                        f"Cell {(letters + row).decode()} is far away; delete needless rows and columns.",
                    )


#: Old Excel files and encrypted new ones; PDF, PNG, JPEG.
_OTHER_FILES = (b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff")
_ADDRESS = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br\s*=\s*["\']([A-Z]+)([0-9]+)')


def _unreadable(code: str, zh: str, en: str) -> Invalid:
    return Invalid.at(("body",), code, zh, en)
