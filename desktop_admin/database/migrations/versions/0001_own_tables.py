"""Our own tables as they are mapped, and what a desk's account may do on a server through their owner alone.

A later revision changes tables that are there, and finds them changed already where this one has just made them.

The owner locks them, and tells which answers are given. A file has no accounts, and there a view would make the
portal's own migrations fail.
"""

from alembic import op
from sqlalchemy.schema import CreateTable

from desktop_admin.database.migrations import for_desks
from desktop_admin.database.statements import candidate_rows, sql
from desktop_admin.database.statements.answer_rows import GIVEN_ANSWER
from desktop_admin.database.statements.owners import MY_FAILURE, STAFF_PASSWORD
from desktop_admin.database.tables.own import Own
from desktop_admin.database.tables.portal import ExamQuestion, ExamSession, PortalLogin

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create what is not there yet."""
    bind = op.get_bind()
    for table in Own.metadata.sorted_tables:
        op.execute(CreateTable(table, if_not_exists=True))
        # A table that an interrupted attempt made may still lack them; MySQL has no words of its own for that.
        for index in table.indexes:
            index.create(bind, checkfirst=True)
    for statement in for_desks.statements(bind):
        op.execute(statement)


def downgrade() -> None:
    """Drop all of it."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute(f"DROP VIEW {MY_FAILURE}")
        op.execute("DROP FUNCTION desktop_admin_log_row() CASCADE")
        op.execute(f"DROP FUNCTION desktop_admin_lock(), {GIVEN_ANSWER}(bigint[]), {STAFF_PASSWORD}(bigint)")
        op.execute(f"DROP FUNCTION {candidate_rows.ADD}(jsonb), {candidate_rows.REMOVE}(jsonb)")
        for table, key in ((ExamSession, "bigint"), (ExamQuestion, "bigint"), (PortalLogin, "text")):
            op.execute(f"DROP FUNCTION {sql.deleting(table)}({key}[])")
    elif bind.dialect.name != "sqlite":
        op.execute(f"DROP VIEW {GIVEN_ANSWER}, {STAFF_PASSWORD}, {MY_FAILURE}")
        for procedure in (candidate_rows.ADD, candidate_rows.REMOVE):
            op.execute(f"DROP PROCEDURE {procedure}")
    Own.metadata.drop_all(bind)
