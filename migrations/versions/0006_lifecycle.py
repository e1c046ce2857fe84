"""The whole lifecycle: its verbs and stages, the course of the handling clock, and what units apply for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UNITS_OF_LIMITS = "'working_days', 'working_hours', 'natural_days', 'natural_hours', 'minutes'"


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    words()
    clock()
    applications()


def words() -> None:
    replace_check(
        "requests",
        "stage",
        "stage IN ('second_person', 'unsigned', 'signed', 'extension_by_unit', 'extension_by_desk', "
        "'suspension_asked', 'for_enterprise', 'by_unit', 'by_desk')",
    )
    replace_check(
        "requests",
        "stage_of_status",
        "CASE status"
        " WHEN 'submitted' THEN coalesce(stage IN ('second_person'), true)"
        " WHEN 'need_info' THEN coalesce(stage IN ('second_person'), true)"
        " WHEN 'return_review' THEN coalesce(stage IN ('unsigned', 'signed'), false)"
        " WHEN 'handling' THEN coalesce(stage IN ('extension_by_unit', 'extension_by_desk',"
        " 'suspension_asked'), true)"
        " WHEN 'suspended' THEN coalesce(stage IN ('for_enterprise'), true)"
        " WHEN 'close_review' THEN coalesce(stage IN ('by_unit', 'by_desk'), false)"
        " ELSE stage IS NULL END",
    )
    replace_check(
        "request_notes",
        "verb",
        "verb IN ('submit', 'confirm', 'accept', 'ask-info', 'provide-info', 'decline', 'dispatch', "
        "'hand-down', 'take', 'sign', 'request-return', 'approve-return', 'reject-return', 'decide', "
        "'raise', 'escalate', 'assign', 'record-contact', 'request-extension', 'approve-extension', "
        "'reject-extension', 'request-suspension', 'approve-suspension', 'reject-suspension', 'resume', "
        "'submit-result', 'approve-result', 'send-back', 'record-callback', 'rate', 'redo', 'reopen', "
        "'archive', 'withdraw', 'merge', 'split', 'reclassify', 'correct', 'urge', 'instruct', "
        "'supervise', 'settle-supervision', 'raise-confidentiality', 'lower-confidentiality', "
        "'lift-identity')",
    )
    replace_check(
        "step_limits",
        "step",
        "step IN ('accept', 'provide_info', 'dispatch', 'sign', 'review_return', 'review_by_unit', "
        "'review_by_desk', 'rate')",
    )
    op.execute(
        "INSERT INTO step_limits (step, id, amount, unit, urgent_amount, urgent_unit, updated_at, version)"
        " VALUES ('review_return', gen_random_uuid(), 1, 'working_days', 2, 'working_hours', now(), 1)"
    )


def clock() -> None:
    op.add_column("requests", moment("step_since", nullable=True))
    op.add_column("requests", moment("handling_since", nullable=True))
    op.add_column("requests", sa.Column("limit_amount", sa.SmallInteger))
    op.add_column("requests", sa.Column("limit_unit", sa.String))
    op.add_column(
        "requests", sa.Column("extended_by", sa.SmallInteger, server_default=sa.text("0"), nullable=False)
    )
    op.alter_column("requests", "extended_by", server_default=None)
    # Until now a step's time counted from the last change of the request, and a round's from its dispatch.
    op.execute("UPDATE requests SET step_since = updated_at WHERE step_due_at IS NOT NULL")
    op.execute(
        "UPDATE requests SET handling_since = dispatched_at, limit_amount = promised_amount,"
        " limit_unit = promised_unit WHERE due_at IS NOT NULL"
    )
    op.create_check_constraint("limit_unit", "requests", f"limit_unit IN ({UNITS_OF_LIMITS})")
    replace_check("requests", "step", "num_nonnulls(step_since, step_due_at, step_yellow_at) IN (0, 3)")
    replace_check(
        "requests",
        "due",
        "num_nonnulls(handling_since, limit_amount, limit_unit, due_at, due_yellow_at) IN (0, 5)",
    )
    op.create_check_constraint(
        "extended_by", "requests", "extended_by >= 0 AND (extended_by = 0 OR extended_by <= limit_amount)"
    )


def applications() -> None:
    op.create_table(
        "request_applications",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("round", sa.SmallInteger, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("note_id", sa.Uuid, nullable=False),
        sa.Column("legal_basis", sa.String),
        sa.Column("suggested_unit_id", sa.Uuid),
        sa.Column("extends_by", sa.SmallInteger),
        sa.Column("cause", sa.String),
        sa.Column("review_on", sa.Date),
        moment("asked_at"),
        sa.Column("asked_by", sa.Uuid),
        moment("signed_at", nullable=True),
        sa.Column("signed_by", sa.Uuid),
        sa.Column("outcome", sa.String),
        moment("decided_at", nullable=True),
        sa.Column("decided_by", sa.Uuid),
        moment("ended_at", nullable=True),
        sa.CheckConstraint("kind IN ('return', 'extension', 'suspension')", name="kind"),
        sa.CheckConstraint("outcome IN ('approved', 'rejected', 'lapsed')", name="outcome"),
        sa.CheckConstraint("cause IN ('court', 'upper_level', 'season', 'enterprise')", name="cause"),
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("kind = 'return' OR legal_basis IS NULL", name="legal_basis"),
        sa.CheckConstraint("kind = 'return' OR suggested_unit_id IS NULL", name="suggested_unit"),
        sa.CheckConstraint("(kind = 'extension') = (extends_by IS NOT NULL)", name="extends_by"),
        sa.CheckConstraint("extends_by >= 1", name="extension"),
        sa.CheckConstraint("(kind = 'suspension') = (cause IS NOT NULL)", name="suspension_cause"),
        sa.CheckConstraint("(kind = 'suspension') = (review_on IS NOT NULL)", name="review_on"),
        sa.CheckConstraint(
            "ended_at IS NULL OR (kind = 'suspension' AND outcome = 'approved' AND ended_at >= decided_at)",
            name="ended",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="request_applications_request_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="request_applications_unit_id_fkey"),
        sa.ForeignKeyConstraint(["note_id"], ["request_notes.id"], name="request_applications_note_id_fkey"),
        sa.ForeignKeyConstraint(
            ["suggested_unit_id"], ["units.id"], name="request_applications_suggested_unit_id_fkey"
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["accounts.id"], name="request_applications_asked_by_fkey"),
        sa.ForeignKeyConstraint(["signed_by"], ["accounts.id"], name="request_applications_signed_by_fkey"),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"], name="request_applications_decided_by_fkey"),
        sa.PrimaryKeyConstraint("id", name="request_applications_pkey"),
    )
    op.create_index(
        "request_applications_request_id_asked_at_idx", "request_applications", ["request_id", "asked_at"]
    )
    op.create_index(
        "request_applications_undecided_key",
        "request_applications",
        ["request_id"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL"),
    )


def replace_check(table: str, name: str, condition: str) -> None:
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, condition)
