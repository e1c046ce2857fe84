"""Social credit codes: every way of writing a true one is taken, every wrong one is refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.organizations.rules import uscc
from service.organizations.rules.refusals import Refused

codes = st.builds(
    uscc.complete,
    st.sampled_from(["91", "92", "93", "11", "52", "N2", "A1", "Y1"]),
    st.sampled_from(["500153", "500226", "500000", "110108"]),
    st.text(uscc.ALPHABET, min_size=8, max_size=8),
)


@pytest.mark.parametrize(
    "code", ["91500153MA0000015N", "91500153MA0000023H", "91500153MA00001110", "91500226MA0000218D"]
)
def test_a_true_code_is_taken(code):
    assert uscc.parse(code) == code


@pytest.mark.parametrize(
    "written",
    [
        "91500153ma0000015n",
        " 91500153 MA000001 5N ",
        "9150-0153-MA00-0001-5N",
        "９１５００１５３ＭＡ０００００１５Ｎ",
        "91500153MA0000015N\u3000",
    ],
    ids=["lower-case", "spaces", "hyphens", "full-width", "ideographic-space"],
)
def test_width_case_and_separators_do_not_matter(written):
    assert uscc.parse(written) == "91500153MA0000015N"


def test_a_rural_collective_is_taken_though_its_code_begins_with_a_letter():
    code = uscc.complete("N2", "500153", "MF123456")
    assert code.startswith("N2500153")
    assert uscc.parse(code) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("91500153MA0000015M", "uscc_check_digit"),
        ("91500153MA0000016R", "uscc_check_digit"),
        ("91500153MA0000O15N", "uscc_letter"),
        ("91500153MA0000015", "uscc_length"),
        ("91500153MA0000015NN", "uscc_length"),
        ("", "uscc_length"),
        ("91500153MA00000.5N", "uscc_character"),
        ("91500153MA00000荣5N", "uscc_character"),
        ("T1500153MA0000015N", "uscc_authority"),
        ("9150015AMA0000015N", "uscc_region"),
        ("91500153MA00000²5N", "uscc_check_digit"),
    ],
)
def test_a_wrong_code_is_refused_with_its_reason(written, code):
    with pytest.raises(Refused) as refused:
        uscc.parse(written)
    assert refused.value.code == code
    assert refused.value.zh
    assert refused.value.en


def test_an_inner_check_digit_is_checked_even_when_the_outer_one_fits():
    assert uscc.check_character("91500153MA0000016") == "R"
    with pytest.raises(Refused, match="check digits"):
        uscc.parse("91500153MA0000016R")


@pytest.mark.parametrize(("letter", "digit"), [("O", "0"), ("I", "1"), ("Z", "2"), ("S", "5"), ("o", "0")])
def test_a_letter_that_looks_like_a_digit_is_named_with_its_place(letter, digit):
    with pytest.raises(Refused) as refused:
        uscc.parse(f"91500153MA0000{letter}15N")
    assert "第15位" in refused.value.zh
    assert f"“{letter.upper()}”" in refused.value.zh
    assert f"“{digit}”" in refused.value.zh
    assert "Character 15" in refused.value.en


@given(codes)
def test_every_completed_code_is_true(code):
    assert uscc.parse(code) == code


@given(codes, st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_every_true_code_with_one_character_changed_is_refused(code, place, character):
    if code[place] == character:
        return
    changed = code[:place] + character + code[place + 1 :]
    with pytest.raises(Refused):
        uscc.parse(changed)


@given(codes, st.integers(0, 16))
def test_every_true_code_with_two_neighbours_swapped_is_refused(code, place):
    if code[place] == code[place + 1]:
        return
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    with pytest.raises(Refused):
        uscc.parse(swapped)


@given(st.text(max_size=40))
def test_whatever_is_written_is_either_a_standard_code_or_refused(written):
    try:
        code = uscc.parse(written)
    except Refused:
        return
    assert len(code) == 18
    assert set(code) <= set(uscc.ALPHABET)
