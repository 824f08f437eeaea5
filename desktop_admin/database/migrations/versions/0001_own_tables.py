"""Our own tables, and what a desk's account may do on a server through the owner of the tables alone.

The owner locks them, and tells which answers are given. A file has no accounts, and there a view would make the
portal's own migrations fail.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateTable

from desktop_admin.database.statements.answer_rows import GIVEN_ANSWER, is_given
from desktop_admin.database.tables.types import LongText, UtcDateTime

revision = "0001"
down_revision = None

_TABLES = sa.MetaData()


def _table(name: str, *parts: sa.Column[Any] | sa.Index, with_rowid: bool = True) -> None:
    sa.Table(name, _TABLES, *parts, sqlite_with_rowid=with_rowid, mysql_charset="utf8mb4")


_table(
    "desktop_admin_database",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
)
_table(
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
    sa.Column("prev_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("key_id", sa.String(16)),
    sa.Column("undoes", sa.String(36)),
    sa.Index("desktop_admin_operation_prev_hash", "prev_hash", unique=True),
    sa.Index("desktop_admin_operation_undoes", "undoes", unique=True),
)
_table(
    "desktop_admin_operation_candidate",
    sa.Column("op_id", sa.String(36), primary_key=True),
    sa.Column("user_id", sa.BigInteger(), primary_key=True, autoincrement=False),
    sa.Index("desktop_admin_operation_candidate_user", "user_id"),
    with_rowid=False,
)
_table(
    "desktop_admin_archived_session",
    sa.Column("op_id", sa.String(36), primary_key=True),
    sa.Column("session_id", sa.BigInteger(), primary_key=True, autoincrement=False),
    sa.Column("user_id", sa.BigInteger(), nullable=False),
    sa.Column("paper_id", sa.BigInteger(), nullable=False),
    sa.Column("body", LongText, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Index("desktop_admin_archived_session_session", "session_id"),
    with_rowid=False,
)
_table(
    "desktop_admin_archived_answer",
    sa.Column("op_id", sa.String(36), primary_key=True),
    sa.Column("answer_id", sa.BigInteger(), primary_key=True, autoincrement=False),
    sa.Column("user_id", sa.BigInteger(), nullable=False),
    sa.Column("body", LongText, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    with_rowid=False,
)
_table(
    "desktop_admin_ended_login",
    sa.Column("op_id", sa.String(36), primary_key=True),
    sa.Column("session_key", sa.String(40), primary_key=True),
    sa.Column("user_id", sa.BigInteger(), nullable=False),
    sa.Column("session_data", LongText, nullable=False),
    sa.Column("expire_date", UtcDateTime(), nullable=False),
    sa.Column("ended_at", UtcDateTime(), nullable=False),
    sa.Index("desktop_admin_ended_login_at", "ended_at"),
)
_table(
    "desktop_admin_guard_clearing",
    sa.Column("op_id", sa.String(36), primary_key=True),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("trade_id", sa.BigInteger(), nullable=False),
    sa.Column("paper", sa.String(20), nullable=False),
    sa.Column("letter", sa.String(1), nullable=False),
    sa.Column("database_user", sa.String(150), nullable=False),
    sa.Column("sessions", sa.BigInteger(), nullable=False),
)
_table(
    "desktop_admin_restored_session",
    sa.Column("op_id", sa.String(36), primary_key=True),
    sa.Column("session_id", sa.BigInteger(), primary_key=True, autoincrement=False),
    sa.Column("by_op_id", sa.String(36), nullable=False),
    sa.Index("desktop_admin_restored_session_by", "by_op_id"),
    with_rowid=False,
)
_table(
    "desktop_admin_setting",
    sa.Column("name", sa.String(60), primary_key=True),
    sa.Column("value", LongText, nullable=False),
)
_table(
    "desktop_admin_role",
    sa.Column("user_id", sa.BigInteger(), primary_key=True, autoincrement=False),
    sa.Column("role", sa.String(20), nullable=False),
)
_table(
    "desktop_admin_sign_in_failure",
    sa.Column("username", sa.String(150), primary_key=True),
    sa.Column("desk", sa.String(150), primary_key=True),
    sa.Column("failures", sa.Integer(), nullable=False),
    sa.Column("last_at", UtcDateTime(), nullable=False),
)


def upgrade() -> None:
    """Create what is not there yet."""
    bind = op.get_bind()
    for table in _TABLES.tables.values():
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
    _TABLES.drop_all(bind)
