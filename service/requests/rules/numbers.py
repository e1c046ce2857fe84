"""Request numbers a person can read out on the telephone, with a check digit that catches a slip.

An open request: `RC-20261124-000123-7`: district letters, day of recording, a sequence with gaps that is
never reset, check digit (ISO 7064 Mod 11,10 over day and sequence). A confidential or anonymous one tells
neither day nor order: `RC-` + ten random characters + check character (ISO 7064's hybrid system over the same
alphabet).
"""

import re
import secrets
import unicodedata
from datetime import date
from uuid import UUID

from stdnum.iso7064 import mod_11_10, mod_37_36

PREFIX = "RC"
#: Crockford's base 32: no I, L, O or U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DATED = re.compile(r"(\d{8})(\d{6,12})(\d)")
_SECRET = re.compile(rf"[{ALPHABET}]{{11}}")


class NotANumber(ValueError):
    """The text is no request number: wrong form, or a slip that the check digit caught."""


def dated(day: date, sequence: int) -> str:
    """The number of an open request recorded on this day (Asia/Shanghai)."""
    digits = f"{day:%Y%m%d}{sequence:06d}"
    return f"{PREFIX}-{digits[:8]}-{digits[8:]}-{mod_11_10.calc_check_digit(digits)}"


def secret() -> str:
    """A number that tells nothing: ten random characters (50 bits) and their check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{PREFIX}-{body}{mod_37_36.calc_check_digit(body, ALPHABET)}"


def parse(typed: str) -> UUID | str:
    """What `{id}` of a request names: its id, or its number as it is stored.

    Lower case, full width, other dashes, spaces, missing dashes, and O, I, L for 0, 1, 1 are understood.

    Raises:
        NotANumber: it is neither.
    """
    plain = unicodedata.normalize("NFKC", typed).strip()
    try:
        return UUID(plain)
    except ValueError:
        pass
    letters = "".join(
        character
        for character in plain.upper()
        if not (character.isspace() or unicodedata.category(character) == "Pd")
    )
    body = letters.removeprefix(PREFIX).translate(LOOKALIKES)
    if not letters.startswith(PREFIX):
        raise NotANumber(typed)
    if (match := _DATED.fullmatch(body)) and body.isascii() and mod_11_10.is_valid(body):
        day, sequence, check = match.groups()
        return f"{PREFIX}-{day}-{sequence}-{check}"
    if _SECRET.fullmatch(body) and mod_37_36.is_valid(body, ALPHABET):
        return f"{PREFIX}-{body}"
    raise NotANumber(typed)


def normal(typed: str) -> str:
    """The number as it is stored; what is no number is left as it was typed, and names nothing."""
    try:
        return str(parse(typed))
    except NotANumber:
        return typed
