"""Which candidates an operation was applied to."""

import sqlalchemy as sa
from alembic import op

from desktop_admin.database.migrations.once import create_index_once

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "desktop_admin_operation_candidate",
        sa.Column("op_id", sa.String(36), primary_key=True),
        sa.Column("user_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
        mysql_charset="utf8mb4",
    )
    create_index_once("desktop_admin_operation_candidate_user", "desktop_admin_operation_candidate", ["user_id"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("desktop_admin_operation_candidate")
