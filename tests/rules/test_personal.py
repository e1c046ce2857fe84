"""Phones, identity numbers and addresses: one normal form each, and what is shown of it."""

import pytest
from pydantic import TypeAdapter, ValidationError

from service.kit import personal


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("13812341234", "+8613812341234"),
        ("+86 138-1234-1234", "+8613812341234"),
        ("0086 138 1234 1234", "+8613812341234"),
        ("86-13812341234", "+8613812341234"),
        ("１３８１２３４１２３４", "+8613812341234"),
        ("15412341234", "+8615412341234"),
        ("023-46781234", "+862346781234"),
        ("02346781234", "+862346781234"),
        ("(023) 4678-1234", "+862346781234"),
        ("+86 23 4678 1234", "+862346781234"),
        ("023-46781234-801", "+862346781234;ext=801"),
        ("023-46781234转801", "+862346781234;ext=801"),
        ("0838-7654321", "+868387654321"),
        ("400-123-4567", "+864001234567"),
        ("+852 2123 4567", "+85221234567"),
        ("00852 2123 4567", "+85221234567"),
    ],
)
def test_a_phone_number_is_the_same_however_it_is_written(written: str, normal: str) -> None:
    assert personal.normal_phone(written) == normal
    assert personal.normal_phone(normal.replace(";ext=", "-")) == normal


@pytest.mark.parametrize(
    "written",
    [
        *("", "电话", "+", "12345", "0231234", "12812341234", "1381234123", "138123412345", "138l2341234"),
        *("+86-1234", "+852 1", "+999 12345678", "023-46781234-1234567"),
    ],
)
def test_what_cannot_be_called_is_no_phone_number(written: str) -> None:
    with pytest.raises(ValueError, match="not a phone number"):
        personal.normal_phone(written)


@pytest.mark.parametrize(
    ("normal", "shown"),
    [
        ("+8613812341234", "138****1234"),
        ("+862346781234", "023****1234"),
        ("+862346781234;ext=801", "023****1234"),
        ("+868387654321", "0838****4321"),
        ("+864001234567", "400****4567"),
        ("+85221234567", "+852****4567"),
    ],
)
def test_a_phone_number_is_shown_without_its_middle(normal: str, shown: str) -> None:
    assert personal.masked_phone(normal) == shown


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002X",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
    ],
)
def test_an_identity_number_is_the_same_however_it_is_written(written: str) -> None:
    assert personal.normal_identity_number(written) == "11010519491231002X"


def test_a_resident_from_hong_kong_has_an_identity_number_too() -> None:
    assert personal.normal_identity_number("810000199408230021") == "810000199408230021"


@pytest.mark.parametrize(
    "written", ["110105194912310021", "11010519491331002X", "1101051949123100", "O1010519491231002X", ""]
)
def test_a_wrong_check_digit_or_an_impossible_day_is_no_identity_number(written: str) -> None:
    with pytest.raises(ValueError, match="not an identity number"):
        personal.normal_identity_number(written)


def test_an_identity_number_is_shown_by_its_ends_without_the_birthday() -> None:
    assert personal.masked_identity_number("11010519491231002X") == "110*************2X"


def test_an_address_is_the_same_in_capitals_and_in_full_width() -> None:
    assert personal.normal_email(" Office@Example.CN ") == "office@example.cn"
    assert personal.normal_email("ｏｆｆｉｃｅ@example.cn") == "office@example.cn"
    assert personal.masked_email("office@example.cn") == "o***@example.cn"


@pytest.mark.parametrize(
    "written", ["office", "a@b", "a b@example.cn", "a@@example.cn", "a@example.cn\n<b>", "@example.cn"]
)
def test_what_has_no_name_or_no_domain_is_no_address(written: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        personal.normal_email(written)


@pytest.mark.parametrize(
    ("kind", "wrong", "code"),
    [
        (personal.Phone, "12345", "wrong_phone"),
        (personal.IdentityNumber, "12345", "wrong_identity_number"),
        (personal.Email, "12345", "wrong_email"),
    ],
)
def test_a_schema_refuses_with_a_stable_code_and_gives_the_normal_form(
    kind: type[str], wrong: str, code: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(kind).validate_python(wrong)
    assert [error["type"] for error in refusal.value.errors()] == [code]
    assert TypeAdapter(personal.Phone).validate_python("138 1234 1234") == "+8613812341234"
