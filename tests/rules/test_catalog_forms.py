"""Forms of items: what is wrong with a form, and with the answers to it."""

from typing import Any

import pytest

from service.catalog.rules.faults import refuse
from service.catalog.rules.forms import Choice, FieldType, FormField, answer_faults, form_faults
from service.kit.errors import Invalid

MEDIA = [Choice(value="gas", label="燃气"), Choice(value="water", label="自来水")]
FORM = [
    FormField(code="since", label="从何时起", type=FieldType.DATETIME, required=True),
    FormField(code="until", label="到哪天", type=FieldType.DATE),
    FormField(code="medium", label="缺什么", type=FieldType.SINGLE, choices=MEDIA),
    FormField(code="lines", label="哪些受影响", type=FieldType.MULTI, choices=MEDIA),
    FormField(code="pressure", label="压力", type=FieldType.NUMBER, unit="兆帕", minimum=0, maximum=10),
    FormField(code="workers", label="人数", type=FieldType.NUMBER, whole=True),
    FormField(code="stopped", label="已停产", type=FieldType.BOOLEAN),
    FormField(code="story", label="经过", type=FieldType.TEXT),
]
SINCE = {"since": "2026-11-24T01:00:00+08:00"}


def found(answers: dict[str, Any], *, complete: bool = True) -> list[tuple[str | int, str]]:
    return [(fault.loc[0], fault.code) for fault in answer_faults(FORM, answers, complete=complete)]


def test_good_answers_have_no_fault() -> None:
    answers = SINCE | {
        "until": "2026-11-25",
        "medium": "gas",
        "lines": ["gas", "water"],
        "pressure": 0.05,
        "workers": 12,
        "stopped": False,
        "story": "昨晚11点起气压低于0.05兆帕。",
    }
    assert found(answers) == []


def test_a_missing_answer_is_missed_only_when_the_form_is_complete() -> None:
    assert found({}) == [("since", "missing")]
    assert found({"since": None}) == [("since", "missing")]
    assert found({}, complete=False) == []


def test_an_answer_to_nothing_is_refused() -> None:
    assert found(SINCE | {"colour": "红"}) == [("colour", "no_such_attribute")]


@pytest.mark.parametrize(
    ("code", "answer", "fault"),
    [
        ("since", "2026-11-24T01:00:00", "datetime_type"),
        ("since", "昨晚", "datetime_type"),
        ("since", 5, "datetime_type"),
        ("until", "2026-02-30", "date_type"),
        ("until", "20261125", "date_type"),
        ("medium", "oil", "no_such_choice"),
        ("medium", ["gas"], "no_such_choice"),
        ("lines", "gas", "list_type"),
        ("lines", ["gas", "oil"], "no_such_choice"),
        ("lines", ["gas", "gas"], "choice_used_twice"),
        ("pressure", "0.05", "number_type"),
        ("pressure", True, "number_type"),
        ("pressure", float("nan"), "number_type"),
        ("pressure", 10**400, "number_type"),
        ("pressure", -1, "number_too_small"),
        ("pressure", 11, "number_too_big"),
        ("workers", 1.5, "whole_number"),
        ("stopped", "yes", "bool_type"),
        ("story", "  ", "text_type"),
        ("story", 7, "text_type"),
        ("story", "长" * 2001, "text_too_long"),
    ],
)
def test_a_wrong_answer_is_named(code: str, answer: Any, fault: str) -> None:
    assert found(SINCE | {code: answer}) == [(code, fault)]


def test_faults_of_answers_become_one_refusal_that_names_each_place() -> None:
    with pytest.raises(Invalid) as refused:
        refuse(answer_faults(FORM, {"stopped": 1}, complete=True), "body", "attributes")
    errors = refused.value.extra["errors"]
    assert [error["loc"] for error in errors] == [
        ["body", "attributes", "since"],
        ["body", "attributes", "stopped"],
    ]
    assert errors[0]["msg"] == "请填写“从何时起”。"


def test_a_sound_form_has_no_fault() -> None:
    assert list(form_faults(FORM)) == []


@pytest.mark.parametrize(
    ("field", "loc", "code"),
    [
        ({"code": "since", "type": "text"}, (8, "code"), "code_used_twice"),
        ({"type": "single"}, (8, "choices"), "choices_missing"),
        ({"type": "text", "choices": MEDIA}, (8, "choices"), "choices_out_of_place"),
        ({"type": "multi", "choices": [MEDIA[0], MEDIA[0]]}, (8, "choices"), "choice_used_twice"),
        ({"type": "text", "unit": "米"}, (8, "type"), "only_for_numbers"),
        ({"type": "date", "whole": True}, (8, "type"), "only_for_numbers"),
        ({"type": "number", "minimum": 2, "maximum": 1}, (8, "maximum"), "maximum_below_minimum"),
    ],
)
def test_an_unsound_field_is_named(field: dict[str, Any], loc: tuple[int, str], code: str) -> None:
    added = FormField.model_validate({"code": "added", "label": "新增"} | field)
    assert [(fault.loc, fault.code) for fault in form_faults([*FORM, added])] == [(loc, code)]
