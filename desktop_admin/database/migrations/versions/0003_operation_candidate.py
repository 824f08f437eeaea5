"""Which candidates an operation was applied to."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "desktop_admin_operation_candidate",
        sa.Column("op_id", sa.String(36), primary_key=True),
        sa.Column("user_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Index("desktop_admin_operation_candidate_user", "user_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("desktop_admin_operation_candidate")
