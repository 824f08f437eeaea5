"""A link that breaks in the middle of an operation, or while the answer to its COMMIT is on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.people import brake, staff
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database import compat, pulse
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.errors import Cancelled, DatabaseUnusable, ResultUnknown
from desktop_admin.messages import Message
from desktop_admin.stop import Stop
from tests import planning, raw
from tests.cli import runs
from tests.conftest import choose
from tests.controllers import doing
from tests.database.test_engine import ENDLESS
from tests.proxy import CuttingProxy

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")


def kill(database: Database, driver: Any) -> None:
    """Let the server end a connection."""
    other = raw.driver_connection(database)
    with other.cursor() as cursor:
        if raw.engine(database) == "postgresql":
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", (driver.info.backend_pid,))
        else:
            cursor.execute(f"KILL CONNECTION {driver.thread_id()}")
    other.close()


def applied_once(database: Database, army_no: str) -> None:
    assert raw.query(database, "SELECT count(*), max(seq) FROM desktop_admin_operation") == [(1, 1)]
    assert raw.query(database, "SELECT count(*) FROM desktop_admin_archived_session") == [(1,)]
    assert raw.query(database, "SELECT count(*) FROM desktop_admin_ended_login") == [(1,)]
    assert doing.sessions_of(database, army_no) == []


@pytest.mark.parametrize(
    "place",
    ["INSERT INTO desktop_admin_archived_session", "DELETE", "INSERT INTO desktop_admin_operation "],
    ids=["archiving", "clearing", "recording"],
)
@pytest.mark.parametrize("times", [1, 3])
def test_a_link_that_breaks_before_commit_is_made_again_and_the_operation_applied_once(
    any_database: Database, actor: Actor, place: str, times: int
) -> None:
    plan = any_database.read(doing.slots_plan(REASSIGN, doing.chosen(any_database, "T-STUCK")))
    killed: list[Any] = []

    def strike(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        driver = connection.connection.driver_connection
        if statement.startswith(place) and len(killed) < times and driver not in killed:
            killed.append(driver)
            kill(any_database, driver)

    event.listen(any_database.backend.writer, "before_cursor_execute", strike)
    told: list[Message] = []
    work = partial(apply.apply, plan=plan, actor=actor)
    changes = any_database.write(work, told=told.append)
    assert len(killed) == times
    assert [stage.code for stage in told] == ["stage_connecting"] * times, (
        "nothing was on its way, so nothing is unknown"
    )
    assert (changes.op_id, changes.notes) == (plan.op_id, ()), "applied now, not before"
    applied_once(any_database, "T-STUCK")


def losing_the_answer(database: Database, lost: list[Any], *, after: int = 0) -> Callable[[Any], None]:
    """A COMMIT that arrives, and whose answer does not: the driver itself tells that the link is gone.

    Args:
        after: so many are answered before.
    """
    answered: list[Any] = []

    def do_commit(connection: Any) -> None:
        connection.commit()
        if len(answered) < after:
            answered.append(connection)
        elif not lost:
            driver = connection.driver_connection if hasattr(connection, "driver_connection") else connection
            lost.append(driver)
            kill(database, driver)
            with driver.cursor() as cursor:
                cursor.execute("SELECT 1")

    return do_commit


def test_a_commit_whose_answer_is_lost_is_found_to_be_applied_already(
    any_database: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = any_database.read(doing.slots_plan(REASSIGN, doing.chosen(any_database, "T-STUCK")))
    lost: list[Any] = []
    monkeypatch.setattr(any_database.backend.writer.dialect, "do_commit", losing_the_answer(any_database, lost))
    told: list[Message] = []
    changes: Changes = any_database.write(partial(apply.apply, plan=plan, actor=actor), told=told.append)
    assert len(lost) == 1
    assert [stage.english() for stage in told] == ["The result is not known yet, checking: attempt 2 of 8"]
    assert (changes.op_id, [note.code for note in changes.notes]) == (plan.op_id, ["already_applied"])
    assert changes.cleared_sessions == 1, "what was done then is told"
    applied_once(any_database, "T-STUCK")


def test_a_command_whose_answer_is_lost_is_applied_once(
    any_database: Database, any_target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialect = type(any_database.backend.writer.dialect)
    for command in (("reassign-slots", "--army-no", "T-STUCK"), ("undo",)):
        lost: list[Any] = []
        commit = losing_the_answer(any_database, lost)
        with monkeypatch.context() as patched:
            patched.setattr(dialect, "do_commit", lambda _dialect, connection, commit=commit: commit(connection))
            done = runs.answer(None, "--db", any_target, *command, "--yes")
        assert (len(lost), done["applied"]) == (1, 1)
        if command != ("undo",):
            applied_once(any_database, "T-STUCK")
    assert raw.query(any_database, "SELECT count(*) FROM desktop_admin_operation") == [(2,)]
    assert len(doing.sessions_of(any_database, "T-STUCK")) == 1


def test_a_link_that_stays_broken_is_told_without_the_word_failed(
    any_database: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_admin.database.attempts.TRIES", 2)
    before = raw.content(any_database)

    def strike(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO desktop_admin_operation "):
            kill(any_database, connection.connection.driver_connection)

    event.listen(any_database.backend.writer, "before_cursor_execute", strike)
    with pytest.raises(DatabaseUnusable) as told:
        doing.slot(any_database, actor, RESET, "T-STUCK")
    assert (told.value.code, told.value.exit_code) == ("link_lost", 69)
    assert "failed" not in str(told.value)
    assert "Nothing was changed" in str(told.value), "no COMMIT was on its way"
    assert raw.differences(before, raw.content(any_database), own=True) == {}


@pytest.mark.parametrize("deliver", [True, False], ids=["COMMIT arrived", "COMMIT lost"])
@pytest.mark.parametrize("cancelled", [False, True])
def test_a_commit_without_an_answer_is_never_told_to_have_failed_nor_to_have_written_nothing(
    any_target: str, actor: Actor, monkeypatch: pytest.MonkeyPatch, deliver: bool, cancelled: bool
) -> None:
    monkeypatch.setattr("desktop_admin.database.attempts.TRIES", 3)
    proxy = CuttingProxy(any_target)
    desk = Database.open(proxy.target)
    plan = desk.read(doing.slots_plan(REASSIGN, doing.chosen(desk, "T-STUCK")))
    proxy.deliver, proxy.cuts, proxy.goes_down = deliver, 1, True

    def stop(_stage: Message) -> None:
        if cancelled:
            desk.cancel()

    with pytest.raises(ResultUnknown) as told:
        desk.write(partial(apply.apply, plan=plan, actor=actor), told=stop)
    assert "not known yet" in str(told.value)
    assert "failed" not in str(told.value)
    proxy.down = False
    # In a write transaction, whose lock waits for a COMMIT that is still on its way.
    found = desk.write(partial(apply.recorded, op_id=plan.op_id))
    assert (found is not None) is deliver
    desk.close()
    proxy.close()


def test_a_server_that_freezes_while_it_is_opened_is_not_waited_for_without_an_end(
    any_target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, examine = CuttingProxy(any_target), compat.examine

    def frozen(*values: Any, **named: Any) -> Any:
        proxy.freeze()
        return examine(*values, **named)

    monkeypatch.setattr(pulse, "EVERY_SECONDS", 0.1)
    monkeypatch.setattr(pulse, "SILENT_SECONDS", 0.5)
    monkeypatch.setattr(compat, "examine", frozen)
    with pytest.raises(DatabaseUnusable) as told:
        Database.open(proxy.target)
    assert told.value.code == "link_lost"
    proxy.close()


@pytest.mark.parametrize(
    ("command", "freezes_at", "told"),
    [
        (("candidate", "T-STUCK"), b"registration_candidateprofile.army_no", "was lost"),
        (("reset-slots", "--army-no", "T-STUCK", "--yes"), b"INTO desktop_admin_operation", "Nothing was changed."),
    ],
    ids=["reading", "in the middle of a change"],
)
def test_a_command_that_meets_a_frozen_server_ends_with_a_sentence(
    any_target: str, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], freezes_at: bytes, told: str
) -> None:
    """PostgreSQL's driver would wait without an end."""
    monkeypatch.setattr(pulse, "EVERY_SECONDS", 0.1)
    monkeypatch.setattr(pulse, "SILENT_SECONDS", 1.0)
    monkeypatch.setattr("desktop_admin.database.attempts.TRIES", 1)
    proxy = CuttingProxy(any_target)
    proxy.freezes_at = freezes_at
    result = runs.run(proxy.target, *command)
    assert result.exit_code == 69, result.output
    assert told in result.output
    proxy.close()


