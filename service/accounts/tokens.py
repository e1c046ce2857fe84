"""Access tokens: short-lived, signed, holding ids only, so that reading one asks no database."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import jwt

from service.accounts.rules import ACCESS_TOKEN_LIVES, ANONYMOUS_TOKEN_LIVES, Identity, Via
from service.kit.crypto import KeyRing
from service.kit.errors import Unauthorized

ALGORITHM = "HS256"
ISSUER = "servicedesk"
TYPE = "at+jwt"  # RFC 9068: an access token, so that no other token of ours can stand for one


class Tokens:
    """Signs and reads access tokens with the keys of one installation."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def for_account(self, account_id: UUID, session_id: UUID, now: datetime) -> str:
        """The access token of a session, good for 15 minutes."""
        claims = {"sub": str(account_id), "sid": str(session_id)}
        return self._sign({**claims, "via": Via.TOKEN.value}, now, now + ACCESS_TOKEN_LIVES)

    def for_anonymous_request(self, request_id: UUID, now: datetime) -> str:
        """A token for one anonymous request and nothing else, good for 15 minutes."""
        claims = {"sub": str(request_id), "via": Via.ANONYMOUS.value}
        return self._sign(claims, now, now + ANONYMOUS_TOKEN_LIVES)

    def read(self, token: str, now: datetime) -> Identity:
        """Who the token speaks for.

        Raises:
            Unauthorized: it is not one of ours, was changed, or has run out.
        """
        try:
            claims = self._verified(token)
            if now >= datetime.fromtimestamp(claims["exp"], UTC):
                raise Unauthorized(
                    "token_expired",
                    "登录已过期，请用 refresh_token 换取新令牌。",
                    "The access token has expired; exchange your refresh token for a new one.",
                )
            subject = UUID(claims["sub"])
            match claims["via"]:
                case Via.TOKEN:
                    return Identity(Via.TOKEN, account_id=subject, token_id=UUID(str(claims["sid"])))
                case Via.ANONYMOUS:
                    return Identity(Via.ANONYMOUS, anonymous_request_id=subject)
        except (jwt.InvalidTokenError, KeyError, ValueError) as wrong:
            raise unknown_credential() from wrong
        raise unknown_credential()

    def _sign(self, claims: Mapping[str, str], now: datetime, until: datetime) -> str:
        number, key = self._keys.current
        times = {"iat": int(now.timestamp()), "exp": int(until.timestamp())}
        return jwt.encode(
            {"iss": ISSUER, **claims, **times}, key, ALGORITHM, headers={"kid": str(number), "typ": TYPE}
        )

    def _verified(self, token: str) -> dict[str, Any]:
        """The claims of a token that we signed; the caller compares its times with the given clock."""
        head = jwt.get_unverified_header(token)
        number = str(head.get("kid"))
        key = self._keys.key(int(number)) if number.isdecimal() and len(number) < 6 else None
        if key is None or head.get("typ") != TYPE:
            raise jwt.InvalidTokenError("not signed by a key of ours")
        return jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            options={"require": ["iat", "exp"], "verify_exp": False, "verify_iat": False},
        )


def unknown_credential() -> Unauthorized:
    """The one answer to every credential that is not good, whatever is wrong with it."""
    return Unauthorized(
        "unknown_credential",
        "登录凭证无效，请重新登录。",
        "The credential is not valid; please sign in again.",
    )
