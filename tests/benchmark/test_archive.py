"""What the archive adds to a clearing: ten thousand sessions archived and cleared, against the deletes alone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import text

from desktop_admin.controllers.archive import cleared
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from tests import accounts
from tests.benchmark.filled import FIRST, fill

SESSIONS, ROUNDS = 10_000, 5
MOST = {"sqlite": 2.5, "postgresql": 3.7, "mariadb": 2.5, "postgresql as a desk": 4.6}
"""On PostgreSQL, to read 430 000 questions in order, to write a text of them and its hash, and to delete them, already
takes 2.7 times as long as to delete them; 3.1 to 3.6 were measured, and 3.7 to 4.3 with a desk's account."""
ACCOUNTS = ("postgresql as a desk",)


class _EnoughError(Exception):
    """Ends a round: nothing of it is kept."""


def timed(write: Callable[[Callable[[Session], None]], None], work: Callable[[Session], object]) -> float:
    """How long the work takes up to COMMIT, which does not come."""
    taken = 0.0

    def job(session: Session) -> None:
        nonlocal taken
        begun = time.perf_counter()
        work(session)
        taken = time.perf_counter() - begun
        raise _EnoughError

    with pytest.raises(_EnoughError):
        write(job)
    return taken


def deletes(session: Session) -> None:
    """The two deletes alone."""
    session.execute(text(f"DELETE FROM questions_examquestion WHERE session_id >= {FIRST}"))
    session.execute(text(f"DELETE FROM questions_examsession WHERE id >= {FIRST} AND completed_at IS NULL"))


def archive(session: Session) -> None:
    """The same, archived."""
    cleared.clear(session, session_ids=range(FIRST, FIRST + SESSIONS), op_id="measured")


@pytest.mark.benchmark
def test_archiving_costs_little_beside_the_deletes_alone(
    any_database: Database, engine_name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    as_the_portal = partial(accounts.write, any_database)
    as_the_portal(partial(fill, number=SESSIONS))
    tables = "TABLE questions_examquestion, questions_examsession" if engine_name == "mariadb" else ""
    as_the_portal(lambda session: session.execute(text(f"ANALYZE {tables}")))
    rounds = [(timed(as_the_portal, deletes), timed(any_database.write, archive)) for _ in range(ROUNDS)]
    alone, archived = (statistics.median(times) for times in zip(*rounds, strict=True))
    with capsys.disabled():
        print(f"\n{engine_name}: {alone:.2f} s, archived {archived:.2f} s, ratio {archived / alone:.2f}")
    assert archived / alone <= MOST[engine_name], rounds
