"""The brake on guessing passwords."""

import sqlalchemy as sa
from alembic import op

from desktop_admin.database.types import UtcDateTime

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "desktop_admin_sign_in_failure",
        sa.Column("username", sa.String(150), primary_key=True),
        sa.Column("desk", sa.String(150), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        if_not_exists=True,
        mysql_charset="utf8mb4",
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("desktop_admin_sign_in_failure")
