"""Industry codes mean something only together with the edition of GB/T 4754 they come from."""

import pytest

from service.organizations.rules import industries
from service.organizations.rules.refusals import Refused


@pytest.mark.parametrize(
    ("code", "section"),
    [("1329", "C"), ("1732", "C"), ("2750", "C"), ("3074", "C"), ("0111", "A"), ("4700", "E"), ("9700", "T")],
)
def test_a_class_of_2017_is_taken_and_has_its_section(code, section):
    assert industries.parse(code, 2017) == code
    assert industries.section(code, 2017) == section


def test_the_same_number_differs_by_edition():
    assert industries.section("7910", 2011) == "O"
    assert industries.section("7910", 2017) == "N"


@pytest.mark.parametrize(
    ("code", "edition", "reason"),
    [
        ("C2730", 2017, "industry_code"),
        ("273", 2017, "industry_code"),
        ("27500", 2017, "industry_code"),
        ("２７５０", 2017, "industry_code"),
        ("0011", 2017, "industry_division"),
        ("9700", 2011, "industry_division"),
        ("9800", 2017, "industry_division"),
        ("2750", 2002, "industry_edition"),
    ],
)
def test_what_is_no_class_of_the_edition_is_refused(code, edition, reason):
    with pytest.raises(Refused) as refused:
        industries.parse(code, edition)
    assert refused.value.code == reason


@pytest.mark.parametrize("edition", industries.SECTIONS)
def test_the_sections_of_an_edition_follow_each_other_without_a_gap(edition):
    divisions = [division for section in industries.SECTIONS[edition].values() for division in section]
    assert divisions == list(range(1, divisions[-1] + 1))
    assert "".join(industries.SECTIONS[edition]) == "ABCDEFGHIJKLMNOPQRST"
