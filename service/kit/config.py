"""Settings: everything that may differ between two installations, and the secrets made on first use."""

import secrets
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Self

from platformdirs import user_data_path
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.kit.logs import Form

MAX_BODY_BYTES = 25 * 1024 * 1024


class Settings(BaseSettings):
    """One installation. Each field is read from `SERVICEDESK_<NAME>` and documented in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="SERVICEDESK_", extra="ignore", frozen=True)

    data: Path = Field(
        default_factory=lambda: user_data_path("servicedesk"),
        description="Directory of the embedded database, attachments and secrets.",
    )
    database_url: str | None = Field(
        default=None, description="Owner's URL of an external PostgreSQL 16+; unset: the embedded one."
    )
    app_database_url: str | None = Field(
        default=None,
        description="URL of the app role; unset: the owner's URL, acting as the role `servicedesk_app`.",
    )
    log: Form = Field(
        default="auto",
        description="Form of the log: `json`, `text`, or `auto`: text on a terminal, else JSON.",
    )
    pool_size: int = Field(default=10, ge=1, le=200, description="Database connections of one process.")
    max_body_bytes: int = Field(
        default=MAX_BODY_BYTES, ge=1024, description="Largest request body taken, in bytes."
    )
    max_attachment_bytes: int = Field(
        default=20 * 1024 * 1024, ge=1024, description="Largest file attached to a request, in bytes."
    )
    s3_bucket: str | None = Field(
        default=None, description="Bucket for attachments; unset: a directory below the data directory."
    )
    s3_endpoint: str = Field(
        default="https://s3.amazonaws.com", description="Address of the S3-compatible store."
    )
    s3_region: str = Field(default="us-east-1", description="Region named in signatures.")
    s3_access_key: SecretStr = Field(default=SecretStr(""), description="Access key of the store.")
    s3_secret_key: SecretStr = Field(default=SecretStr(""), description="Secret key of the store.")
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = Field(
        default=(), description="Addresses and networks whose X-Forwarded-For is believed, as a JSON list."
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="Issuer of the OpenID Connect provider that people may sign in with; unset: none.",
    )
    oidc_client_id: str = Field(default="", description="Our client id at that provider.")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="Our client secret at that provider."
    )
    oidc_redirect_url: str = Field(
        default="",
        description="Where the provider sends people back: `/api/v1/auth/oidc/callback`, as they reach it.",
    )

    @model_validator(mode="after")
    def _oidc_is_whole(self) -> Self:
        rest = (self.oidc_client_id, self.oidc_client_secret.get_secret_value(), self.oidc_redirect_url)
        if self.oidc_issuer is not None and not all(rest):
            raise ValueError("oidc_issuer needs oidc_client_id, oidc_client_secret and oidc_redirect_url")
        return self

    @property
    def secrets(self) -> "Secrets":
        return Secrets(self.data / "secrets")


class Secrets:
    """Random keys, made on first use and never a default: files of mode 0600 in a directory of mode 0700."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def get(self, name: str, *, size: int = 32) -> bytes:
        """The secret called `name`, `size` random bytes if it did not exist.

        Two processes that ask at once get the same secret: it is written aside and linked into place.
        """
        path = self.directory / name
        if not path.exists():
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.directory.chmod(0o700)
            aside = path.with_name(f".{name}.{secrets.token_hex(8)}")
            aside.touch(mode=0o600)
            aside.write_text(secrets.token_hex(size))
            try:
                path.hardlink_to(aside)
            except FileExistsError:
                pass  # the other process was first; its secret counts
            finally:
                aside.unlink()
        return bytes.fromhex(path.read_text())
