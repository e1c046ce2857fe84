"""Phones, identity numbers and e-mail addresses: one normal form of each, and what may be shown of it.

The normal form is what is encrypted and digested, so that however a person writes a number, it is the same.
"""

import re
import unicodedata
from typing import Annotated

import phonenumbers
from pydantic import AfterValidator, Field
from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from service.kit.types import wrong

ABROAD_OR_HERE = r"(?:(?:\+|00)?86)?"
MOBILE = re.compile(ABROAD_OR_HERE + r"(1[3-9]\d{9})")
SERVICE = re.compile(ABROAD_OR_HERE + r"([48]00\d{7})")
LANDLINE = re.compile(
    r"(?:(?:\+|00)86-?0?|0)(?P<area>10|2\d|[3-9]\d\d)-?(?P<local>\d{3,4}-?\d{4})"
    r"(?:(?:-|转|ext\.?|x)(?P<extension>\d{1,6}))?",
    re.IGNORECASE,
)


def normal_phone(text: str) -> str:
    """The number as `+8613812341234`, a landline with extension as `+862346781234;ext=801`.

    Takes full-width digits, spaces, hyphens, brackets, `+86` and `0086`, and the numbers of other countries
    with their `+` or `00`. Raises ValueError when nobody could be called there.
    """
    plain = re.sub(r"[\s()·.]", "", unicodedata.normalize("NFKC", text))
    digits = plain.replace("-", "")
    if found := MOBILE.fullmatch(digits) or SERVICE.fullmatch(digits):
        return f"+86{found[1]}"
    if found := LANDLINE.fullmatch(plain):
        extension = f";ext={found['extension']}" if found["extension"] else ""
        return f"+86{found['area']}{found['local'].replace('-', '')}{extension}"
    if re.fullmatch(r"(?:\+|00)(?!86)\d+", digits):
        try:
            number = phonenumbers.parse(re.sub(r"^00", "+", digits))
        except phonenumbers.NumberParseException:
            number = phonenumbers.PhoneNumber()
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    raise ValueError("not a phone number")


def masked_phone(normal: str) -> str:
    """What may be shown: `138****1234`, `023****1234`, `+852****4567`."""
    number = normal.partition(";")[0]
    if found := MOBILE.fullmatch(number) or SERVICE.fullmatch(number):
        head = found[1][:3]
    elif found := LANDLINE.fullmatch(number):
        head = f"0{found['area']}"
    else:
        head = f"+{phonenumbers.parse(number).country_code}"
    return f"{head}****{number[-4:]}"


def normal_identity_number(text: str) -> str:
    """The 18 characters of an identity number (GB 11643-1999): a true check digit, a possible birthday.

    Takes full-width characters, spaces and a small x. The place in it is not looked up: the numbers of
    residents from Hong Kong, Macao and Taiwan and of foreigners are in no list of places. Raises ValueError.
    """
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", plain) or ric.calc_check_digit(plain) != plain[-1]:
        raise ValueError("not an identity number")
    try:
        ric.get_birth_date(plain)
    except InvalidComponent as no_such_day:
        raise ValueError("not an identity number") from no_such_day
    return plain


def masked_identity_number(normal: str) -> str:
    """What may be shown: the first three and the last two characters."""
    return f"{normal[:3]}*************{normal[-2:]}"


EMAIL = re.compile(
    r"[^@\s\x00-\x1f<>\"(),:;\\]{1,64}@(?:[^@\s.\x00-\x1f<>\"(),:;\\]{1,63}\.)+[^@\s.\d]{2,63}"
)


def normal_email(text: str) -> str:
    """The address in small letters. Raises ValueError when it cannot be one."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if len(plain) > 254 or not EMAIL.fullmatch(plain):
        raise ValueError("not an e-mail address")
    return plain


def masked_email(normal: str) -> str:
    """What may be shown: `z***@example.cn`."""
    name, _, domain = normal.partition("@")
    return f"{name[:1]}***@{domain}"


def _phone(text: str) -> str:
    try:
        return normal_phone(text)
    except ValueError:
        raise wrong("wrong_phone", "不是有效的电话号码。", "This is not a phone number.") from None


def _identity_number(text: str) -> str:
    try:
        return normal_identity_number(text)
    except ValueError:
        raise wrong(
            "wrong_identity_number", "不是有效的公民身份号码。", "This is not an identity number."
        ) from None


def _email(text: str) -> str:
    try:
        return normal_email(text)
    except ValueError:
        raise wrong("wrong_email", "不是有效的电子邮箱地址。", "This is not an e-mail address.") from None


#: Types for what comes in; the value is the normal form.
Phone = Annotated[str, Field(max_length=40, examples=["138 1234 1234"]), AfterValidator(_phone)]
IdentityNumber = Annotated[
    str, Field(max_length=40, examples=["11010519491231002X"]), AfterValidator(_identity_number)
]
Email = Annotated[str, Field(max_length=254, examples=["office@example.cn"]), AfterValidator(_email)]
