"""A small OpenID Connect provider on loopback: it signs in whoever it is told to, and lies when told to."""

import base64
import hashlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode

import anyio
import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from service.kit.clock import GivenClock

CLIENT_ID, CLIENT_SECRET = "servicedesk:荣昌", "s3cret / with + signs"


class SmallProvider:
    """Signs in `subject`; `lies` replaces claims of the ID token, `signs_with` its key."""

    def __init__(self, issuer: str, clock: GivenClock) -> None:
        self.issuer = issuer
        self.subject = "248289761001"
        self.lies: dict[str, Any] = {}
        self.calls: list[str] = []
        self.is_down = False
        self.said_issuer = issuer
        self._clock = clock
        self._codes: dict[str, dict[str, str]] = {}
        self.rotate("first")
        self.signs_with = self._key

    def rotate(self, key_id: str) -> None:
        """Sign with a new key, and publish that one alone."""
        self._key = self.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key_id = key_id

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._configuration),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    async def _configuration(self, _: Request) -> Response:
        self.calls.append("configuration")
        if self.is_down:
            return Response("be right back", status_code=502)
        endpoints = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        urls = {name: f"{self.issuer}/{path}" for name, path in endpoints.items()}
        return JSONResponse({"issuer": self.said_issuer, **urls})

    async def _keys(self, _: Request) -> Response:
        self.calls.append("keys")
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return JSONResponse({"keys": [{**public, "kid": self.key_id, "use": "sig", "alg": "RS256"}]})

    async def _authorize(self, request: Request) -> Response:
        """The person agrees at once."""
        asked = dict(request.query_params)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer, "session_state": "x"}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    async def _token(self, request: Request) -> Response:
        """A code is redeemed once, by the client it was made for, that knows the verifier."""
        self.calls.append("token")
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        scheme, _, shown = request.headers["authorization"].partition(" ")
        client = tuple(unquote_plus(part) for part in base64.b64decode(shown).decode().split(":"))
        asked = self._codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or (scheme, client) != ("Basic", (CLIENT_ID, CLIENT_SECRET))
            or form["redirect_uri"] != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(self._clock.now().timestamp())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"], **self.lies}
        said = {name: value for name, value in claims.items() if value is not None}
        token = jwt.encode(said, self.signs_with, "RS256", headers={"kid": self.key_id})
        return JSONResponse({"access_token": "unused", "token_type": "Bearer", "id_token": token})


@asynccontextmanager
async def running(clock: GivenClock) -> AsyncIterator[SmallProvider]:
    """The provider on a free port of loopback, until the block ends."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # from here on calls wait until the server takes them
        provider = SmallProvider(f"http://127.0.0.1:{listening.getsockname()[1]}", clock)
        config = uvicorn.Config(provider.app(), http="h11", ws="none", lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.serve, [listening])
            yield provider
            server.should_exit = True
