"""What this process needs to tell who calls; made once when it starts, and kept on the application."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from service.accounts.oidc import Provider
from service.accounts.passwords import Passwords
from service.accounts.tokens import Tokens
from service.kit.config import Settings
from service.kit.crypto import KeyRing


@dataclass(frozen=True)
class Credentials:
    """The signer of tokens, the verifier of passwords, the outside provider; `app.state.credentials`."""

    tokens: Tokens
    passwords: Passwords = field(default_factory=Passwords)
    provider: Provider | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Credentials":
        """Those of one installation, with its keys."""
        return cls(Tokens(KeyRing(settings.secrets, "token")), provider=Provider.of(settings))


def the_credentials(request: Request) -> Credentials:
    credentials: Credentials = request.app.state.credentials
    return credentials


CurrentCredentials = Annotated[Credentials, Depends(the_credentials)]
