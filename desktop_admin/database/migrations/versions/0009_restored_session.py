"""Cleared sessions that were put back."""

import sqlalchemy as sa
from alembic import op

from desktop_admin.database.migrations.once import create_index_once

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "desktop_admin_restored_session",
        sa.Column("op_id", sa.String(36), primary_key=True),
        sa.Column("session_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("by_op_id", sa.String(36), nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
        mysql_charset="utf8mb4",
    )
    create_index_once("desktop_admin_restored_session_by", "desktop_admin_restored_session", ["by_op_id"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("desktop_admin_restored_session")
