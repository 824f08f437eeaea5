"""What the owner of a server's database makes for the desks' accounts, so that these need fewer rights of their own.

PostgreSQL gets functions where MariaDB gets views: there, a view of a table of the portal's would make the portal's own
migrations of it fail.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, column
from sqlalchemy.orm import DeclarativeBase

from desktop_admin.database.statements import sql
from desktop_admin.database.statements.answer_rows import GIVEN_ANSWER, is_given
from desktop_admin.database.statements.owners import MY_FAILURE, STAFF_PASSWORD
from desktop_admin.database.tables.own import LARGEST_SEQ, OperationRow, SignInFailure
from desktop_admin.database.tables.portal import ExamQuestion, ExamSession, PortalLogin

_FAILURE = f"SELECT username, desk, failures, last_at FROM {SignInFailure.__tablename__} WHERE desk ="
_LOG = OperationRow.__tablename__
_REFUSED = "The number or the time of this row is none that this program gives."
_MOST_SECONDS = 300
"""So far from the server's time a row of the log may say it was written: longer than any write may take."""


def statements(connection: Connection) -> Iterator[str]:
    """What to run, each of which can be run again; nothing for a file, which has no accounts."""
    dialect = connection.dialect
    condition = is_given(column("answer")).compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    if dialect.name == "postgresql":
        found = "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 'results_candidateanswer'::regclass"
        yield from _postgresql(connection.exec_driver_sql(found).scalar_one(), str(condition))
    elif dialect.name != "sqlite":
        yield from _mariadb(str(condition))


def _postgresql(schema: str, is_given: str) -> Iterator[str]:
    answers, sessions = f"{schema}.results_candidateanswer", f"{schema}.questions_examsession"
    # PostgreSQL alone needs a right for a lock.
    lock = f"LOCK TABLE {answers}, {sessions} IN SHARE ROW EXCLUSIVE MODE"
    yield from _function("desktop_admin_lock()", "void VOLATILE", lock)
    given = f"SELECT id FROM {answers} WHERE id = ANY ($1) AND {is_given}"
    yield from _function(f"{GIVEN_ANSWER}(bigint[])", "SETOF bigint STABLE", given)
    of_staff = f"SELECT password::text FROM {schema}.accounts_user WHERE id = $1 AND is_staff"
    yield from _function(f"{STAFF_PASSWORD}(bigint)", "text STABLE", of_staff)
    questions = f"{schema}.questions_examquestion"
    yield from _deleting(ExamSession, "bigint", f"{sessions} WHERE id = ANY ($1) AND completed_at IS NULL")
    incomplete = f"SELECT id FROM {sessions} WHERE id = ANY ($1) AND completed_at IS NULL"
    yield from _deleting(ExamQuestion, "bigint", f"{questions} WHERE session_id IN ({incomplete})")
    yield from _deleting(PortalLogin, "text", f"{schema}.django_session WHERE session_key = ANY ($1)")
    yield f"CREATE OR REPLACE VIEW {MY_FAILURE} AS {_FAILURE} session_user::text WITH CHECK OPTION"
    known = f"EXISTS (SELECT 1 FROM {schema}.{_LOG} o WHERE o.seq = NEW.seq - 1)"
    late = f"abs(extract(epoch FROM NEW.at - clock_timestamp())) > {_MOST_SECONDS}"
    refuse = f"RAISE EXCEPTION USING ERRCODE = 'DA001', MESSAGE = '{_REFUSED}'"
    body = f"BEGIN IF {_wrong('session_user = current_user', known, late)} THEN {refuse}; END IF; RETURN NEW; END"
    yield from _function("desktop_admin_log_row()", "trigger VOLATILE", body, language="plpgsql")
    yield f"DROP TRIGGER IF EXISTS desktop_admin_log_row ON {_LOG}"
    yield (
        f"CREATE TRIGGER desktop_admin_log_row BEFORE INSERT ON {_LOG} FOR EACH ROW "
        "EXECUTE FUNCTION desktop_admin_log_row()"
    )


def _mariadb(is_given: str) -> Iterator[str]:
    view = "CREATE OR REPLACE SQL SECURITY DEFINER VIEW"
    yield f"{view} {GIVEN_ANSWER} AS SELECT id FROM results_candidateanswer WHERE {is_given}"
    yield f"{view} {STAFF_PASSWORD} AS SELECT id, password FROM accounts_user WHERE is_staff"
    me = "CONVERT(substring_index(user(), '@', 1) USING utf8mb4)"
    yield f"{view} {MY_FAILURE} AS {_FAILURE} {me} WITH CHECK OPTION"
    known = f"EXISTS (SELECT 1 FROM {_LOG} o WHERE o.seq = NEW.seq - 1)"
    late = f"abs(timestampdiff(SECOND, NEW.at, utc_timestamp(6))) > {_MOST_SECONDS}"
    owner = "substring_index(user(), '@', 1) = substring_index(current_user(), '@', 1)"
    refuse = f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{_REFUSED}'"
    yield "DROP TRIGGER IF EXISTS desktop_admin_log_row"
    yield (
        f"CREATE TRIGGER desktop_admin_log_row BEFORE INSERT ON {_LOG} FOR EACH ROW "
        f"IF {_wrong(owner, known, late)} THEN {refuse}; END IF"
    )


def _deleting(table: type[DeclarativeBase], key: str, rows: str) -> Iterator[str]:
    """A desk removes such rows, and counts them; with a right to DELETE it could lock the portal out of the table."""
    # In PL/pgSQL the server plans for as many rows as are meant, and keeps none of them to count it.
    body = f"DECLARE gone bigint; BEGIN DELETE FROM {rows}; GET DIAGNOSTICS gone = ROW_COUNT; RETURN gone; END"
    yield from _function(f"{sql.deleting(table)}({key}[])", "bigint VOLATILE", body, language="plpgsql")


def _wrong(owner: str, known: str, late: str) -> str:
    """When a row of the log is refused: not behind another, or not now; the owner may write what a dump holds."""
    return f"NOT ({owner}) AND (NOT NEW.seq BETWEEN 1 AND {LARGEST_SEQ} OR NEW.seq <> 1 AND NOT {known} OR {late})"


def _function(name: str, kind: str, body: str, *, language: str = "sql") -> Iterator[str]:
    """A function that runs with its owner's rights; nobody may call it unless the role's script grants it."""
    yield (
        f"CREATE OR REPLACE FUNCTION {name} RETURNS {kind} LANGUAGE {language} SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp AS $body${body}$body$"
    )
    yield f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC"
