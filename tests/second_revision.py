"""The revision behind the program's own in the tests of updating (``tests/newer_program.py``): a table and a column."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table("desktop_admin_note", sa.Column("id", sa.Integer(), primary_key=True), if_not_exists=True)
    if "note" not in {one["name"] for one in sa.inspect(op.get_bind()).get_columns("desktop_admin_setting")}:
        op.add_column("desktop_admin_setting", sa.Column("note", sa.String(40)))


def downgrade() -> None:
    op.drop_column("desktop_admin_setting", "note")
    op.drop_table("desktop_admin_note")
