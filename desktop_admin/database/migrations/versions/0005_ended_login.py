"""Portal logins that an operation ended."""

import sqlalchemy as sa
from alembic import op

from desktop_admin.database.migrations.once import create_index_once
from desktop_admin.database.types import LongText, UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "desktop_admin_ended_login",
        sa.Column("op_id", sa.String(36), primary_key=True),
        sa.Column("session_key", sa.String(40), primary_key=True),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("session_data", LongText, nullable=False),
        sa.Column("expire_date", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        if_not_exists=True,
        mysql_charset="utf8mb4",
    )
    create_index_once("desktop_admin_ended_login_at", "desktop_admin_ended_login", ["ended_at"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("desktop_admin_ended_login")
