"""An error at any statement of any operation, or at COMMIT, leaves the whole file as it was."""

from __future__ import annotations

import gc
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.database.engine import Database
from desktop_admin.errors import DatabaseUnusable, TryAgain
from tests import planning, raw
from tests.controllers import doing

Act = Callable[[Database, Actor], Changes]


class Injected(Exception):
    """The failure that the test brings about."""


def reset(database: Database, actor: Actor) -> Changes:
    return doing.apply_now(database, actor, doing.slots_plan(RESET, Chosen(everyone=True)))


def reassign(database: Database, actor: Actor) -> Changes:
    return doing.apply_now(database, actor, doing.slots_plan(REASSIGN, Chosen(everyone=True)))


def assign(database: Database, actor: Actor) -> Changes:
    doing_now = doing.slots_plan(ASSIGN, Chosen(everyone=True))
    return doing.apply_now(database, actor, doing_now)


def clear_everything(database: Database, actor: Actor) -> Changes:
    ids = [row[0] for row in raw.query(database, "SELECT id FROM questions_examsession")]
    return doing.apply_now(database, actor, partial(planning.plan_clear, session_ids=ids))


def sign_out(database: Database, actor: Actor) -> Changes:
    planner = partial(planning.plan_sign_out, chosen=Chosen(everyone=True))
    return doing.apply_now(database, actor, planner)


def activate(database: Database, actor: Actor) -> Changes:
    return doing.activate(database, actor, ("TTC", "C"), ("OCC", "A"))


ACTS: dict[str, Act] = {
    one.__name__: one for one in (assign, reset, reassign, clear_everything, sign_out, activate)
}  # fmt: skip


@contextmanager
def failing(*, number: int) -> Iterator[list[str]]:
    """Raise after the given statement (counted from 0) of every engine; gives back the statements seen."""
    seen: list[str] = []

    def strike(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)
        if len(seen) - 1 == number:
            raise Injected(statement)

    event.listen(Engine, "after_cursor_execute", strike)
    try:
        yield seen
    finally:
        event.remove(Engine, "after_cursor_execute", strike)


@pytest.fixture
def prepared(database: Database) -> Database:
    """A session without a slot, an old ended login, a wish and a trade without a set row: every branch has work."""
    doing.start(database, "T-NONE", trade_name="TTC", letter="E")
    old = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S")
    raw.change(
        database,
        f"INSERT INTO desktop_admin_ended_login VALUES ('old', 'key', 1, '{{}}', 'x', '{old}')",
        "DELETE FROM questions_activatesets WHERE trade_id = (SELECT id FROM reference_trade WHERE name = 'OCC')",
        "INSERT INTO questions_universalsetactivation "
        "VALUES (1, 'PRIMARY', 'E', 90, TRUE, TRUE, '2026-01-01 00:00:00', NULL)",
    )
    return database


def undone(database: Database, actor: Actor, act: Act) -> list[str]:
    """Fail at COMMIT; gives back the statements before it."""

    def strike(_connection: Any) -> None:
        raise Injected("COMMIT")

    event.listen(Engine, "commit", strike)
    try:
        with failing(number=-1) as seen, pytest.raises(Injected):
            act(database, actor)
    finally:
        event.remove(Engine, "commit", strike)
    return seen


@pytest.fixture
def uncollected() -> Iterator[None]:
    """What only the garbage collector would end lasts."""
    gc.disable()
    yield
    gc.enable()


