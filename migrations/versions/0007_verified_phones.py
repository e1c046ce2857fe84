"""Whether a phone is known to be its account's: nobody's is until an invitation to it was accepted."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("phone_verified_at", sa.DateTime(timezone=True)))
    op.create_check_constraint(
        "phone_verified_at", "accounts", "phone IS NOT NULL OR phone_verified_at IS NULL"
    )
