"""What this process needs to tell who calls; made once when it starts, and kept on the application."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from service.accounts.passwords import Passwords
from service.accounts.tokens import Tokens
from service.kit.config import Settings
from service.kit.crypto import KeyRing


@dataclass(frozen=True)
class Credentials:
    """The signer of tokens and the verifier of passwords; `app.state.credentials`."""

    tokens: Tokens
    passwords: Passwords = field(default_factory=Passwords)

    @classmethod
    def of(cls, settings: Settings) -> "Credentials":
        """Those of one installation, with its keys."""
        return cls(Tokens(KeyRing(settings.secrets, "token")))


def the_credentials(request: Request) -> Credentials:
    credentials: Credentials = request.app.state.credentials
    return credentials


CurrentCredentials = Annotated[Credentials, Depends(the_credentials)]
