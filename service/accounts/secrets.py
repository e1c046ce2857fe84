"""Secrets to be written down: shown once, kept as a digest, forgiving of how they are typed."""

import hmac
import re
import secrets
import unicodedata

from service.kit import crypto

#: Crockford's base 32: no letter that is mistaken for a digit.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP = 5, 4  # 20 characters, 100 bits


def new_secret() -> str:
    """A secret such as `9F2K-7QXD-M3RB-0T5C-W8HJ`, to be written down by hand."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def digest_of(secret: str, purpose: str = "anonymous_secret") -> bytes:
    """What is kept of a secret."""
    return crypto.digest(purpose, _normal(secret))


def matches(secret: str, kept: bytes) -> bool:
    """Whether `kept` was made from this secret; small letters, spaces, O, I and L do not matter."""
    return hmac.compare_digest(digest_of(secret), kept)


def _normal(secret: str) -> str:
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", secret)).upper()
    return plain.translate(str.maketrans("OIL", "011"))