def assert_nobody_holds(file: Path) -> None:
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_an_error_at_any_statement_leaves_everything_as_it_was(prepared: Database, actor: Actor, act: Act) -> None:
    """A file is struck after each statement, which is before the next one, and looked at each time.

    A server, where that takes long, is struck after every third and the last, another third in each operation, and
    looked at after every third time and the last.
    """
    on_file = raw.engine(prepared) == "sqlite"
    before = raw.content(prepared)
    struck: list[str] = []
    # What a file tells of its tables is asked for once.
    _, seen = undone(prepared, actor, act), undone(prepared, actor, act)
    statements = len(seen)
    first, step = (0, 1) if on_file else (list(ACTS.values()).index(act) % 3, 3)
    numbers = sorted({*range(first, statements, step), statements - 1})
    for turn, number in enumerate(numbers):
        with failing(number=number) as seen, pytest.raises(Injected):
            act(prepared, actor)
        struck.append(seen[-1])
        if on_file:
            assert_nobody_holds(raw.path(prepared))
        if on_file or turn % 3 == 2 or number == numbers[-1]:
            differing = raw.differences(before, raw.content(prepared), own=True)
            assert differing == {}, f"after statement {number}: {seen[-1]}"
    kinds = {statement.split()[0] for statement in struck}
    assert kinds >= ({"SELECT", "INSERT", "DELETE"} if on_file else {"SELECT", "INSERT"}), (
        "it struck reading and writing"
    )
    with failing(number=-1) as seen:
        assert act(prepared, actor).applied > 0
    assert len(seen) == statements, "there is one COMMIT, and nothing after it"
    assert raw.differences(before, raw.content(prepared), own=True), "without a failure it is applied"
    if on_file:
        assert raw.query(prepared, "PRAGMA foreign_key_check") == []


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_an_error_at_commit_leaves_everything_as_it_was(prepared: Database, actor: Actor, act: Act) -> None:
    before = raw.content(prepared)
    assert undone(prepared, actor, act)
    assert raw.differences(before, raw.content(prepared), own=True) == {}
    assert act(prepared, actor).applied > 0, "the connection works afterwards"


def test_a_foreign_key_of_an_unknown_table_undoes_everything_and_is_named(database: Database, actor: Actor) -> None:
    """SQLite and PostgreSQL check the portal's keys at COMMIT only; an unknown row may point to a cleared session."""
    (stuck,) = doing.sessions_of(database, "T-STUCK")
    deferred = "" if raw.engine(database) == "mysql" else "DEFERRABLE INITIALLY DEFERRED"
    table = f"CREATE TABLE later (session_id bigint REFERENCES questions_examsession (id) {deferred})"
    raw.change(database, table, f"INSERT INTO later VALUES ({stuck})")
    try:
        before = raw.content(database)
        with pytest.raises(DatabaseUnusable, match="newer than this program: its later") as told:
            doing.clear(database, actor, stuck)
        assert (told.value.code, told.value.exit_code) == ("portal_refers", 69)
        assert raw.differences(before, raw.content(database), own=True) == {}
    finally:
        raw.change(database, "DROP TABLE later")
    assert doing.clear(database, actor, stuck).cleared_sessions == 1, "no lock was left behind"


@pytest.mark.parametrize("action", ["CASCADE", "SET NULL", "NO ACTION"])
@pytest.mark.parametrize("parent", ["questions_examsession", "questions_examquestion"])
def test_what_an_unknown_table_holds_of_a_session_is_not_lost(
    database: Database, actor: Actor, parent: str, action: str
) -> None:
    (stuck,) = doing.sessions_of(database, "T-STUCK")
    column = "id" if parent == "questions_examsession" else "session_id"
    of_stuck = f"SELECT id FROM {parent} WHERE {column} = {stuck}"
    key = f"FOREIGN KEY (parent_id) REFERENCES {parent} (id) ON DELETE {action}"
    raw.change(database, f"CREATE TABLE later (parent_id bigint, {key})", f"INSERT INTO later {of_stuck}")
    try:
        before = raw.content(database)
        with pytest.raises(DatabaseUnusable, match="newer than this program: its later") as told:
            doing.clear(database, actor, stuck)
        assert told.value.code == "portal_refers"
        assert raw.differences(before, raw.content(database), own=True) == {}
    finally:
        raw.change(database, "DROP TABLE later")


