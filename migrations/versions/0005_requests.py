"""Requests, what belongs to them, and the epoch of the feed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UNITS_OF_LIMITS = "'working_days', 'working_hours', 'natural_days', 'natural_hours', 'minutes'"


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    step_limits()
    requests()
    parts_of_requests()
    search()
    anonymous_filing()
    feed()


def step_limits() -> None:
    op.create_table(
        "step_limits",
        sa.Column("step", sa.String, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("amount", sa.Integer, nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("urgent_amount", sa.Integer),
        sa.Column("urgent_unit", sa.String),
        moment("updated_at"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "step IN ('accept', 'provide_info', 'dispatch', 'sign', 'review_by_unit', "
            "'review_by_desk', 'rate')",
            name="step",
        ),
        sa.CheckConstraint(f"unit IN ({UNITS_OF_LIMITS})", name="unit"),
        sa.CheckConstraint(f"urgent_unit IN ({UNITS_OF_LIMITS})", name="urgent_unit"),
        sa.CheckConstraint("(urgent_amount IS NULL) = (urgent_unit IS NULL)", name="urgent"),
        sa.CheckConstraint("amount >= 1 AND urgent_amount >= 1", name="amount"),
        sa.CheckConstraint("version >= 1", name="version"),
        sa.PrimaryKeyConstraint("step", name="step_limits_pkey"),
    )
    op.execute(
        """
        INSERT INTO step_limits (step, id, amount, unit, urgent_amount, urgent_unit, updated_at, version)
        SELECT step, gen_random_uuid(), amount, unit, urgent_amount, urgent_unit, now(), 1
        FROM (VALUES
            ('accept', 1, 'working_days', 30, 'minutes'),
            ('provide_info', 5, 'working_days', NULL, NULL),
            ('dispatch', 1, 'working_days', 30, 'minutes'),
            ('sign', 1, 'working_days', 30, 'minutes'),
            ('review_by_unit', 1, 'working_days', NULL, NULL),
            ('review_by_desk', 1, 'working_days', NULL, NULL),
            ('rate', 5, 'working_days', NULL, NULL)
        ) AS first (step, amount, unit, urgent_amount, urgent_unit)
        """
    )


def requests() -> None:
    op.execute("CREATE SEQUENCE request_numbers")
    op.create_table(
        "requests",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("stage", sa.String),
        sa.Column("round", sa.SmallInteger, nullable=False),
        moment("created_at"),
        moment("updated_at"),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("item_id", sa.Uuid),
        sa.Column("urgency", sa.String, nullable=False),
        sa.Column("confidentiality", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("description", sa.String, nullable=False),
        sa.Column("attributes", postgresql.JSONB, nullable=False),
        sa.Column("address", sa.String),
        sa.Column("lat", sa.Float),
        sa.Column("long", sa.Float),
        sa.Column("origin", sa.String, nullable=False),
        sa.Column("origin_id", sa.String),
        sa.Column("source", sa.String),
        sa.Column("external_id", sa.String),
        sa.Column("opened_by", sa.Uuid),
        sa.Column("enterprise_id", sa.Uuid),
        sa.Column("area_id", sa.Uuid),
        sa.Column("contact_name", sa.LargeBinary),
        sa.Column("contact_phone", sa.LargeBinary),
        sa.Column("contact_phone_digest", sa.LargeBinary),
        sa.Column("is_unconfirmed", sa.Boolean, nullable=False),
        sa.Column(
            "accused_unit_ids", postgresql.ARRAY(sa.Uuid), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("suggestion", postgresql.JSONB),
        sa.Column("lead_unit_id", sa.Uuid),
        sa.Column("co_unit_ids", postgresql.ARRAY(sa.Uuid), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("assigned_to", sa.Uuid),
        sa.Column("decline_reason", sa.String),
        sa.Column("decline_channel", sa.String),
        sa.Column("decline_proposed_by", sa.Uuid),
        moment("submitted_at", nullable=True),
        moment("accepted_at", nullable=True),
        moment("first_dispatched_at", nullable=True),
        moment("dispatched_at", nullable=True),
        moment("signed_at", nullable=True),
        moment("contacted_at", nullable=True),
        moment("answered_at", nullable=True),
        moment("closed_at", nullable=True),
        moment("step_due_at", nullable=True),
        moment("step_yellow_at", nullable=True),
        moment("sign_due_at", nullable=True),
        moment("due_at", nullable=True),
        moment("due_yellow_at", nullable=True),
        moment("original_due_at", nullable=True),
        moment("review_at", nullable=True),
        sa.Column("promised_amount", sa.SmallInteger),
        sa.Column("promised_unit", sa.String),
        sa.Column("promised_text", sa.String),
        sa.Column("grade", sa.SmallInteger),
        sa.Column("solved", sa.Boolean),
        moment("rated_at", nullable=True),
        sa.CheckConstraint(
            "CASE WHEN status = 'close_review' THEN coalesce(stage IN ('by_unit', "
            "'by_desk'), false) WHEN status IN ('submitted', 'need_info') THEN "
            "coalesce(stage = 'second_person', true) ELSE stage IS NULL END",
            name="stage_of_status",
        ),
        sa.CheckConstraint(
            "CASE WHEN status = 'suspended' THEN review_at IS NOT NULL ELSE (status IN "
            "('submitted', 'need_info', 'to_dispatch', 'to_sign', 'return_review', "
            "'handling', 'suspended', 'close_review', 'callback')) = (step_due_at IS NOT "
            "NULL) END",
            name="open_has_a_due_time",
        ),
        sa.CheckConstraint(
            "confidentiality <> 'anonymous' OR num_nonnulls(opened_by, enterprise_id, "
            "contact_name, contact_phone) = 0",
            name="anonymous",
        ),
        sa.CheckConstraint(
            "confidentiality IN ('open', 'confidential', 'anonymous')", name="confidentiality"
        ),
        sa.CheckConstraint(
            "decline_reason IN ('not_government', 'emergency_line', 'in_legal_proceedings', "
            "'secret_or_private', 'answered_before', 'without_substance', "
            "'outside_district', 'no_answer')",
            name="decline_reason",
        ),
        sa.CheckConstraint("origin <> 'import' OR external_id IS NOT NULL", name="imported"),
        sa.CheckConstraint(
            "origin IN ('self', 'visit', 'activity', 'phone', 'hotline', 'import', 'open311', 'anonymous')",
            name="origin",
        ),
        sa.CheckConstraint(f"promised_unit IN ({UNITS_OF_LIMITS})", name="promised_unit"),
        sa.CheckConstraint("stage <> 'second_person' OR decline_reason IS NOT NULL", name="proposed_reason"),
        sa.CheckConstraint("stage IN ('second_person', 'by_unit', 'by_desk')", name="stage"),
        sa.CheckConstraint("status <> 'not_accepted' OR decline_reason IS NOT NULL", name="declined_reason"),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'need_info', 'not_accepted', 'to_dispatch', "
            "'to_sign', 'return_review', 'handling', 'suspended', 'close_review', "
            "'callback', 'closed', 'archived', 'withdrawn', 'merged')",
            name="status",
        ),
        sa.CheckConstraint(
            "status NOT IN ('to_sign', 'return_review', 'handling', 'close_review', "
            "'callback') OR (lead_unit_id IS NOT NULL AND due_at IS NOT NULL)",
            name="held_by_a_unit",
        ),
        sa.CheckConstraint(
            "type IN ('consultation', 'help', 'complaint', 'report', 'suggestion', 'praise')",
            name="type",
        ),
        sa.CheckConstraint("urgency IN ('normal', 'urgent', 'critical')", name="urgency"),
        sa.CheckConstraint(
            "(contact_phone IS NULL) = (contact_phone_digest IS NULL)",
            name="contact_phone_digest",
        ),
        sa.CheckConstraint("(due_at IS NULL) = (due_yellow_at IS NULL)", name="due"),
        sa.CheckConstraint("(external_id IS NULL) = (source IS NULL)", name="external_id"),
        sa.CheckConstraint("(lat IS NULL) = (long IS NULL)", name="place"),
        sa.CheckConstraint("(step_due_at IS NULL) = (step_yellow_at IS NULL)", name="step"),
        sa.CheckConstraint(
            "NOT lead_unit_id = ANY (co_unit_ids || accused_unit_ids) AND NOT co_unit_ids && "
            "accused_unit_ids",
            name="accused_is_kept_out",
        ),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name="grade"),
        sa.CheckConstraint("lat BETWEEN -90 AND 90 AND long BETWEEN -180 AND 180", name="coordinates"),
        sa.CheckConstraint("num_nonnulls(grade, solved, rated_at) IN (0, 3)", name="rating"),
        sa.CheckConstraint(
            "num_nonnulls(promised_amount, promised_unit, promised_text) IN (0, 3)",
            name="promise",
        ),
        sa.CheckConstraint("round BETWEEN 1 AND 3", name="round"),
        sa.CheckConstraint("version >= 1", name="version"),
        sa.ForeignKeyConstraint(["area_id"], ["units.id"], name="requests_area_id_fkey"),
        sa.ForeignKeyConstraint(["assigned_to"], ["accounts.id"], name="requests_assigned_to_fkey"),
        sa.ForeignKeyConstraint(
            ["decline_proposed_by"], ["accounts.id"], name="requests_decline_proposed_by_fkey"
        ),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprises.id"], name="requests_enterprise_id_fkey"),
        sa.ForeignKeyConstraint(["item_id"], ["service_items.id"], name="requests_item_id_fkey"),
        sa.ForeignKeyConstraint(["lead_unit_id"], ["units.id"], name="requests_lead_unit_id_fkey"),
        sa.ForeignKeyConstraint(["opened_by"], ["accounts.id"], name="requests_opened_by_fkey"),
        sa.PrimaryKeyConstraint("id", name="requests_pkey"),
        sa.UniqueConstraint("number", name="requests_number_key"),
        sa.UniqueConstraint("source", "external_id", name="requests_source_external_id_key"),
    )
    op.create_index("requests_area_id_created_at_id_idx", "requests", ["area_id", "created_at", "id"])
    op.create_index(
        "requests_assigned_to_created_at_id_idx",
        "requests",
        ["assigned_to", "created_at", "id"],
        postgresql_where=sa.text("assigned_to IS NOT NULL"),
    )
    op.create_index("requests_co_unit_ids_idx", "requests", ["co_unit_ids"], postgresql_using="gin")
    op.create_index(
        "requests_contact_phone_digest_idx",
        "requests",
        ["contact_phone_digest"],
        postgresql_where=sa.text("contact_phone_digest IS NOT NULL"),
    )
    op.create_index("requests_created_at_id_idx", "requests", ["created_at", "id"])
    op.create_index("requests_due_at_id_idx", "requests", ["due_at", "id"])
    op.create_index(
        "requests_enterprise_id_created_at_id_idx", "requests", ["enterprise_id", "created_at", "id"]
    )
    op.create_index("requests_item_id_created_at_id_idx", "requests", ["item_id", "created_at", "id"])
    op.create_index(
        "requests_lead_unit_id_created_at_id_idx", "requests", ["lead_unit_id", "created_at", "id"]
    )
    op.create_index("requests_opened_by_created_at_id_idx", "requests", ["opened_by", "created_at", "id"])
    op.create_index("requests_status_created_at_id_idx", "requests", ["status", "created_at", "id"])
    op.create_index("requests_step_due_at_id_idx", "requests", ["step_due_at", "id"])
    op.create_index("requests_type_created_at_id_idx", "requests", ["type", "created_at", "id"])
    op.create_index("requests_origin_created_at_id_idx", "requests", ["origin", "created_at", "id"])
    op.create_index(
        "requests_urgency_created_at_id_idx",
        "requests",
        ["urgency", "created_at", "id"],
        postgresql_where=sa.text("urgency <> 'normal'"),
    )
    op.create_index("requests_updated_at_id_idx", "requests", ["updated_at", "id"])


def parts_of_requests() -> None:
    op.create_table(
        "request_notes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("verb", sa.String),
        sa.Column("audience", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("created_by", sa.Uuid),
        moment("created_at"),
        sa.CheckConstraint("audience IN ('public', 'internal')", name="audience"),
        sa.CheckConstraint(
            "verb IN ('submit', 'confirm', 'accept', 'ask-info', 'provide-info', 'decline', "
            "'dispatch', 'sign', 'assign', 'record-contact', 'submit-result', "
            "'approve-result', 'send-back', 'rate', 'redo', 'withdraw')",
            name="verb",
        ),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name="request_notes_created_by_fkey"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="request_notes_request_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="request_notes_pkey"),
    )
    op.create_index(
        "request_notes_request_id_created_at_id_idx", "request_notes", ["request_id", "created_at", "id"]
    )
    op.create_table(
        "request_results",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("round", sa.SmallInteger, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("planned_on", sa.Date),
        sa.Column("created_by", sa.Uuid),
        moment("created_at"),
        moment("published_at", nullable=True),
        sa.CheckConstraint("(kind = 'cannot_yet') = (planned_on IS NOT NULL)", name="planned_on"),
        sa.CheckConstraint("kind IN ('solved', 'partly', 'explained', 'cannot_yet')", name="kind"),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name="request_results_created_by_fkey"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="request_results_request_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="request_results_pkey"),
    )
    op.create_index(
        "request_results_request_id_created_at_id_idx", "request_results", ["request_id", "created_at", "id"]
    )
    op.create_table(
        "request_attachments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("result_id", sa.Uuid),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("media_type", sa.String, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("created_by", sa.Uuid),
        moment("created_at"),
        sa.CheckConstraint("octet_length(digest) = 32", name="digest"),
        sa.CheckConstraint("size > 0", name="size"),
        sa.ForeignKeyConstraint(["created_by"], ["accounts.id"], name="request_attachments_created_by_fkey"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="request_attachments_request_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["result_id"],
            ["request_results.id"],
            name="request_attachments_result_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="request_attachments_pkey"),
    )
    op.create_index(
        "request_attachments_request_id_created_at_id_idx",
        "request_attachments",
        ["request_id", "created_at", "id"],
    )
    op.create_index(
        "request_attachments_result_id_idx",
        "request_attachments",
        ["result_id"],
        postgresql_where=sa.text("result_id IS NOT NULL"),
    )


def search() -> None:
    op.create_table(
        "request_search",
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("part", sa.String, nullable=False),
        sa.Column("folded", sa.String, nullable=False),
        sa.Column("words", postgresql.TSVECTOR, nullable=False),
        sa.CheckConstraint("part IN ('question', 'answer')", name="part"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="request_search_request_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("request_id", "part", name="request_search_pkey"),
    )
    op.create_index(
        "request_search_answer_idx",
        "request_search",
        ["words"],
        postgresql_using="gin",
        postgresql_where=sa.text("part = 'answer'"),
    )
    op.create_index(
        "request_search_question_idx",
        "request_search",
        ["words"],
        postgresql_using="gin",
        postgresql_where=sa.text("part = 'question'"),
    )


def anonymous_filing() -> None:
    op.create_table(
        "anonymous_filings",
        sa.Column("request_id", sa.Uuid, nullable=False),
        sa.Column("secret_digest", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name="anonymous_filings_request_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("request_id", name="anonymous_filings_pkey"),
    )
    op.create_table(
        "filing_counts",
        sa.Column("address_digest", sa.LargeBinary, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("filings", sa.Integer, nullable=False),
        sa.CheckConstraint("filings >= 1", name="filings"),
        sa.PrimaryKeyConstraint("address_digest", name="filing_counts_pkey"),
    )
    op.create_index("filing_counts_day_idx", "filing_counts", ["day"])


def feed() -> None:
    op.create_table(
        "feed_epoch",
        sa.Column("place", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("epoch", sa.Uuid, nullable=False),
        sa.CheckConstraint("place = 1", name="one_row"),
        sa.PrimaryKeyConstraint("place", name="feed_epoch_pkey"),
    )
    op.execute("INSERT INTO feed_epoch (place, epoch) VALUES (1, gen_random_uuid())")
