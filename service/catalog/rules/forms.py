"""An item's own form: typed fields in order, and what is wrong with a form or with the answers to it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from service.catalog.rules.faults import Fault
from service.kit.clock import LOCAL
from service.kit.labels import Labelled
from service.kit.types import Line, Number, Schema, Word

LONGEST_TEXT = 2_000
LARGEST_NUMBER = 10**15


class FieldType(Labelled):
    """What a field of a form takes."""

    TEXT = "text", "文字", "Text"
    NUMBER = "number", "数字", "Number"
    DATE = "date", "日期", "Date"
    DATETIME = "datetime", "时间", "Date and time"
    SINGLE = "single", "单选", "One choice"
    MULTI = "multi", "多选", "Several choices"
    BOOLEAN = "boolean", "是否", "Yes or no"


class Choice(Schema):
    """One of the values of a choice."""

    value: Word = Field(examples=["gas"])
    label: Line = Field(examples=["燃气"])


class FormField(Schema):
    """One field of a form; its place in the list is its place on the page."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,49}$")] = Field(examples=["wanted_kva"])
    label: Line = Field(examples=["申请容量"])
    type: FieldType = Field(examples=["number"])
    required: bool = False
    hint: Line | None = Field(default=None, examples=["见供电合同"])
    choices: list[Choice] = Field(default=[], max_length=100, description="Only of `single` and `multi`.")
    unit: Word | None = Field(default=None, description="Only of `number`.", examples=["千伏安"])
    minimum: Number | None = Field(default=None, description="Only of `number`.")
    maximum: Number | None = Field(default=None, description="Only of `number`.")
    whole: bool = Field(default=False, description="Only of `number`: no fractions.")


Form = Annotated[list[FormField], Field(max_length=50)]

_CHOOSING = frozenset({FieldType.SINGLE, FieldType.MULTI})


def form_faults(form: Sequence[FormField]) -> Iterator[Fault]:
    """What is wrong with a form: codes used twice, choices missing or out of place, contradictions."""
    for place, field in enumerate(form):
        faults = [*_field_faults(field)]
        if field.code in {earlier.code for earlier in form[:place]}:
            faults.append(
                Fault(("code",), "code_used_twice", "代码在表单中重复。", "The form has this code already.")
            )
        for fault in faults:
            yield Fault((place, *fault.loc), fault.code, fault.zh, fault.en)


def _field_faults(field: FormField) -> Iterator[Fault]:
    if field.type in _CHOOSING and not field.choices:
        yield Fault(("choices",), "choices_missing", "选择题须列出选项。", "A choice needs its values.")
    if field.type not in _CHOOSING and field.choices:
        yield Fault(
            ("choices",), "choices_out_of_place", "只有选择题有选项。", "Only a choice has values to choose."
        )
    for value, times in Counter(choice.value for choice in field.choices).items():
        if times > 1:
            yield Fault(
                ("choices",), "choice_used_twice", f"选项{value}重复。", f"The value {value} is listed twice."
            )
    of_numbers = (field.unit, field.minimum, field.maximum, field.whole or None)
    if field.type is not FieldType.NUMBER and any(value is not None for value in of_numbers):
        yield Fault(
            ("type",),
            "only_for_numbers",
            "单位、最小值、最大值、整数只用于数字。",
            "Unit, minimum, maximum and whole are for numbers only.",
        )
    if field.minimum is not None and field.maximum is not None and field.maximum < field.minimum:
        yield Fault(
            ("maximum",), "maximum_below_minimum", "最大值小于最小值。", "The maximum is below the minimum."
        )


def answer_faults(
    form: Sequence[FormField], answers: Mapping[str, Any], *, complete: bool
) -> Iterator[Fault]:
    """What is wrong with the answers to a form; `complete` also misses the required ones.

    An answer of `None` or an empty list of choices is none.
    """
    fields = {field.code: field for field in form}
    for code in answers.keys() - fields.keys():
        yield Fault((code,), "no_such_attribute", "表单没有这一项。", "The form has no such field.")
    for code, field in fields.items():
        answer = answers.get(code)
        if answer is None or answer == []:
            if field.required and complete:
                yield Fault((code,), "missing", f"请填写“{field.label}”。", f"Please answer “{field.label}”.")
        elif (said := _CHECKS[field.type](field, answer)) is not None:
            yield Fault((code,), *said)


_Saying = tuple[str, str, str]


def _text(_: FormField, answer: Any) -> _Saying | None:
    if not isinstance(answer, str) or not answer.strip():
        return "text_type", "应为文字。", "It should be text."
    if len(answer) > LONGEST_TEXT:
        return "text_too_long", f"最多{LONGEST_TEXT}个字。", f"At most {LONGEST_TEXT} characters."
    return None


def _number(field: FormField, answer: Any) -> _Saying | None:
    if isinstance(answer, bool) or not isinstance(answer, int | float) or not abs(answer) <= LARGEST_NUMBER:
        return "number_type", "应为数字。", "It should be a number."
    if field.whole and answer != int(answer):
        return "whole_number", "应为整数。", "It should be a whole number."
    if field.minimum is not None and answer < field.minimum:
        return "number_too_small", f"不能小于{field.minimum:g}。", f"At least {field.minimum:g}."
    if field.maximum is not None and answer > field.maximum:
        return "number_too_big", f"不能大于{field.maximum:g}。", f"At most {field.maximum:g}."
    return None


def _date(_: FormField, answer: Any) -> _Saying | None:
    try:
        is_date = date.fromisoformat(answer).isoformat() == answer
    except (TypeError, ValueError):
        is_date = False
    if not is_date:
        return "date_type", "应为日期，例如2026-11-24。", "It should be a date such as 2026-11-24."
    return None


def _datetime(_: FormField, answer: Any) -> _Saying | None:
    try:
        has_offset = datetime.fromisoformat(answer).tzinfo is not None
    except (TypeError, ValueError):
        has_offset = False
    if not has_offset:
        example = datetime(2026, 11, 24, 10, tzinfo=LOCAL).isoformat()
        return (
            "datetime_type",
            f"应为带时区的时间，例如{example}。",
            f"It should be a time such as {example}.",
        )
    return None


def _single(field: FormField, answer: Any) -> _Saying | None:
    values = [choice.value for choice in field.choices]
    if answer not in values:
        listed = "、".join(values)
        return "no_such_choice", f"只能是：{listed}。", f"It should be one of: {listed}."
    return None


def _multi(field: FormField, answer: Any) -> _Saying | None:
    if not isinstance(answer, list):
        return "list_type", "应为选项的列表。", "It should be a list of values."
    for one in answer:
        if (said := _single(field, one)) is not None:
            return said
    if len(answer) != len(set(answer)):
        return "choice_used_twice", "选项重复。", "A value is listed twice."
    return None


def _boolean(_: FormField, answer: Any) -> _Saying | None:
    return (
        None
        if isinstance(answer, bool)
        else ("bool_type", "应为 true 或 false。", "It should be true or false.")
    )


_CHECKS = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.SINGLE: _single,
    FieldType.MULTI: _multi,
    FieldType.BOOLEAN: _boolean,
}
