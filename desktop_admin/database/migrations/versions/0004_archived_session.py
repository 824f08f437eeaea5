"""The archive of cleared sessions."""

import sqlalchemy as sa
from alembic import op

from desktop_admin.database.migrations.once import create_index_once
from desktop_admin.database.types import LongText

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "desktop_admin_archived_session",
        sa.Column("op_id", sa.String(36), primary_key=True),
        sa.Column("session_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_id", sa.BigInteger(), nullable=False),
        sa.Column("body", LongText, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
        mysql_charset="utf8mb4",
    )
    create_index_once("desktop_admin_archived_session_session", "desktop_admin_archived_session", ["session_id"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("desktop_admin_archived_session")
