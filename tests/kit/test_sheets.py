"""Sheets as people save them: every usual form is read, every problem is named by row and column."""

import contextlib
import csv
import io
import zipfile
from datetime import date
from typing import Annotated

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from service.kit import sheets
from service.kit.errors import Invalid, Problem, WrongType
from service.kit.labels import Labelled
from service.kit.language import speak
from service.kit.sheets import Column, Day, Flag
from service.kit.types import Line, Schema


class Colour(Labelled):
    RED = "red", "红色", "Red"
    BLUE = "blue", "蓝色", "Blue"


class Row(Schema):
    """A row of the sheets below."""

    code: Annotated[Line, Column("编码", "Code", "A1", also=("代码",))]
    colour: Annotated[Colour | None, sheets.labelled(Colour), Column("颜色", "Colour", "红色")] = None
    amount: Annotated[int | None, Column("数量", "Amount", "3")] = None
    since: Annotated[Day | None, Column("日期", "Since", "2026-01-02")] = None
    is_open: Annotated[Flag | None, Column("开放", "Open", "是")] = None


def xlsx(*rows: tuple[object, ...], formats: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(number, place, cell, day)
                elif cell is not None:
                    page.write(number, place, cell)
    return out.getvalue()


TABLE = [("编码", "颜色", "数量", "日期", "开放"), ("A1", "红色", "3", "2026-01-02", "是")]
FIRST = Row(code="A1", colour=Colour.RED, amount=3, since=date(2026, 1, 2), is_open=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_however_it_was_saved(encoding: str, delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(TABLE)
    sheet = sheets.read(out.getvalue().encode(encoding), Row)
    assert sheet.rows == [(2, FIRST)]
    assert sheet.problems == []


def test_an_xlsx_is_read_with_its_numbers_dates_and_truth() -> None:
    sheet = sheets.read(xlsx(TABLE[0], ("A1", "red", 3, date(2026, 1, 2), True), (7.0, "Blue", "4")), Row)
    assert sheet.rows == [(2, FIRST), (3, Row(code="7", colour=Colour.BLUE, amount=4))]


def test_titles_are_known_in_both_languages_and_by_other_names() -> None:
    text = "备注,ｃｏｄｅ,Colour *,数 量\n随便,A1,蓝色,\n"
    sheet = sheets.read(text.encode(), Row)
    assert sheet.rows == [(2, Row(code="A1", colour=Colour.BLUE))]
    assert sheet.rows[0][1].model_fields_set == {"code", "colour"}  # an empty cell says nothing
    assert sheet.ignored_columns == ["备注"]
    assert sheets.read("货号\nA1\n".encode(), Row, {"code": "货号"}).rows == [(2, Row(code="A1"))]


@pytest.mark.parametrize("written", ["2026/1/2", "2026.01.02", "2026年1月2日", "20260102", "2026-1-2"])
def test_a_date_may_be_written_in_any_usual_way(written: str) -> None:
    ((_, row),) = sheets.read(f"编码,日期\nA1,{written}\n".encode(), Row).rows
    assert row.since == date(2026, 1, 2)


def test_rows_are_counted_as_the_spreadsheet_counts_them() -> None:
    text = '\n编码,颜色\n,\n"A\n1",红色\nA2,绿色\n'
    sheet = sheets.read(text.encode(), Row)
    assert [(one.row, one.column, one.code) for one in sheet.problems] == [
        (4, "编码", "line_break"),
        (5, "颜色", "not_one_of"),
    ]
    assert sheet.problems[1].msg == "只能是：红色、蓝色。"


def test_every_problem_of_every_row_is_named() -> None:
    text = "编码,颜色,数量,日期,开放\n,红色,三,昨天,也许\nA1,红色,3,2026-02-30,是\n"
    sheet = sheets.read(text.encode(), Row)
    assert [(one.row, one.column, one.code) for one in sheet.problems] == [
        (2, "编码", "missing"),
        (2, "数量", "int_parsing"),
        (2, "日期", "date_from_datetime_parsing"),
        (2, "开放", "not_yes_or_no"),
        (3, "日期", "date_from_datetime_parsing"),
    ]
    assert sheet.rows == []


def test_problems_are_told_in_the_language_of_the_reader() -> None:
    speak("en")
    try:
        (problem,) = sheets.read("编码,开放\nA1,也许\n".encode(), Row).problems
    finally:
        speak("zh")
    assert (problem.column, problem.msg) == ("Open", "Write yes or no.")


def test_a_long_code_that_became_a_number_is_not_taken_for_what_is_left_of_it() -> None:
    (problem,) = sheets.read(xlsx(("编码",), (915001531234567890,)), Row).problems
    assert (problem.row, problem.column, problem.code) == (2, "编码", "digits_lost")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("颜色\n红色\n".encode(), "column_missing"),
        ("编码,代码\nA1,A2\n".encode(), "column_twice"),
        ("编码\n".encode() + b"A1\n" * 5_001, "too_many_rows"),
        ('编码\n"A1\n'.encode(), "damaged_csv"),
        (b"\xff\xff\xff\xff", "unknown_encoding"),
        (b"PK\x03\x04 not really", "damaged_xlsx"),
        (xlsx(*TABLE)[:-200], "damaged_xlsx"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        sheets.read(content, Row)
    assert [one["code"] for one in refused.value.extra["errors"]] == [code]


@pytest.mark.parametrize("content", [b"", b" \n", b"\xd0\xcf\x11\xe0old", b"%PDF-1.7", b"\x89PNG\r\n"])
def test_what_is_no_sheet_at_all_is_of_the_wrong_type(content: bytes) -> None:
    with pytest.raises(WrongType):
        sheets.read(content, Row)


def test_two_cells_a_world_apart_do_not_span_a_table_between_them() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        page.write(0, 0, "编码")
        page.write(1_048_575, 16_383, "x")
    with pytest.raises(Invalid) as refused:
        sheets.read(out.getvalue(), Row)
    assert refused.value.extra["errors"][0]["code"] == "cell_far_away"


def test_a_small_file_that_unpacks_to_gigabytes_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (sheets.MOST_UNPACKED_BYTES + 1))
    assert len(out.getvalue()) < 200_000
    with pytest.raises(Invalid) as refused:
        sheets.read(out.getvalue(), Row)
    assert refused.value.extra["errors"][0]["code"] == "too_large"


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_they_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(Problem):
        sheets.read(content, Row)


def test_an_xlsx_with_any_of_its_bytes_changed_is_read_or_refused() -> None:
    content = xlsx(*TABLE)
    for place in range(0, len(content), 4):
        changed = content[:place] + bytes([content[place] ^ 0x5A]) + content[place + 1 :]
        with contextlib.suppress(Problem):
            sheets.read(changed, Row)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_is_a_sheet_that_is_understood(form: str) -> None:
    sheet = sheets.read(sheets.template(Row, form), Row)
    assert sheet.rows == [(2, FIRST)]
    assert sheet.ignored_columns == []
