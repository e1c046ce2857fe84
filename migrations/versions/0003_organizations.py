"""Units and what each kind adds to them, memberships, handovers and invitations."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROLES = (
    "'enterprise', 'cadre', 'dispatcher', 'liaison', 'handler', 'approver', 'callback', 'supervisor', "
    "'leader', 'agent', 'system_admin', 'security_admin', 'auditor'"
)


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def link(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=f"{table}_{column}_fkey")


def upgrade() -> None:
    units()
    kinds_of_units()
    enterprises()
    memberships()
    handovers()
    invitations()


def units() -> None:
    op.create_table(
        "units",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("code", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("sort_key", sa.String(collation="C"), nullable=False),
        sa.Column("search_name", sa.String, nullable=False),
        sa.Column("parent_id", sa.Uuid),
        sa.Column("is_street", sa.Boolean, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("is_sample", sa.Boolean, nullable=False),
        moment("created_at"),
        moment("updated_at"),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="units_pkey"),
        sa.UniqueConstraint("kind", "code", name="units_kind_code_key"),
        link("units", "parent_id", "units"),
        sa.CheckConstraint(
            "kind IN ('district', 'park', 'town', 'department', 'work_group', 'enterprise')",
            name="kind",
        ),
        sa.CheckConstraint("(kind = 'district') = (parent_id IS NULL)", name="parent"),
        sa.CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        sa.CheckConstraint("NOT is_street OR kind = 'town'", name="street"),
        sa.CheckConstraint("valid_to >= valid_from", name="validity"),
        sa.CheckConstraint("kind <> 'enterprise' OR code ~ '^[0-9A-HJ-NP-RTUW-Y]{18}$'", name="uscc"),
        sa.CheckConstraint("version >= 1", name="version"),
    )
    op.create_index("units_parent_id_kind_idx", "units", ["parent_id", "kind"])
    op.create_index("units_kind_sort_key_id_idx", "units", ["kind", "sort_key", "id"])
    op.create_index(
        "units_one_district_key",
        "units",
        ["kind"],
        unique=True,
        postgresql_where=sa.text("kind = 'district'"),
    )


def kinds_of_units() -> None:
    op.create_table(
        "departments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("in_appraisal", sa.Boolean, nullable=False),
        sa.Column("is_enforcement", sa.Boolean, nullable=False),
        sa.Column("is_vertical", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="departments_pkey"),
        link("departments", "id", "units"),
    )
    op.create_table(
        "park_towns",
        sa.Column("park_id", sa.Uuid, nullable=False),
        sa.Column("town_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("park_id", "town_id", name="park_towns_pkey"),
        link("park_towns", "park_id", "units"),
        link("park_towns", "town_id", "units"),
    )
    op.create_index("park_towns_town_id_idx", "park_towns", ["town_id"])


def enterprises() -> None:
    op.create_table(
        "enterprises",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("industry_code", sa.String),
        sa.Column("industry_edition", sa.Integer),
        sa.Column("area_id", sa.Uuid),
        sa.Column("work_group_id", sa.Uuid),
        sa.Column("address", sa.String),
        sa.Column("contact_name", sa.String),
        sa.Column("contact_phone", sa.LargeBinary),
        sa.Column("contact_phone_digest", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="enterprises_pkey"),
        link("enterprises", "id", "units"),
        link("enterprises", "area_id", "units"),
        link("enterprises", "work_group_id", "units"),
        sa.CheckConstraint("(industry_code IS NULL) = (industry_edition IS NULL)", name="industry"),
        sa.CheckConstraint("industry_code ~ '^[0-9]{4}$'", name="industry_code"),
        sa.CheckConstraint(
            "(contact_phone IS NULL) = (contact_phone_digest IS NULL)",
            name="contact_phone_digest",
        ),
    )
    for column in ("area_id", "work_group_id", "industry_code"):
        op.create_index(f"enterprises_{column}_idx", "enterprises", [column])
    op.create_table(
        "scale_statuses",
        sa.Column("enterprise_id", sa.Uuid, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("category", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "year", name="scale_statuses_pkey"),
        link("scale_statuses", "enterprise_id", "enterprises"),
        sa.CheckConstraint(
            "category IN ('industry', 'construction', 'wholesale', 'retail', 'lodging_catering', "
            "'real_estate', 'services')",
            name="category",
        ),
        sa.CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
    )
    op.create_index("scale_statuses_year_category_idx", "scale_statuses", ["year", "category"])


def memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        moment("valid_from"),
        moment("valid_to", nullable=True),
        sa.PrimaryKeyConstraint("id", name="memberships_pkey"),
        link("memberships", "account_id", "accounts"),
        link("memberships", "unit_id", "units"),
        sa.CheckConstraint(f"role IN ({ROLES})", name="role"),
        sa.CheckConstraint("valid_to >= valid_from", name="validity"),
    )
    op.create_index(
        "memberships_without_end_key",
        "memberships",
        ["account_id", "unit_id", "role"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_index("memberships_account_id_idx", "memberships", ["account_id"])
    op.create_index("memberships_unit_id_role_idx", "memberships", ["unit_id", "role"])


def handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("from_account_id", sa.Uuid, nullable=False),
        sa.Column("to_account_id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        moment("starts_at"),
        moment("ends_at", nullable=True),
        sa.Column("created_by", sa.Uuid, nullable=False),
        moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="handovers_pkey"),
        link("handovers", "from_account_id", "accounts"),
        link("handovers", "to_account_id", "accounts"),
        link("handovers", "unit_id", "units"),
        link("handovers", "created_by", "accounts"),
        sa.CheckConstraint("from_account_id <> to_account_id", name="to_somebody_else"),
        sa.CheckConstraint("ends_at >= starts_at", name="period"),
    )
    for column in ("from_account_id", "to_account_id"):
        op.create_index(f"handovers_{column}_idx", "handovers", [column])


def invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("name", sa.String),
        sa.Column("phone", sa.LargeBinary),
        sa.Column("phone_digest", sa.LargeBinary),
        sa.Column("code_digest", sa.LargeBinary, nullable=False),
        moment("created_at"),
        sa.Column("created_by", sa.Uuid),
        moment("expires_at"),
        moment("accepted_at", nullable=True),
        sa.Column("accepted_by", sa.Uuid),
        moment("revoked_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="invitations_pkey"),
        sa.UniqueConstraint("code_digest", name="invitations_code_digest_key"),
        link("invitations", "unit_id", "units"),
        link("invitations", "created_by", "accounts"),
        link("invitations", "accepted_by", "accounts"),
        sa.CheckConstraint(f"role IN ({ROLES})", name="role"),
        sa.CheckConstraint("expires_at > created_at", name="expires_at"),
        sa.CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted"),
        sa.CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="one_end"),
        sa.CheckConstraint("(phone IS NULL) = (phone_digest IS NULL)", name="phone_digest"),
    )
    op.create_index("invitations_unit_id_created_at_id_idx", "invitations", ["unit_id", "created_at", "id"])
    op.create_index("invitations_phone_digest_idx", "invitations", ["phone_digest"])