@pytest.mark.parametrize("words", ["No clearing today.", "desktop_admin is not the guard"])
def test_the_refusal_of_another_trigger_is_told_with_its_own_text(database: Database, actor: Actor, words: str) -> None:
    (stuck,) = doing.sessions_of(database, "T-STUCK")
    make, drop = REFUSING[raw.engine(database)]
    raw.change(database, *(statement.format(words=words) for statement in make))
    try:
        before = raw.content(database)
        with pytest.raises(DatabaseUnusable) as told:
            doing.clear(database, actor, stuck)
        assert (told.value.code, told.value.exit_code) == ("trigger_refused", 69)
        assert words in str(told.value)
        assert raw.differences(before, raw.content(database), own=True) == {}
    finally:
        raw.change(database, *drop)


_ON_SESSIONS = "CREATE TRIGGER theirs BEFORE DELETE ON questions_examsession FOR EACH ROW"
REFUSING = {
    "sqlite": ([f"{_ON_SESSIONS} BEGIN SELECT RAISE(ABORT, '{{words}}'); END"], ["DROP TRIGGER theirs"]),
    "mysql": ([f"{_ON_SESSIONS} SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{{words}}'"], ["DROP TRIGGER theirs"]),
    "postgresql": (
        [
            "CREATE FUNCTION theirs() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION '{words}'; END$$",
            f"{_ON_SESSIONS} EXECUTE FUNCTION theirs()",
        ],
        ["DROP FUNCTION theirs() CASCADE"],
    ),
}
"""A trigger of somebody else's that refuses to remove a session: what makes it, and what takes it away."""


WRITTEN = {
    "registration_candidateprofile": "UPDATE",
    "questions_activatesets": "UPDATE",
    "questions_questionsetactivation": "UPDATE",
    "questions_universalsetactivation": "UPDATE",
    "questions_questionsetactivation ": "INSERT",
    "questions_examquestion": "DELETE",
    "questions_examsession": "DELETE",
    "django_session": "DELETE",
    "desktop_admin_archived_session": "INSERT",
}


@pytest.mark.parametrize(("table", "verb"), WRITTEN.items())
def test_a_row_that_the_database_leaves_out_undoes_everything(
    file_database: Database, actor: Actor, table: str, verb: str
) -> None:
    """Every statement must write as many rows as were planned; a trigger takes one away without an error."""
    database = file_database
    raw.change(
        database,
        "INSERT INTO questions_universalsetactivation "
        "VALUES (1, 'PRIMARY', 'E', 90, TRUE, TRUE, '2026-01-01 00:00:00', NULL)",
        f"CREATE TRIGGER leave_out BEFORE {verb} ON {table} BEGIN SELECT RAISE(IGNORE); END",
    )
    before = raw.content(database)
    # An archive that holds fewer than there were is as if somebody else had taken them meanwhile; so are logins.
    meanwhile = table in ("desktop_admin_archived_session", "django_session")
    failure: type[Exception] = TryAgain if meanwhile else RuntimeError
    with pytest.raises(failure, match="Try again" if meanwhile else r"to (write|clear)"):
        reset(database, actor) if "candidate" in table else activate(database, actor)
    assert raw.differences(before, raw.content(database), own=True) == {}


