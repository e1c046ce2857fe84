"""Industry codes (GB/T 4754): four digits that mean something only together with the edition's year."""

import re

from service.organizations.rules.refusals import Refused

SECTIONS: dict[int, dict[str, range]] = {
    2011: {
        "A": range(1, 6), "B": range(6, 13), "C": range(13, 44), "D": range(44, 47), "E": range(47, 51),
        "F": range(51, 53), "G": range(53, 61), "H": range(61, 63), "I": range(63, 66), "J": range(66, 70),
        "K": range(70, 71), "L": range(71, 73), "M": range(73, 76), "N": range(76, 79), "O": range(79, 82),
        "P": range(82, 83), "Q": range(83, 85), "R": range(85, 90), "S": range(90, 96), "T": range(96, 97),
    },
    2017: {
        "A": range(1, 6), "B": range(6, 13), "C": range(13, 44), "D": range(44, 47), "E": range(47, 51),
        "F": range(51, 53), "G": range(53, 61), "H": range(61, 63), "I": range(63, 66), "J": range(66, 70),
        "K": range(70, 71), "L": range(71, 73), "M": range(73, 76), "N": range(76, 80), "O": range(80, 83),
        "P": range(83, 84), "Q": range(84, 86), "R": range(86, 91), "S": range(91, 97), "T": range(97, 98),
    },
}  # fmt: skip
"""The divisions (first two digits) of each section (letter), by edition. Later editions are added here."""

PRESENT_EDITION = max(SECTIONS)


def parse(written: str, edition: int) -> str:
    """The four-digit code, checked against the divisions of the edition; raises `Refused`."""
    if edition not in SECTIONS:
        known = "、".join(map(str, SECTIONS))
        raise Refused(
            "industry_edition",
            f"没有{edition}年版的国民经济行业分类，可用：{known}。",
            f"There is no {edition} edition of GB/T 4754; known: {known}.",
        )
    code = written.strip()
    if not re.fullmatch(r"[0-9]{4}", code):
        raise Refused(
            "industry_code",
            "行业代码应为四位数字的小类代码，不带门类字母，例如2750。",
            "An industry code is the four-digit class without the section letter, for example 2750.",
        )
    if section(code, edition) is None:
        raise Refused(
            "industry_division",
            f"{edition}年版国民经济行业分类中没有大类{code[:2]}。",
            f"The {edition} edition of GB/T 4754 has no division {code[:2]}.",
        )
    return code


def section(code: str, edition: int) -> str | None:
    """The section letter of a code in an edition: 2750 is C in both; 7910 is O in 2011 and N in 2017."""
    division = int(code[:2])
    return next((letter for letter, divisions in SECTIONS[edition].items() if division in divisions), None)
