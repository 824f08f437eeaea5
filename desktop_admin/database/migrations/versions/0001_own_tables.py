"""Our own tables as they are mapped, and what a desk's account may do on a server through their owner alone.

A later revision changes tables that are there, and finds them changed already where this one has just made them.

The owner locks them, and tells which answers are given. A file has no accounts, and there a view would make the
portal's own migrations fail.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateTable

from desktop_admin.database.statements.answer_rows import GIVEN_ANSWER, is_given
from desktop_admin.database.tables.own import Own

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
    condition = is_given(sa.column("answer")).compile(dialect=bind.dialect, compile_kwargs={"literal_binds": True})
    if bind.dialect.name == "postgresql":
        found = "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'results_candidateanswer'::regclass"
        schema = bind.exec_driver_sql(found).scalar_one()
        _function(
            "desktop_admin_lock()",
            "void VOLATILE",
            # PostgreSQL alone needs a right for a lock.
            f"LOCK TABLE {schema}.results_candidateanswer, {schema}.questions_examsession IN SHARE ROW EXCLUSIVE MODE",
        )
        _function(
            f"{GIVEN_ANSWER}(bigint[])",
            "SETOF bigint STABLE",
            f"SELECT id FROM {schema}.results_candidateanswer WHERE id = ANY ($1) AND {condition}",
        )
    elif bind.dialect.name != "sqlite":
        selected = f"SELECT id FROM results_candidateanswer WHERE {condition}"
        op.execute(f"CREATE OR REPLACE SQL SECURITY DEFINER VIEW {GIVEN_ANSWER} AS {selected}")


def _function(name: str, kind: str, body: str) -> None:
    """A function that runs with its owner's rights; nobody may call it unless the role's script grants it."""
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name} RETURNS {kind} LANGUAGE sql SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp AS $body${body}$body$"
    )
    op.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")


def downgrade() -> None:
    """Drop all of it."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION desktop_admin_lock(), {GIVEN_ANSWER}(bigint[])")
    elif bind.dialect.name != "sqlite":
        op.execute(f"DROP VIEW {GIVEN_ANSWER}")
    Own.metadata.drop_all(bind)
