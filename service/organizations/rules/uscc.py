"""Social credit codes (GB 32100-2015): cleaned, checked by both check digits, refused with a reason."""

import unicodedata

from stdnum.cn import uscc as gb32100

from service.organizations.rules.refusals import Refused

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
AUTHORITIES = "123456789ANY"
"""First characters in use: the authority that registers; N is rural collectives, A the military, Y others."""

_MISTAKEN_FOR = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def parse(written: str) -> str:
    """The code in its standard form, whatever its width, case, spaces and hyphens.

    Raises `Refused` saying what is wrong and where. The region part is the registering authority's, so any
    six digits are taken: firms of this district carry 500153, the former 500226, or the city's 500000.
    """
    code = "".join(c for c in unicodedata.normalize("NFKC", written).upper() if not c.isspace() and c != "-")
    for place, character in enumerate(code, start=1):
        if character not in ALPHABET:
            raise _strange(place, character)
    if len(code) != LENGTH:
        raise Refused(
            "uscc_length",
            f"统一社会信用代码应为{LENGTH}位，现为{len(code)}位，请核对营业执照。",
            f"A social credit code has {LENGTH} characters, this one has {len(code)}; check the licence.",
        )
    if code[0] not in AUTHORITIES:
        raise Refused(
            "uscc_authority",
            f"统一社会信用代码第1位“{code[0]}”不是登记管理部门代码，请核对营业执照。",
            f"Character 1, '{code[0]}', is no registering authority; check the licence.",
        )
    for place in range(2, 9):
        if not code[place - 1].isdigit():
            raise Refused(
                "uscc_region",
                f"统一社会信用代码第{place}位“{code[place - 1]}”应为数字，请核对营业执照。",
                f"Character {place}, '{code[place - 1]}', must be a digit; check the licence.",
            )
    if code[-1] != check_character(code[:-1]) or code[16] != organization_check_character(code[8:16]):
        raise Refused(
            "uscc_check_digit",
            "统一社会信用代码校验不通过，至少有一位写错，请对照营业执照逐位核对。",
            "The check digits do not fit: at least one character is wrong; compare with the licence.",
        )
    return code


def check_character(first_seventeen: str) -> str:
    """The last character of a code (GB 32100-2015)."""
    return str(gb32100.calc_check_digit(first_seventeen))


def organization_check_character(body: str) -> str:
    """The check character of the eight-character organization code inside (GB 11714-1997)."""
    total = sum(int(c, 36) * weight for c, weight in zip(body, _ORGANIZATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def complete(authority: str, region: str, body: str) -> str:
    """A whole code from its two leading characters, the six of the region and eight of the body."""
    first = authority + region + body + organization_check_character(body)
    return first + check_character(first)


def _strange(place: int, character: str) -> Refused:
    meant = _MISTAKEN_FOR.get(character)
    if meant is None:
        return Refused(
            "uscc_character",
            f"统一社会信用代码第{place}位“{character}”不是允许的字符，只能使用数字和大写字母（I、O、Z、S、V除外）。",
            f"Character {place}, '{character}', is not allowed: digits and letters without I, O, Z, S, V.",
        )
    return Refused(
        "uscc_letter",
        f"统一社会信用代码第{place}位是字母“{character}”，代码中不使用字母I、O、Z、S、V，应为“{meant}”吗？",
        f"Character {place} is the letter '{character}'; codes never use I, O, Z, S, V. Is '{meant}' meant?",
    )
