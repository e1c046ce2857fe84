"""Signing in with an outside OpenID Connect provider: code flow with PKCE, state and nonce.

The provider says who somebody is, and nothing else: no account is made or matched by a name or an address,
only by the subject that was stored with it.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
import jwt

from service.accounts.schemas import ReturnFromProvider
from service.kit import crypto
from service.kit.config import Settings
from service.kit.errors import Malformed, Unauthorized, Unavailable

#: Signatures by a key that only the provider has.
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"})
#: How far the provider's clock may be from ours.
LEEWAY = timedelta(minutes=1)
#: How long somebody may take at the provider.
SIGN_IN_TAKES = timedelta(minutes=10)
SEALED_FOR = "oidc.sign_in"


@dataclass(frozen=True)
class Begun:
    """A sign-in that was begun: where to send the browser, and what it keeps, sealed, until it is back.

    `is_local`: it comes back over plain HTTP, where a browser would not send a secure cookie.
    """

    url: str
    kept: str
    is_local: bool


class Provider:
    """The provider that an installation trusts. What it publishes is read when needed and kept."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, redirect_url: str) -> None:
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_url = redirect_url
        self._published: Mapping[str, Any] | None = None
        self._keys: jwt.PyJWKSet | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Provider | None":
        """The provider of an installation, if it has one."""
        if settings.oidc_issuer is None:
            return None
        client_secret = settings.oidc_client_secret.get_secret_value()
        return cls(settings.oidc_issuer, settings.oidc_client_id, client_secret, settings.oidc_redirect_url)

    async def begin(self, now: datetime) -> Begun:
        """Begin a sign-in; raises Unavailable when the provider cannot be reached."""
        published = await self._metadata()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_url,
            "scope": "openid",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        until = (now + SIGN_IN_TAKES).timestamp()
        kept = crypto.vault().seal(SEALED_FOR, json.dumps([state, nonce, verifier, until]))
        endpoint = published["authorization_endpoint"]
        separator = "&" if "?" in endpoint else "?"
        return Begun(
            f"{endpoint}{separator}{urlencode(asked)}",
            base64.urlsafe_b64encode(kept).decode(),
            is_local=self._redirect_url.startswith("http://"),
        )

    async def finish(self, kept: str | None, returned: ReturnFromProvider, now: datetime) -> str:
        """The subject that signed in at the provider.

        Raises:
            Malformed: this browser did not begin this sign-in, or too long ago.
            Unauthorized: the provider did not vouch for it.
            Unavailable: the provider cannot be reached.
        """
        state, nonce, verifier, until = _opened(kept)
        is_ours = secrets.compare_digest(returned.state.encode(), state.encode())
        if not is_ours or now.timestamp() >= until:
            raise _not_begun_here()
        if returned.code is None or returned.iss not in (None, self.issuer):
            raise _not_vouched_for()
        published = await self._metadata()
        form = {
            "grant_type": "authorization_code",
            "code": returned.code,
            "redirect_uri": self._redirect_url,
            "code_verifier": verifier,
        }
        answer = await self._redeem(published["token_endpoint"], form)
        if answer.status_code != httpx.codes.OK:
            raise _not_vouched_for()
        try:
            return await self._subject(str(answer.json()["id_token"]), nonce, now)
        except (jwt.PyJWTError, KeyError, ValueError, TypeError) as wrong:
            raise _not_vouched_for() from wrong

    async def _subject(self, id_token: str, nonce: str, now: datetime) -> str:
        """The subject of an ID token, verified as OpenID Connect Core 1.0 §3.1.3.7 asks."""
        key = await self._key(str(jwt.get_unverified_header(id_token).get("kid")))
        if key.algorithm_name not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError(key.algorithm_name)
        claims = jwt.decode(
            id_token,
            key,
            algorithms=[key.algorithm_name],
            audience=self._client_id,
            issuer=self.issuer,
            # the times are compared with the given clock, below
            options={
                "require": ["iss", "sub", "aud", "exp", "iat"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
        until = datetime.fromtimestamp(claims["exp"], UTC)
        since = datetime.fromtimestamp(claims["iat"], UTC)
        if now >= until + LEEWAY or since > now + LEEWAY:
            raise jwt.ExpiredSignatureError("not now")
        if not secrets.compare_digest(str(claims.get("nonce")).encode(), nonce.encode()):
            raise jwt.InvalidTokenError("made for another sign-in")
        if claims.get("azp", self._client_id) != self._client_id:
            raise jwt.InvalidAudienceError("made for another client")
        return str(claims["sub"])

    async def _key(self, key_id: str) -> jwt.PyJWK:
        """The provider's key with this id; asked for again when the id is new, since providers rotate."""
        if self._keys is None or key_id not in {key.key_id for key in self._keys.keys}:
            published = await self._metadata()
            self._keys = jwt.PyJWKSet.from_dict(await self._read(published["jwks_uri"]))
        return self._keys[key_id]

    async def _metadata(self) -> Mapping[str, Any]:
        """What the provider publishes about itself (OpenID Connect Discovery 1.0)."""
        if self._published is None:
            published = await self._read(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if published.get("issuer") != self.issuer or not all(name in published for name in needed):
                raise _away()
            self._published = published
        return self._published

    async def _read(self, url: str) -> dict[str, Any]:
        """A JSON object that the provider publishes."""
        try:
            async with httpx.AsyncClient(timeout=10) as client:
                published = (await client.get(url)).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as wrong:
            raise _away() from wrong
        if not isinstance(published, dict):
            raise _away()
        return published

    async def _redeem(self, endpoint: str, form: Mapping[str, str]) -> httpx.Response:
        """What the provider gives for a code; we show our secret as RFC 6749 §2.3.1 says."""
        ourselves = httpx.BasicAuth(quote_plus(self._client_id), quote_plus(self._client_secret))
        try:
            async with httpx.AsyncClient(timeout=10) as client:
                return await client.post(endpoint, data=form, auth=ourselves)
        except httpx.HTTPError as away:
            raise _away() from away


def _opened(kept: str | None) -> tuple[str, str, str, float]:
    try:
        opened = crypto.vault().open(SEALED_FOR, base64.urlsafe_b64decode(kept or ""))
    except (crypto.Unreadable, ValueError) as wrong:
        raise _not_begun_here() from wrong
    state, nonce, verifier, until = json.loads(opened)
    return state, nonce, verifier, until


def _not_begun_here() -> Malformed:
    return Malformed(
        "sign_in_not_begun",
        "登录已超时或不是从本浏览器发起，请重新登录。",
        "This sign-in took too long or was not begun in this browser; please begin again.",
    )


def _not_vouched_for() -> Unauthorized:
    return Unauthorized(
        "identity_not_confirmed",
        "统一身份认证平台未能确认您的身份，请重新登录。",
        "The identity provider did not confirm who you are; please sign in again.",
    )


def _away() -> Unavailable:
    return Unavailable(
        "identity_provider_away",
        "统一身份认证平台暂时无法访问，请稍后再试，或用用户名和密码登录。",
        "The identity provider cannot be reached; try again later, or sign in with your password.",
        retry_after=30,
    )
