"""Ten thousand candidates reset in one operation, against the same deletes and updates as plain SQL."""

from __future__ import annotations

import gc
import json
import shutil
import sqlite3
import statistics
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop_admin.cli import collect_rarely
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.practice import sample
from tests import planning, raw

CANDIDATES = 10_000
QUESTIONS = 43
MOST = 3.0
ROUNDS = 3


@pytest.fixture
def _as_the_program_runs() -> Iterator[None]:
    usual = gc.get_threshold()
    collect_rarely()
    yield
    gc.unfreeze()
    gc.set_threshold(*usual)


@pytest.fixture
def big(portal_file: Path) -> Path:
    """The small portal with ten thousand candidates more, each writing a session and signed in."""
    with closing(sqlite3.connect(portal_file)) as connection:
        fill(connection)
        connection.commit()
        connection.execute("VACUUM")
    return portal_file


def fill(connection: sqlite3.Connection) -> None:
    now = datetime.now(UTC)
    moment = now.strftime("%Y-%m-%d %H:%M:%S.%f")
    later = (now + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    first = 100_000
    ids = range(first, first + CANDIDATES)
    copy_rows(connection, "accounts_user", "T-STUCK", "username", ({"id": i, "username": f"B{i}"} for i in ids))
    copy_rows(
        connection, "registration_candidateprofile", "T-STUCK", "army_no",
        ({"id": i, "army_no": f"B{i}", "user_id": i} for i in ids),
    )  # fmt: skip
    (held,) = connection.execute(
        "SELECT json_group_array(id) FROM questions_question WHERE question_set = 'C' ORDER BY id"
    ).fetchone()
    questions = json.loads(held)
    connection.executemany(
        "INSERT INTO questions_examsession "
        "(id, started_at, duration, total_questions, paper_id, trade_id, user_id, exam_type) "
        "VALUES (?, ?, 10800000000, 43, 1, 1, ?, 'PRIMARY')",
        ((i, moment, i) for i in ids),
    )
    connection.executemany(
        'INSERT INTO questions_examquestion ("order", question_id, session_id) VALUES (?, ?, ?)',
        ((place, questions[(i + place) % len(questions)], i) for i in ids for place in range(1, QUESTIONS + 1)),
    )
    connection.executemany(
        "INSERT INTO django_session VALUES (?, ?, ?)", ((f"bulk{i}", sample.login_data(i), later) for i in ids)
    )


def copy_rows(connection: sqlite3.Connection, table: str, model: str, by: str, rows: Iterable[raw.Row]) -> None:
    """Rows like the model's, with some columns of their own."""
    found = connection.execute(f"SELECT * FROM {table} WHERE {by} = ?", [model])
    names = [column[0] for column in found.description]
    like = dict(zip(names, found.fetchone(), strict=True))
    marks = ", ".join(f":{name}" for name in names)
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", (like | row for row in rows))


def with_the_program(path: Path) -> float:
    """One reset of everyone: planned, archived, cleared, signed out, written and recorded."""
    database = Database.open(path)

    def job(session: Session) -> Changes:
        plan = planning.plan_reset(session, chosen=Chosen(everyone=True))
        return apply.apply(session, plan=plan, actor=Actor(name="b"), shown=False)

    begun = time.perf_counter()
    changes = database.write(job)
    taken = time.perf_counter() - begun
    database.close()
    assert changes.cleared_sessions >= CANDIDATES
    assert changes.ended_logins >= CANDIDATES
    return taken


def with_plain_sql(path: Path) -> float:
    """The same deletes and updates, set-based, in one transaction with the same safety."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=EXTRA")
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        open_sessions = "SELECT id FROM questions_examsession WHERE completed_at IS NULL"
        connection.execute(f"DELETE FROM questions_examquestion WHERE session_id IN ({open_sessions})")
        connection.execute("DELETE FROM questions_examsession WHERE completed_at IS NULL")
        connection.execute("DELETE FROM django_session")
        connection.execute(
            "UPDATE registration_candidateprofile SET has_exam_slot = 0, slot_assigned_at = NULL, "
            "slot_assigned_by_id = NULL, slot_attempting_at = NULL WHERE has_exam_slot"
        )
        connection.execute("COMMIT")
        return time.perf_counter() - begun


@pytest.mark.benchmark
@pytest.mark.usefixtures("_as_the_program_runs")
def test_ten_thousand_resets_take_at_most_three_times_the_plain_sql(
    big: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    times: dict[str, list[float]] = {"program": [], "plain": []}
    for number in range(ROUNDS):
        for name, way in (("plain", with_plain_sql), ("program", with_the_program)):
            copy = Path(shutil.copy(big, tmp_path / f"{name}{number}.sqlite3"))
            # With the file in the system's memory in both cases.
            copy.read_bytes()
            times[name].append(way(copy))
            left = raw.query(copy, "SELECT count(*) FROM questions_examsession WHERE completed_at IS NULL")
            assert left == [(0,)]
            copy.unlink()
    program, plain = (statistics.median(times[name]) for name in ("program", "plain"))
    with capsys.disabled():
        print(f"\nprogram {program:.2f} s, plain SQL {plain:.2f} s, ratio {program / plain:.2f}")
    assert program / plain <= MOST, f"program {times['program']}, plain {times['plain']}"
