"""What is allowed at the door: names, passwords, waits after wrong guesses, the form of keys and secrets."""

import secrets
import unicodedata
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from service.kit.labels import Labelled

# --- how long things live ----------------------------------------------------------------------------

ACCESS_TOKEN_LIVES = timedelta(minutes=15)
REFRESH_TOKEN_LIVES = timedelta(days=7)
#: However often it is refreshed, a session ends after this, and its person signs in anew.
SESSION_LIVES_AT_MOST = timedelta(days=90)
#: A refresh token that was just exchanged may be shown again for this long: a double click, a second tab,
#: an answer that got lost. It then gives the same successor, never another one.
REFRESH_MAY_REPEAT = timedelta(seconds=30)
ANONYMOUS_TOKEN_LIVES = timedelta(minutes=15)
API_KEY_LIVES = timedelta(days=365)
API_KEY_LIVES_AT_MOST = timedelta(days=366)
KEYS_OF_ONE_ACCOUNT = 20


class Via(Labelled):
    """By what a caller is known."""

    TOKEN = "token", "登录令牌", "sign-in token"
    KEY = "key", "接口密钥", "API key"
    ANONYMOUS = "anonymous", "匿名诉求令牌", "token of an anonymous request"


@dataclass(frozen=True)
class Identity:
    """Who calls, as the credential says; whether it still stands is asked when the Actor is loaded.

    `account_id`: None for the token of an anonymous request.
    `scopes`: the permission words a key is limited to; None when it is not limited.
    `token_id`: the session of a token, the id of a key.
    """

    via: Via
    account_id: UUID | None = None
    scopes: frozenset[str] | None = None
    anonymous_request_id: UUID | None = None
    token_id: UUID | None = None


class SignInMethod(Labelled):
    """How a session began."""

    PASSWORD = "password", "密码", "password"
    OIDC = "oidc", "统一身份认证", "outside identity provider"


class SessionEnd(Labelled):
    """Why a session is over."""

    SIGNED_OUT = "signed_out", "本人退出", "signed out"
    PASSWORD_CHANGED = "password_changed", "密码已修改", "password changed"
    REPLAYED = "replayed", "旧令牌被重复使用", "an old refresh token was used again"
    DEACTIVATED = "deactivated", "账号已停用", "account deactivated"


# --- names and passwords -----------------------------------------------------------------------------

PASSWORD_LENGTH = range(10, 201)
USERNAME_LENGTH = range(2, 65)


def normal_username(written: str) -> str:
    """The form in which a user name is unique: case-folded NFKC, without spaces around it."""
    folded = unicodedata.normalize("NFKC", written).casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def username_problem(normal: str) -> tuple[str, str, str] | None:
    """Why this may not be a user name: code, Chinese, English; None when it may."""
    if len(normal) not in USERNAME_LENGTH:
        return ("username_length", "用户名须为 2 至 64 个字符。", "A user name has 2 to 64 characters.")
    if not all(character.isalnum() or character in "._-@" for character in normal):
        return (
            "username_characters",
            "用户名只能由文字、数字和 . _ - @ 组成。",
            "A user name consists of letters, digits and . _ - @ only.",
        )
    return None


def normal_password(written: str) -> str:
    """The form that is hashed: NFKC, so that an input method's full-width letters do not matter."""
    return unicodedata.normalize("NFKC", written)


def password_problem(written: str, username: str) -> tuple[str, str, str] | None:
    """Why this may not be the password of that account: code, Chinese, English; None when it may.

    Length is what counts (NIST SP 800-63B §3.1.1.2): no rules of composition, no expiry.
    """
    if len(written) not in PASSWORD_LENGTH or len(normal_password(written)) not in PASSWORD_LENGTH:
        return (
            "password_length",
            "密码须为 10 至 200 个字符；可以用一句话。",
            "A password has 10 to 200 characters; a sentence will do.",
        )
    if normal_username(written) == username:
        return (
            "password_is_username",
            "密码不能与用户名相同。",
            "The password must differ from the user name.",
        )
    return None


# --- waits after wrong guesses -----------------------------------------------------------------------


@dataclass(frozen=True)
class Patience:
    """How many wrong guesses are free, how the wait grows after them, and when they are forgotten."""

    free: int
    first_wait: timedelta
    longest_wait: timedelta
    forgotten_after: timedelta

    def wait(self, failures: int) -> timedelta:
        """The wait after so many wrong guesses: none, then doubling up to the longest."""
        over = failures - self.free
        if over <= 0:
            return timedelta(0)
        doubled = 1 << min(over - 1, 20)
        return min(self.first_wait * doubled, self.longest_wait)


#: Guesses at one account (or one anonymous request): after five, 2 s, 4 s … 15 min, so under a hundred a day.
ONE_ACCOUNT = Patience(5, timedelta(seconds=2), timedelta(minutes=15), timedelta(days=1))
#: Guesses from one address: an office of hundreds may share it, so more are free.
ONE_ADDRESS = Patience(30, timedelta(seconds=2), timedelta(minutes=15), timedelta(hours=6))


@dataclass(frozen=True)
class Count:
    """Wrong guesses of one bucket so far, and from when the next attempt is taken."""

    failures: int
    last_at: datetime
    open_at: datetime


def attempt(before: Count | None, patience: Patience, now: datetime) -> Count | timedelta:
    """The count with this attempt charged, as if it were wrong; or how long to wait, changing nothing.

    Charging before the answer is known keeps a thousand attempts at once from all passing as the first one.
    Attempts during a wait do not lengthen it: hammering gains nothing and harms nobody.
    """
    if before is not None and now < before.open_at:
        return before.open_at - now
    forgotten = before is None or now - before.last_at >= patience.forgotten_after
    failures = 1 if before is None or forgotten else before.failures + 1
    return Count(failures, now, now + patience.wait(failures))


# --- keys and secrets --------------------------------------------------------------------------------

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
KEY_PREFIX = "sk_"
KEY_RANDOM = 40  # characters, 238 bits
KEY_CHECK = 6


def new_key() -> str:
    """An API key: `sk_`, 40 random characters and a checksum of 6, so that a scanner of leaked secrets and
    a person who copied only half of it can tell without asking us."""
    body = "".join(secrets.choice(BASE62) for _ in range(KEY_RANDOM))
    return f"{KEY_PREFIX}{body}{_checksum(body)}"


def is_key(text: str) -> bool:
    """Whether the text has the form and the checksum of an API key."""
    body, check = text[len(KEY_PREFIX) : -KEY_CHECK], text[-KEY_CHECK:]
    return text.startswith(KEY_PREFIX) and len(body) == KEY_RANDOM and _checksum(body) == check


def _checksum(body: str) -> str:
    """CRC-32 of the body in base 62, six characters."""
    number, characters = zlib.crc32(body.encode()), ""
    for _ in range(KEY_CHECK):
        number, digit = divmod(number, 62)
        characters = BASE62[digit] + characters
    return characters
