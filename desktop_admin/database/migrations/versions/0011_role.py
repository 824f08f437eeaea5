"""Roles that a supervisor gave."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "desktop_admin_role",
        sa.Column("user_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("role", sa.String(20), nullable=False),
        if_not_exists=True,
        mysql_charset="utf8mb4",
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("desktop_admin_role")
