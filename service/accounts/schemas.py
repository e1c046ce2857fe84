"""What goes in and out at the door. Personal data goes out masked."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from service.accounts.models import Account
from service.accounts.rules import normal_username, username_problem
from service.kit import personal
from service.kit.types import Line, Moment, Schema, Word, storable, wrong

Password = Annotated[
    str,
    Field(min_length=1, max_length=200, examples=["correct horse battery staple"], repr=False),
    AfterValidator(storable),
]


def _username(written: str) -> str:
    normal = normal_username(written)
    if problem := username_problem(normal):
        raise wrong(*problem)
    return normal


#: A user name in its normal form.
Username = Annotated[Word, AfterValidator(_username), Field(examples=["zhang.wei"])]
Refresh = Annotated[Word, Field(examples=["rt_Yk3v…"], repr=False)]


class PasswordGrant(Schema):
    """The OAuth 2 password form (RFC 6749 §4.3)."""

    grant_type: Literal["password"] = "password"
    username: Annotated[Word, Field(examples=["zhang.wei"])]
    password: Password
    scope: Literal[""] = Field(
        default="", description="Not used: what an account may do is held by its roles."
    )


class RefreshGrant(Schema):
    """A refresh token, to be exchanged or revoked."""

    refresh_token: Refresh


class ReturnFromProvider(BaseModel):
    """What an identity provider sends a browser back with; it may add parameters of its own."""

    model_config = ConfigDict(extra="ignore")

    state: Annotated[str, AfterValidator(storable)] = Field(max_length=200, repr=False)
    code: Annotated[str | None, AfterValidator(lambda code: code and storable(code))] = Field(
        default=None, max_length=4_000, repr=False
    )
    iss: str | None = Field(default=None, description="The issuer, if the provider says it (RFC 9207).")
    error: str | None = Field(default=None, description="Why the provider refused (RFC 6749 §4.1.2.1).")


class TokensRead(Schema):
    """What a client signs its calls with, and what it gets the next one for."""

    access_token: str = Field(examples=["eyJhbGciOiJIUzI1NiIs…"], repr=False)
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int = Field(description="Seconds the access token lives.", examples=[900])
    refresh_token: Refresh
    refresh_expires_in: int = Field(description="Seconds the refresh token lives.", examples=[604800])


class AnonymousTokenRead(Schema):
    """What opens one anonymous request; there is no refresh token, the secret gives the next one."""

    access_token: str = Field(examples=["eyJhbGciOiJIUzI1NiIs…"], repr=False)
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int = Field(description="Seconds the access token lives.", examples=[900])


class PasswordChange(Schema):
    """The present password and the new one."""

    present: Password
    new: Password


class AccountCreate(Schema):
    """A new account."""

    username: Username
    name: Annotated[Line, Field(examples=["张伟"])]
    phone: personal.Phone | None = None
    email: personal.Email | None = None
    identity_number: personal.IdentityNumber | None = None


class AccountPatch(Schema):
    """Changes of an account; what is absent stays, what is null is cleared."""

    name: Line = Field(default_factory=str)
    phone: personal.Phone | None = None
    email: personal.Email | None = None
    identity_number: personal.IdentityNumber | None = None


class AccountRead(Schema):
    """An account as its owner and those who manage people see it; phone, address and number are masked."""

    id: UUID
    username: str = Field(examples=["zhang.wei"])
    name: str = Field(examples=["张伟"])
    phone: str | None = Field(examples=["138****1234"])
    phone_verified_at: Moment | None = Field(
        description="When an invitation to it was accepted; null while only its owner says so."
    )
    email: str | None = Field(examples=["o***@example.cn"])
    identity_number: str | None = Field(examples=["110*************2X"])
    is_active: bool
    is_sample: bool
    created_at: Moment
    version: int

    @classmethod
    def of(cls, account: Account) -> "AccountRead":
        return cls(
            id=account.id,
            username=account.username,
            name=account.name,
            phone=account.phone and personal.masked_phone(account.phone),
            phone_verified_at=account.phone_verified_at,
            email=account.email and personal.masked_email(account.email),
            identity_number=account.identity_number
            and personal.masked_identity_number(account.identity_number),
            is_active=account.is_active,
            is_sample=account.is_sample,
            created_at=account.created_at,
            version=account.version,
        )
