"""What the guard cleared when somebody else switched a set."""

import sqlalchemy as sa
from alembic import op

from desktop_admin.database.types import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "desktop_admin_guard_clearing",
        sa.Column("op_id", sa.String(36), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("trade_id", sa.BigInteger(), nullable=False),
        sa.Column("paper", sa.String(20), nullable=False),
        sa.Column("letter", sa.String(1), nullable=False),
        sa.Column("database_user", sa.String(150), nullable=False),
        sa.Column("sessions", sa.BigInteger(), nullable=False),
        if_not_exists=True,
        mysql_charset="utf8mb4",
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("desktop_admin_guard_clearing")
