"""Transactions: all or nothing, cancelled in time, and every failure in words."""

from __future__ import annotations

import sqlite3
import threading
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError

from desktop_admin.controllers.operations.slots import REASSIGN
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.backends.backend import Verdict
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.errors import Cancelled, DatabaseUnusable, UsageProblem
from tests import raw
from tests.controllers import doing

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
LOGINS = "DELETE FROM django_session"


def delete_logins(session: Session) -> None:
    session.connection().exec_driver_sql(LOGINS)


def test_a_job_that_raises_writes_nothing_and_its_error_comes_out(database: Database) -> None:
    before = raw.content(database)

    def job(session: Session) -> None:
        delete_logins(session)
        raise UsageProblem("candidate_gone")

    with pytest.raises(UsageProblem):
        database.write(job)
    assert raw.differences(before, raw.content(database), own=True) == {}
    database.write(delete_logins)
    assert raw.query(database, "SELECT count(*) FROM django_session") == [(0,)]


def test_a_write_holds_the_lock_from_its_first_moment(database: Database) -> None:
    def job(_session: Session) -> None:
        other = sqlite3.connect(raw.path(database), timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("DELETE FROM django_session")
        other.close()

    database.write(job)


def test_a_read_holds_no_lock_that_a_commit_would_wait_for(database: Database) -> None:
    def job(session: Session) -> int:
        first = session.connection().exec_driver_sql("SELECT count(*) FROM django_session").scalar_one()
        raw.change(database, LOGINS)
        return int(first - session.connection().exec_driver_sql("SELECT count(*) FROM django_session").scalar_one())

    assert database.read(job) > 0


@pytest.mark.parametrize("way", ["read", "write"])
def test_cancel_stops_the_statement_that_is_running(database: Database, way: str) -> None:
    before = raw.content(database)
    running = threading.Event()

    def job(session: Session) -> None:
        if way == "write":
            delete_logins(session)
        running.set()
        session.connection().exec_driver_sql(ENDLESS).scalar_one()

    def cancel() -> None:
        assert running.wait(60)
        for _ in range(2_400):
            database.cancel()
            if finished.wait(0.05):
                return

    finished = threading.Event()
    other = threading.Thread(target=cancel)
    other.start()
    with pytest.raises(Cancelled):
        (database.read if way == "read" else database.write)(job)
    finished.set()
    other.join()
    assert raw.differences(before, raw.content(database), own=True) == {}
    database.write(delete_logins)


def test_cancel_between_two_statements_writes_nothing(database: Database) -> None:
    before = raw.content(database)

    def job(session: Session) -> None:
        delete_logins(session)
        database.cancel()

    with pytest.raises(Cancelled):
        database.write(job)
    assert raw.differences(before, raw.content(database), own=True) == {}


def test_a_full_disk_is_told_and_nothing_changed(database: Database) -> None:
    before = raw.content(database)

    def job(session: Session) -> None:
        connection = session.connection()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        connection.exec_driver_sql("INSERT INTO django_session VALUES ('big', zeroblob(1000000), '2026-01-01')")

    with pytest.raises(DatabaseUnusable) as told:
        database.write(job)
    assert told.value.code == "disk_full"
    assert raw.differences(before, raw.content(database), own=True) == {}


def test_an_operation_without_room_for_its_archive_is_refused_before_it_writes(
    database: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = raw.content(database)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=1000))
    with pytest.raises(DatabaseUnusable) as told:
        doing.slot(database, actor, REASSIGN, "T-STUCK")
    assert told.value.code == "no_room"
    assert "at least 1 MB" in str(told.value)
    assert raw.differences(before, raw.content(database), own=True) == {}


def failure(name: str) -> OperationalError:
    cause = sqlite3.OperationalError("something")
    cause.sqlite_errorname = name
    return OperationalError("SELECT 1", {}, cause)


@pytest.mark.parametrize(
    ("name", "again", "code"),
    [
        ("SQLITE_BUSY", True, "database_busy"),
        ("SQLITE_BUSY_SNAPSHOT", True, "database_busy"),
        ("SQLITE_LOCKED", True, "database_busy"),
        ("SQLITE_FULL", False, "disk_full"),
        ("SQLITE_READONLY", False, "became_read_only"),
        ("SQLITE_READONLY_DIRECTORY", False, "became_read_only"),
        ("SQLITE_IOERR_WRITE", False, "disk_error"),
        ("SQLITE_CANTOPEN", False, "disk_error"),
        ("SQLITE_CORRUPT", False, "file_damaged"),
        ("SQLITE_NOTADB", False, "file_damaged"),
        ("SQLITE_INTERRUPT", False, "cancelled"),
        ("SQLITE_CONSTRAINT_FOREIGNKEY", False, None),
        ("SQLITE_ERROR", False, None),
    ],
)
def test_what_a_failure_of_sqlite_means(database: Database, name: str, again: bool, code: str | None) -> None:
    assert database.backend.verdict(failure(name)) is (Verdict.AGAIN if again else Verdict.FINAL)
    assert database.backend.sentence(failure(name)) == code


def test_a_mistake_of_the_program_is_never_hidden_behind_a_sentence(database: Database) -> None:
    with pytest.raises(OperationalError, match="no such table"):
        database.read(lambda session: session.connection().exec_driver_sql("SELECT * FROM nowhere"))


def test_values_never_stand_in_the_text_of_an_error(database: Database) -> None:
    with pytest.raises(OperationalError) as failed:
        database.read(
            lambda session: session.connection().exec_driver_sql("SELECT * FROM nowhere WHERE x = ?", ("secret",))
        )
    assert "secret" not in str(failed.value)