def test_an_archive_that_lacks_the_end_of_a_question_undoes_everything(database: Database, actor: Actor) -> None:
    """MariaDB cuts a long list in silence where its settings say so."""
    if raw.engine(database) != "mysql":
        pytest.skip("SQLite and PostgreSQL never cut a list")
    (stuck,) = doing.sessions_of(database, "T-STUCK")

    def cut(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION group_concat_max_len=400, sql_mode=''")

    event.listen(database.backend.writer, "connect", cut)
    before = raw.content(database)
    with pytest.raises(RuntimeError, match="may have been cut"):
        doing.clear(database, actor, stuck)
    assert raw.differences(before, raw.content(database), own=True) == {}


@contextmanager
def busy_at(database: Database, statement: str, *, times: int) -> Iterator[list[str]]:
    """Let the engine answer that a lock is held to a statement, so many times."""
    seen: list[str] = []

    def strike(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if re.match(statement, text):
            seen.append(text)
            if len(seen) <= times:
                raise locked(raw.engine(database))

    event.listen(Engine, "before_cursor_execute", strike)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", strike)


def locked(engine: str) -> Exception:
    if engine == "postgresql":
        from psycopg.errors import LockNotAvailable

        return LockNotAvailable("canceling statement due to lock timeout")
    if engine == "mysql":
        # Any exception with the server's number: the driver has no types for the checker.
        return Exception(1205, "Lock wait timeout exceeded; try restarting transaction")
    failure = sqlite3.OperationalError("database is locked")
    failure.sqlite_errorcode, failure.sqlite_errorname = 5, "SQLITE_BUSY"
    return failure


@pytest.mark.parametrize(
    "statement",
    [
        "BEGIN|SELECT desktop_admin_lock|SELECT id FROM questions_questionpaper ORDER",
        "DELETE .*FROM .*questions_examsession",
        "INSERT INTO desktop_admin_operation",
    ],
    ids=["lock", "clear", "record"],
)
def test_a_busy_database_is_tried_again_and_the_operation_applied_once(
    database: Database, actor: Actor, statement: str
) -> None:
    with busy_at(database, statement, times=2) as tried:
        changes = doing.slot(database, actor, REASSIGN, "T-STUCK")
    assert len(tried) >= 3
    assert changes.cleared_sessions == 1
    assert raw.query(database, "SELECT count(*) FROM desktop_admin_operation") == [(1,)]


def test_a_reader_that_makes_commit_busy_is_waited_for_and_leaves_no_lock_behind(
    portal_file: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a rollback journal COMMIT waits for every reader, and its failure leaves the transaction open."""
    monkeypatch.setattr("desktop_admin.database.backends.sqlite._BUSY_SECONDS", 0.02)
    database = Database.open(portal_file)
    portal = sqlite3.connect(portal_file, isolation_level=None, timeout=0)
    portal.execute("BEGIN")
    portal.execute("SELECT count(*) FROM accounts_user").fetchall()
    chosen, begun = doing.chosen(database, "T-STUCK"), []

    def release(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("BEGIN"):
            begun.append(statement)
            if len(begun) == 2 and portal.in_transaction:
                portal.execute("COMMIT")

    event.listen(Engine, "before_cursor_execute", release)
    try:
        changes = doing.apply_now(database, actor, doing.slots_plan(RESET, chosen))
    finally:
        event.remove(Engine, "before_cursor_execute", release)
    assert (changes.applied, len(begun)) == (1, 2)
    portal.execute("UPDATE django_session SET session_key = session_key")
    portal.close()
    database.close()


def test_a_lock_of_another_program_is_waited_for(
    portal_file: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_admin.database.backends.sqlite._BUSY_SECONDS", 0.02)
    database = Database.open(portal_file)
    portal = sqlite3.connect(portal_file, isolation_level=None)
    portal.execute("BEGIN IMMEDIATE")
    begun: list[str] = []

    def release(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("BEGIN"):
            begun.append(statement)
            if len(begun) == 3:
                portal.execute("COMMIT")

    chosen = doing.chosen(database, "T-STUCK")
    event.listen(Engine, "before_cursor_execute", release)
    try:
        changes = doing.apply_now(database, actor, doing.slots_plan(RESET, chosen))
    finally:
        event.remove(Engine, "before_cursor_execute", release)
        portal.close()
        database.close()
    assert (changes.applied, len(begun)) == (1, 3)


def test_a_database_that_stays_busy_is_told_in_a_sentence(
    portal_file: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_admin.database.backends.sqlite._BUSY_SECONDS", 0.01)
    monkeypatch.setattr("desktop_admin.database.attempts.TRIES", 2)
    database = Database.open(portal_file)
    portal = sqlite3.connect(portal_file, isolation_level=None)
    portal.execute("BEGIN IMMEDIATE")
    with pytest.raises(Exception, match="kept busy by another program") as told:
        doing.slot(database, actor, RESET, "T-STUCK")
    assert getattr(told.value, "exit_code", None) == 69
    portal.close()
    database.close()