def test_a_database_whose_link_is_broken_is_closed_all_the_same(any_target: str, any_database: Database) -> None:
    desk = Database.open(any_target)
    desk.changed_by_others()
    assert desk._watcher is not None
    kill(any_database, desk._watcher.connection.driver_connection)
    desk.close()


def test_a_lost_link_while_reading_is_not_told_as_a_change(any_database: Database) -> None:
    def job(session: Session) -> None:
        kill(any_database, session.connection().connection.driver_connection)
        session.execute(text("SELECT 1"))

    with pytest.raises(DatabaseUnusable) as told:
        any_database.read(job)
    assert told.value.code == "link_lost"
    assert "history" not in str(told.value)


def test_a_server_with_too_many_connections_is_not_told_to_be_out_of_reach(any_database: Database) -> None:
    cause = (
        Exception('connection failed: connection to server at "x" failed: FATAL:  sorry, too many clients already')
        if raw.engine(any_database) == "postgresql"
        else Exception(1040, "Too many connections")
    )
    assert any_database.backend.sentence(OperationalError("", {}, cause)) not in (None, "server_not_reached")


def test_cancel_stops_a_statement_that_runs_on_the_server(any_database: Database) -> None:
    slow = "SELECT pg_sleep(60)" if raw.engine(any_database) == "postgresql" else "SELECT sleep(60)"
    running, stopped = threading.Event(), threading.Event()

    def job(session: Session) -> None:
        running.set()
        session.connection().exec_driver_sql(slow)

    def cancel() -> None:
        assert running.wait(60)
        # The statement begins a moment after the job has said so; before, there is nothing to stop.
        while not stopped.wait(0.5):
            any_database.cancel()

    canceller = threading.Thread(target=cancel)
    canceller.start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        any_database.read(job)
    took = time.monotonic() - began
    stopped.set()
    canceller.join(120)
    assert took < 60


