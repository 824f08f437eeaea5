"""The archive of the answers of reopened papers."""

import sqlalchemy as sa
from alembic import op

from desktop_admin.database.types import LongText

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "desktop_admin_archived_answer",
        sa.Column("op_id", sa.String(36), primary_key=True),
        sa.Column("answer_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("body", LongText, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sqlite_with_rowid=False,
        if_not_exists=True,
        mysql_charset="utf8mb4",
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("desktop_admin_archived_answer")
