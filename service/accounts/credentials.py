"""What this process needs to tell who calls; made once when it starts, and kept on the application."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from service.accounts.oidc import Provider
from service.accounts.passwords import Passwords
from service.accounts.tokens import Tokens
from service.kit.config import Settings
from service.kit.crypto import KeyRing
from service.kit.errors import NotFound


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

    @property
    def outside(self) -> Provider:
        """The outside provider; raises NotFound when there is none."""
        if self.provider is None:
            raise NotFound(
                "oidc_not_configured",
                "本系统未启用统一身份认证，请用用户名和密码登录。",
                "No identity provider is configured here; sign in with user name and password.",
            )
        return self.provider


def the_credentials(request: Request) -> Credentials:
    credentials: Credentials = request.app.state.credentials
    return credentials


CurrentCredentials = Annotated[Credentials, Depends(the_credentials)]