def test_an_opening_is_stopped_while_the_database_is_still_examined(
    any_target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = {"sqlite": ENDLESS, "postgresql": "SELECT pg_sleep(60)", "mysql": "SELECT sleep(60)"}
    running, stopped, stop = threading.Event(), threading.Event(), Stop()

    def examine(connection: Connection, **_how: str) -> Any:
        running.set()
        connection.exec_driver_sql(slow[connection.dialect.name.replace("mariadb", "mysql")])

    def ask() -> None:
        assert running.wait(60)
        while not stopped.wait(0.5):
            stop.ask()

    monkeypatch.setattr(compat, "examine", examine)
    asker = threading.Thread(target=ask)
    asker.start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        Database.open(any_target, stop=stop)
    took = time.monotonic() - began
    stopped.set()
    asker.join(120)
    assert took < 60


def test_an_opening_that_was_stopped_before_it_began_examines_nothing(
    any_target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = Stop()
    stop.ask()
    monkeypatch.delattr(compat, "examine")
    with pytest.raises(Cancelled):
        Database.open(any_target, stop=stop)


def test_a_connection_that_its_driver_is_closing_keeps_nobody_from_hanging_up(any_database: Database) -> None:
    """Closing takes a driver several steps, and another thread may come between any two of them."""
    with any_database.backend.reader.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if raw.engine(any_database) == "postgresql":
            driver.close()
        else:
            driver._rfile.close()
            driver._sock.close()
        any_database.hang_up()
        connection.invalidate()
    assert raw.query(any_database, "SELECT 1") == [(1,)]


def test_a_slot_that_the_portal_gives_meanwhile_is_not_given_again(any_database: Database, actor: Actor) -> None:
    """The command plans under the creation lock, which does not hold the candidate's row; so it plans again."""
    chosen = choose(any_database, "T-NONE")
    portal = any_database.backend.writer.connect()
    portal.exec_driver_sql("UPDATE registration_candidateprofile SET has_exam_slot = TRUE WHERE army_no = 'T-NONE'")
    planned = threading.Event()

    def work(session: Session) -> Changes:
        plan = planning.plan_assign(session, chosen=chosen)
        planned.set()
        return apply.apply(session, plan=plan, actor=actor, shown=False)

    def commit() -> None:
        assert planned.wait(60)
        time.sleep(0.3)
        portal.commit()
        portal.close()

    committing = threading.Thread(target=commit)
    committing.start()
    changes = any_database.write(work)
    committing.join(120)
    assert (changes.applied, changes.refused) == (0, 1)


REFUSALS = "SELECT failures FROM desktop_admin_sign_in_failure"
BLOCKED = "SELECT count(*) FROM desktop_admin_operation WHERE operation = 'sign-in-blocked'"


@pytest.mark.parametrize("after", [0, 1], ids=["of the count", "of the record"])
def test_a_refused_sign_in_is_counted_and_recorded_once_where_the_answer_to_a_commit_is_lost(
    any_database: Database, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    refuse = partial(brake.count, any_database, username="someone", desk="desk-1", right=False)
    assert refuse() is None
    raw.change(any_database, "UPDATE desktop_admin_sign_in_failure SET failures = 7, last_at = '2026-01-01 10:00:00'")
    lost: list[Any] = []
    commit = losing_the_answer(any_database, lost, after=after)
    monkeypatch.setattr(any_database.backend.writer.dialect, "do_commit", commit)
    assert refuse() is None, "it came in time"
    assert (len(lost), raw.query(any_database, REFUSALS), raw.query(any_database, BLOCKED)) == (1, [(8,)], [(1,)])


def test_a_first_supervisor_whose_commit_was_not_answered_is_made_once_and_not_refused(
    any_database: Database, any_target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw.change(
        any_database, "UPDATE desktop_admin_database SET kind = 'local'", "UPDATE accounts_user SET is_active = false"
    )
    with closing(Database.open(any_target)) as local:
        make = partial(staff.create_first_supervisor, username="chief", password="a password", op_id=new_op_id())
        lost: list[Any] = []
        monkeypatch.setattr(local.backend.writer.dialect, "do_commit", losing_the_answer(local, lost))
        local.write(make)
        assert len(lost) == 1
        # And whoever was told that nobody knows tries again.
        local.write(make)
        found = raw.query(local, "SELECT count(*) FROM accounts_user WHERE username = 'chief'")
        assert (found, raw.query(local, "SELECT count(*) FROM desktop_admin_operation")) == ([(1,)], [(1,)])
