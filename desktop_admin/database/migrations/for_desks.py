"""What the owner of a server's database makes for the desks' accounts, so that these need fewer rights of their own.

PostgreSQL gets functions where MariaDB gets views: there, a view of a table of the portal's would make the portal's own
migrations of it fail.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import BigInteger, Connection, column
from sqlalchemy.orm import DeclarativeBase

from desktop_admin.database.statements import candidate_rows, sql
from desktop_admin.database.statements.answer_rows import GIVEN_ANSWER, is_given
from desktop_admin.database.statements.owners import MY_FAILURE, STAFF_PASSWORD
from desktop_admin.database.tables.own import LARGEST_SEQ, OperationCandidate, OperationRow, SignInFailure
from desktop_admin.database.tables.portal import CandidateProfile, ExamQuestion, ExamSession, PortalLogin
from desktop_admin.database.tables.types import Day

_FAILURE = f"SELECT username, desk, failures, last_at FROM {SignInFailure.__tablename__} WHERE desk ="
_LOG = OperationRow.__tablename__
_REFUSED = "The number or the time of this row is none that this program gives."
_IMPORT = "import-register"
"""How the log calls what makes candidates."""
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
    yield from _function(f"{candidate_rows.ADD}(jsonb)", "void VOLATILE", _adding(schema), language="plpgsql")
    yield from _function(f"{candidate_rows.REMOVE}(jsonb)", "void VOLATILE", _removing(schema), language="plpgsql")
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
    yield from _mariadb_candidates()
    known = f"EXISTS (SELECT 1 FROM {_LOG} o WHERE o.seq = NEW.seq - 1)"
    late = f"abs(timestampdiff(SECOND, NEW.at, utc_timestamp(6))) > {_MOST_SECONDS}"
    owner = "substring_index(user(), '@', 1) = substring_index(current_user(), '@', 1)"
    refuse = f"SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{_REFUSED}'"
    yield "DROP TRIGGER IF EXISTS desktop_admin_log_row"
    yield (
        f"CREATE TRIGGER desktop_admin_log_row BEFORE INSERT ON {_LOG} FOR EACH ROW "
        f"IF {_wrong(owner, known, late)} THEN {refuse}; END IF"
    )


_EMPTY = "false, '', '', '', false, true"
"""Of an account: no superuser, no names, no address, no staff, active."""
_ACCOUNT = "password, username, is_superuser, first_name, last_name, email, is_staff, is_active, date_joined, role"
_SLOT = "has_exam_slot, is_primary_completed, is_secondary_completed, primary_bypass_allowed"
_NEVER = "last_login IS NULL AND role = 'CANDIDATE' AND NOT is_staff AND NOT is_superuser"
_UNUSED = " AND ".join(
    (
        "photograph = ''",
        *(f"NOT {name}" for name in ("has_exam_slot", "is_primary_completed", "is_secondary_completed")),
        *(f"{name} IS NULL" for name in ("slot_assigned_at", "slot_attempting_at")),
        *(f"{paper}_slot_consumed_at IS NULL" for paper in ("primary", "secondary")),
        *(f"{paper}_{of}_marks IS NULL" for paper in ("primary", "secondary") for of in ("viva", "practical")),
    )
)
"""Accounts and profiles that a desk may remove: as they were when they were made, and nobody has signed in."""


def _adding(schema: str) -> str:
    """A desk makes candidates; what an account may do, and whose it is, is said here and by nobody else."""
    given = ", ".join(_quoted(name, '"') for name in candidate_rows.GIVEN)
    columns = ", ".join(f"{_quoted(name, chr(34))} {_kind(name, 'text')}" for name in candidate_rows.GIVEN)
    listed = ", ".join(f"r.{_quoted(name, chr(34))}" for name in candidate_rows.GIVEN)
    return (
        f"BEGIN INSERT INTO {schema}.accounts_user ({_ACCOUNT}) SELECT r.password, r.username, {_EMPTY}, "
        "clock_timestamp(), 'CANDIDATE' FROM jsonb_to_recordset($1) AS r(username text, password text); "
        f"INSERT INTO {schema}.registration_candidateprofile (user_id, created_at, {_SLOT}, {given}) "
        f"SELECT u.id, u.date_joined, false, false, false, false, {listed} "
        f"FROM jsonb_to_recordset($1) AS r(username text, {columns}) "
        f"JOIN {schema}.accounts_user u ON u.username = r.username; END"
    )


def _removing(schema: str) -> str:
    made = _made("abs(extract(epoch FROM u.date_joined - o.at))", schema=f"{schema}.")
    ours = f"SELECT u.id FROM {schema}.accounts_user u WHERE u.id = ANY (given) AND {made}"
    users = f"SELECT u.id FROM {schema}.accounts_user u WHERE u.{_NEVER} AND u.id = ANY (ours)"
    return (
        "DECLARE given bigint[] := ARRAY(SELECT CAST(value AS bigint) FROM jsonb_array_elements_text($1)); "
        f"ours bigint[] := ARRAY({ours}); "
        f"BEGIN DELETE FROM {schema}.registration_candidateprofile WHERE user_id IN ({users}) AND {_UNUSED}; "
        f"DELETE FROM {schema}.accounts_user u WHERE u.id = ANY (ours) AND {_NEVER} AND NOT EXISTS "
        f"(SELECT 1 FROM {schema}.registration_candidateprofile p WHERE p.user_id = u.id); END"
    )


def _made(seconds: str, *, schema: str = "") -> str:
    """Whether the log says that an import made an account, which has no session: so its removal can be read there, too.

    Args:
        seconds: between the making of the account and the row of the log; an import also names those it only moved.
    """
    return (
        f"EXISTS (SELECT 1 FROM {schema}{OperationCandidate.__tablename__} c "
        f"JOIN {schema}{_LOG} o ON o.op_id = c.op_id "
        f"WHERE c.user_id = u.id AND o.operation = '{_IMPORT}' AND {seconds} <= {_MOST_SECONDS}) "
        f"AND NOT EXISTS (SELECT 1 FROM {schema}questions_examsession s WHERE s.user_id = u.id)"
    )


def _mariadb_candidates() -> Iterator[str]:
    """The same as procedures; rows are found by the keys of accounts, so that nobody else's are locked."""
    account = ["username TEXT PATH '$.username'", "password TEXT PATH '$.password'"]
    profile = [f"{_quoted(name, '`')} {_kind(name, 'TEXT')} PATH '$.{name}'" for name in candidate_rows.GIVEN]
    table = f"JSON_TABLE(given, '$[*]' COLUMNS ({', '.join(account + profile)})) AS r"
    given = ", ".join(_quoted(name, "`") for name in candidate_rows.GIVEN)
    listed = ", ".join(f"r.{_quoted(name, '`')}" for name in candidate_rows.GIVEN)
    username = "CONVERT(r.username USING utf8mb4) COLLATE utf8mb4_general_ci"
    yield from _procedure(
        candidate_rows.ADD,
        f"INSERT INTO accounts_user ({_ACCOUNT}) SELECT r.password, r.username, {_EMPTY}, utc_timestamp(6), "
        f"'CANDIDATE' FROM {table}; "
        f"INSERT INTO registration_candidateprofile (user_id, created_at, {_SLOT}, {given}) "
        f"SELECT u.id, u.date_joined, false, false, false, false, {listed} "
        f"FROM {table} STRAIGHT_JOIN accounts_user u ON u.username = {username};",
    )
    found = "JSON_TABLE({}, '$[*]' COLUMNS (id BIGINT PATH '$')) AS k"
    by_key = "STRAIGHT_JOIN accounts_user u FORCE INDEX (PRIMARY) ON u.id = k.id"
    accounts = f"{found.format('ours')} {by_key}"
    made = _made("abs(timestampdiff(SECOND, u.date_joined, o.at))")
    yield from _procedure(
        candidate_rows.REMOVE,
        # Looked up beforehand, because a DELETE would lock what it looks at.
        "DECLARE ours LONGTEXT CHARACTER SET utf8mb4; "
        f"SELECT JSON_ARRAYAGG(u.id) INTO ours FROM {found.format('given')} {by_key} WHERE {made}; "
        f"DELETE p FROM {accounts} STRAIGHT_JOIN registration_candidateprofile p ON p.user_id = u.id "
        f"WHERE {_NEVER} AND {_UNUSED}; "
        f"DELETE u FROM {accounts} WHERE {_NEVER} AND NOT EXISTS "
        "(SELECT 1 FROM registration_candidateprofile p WHERE p.user_id = u.id);",
    )


def _procedure(name: str, body: str) -> Iterator[str]:
    """A procedure with its owner's rights; MySQL has no word to replace one."""
    yield f"DROP PROCEDURE IF EXISTS {name}"
    yield (
        f"CREATE PROCEDURE {name}(IN given LONGTEXT CHARACTER SET utf8mb4) MODIFIES SQL DATA SQL SECURITY DEFINER "
        f"BEGIN {body} END"
    )


def _kind(name: str, text: str) -> str:
    kind = CandidateProfile.__table__.c[name].type
    return "bigint" if isinstance(kind, BigInteger) else "date" if isinstance(kind, Day) else text


def _quoted(name: str, mark: str) -> str:
    return f"{mark}{name}{mark}"


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
