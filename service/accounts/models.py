"""The tables of the door: accounts, their sessions and keys, and the counts of wrong guesses."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from service.accounts.rules import SessionEnd
from service.kit.crypto import Sealed
from service.kit.database import one_of, utc, word
from service.kit.ids import new_id


def _sealed(purpose: str) -> Column[str]:
    return Column(Sealed(purpose), nullable=True)


def _digest(name: str) -> CheckConstraint:
    """A value and its digest come and go together."""
    return CheckConstraint(f"({name} IS NULL) = ({name}_digest IS NULL)", name=f"{name}_digest")


class Account(SQLModel, table=True):
    """A person who can sign in. What is personal is sealed; the digest beside it finds equal values."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("username"),
        UniqueConstraint("external_issuer", "external_subject"),
        CheckConstraint("char_length(username) BETWEEN 2 AND 64", name="username"),
        CheckConstraint("(external_issuer IS NULL) = (external_subject IS NULL)", name="external"),
        CheckConstraint("version >= 1", name="version"),
        _digest("phone"),
        CheckConstraint("phone IS NOT NULL OR phone_verified_at IS NULL", name="phone_verified_at"),
        _digest("email"),
        _digest("identity_number"),
        Index(None, "phone_digest"),
        Index(None, "email_digest"),
        Index(None, "identity_number_digest"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    username: str
    name: str = Field(repr=False)
    phone: str | None = Field(default=None, sa_column=_sealed("account.phone"), repr=False)
    phone_digest: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    #: When somebody showed that this phone is theirs; None while only the account itself says so.
    phone_verified_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    email: str | None = Field(default=None, sa_column=_sealed("account.email"), repr=False)
    email_digest: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    identity_number: str | None = Field(
        default=None, sa_column=_sealed("account.identity_number"), repr=False
    )
    identity_number_digest: bytes | None = Field(default=None, sa_type=LargeBinary, repr=False)
    password_hash: str | None = Field(default=None, repr=False)
    external_issuer: str | None = None
    external_subject: str | None = Field(default=None, repr=False)
    is_active: bool = True
    is_sample: bool = False
    created_at: datetime = Field(sa_column=utc())
    version: int = 1


class Session(SQLModel, table=True):
    """One sign-in and everything that came of it: a family of refresh tokens, of which one is unused."""

    __tablename__ = "sessions"
    __table_args__ = (
        one_of("ended_because", SessionEnd),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="end"),
        Index(None, "account_id"),
        Index(None, "expires_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(sa_column=Column(ForeignKey("accounts.id"), nullable=False))
    started_at: datetime = Field(sa_column=utc())
    #: When the newest refresh token of the family runs out.
    expires_at: datetime = Field(sa_column=utc())
    ended_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    ended_because: SessionEnd | None = Field(default=None, sa_column=word(SessionEnd, nullable=True))


class RefreshToken(SQLModel, table=True):
    """One refresh token, by its digest. A session has at most one that was not exchanged yet."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        Index(
            "refresh_tokens_unused_key", "session_id", unique=True, postgresql_where="exchanged_at IS NULL"
        ),
        Index(None, "session_id"),
    )

    digest: bytes = Field(sa_column=Column(LargeBinary, primary_key=True), repr=False)
    session_id: UUID = Field(sa_column=Column(ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False))
    issued_at: datetime = Field(sa_column=utc())
    expires_at: datetime = Field(sa_column=utc())
    exchanged_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))


class ApiKey(SQLModel, table=True):
    """A key for scripts, by its digest; its power is its scopes within its account's present permissions."""

    __tablename__ = "api_keys"
    __table_args__ = (
        UniqueConstraint("digest"),
        CheckConstraint("cardinality(scopes) >= 1", name="scopes"),
        CheckConstraint("expires_at > created_at", name="expires_at"),
        Index(None, "account_id", "created_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    account_id: UUID = Field(sa_column=Column(ForeignKey("accounts.id"), nullable=False))
    name: str
    #: The last four characters of the key, by which its owner recognises it.
    ending: str
    digest: bytes = Field(sa_type=LargeBinary, repr=False)
    scopes: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    created_at: datetime = Field(sa_column=utc())
    expires_at: datetime = Field(sa_column=utc())
    last_used_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=utc(nullable=True))


class GuessCount(SQLModel, table=True):
    """Wrong guesses at one account, from one address or by both together; the bucket is a keyed digest."""

    __tablename__ = "guess_counts"
    __table_args__ = (CheckConstraint("failures >= 0", name="failures"), Index(None, "last_at"))

    bucket: bytes = Field(sa_column=Column(LargeBinary, primary_key=True), repr=False)
    failures: int
    last_at: datetime = Field(sa_column=utc())
    open_at: datetime = Field(sa_column=utc())
