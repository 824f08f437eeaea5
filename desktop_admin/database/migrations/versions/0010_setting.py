"""What holds for every desk on this database."""

import sqlalchemy as sa
from alembic import op

from desktop_admin.database.types import LongText

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "desktop_admin_setting",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("value", LongText, nullable=False),
        if_not_exists=True,
        mysql_charset="utf8mb4",
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("desktop_admin_setting")
