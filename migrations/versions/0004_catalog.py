"""Service items, routing rules, the promise policy and the district's calendar."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TYPES = "'consultation', 'help', 'complaint', 'report', 'suggestion', 'praise'"
REASONS = (
    "'not_government', 'emergency_line', 'in_legal_proceedings', 'secret_or_private', 'answered_before', "
    "'without_substance', 'outside_district', 'no_answer'"
)
UNITS_OF_LIMITS = "'working_days', 'working_hours', 'natural_days', 'natural_hours', 'minutes'"


def moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def link(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"{table}_{column}_fkey")


def check(name: str, clause: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(clause, name=name)


def limit(name: str, *, nullable: bool) -> tuple[sa.Column[object] | sa.CheckConstraint, ...]:
    return (
        sa.Column(f"{name}_amount", sa.Integer, nullable=nullable),
        sa.Column(f"{name}_unit", sa.String, nullable=nullable),
        check(f"{name}_unit", f"{name}_unit IN ({UNITS_OF_LIMITS})"),
        check(f"{name}_amount", f"{name}_amount >= 1"),
        check(name, f"({name}_amount IS NULL) = ({name}_unit IS NULL)"),
    )


def upgrade() -> None:
    books()
    service_items()
    service_item_units()
    promise_policy()
    routing_rules()
    routing_rule_lists()
    calendar()


def books() -> None:
    op.create_table(
        "catalog_books",
        sa.Column("name", sa.String, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        moment("changed_at"),
        sa.PrimaryKeyConstraint("name", name="catalog_books_pkey"),
        check("name", "name IN ('calendar', 'routing', 'promises')"),
        check("version", "version >= 1"),
    )
    op.execute(
        """
        INSERT INTO catalog_books (name, id, revision, version, changed_at)
        SELECT name, gen_random_uuid(), gen_random_uuid(), 1, now()
        FROM unnest(ARRAY['calendar', 'routing', 'promises']) AS name
        """
    )


def service_items() -> None:
    op.create_table(
        "service_items",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("group_name", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("lead_unit_id", sa.Uuid, nullable=False),
        *limit("limit", nullable=False),
        *limit("urgent", nullable=True),
        *limit("contact", nullable=True),
        sa.Column("promise_note", sa.String),
        sa.Column("is_confidential", sa.Boolean, nullable=False),
        sa.Column("is_public", sa.Boolean, nullable=False),
        sa.Column("guidance", sa.String),
        sa.Column("keywords", postgresql.JSONB, nullable=False),
        sa.Column("hotline_code", sa.String),
        sa.Column("form", postgresql.JSONB, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("is_sample", sa.Boolean, nullable=False),
        moment("created_at"),
        moment("updated_at"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="service_items_pkey"),
        sa.UniqueConstraint("code", name="service_items_code_key"),
        link("service_items", "lead_unit_id", "units.id"),
        check(
            "kind",
            "kind IN ('burden', 'difficulty', 'financing', 'production', 'talent')",
        ),
        check("code", "code ~ '^[A-Z][A-Z0-9]{1,9}$'"),
        check("validity", "valid_to >= valid_from"),
        check("version", "version >= 1"),
    )
    op.create_index("service_items_lead_unit_id_idx", "service_items", ["lead_unit_id"])


def service_item_units() -> None:
    table = "service_item_units"
    op.create_table(
        table,
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("place", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("unit_id", sa.Uuid),
        sa.Column("name", sa.String),
        sa.PrimaryKeyConstraint("item_id", "role", "place", name=f"{table}_pkey"),
        sa.UniqueConstraint("item_id", "role", "unit_id", name=f"{table}_item_id_role_unit_id_key"),
        link(table, "item_id", "service_items.id"),
        link(table, "unit_id", "units.id"),
        check("role", "role IN ('alternative', 'co')"),
        check("kind", "kind IN ('unit', 'home', 'to_name', 'outside')"),
        check("unit", "(kind = 'unit') = (unit_id IS NOT NULL)"),
        check("name", "(kind IN ('to_name', 'outside')) = (name IS NOT NULL)"),
        check("alternative", "role = 'co' OR kind = 'unit'"),
        check("place", "place >= 0"),
    )
    op.create_index(f"{table}_unit_id_idx", table, ["unit_id"])


def promise_policy() -> None:
    op.create_table(
        "promise_policy",
        sa.Column("book", sa.String, nullable=False),
        *limit("consultation", nullable=False),
        *limit("answer_only", nullable=False),
        *limit("contact", nullable=False),
        sa.PrimaryKeyConstraint("book", name="promise_policy_pkey"),
        check("one_row", "book = 'promises'"),
    )
    op.execute(
        "INSERT INTO promise_policy VALUES "
        "('promises', 3, 'working_days', 7, 'working_days', 1, 'working_days')"
    )


def routing_rules() -> None:
    table = "routing_rules"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("place", sa.Integer),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("aspect", sa.String, nullable=False),
        sa.Column("conditions", postgresql.JSONB, nullable=False),
        sa.Column("item_id", sa.Uuid),
        sa.Column("lead_unit_id", sa.Uuid),
        sa.Column("names_co_units", sa.Boolean, nullable=False),
        sa.Column("type", sa.String),
        sa.Column("urgency", sa.String),
        sa.Column("confidentiality", sa.String),
        sa.Column("decline_reason", sa.String),
        sa.Column("channel", sa.String),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("is_sample", sa.Boolean, nullable=False),
        moment("created_at"),
        moment("updated_at"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"{table}_pkey"),
        sa.UniqueConstraint("place", name=f"{table}_place_key", deferrable=True, initially="DEFERRED"),
        link(table, "item_id", "service_items.id"),
        link(table, "lead_unit_id", "units.id"),
        check("aspect", "aspect IN ('destination', 'type', 'urgency', 'confidentiality', 'admission')"),
        check("type", f"type IN ({TYPES})"),
        check("urgency", "urgency IN ('normal', 'urgent', 'critical')"),
        check("confidentiality", "confidentiality IN ('open', 'confidential', 'anonymous')"),
        check("decline_reason", f"decline_reason IN ({REASONS})"),
        check("place", "is_active = (place IS NOT NULL)"),
        check(
            "destination",
            "(aspect = 'destination') = (item_id IS NOT NULL OR lead_unit_id IS NOT NULL)",
        ),
        check("co_units", "aspect = 'destination' OR NOT names_co_units"),
        check("aspect_type", "(aspect = 'type') = (type IS NOT NULL)"),
        check("aspect_urgency", "(aspect = 'urgency') = (urgency IS NOT NULL)"),
        check("aspect_confidentiality", "(aspect = 'confidentiality') = (confidentiality IS NOT NULL)"),
        check("aspect_admission", "(aspect = 'admission') = (decline_reason IS NOT NULL)"),
        check("channel", "(decline_reason IS NULL) = (channel IS NULL)"),
        check("version", "version >= 1"),
    )
    for column in ("item_id", "lead_unit_id"):
        op.create_index(f"{table}_{column}_idx", table, [column])


def routing_rule_lists() -> None:
    for table, column, target in (
        ("routing_rule_co_units", "unit_id", "units.id"),
        ("routing_rule_also", "item_id", "service_items.id"),
    ):
        op.create_table(
            table,
            sa.Column("rule_id", sa.Uuid, nullable=False),
            sa.Column("place", sa.Integer, nullable=False, autoincrement=False),
            sa.Column(column, sa.Uuid, nullable=False),
            sa.PrimaryKeyConstraint("rule_id", "place", name=f"{table}_pkey"),
            sa.UniqueConstraint("rule_id", column, name=f"{table}_rule_id_{column}_key"),
            link(table, "rule_id", "routing_rules.id"),
            link(table, column, target),
        )
        op.create_index(f"{table}_{column}_idx", table, [column])


def calendar() -> None:
    op.create_table(
        "calendar_years",
        sa.Column("year", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("source", sa.String, nullable=False),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("year", name="calendar_years_pkey"),
        check("year", "year BETWEEN 2001 AND 2099"),
    )
    op.create_table(
        "workdays",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("is_workday", sa.Boolean, nullable=False),
        sa.Column("is_confirmed", sa.Boolean, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("name", sa.String),
        sa.Column("schedule_year", sa.Integer),
        moment("updated_at"),
        sa.PrimaryKeyConstraint("day", name="workdays_pkey"),
        link("workdays", "schedule_year", "calendar_years.year"),
        check("day", "day BETWEEN '2001-01-01' AND '2099-12-31'"),
        check("schedule", "schedule_year IS NULL OR is_confirmed"),
    )
    op.create_index("workdays_schedule_year_idx", "workdays", ["schedule_year"])
    op.create_table(
        "office_hours",
        sa.Column("opens_at", sa.Time, nullable=False),
        sa.Column("closes_at", sa.Time, nullable=False),
        sa.PrimaryKeyConstraint("opens_at", name="office_hours_pkey"),
        check("span", "closes_at > opens_at"),
    )
    op.execute("INSERT INTO office_hours VALUES ('9:00', '12:00'), ('14:00', '18:00')")
