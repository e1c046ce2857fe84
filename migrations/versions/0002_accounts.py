"""Accounts, their sessions and keys, and the counts of wrong guesses."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    accounts()
    sessions()
    api_keys()
    op.create_table(
        "guess_counts",
        sa.Column("bucket", sa.LargeBinary, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        moment("last_at"),
        moment("open_at"),
        sa.PrimaryKeyConstraint("bucket", name="guess_counts_pkey"),
        sa.CheckConstraint("failures >= 0", name="failures"),
    )
    op.create_index("guess_counts_last_at_idx", "guess_counts", ["last_at"])


def accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("username", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("phone", sa.LargeBinary),
        sa.Column("phone_digest", sa.LargeBinary),
        sa.Column("email", sa.LargeBinary),
        sa.Column("email_digest", sa.LargeBinary),
        sa.Column("identity_number", sa.LargeBinary),
        sa.Column("identity_number_digest", sa.LargeBinary),
        sa.Column("password_hash", sa.String),
        sa.Column("external_issuer", sa.String),
        sa.Column("external_subject", sa.String),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("is_sample", sa.Boolean, nullable=False),
        moment("created_at"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="accounts_pkey"),
        sa.UniqueConstraint("username", name="accounts_username_key"),
        sa.UniqueConstraint(
            "external_issuer", "external_subject", name="accounts_external_issuer_external_subject_key"
        ),
        sa.CheckConstraint("char_length(username) BETWEEN 2 AND 64", name="username"),
        sa.CheckConstraint("(external_issuer IS NULL) = (external_subject IS NULL)", name="external"),
        sa.CheckConstraint("version >= 1", name="version"),
        *(
            sa.CheckConstraint(f"({name} IS NULL) = ({name}_digest IS NULL)", name=f"{name}_digest")
            for name in ("phone", "email", "identity_number")
        ),
    )
    for name in ("phone_digest", "email_digest", "identity_number_digest"):
        op.create_index(f"accounts_{name}_idx", "accounts", [name])


def sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        moment("started_at"),
        moment("expires_at"),
        moment("ended_at", nullable=True),
        sa.Column("ended_because", sa.String),
        sa.PrimaryKeyConstraint("id", name="sessions_pkey"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="sessions_account_id_fkey"),
        sa.CheckConstraint(
            "ended_because IN ('signed_out', 'password_changed', 'replayed', 'deactivated')",
            name="ended_because",
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="end"),
    )
    op.create_index("sessions_account_id_idx", "sessions", ["account_id"])
    op.create_index("sessions_expires_at_idx", "sessions", ["expires_at"])
    op.create_table(
        "refresh_tokens",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        moment("issued_at"),
        moment("expires_at"),
        moment("exchanged_at", nullable=True),
        sa.PrimaryKeyConstraint("digest", name="refresh_tokens_pkey"),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name="refresh_tokens_session_id_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index("refresh_tokens_session_id_idx", "refresh_tokens", ["session_id"])
    op.create_index(
        "refresh_tokens_unused_key",
        "refresh_tokens",
        ["session_id"],
        unique=True,
        postgresql_where=sa.text("exchanged_at IS NULL"),
    )


def api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("ending", sa.String, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.String), nullable=False),
        moment("created_at"),
        moment("expires_at"),
        moment("last_used_at", nullable=True),
        moment("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="api_keys_pkey"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="api_keys_account_id_fkey"),
        sa.UniqueConstraint("digest", name="api_keys_digest_key"),
        sa.CheckConstraint("cardinality(scopes) >= 1", name="scopes"),
        sa.CheckConstraint("expires_at > created_at", name="expires_at"),
    )
    op.create_index("api_keys_account_id_created_at_id_idx", "api_keys", ["account_id", "created_at", "id"])
