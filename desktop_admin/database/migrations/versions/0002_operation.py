"""The operation log."""

import sqlalchemy as sa
from alembic import op

from desktop_admin.database.types import LongText, UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "desktop_admin_operation",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("op_id", sa.String(36), nullable=False, unique=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("desk_at", UtcDateTime(), nullable=False),
        sa.Column("person", sa.String(150), nullable=False),
        sa.Column("person_id", sa.BigInteger()),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("released_by", sa.String(150)),
        sa.Column("desk", sa.String(150), nullable=False),
        sa.Column("operation", sa.String(40), nullable=False),
        sa.Column("reason", LongText),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("ended_logins", sa.Integer(), nullable=False),
        sa.Column("body", LongText, nullable=False),
        if_not_exists=True,
        mysql_charset="utf8mb4",
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("desktop_admin_operation")
