"""The app role, the log, and the queue."""

from importlib.resources import files

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


class Xid8(sa.types.UserDefinedType):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"


def upgrade() -> None:
    app_role()
    queue()
    op.create_table(
        "events",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column(
            "tx",
            Xid8(),
            server_default=sa.text("pg_current_xact_id()"),
            nullable=False,
        ),
        sa.Column("sequence", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("actor_id", sa.Uuid),
        sa.Column("subject_kind", sa.String, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("unit_id", sa.Uuid),
        sa.Column("audience", sa.String, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.LargeBinary),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("data", postgresql.JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="events_pkey"),
        sa.UniqueConstraint("sequence", name="events_sequence_key"),
        sa.CheckConstraint("audience IN ('public', 'internal', 'unit', 'security')", name="audience"),
        sa.CheckConstraint("audience <> 'unit' OR unit_id IS NOT NULL", name="unit_is_named"),
    )
    op.create_index("events_tx_sequence_idx", "events", ["tx", "sequence"], unique=True)
    op.create_index("events_subject_id_sequence_idx", "events", ["subject_id", "sequence"])
    op.create_table(
        "idempotency_keys",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("method", sa.String, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("body_digest", sa.LargeBinary, nullable=False),
        sa.Column("required", postgresql.JSONB, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("headers", postgresql.JSONB, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "method", "path", "key", name="idempotency_keys_pkey"),
        sa.CheckConstraint("status BETWEEN 200 AND 299", name="only_success"),
    )
    op.create_index("idempotency_keys_created_at_idx", "idempotency_keys", ["created_at"])
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON events FROM servicedesk_app")


def app_role() -> None:
    """The role the API and the worker act as: it may use every table, but may not change the log.

    A role is shared by all databases of a server, so two may find it missing at once.
    """
    op.execute(
        """
        DO $$
        BEGIN
            CREATE ROLE servicedesk_app NOLOGIN;
            EXECUTE format('GRANT servicedesk_app TO %I', current_user);
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'servicedesk_app') THEN
                    RAISE EXCEPTION
                        'the role servicedesk_app is missing and we may not create it; as a superuser run: %',
                        format('CREATE ROLE servicedesk_app; GRANT servicedesk_app TO %I;', current_user);
                END IF;
        END
        $$
        """
    )
    op.execute("ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO servicedesk_app")
    op.execute("ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO servicedesk_app")
    op.execute("GRANT SELECT ON alembic_version TO servicedesk_app")


def queue() -> None:
    """The queue's tables as its package describes them.

    A later release of the package that changes them needs a revision of ours that does the same, unless this
    one has already found the newer description: tests/contracts/test_migrations.py says when.
    """
    op.get_bind().exec_driver_sql(
        (files("procrastinate") / "sql" / "schema.sql").read_text().replace("%", "%%")
    )
