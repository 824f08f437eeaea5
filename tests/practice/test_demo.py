"""The demo's exam day, and the self-check."""

from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.log import chain, checkpoints
from desktop_admin.controllers.operations.deeds import rules
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.sessions import STUCK_KINDS, Survey
from desktop_admin.database.engine import Database
from desktop_admin.errors import UsageProblem
from desktop_admin.practice import demo, selfcheck
from desktop_admin.rules import Role
from tests import raw

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    demo.make(path, now=NOW)
    return path


@pytest.fixture(scope="module")
def survey(day: Path) -> Survey:
    database = Database.open(day, thorough=True)
    found = database.read(partial(health.survey, now=NOW, finished=None))
    database.close()
    return found


def test_a_demo_in_the_place_of_another_is_not_taken_for_a_forged_one(tmp_path: Path) -> None:
    path, keys = tmp_path / "demo.sqlite3", set()
    for _ in range(2):
        path.unlink(missing_ok=True)
        demo.make(path)
        with closing(Database.open(path)) as database:
            actor = Actor(name="admin", role=Role.SUPERVISOR, desk="desk-1")
            database.write(partial(rules.change, name="keep-logins", value="on", actor=actor))
            database.read(checkpoints.keep_daily)
            keys.add(database.read(chain.key_id))
            assert database.read(checkpoints.verify).problems == ()
    assert len(keys) == 2


def test_the_day_has_its_trades_candidates_and_sets(day: Path) -> None:
    assert raw.query(day, "SELECT count(*) FROM reference_trade") == [(17,)]
    assert raw.query(day, "SELECT count(*) FROM registration_candidateprofile") == [(demo.CANDIDATES,)]
    letters = raw.query(day, "SELECT group_concat(DISTINCT question_set) FROM questions_question WHERE trade_id = 1")
    assert sorted(letters[0][0].split(",")) == list("ABCDE")
    assert raw.query(day, "SELECT kind FROM desktop_admin_database") == [("demo",)]
    assert raw.query(day, "PRAGMA foreign_key_check") == []


def test_twelve_sessions_are_stuck_in_every_way_that_there_is(survey: Survey) -> None:
    assert len(survey.stuck) == 12
    assert {finding.kind for row in survey.stuck for finding in row.findings if finding.stuck} == STUCK_KINDS


def test_sessions_are_running_and_finished(survey: Survey) -> None:
    assert survey.running > 50
    assert survey.finished > 50


def test_the_same_day_comes_out_every_time(day: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.sqlite3"
    demo.make(again, now=NOW)
    first, second = raw.content(day), raw.content(again)
    assert raw.differences(first, second) == {}


def test_a_file_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "demo.sqlite3"
    path.write_text("x")
    with pytest.raises(UsageProblem):
        demo.make(path)
    assert path.read_text() == "x"


def test_the_self_check_passes_its_seven_steps_in_order_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    told: list[selfcheck.Step] = []
    steps = selfcheck.run(told.append)
    assert [step.number for step in steps] == [1, 2, 3, 4, 5, 6, 7]
    assert [step.seen.english() for step in steps if not step.passed] == []
    assert told == list(steps)
    assert steps[-1].seen.english() == "Questions: 43, of set E."
    assert list(tmp_path.iterdir()) == []


def test_the_self_check_sees_a_session_that_is_not_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_admin.controllers.operations.papers.work._leaves_behind", lambda *_given: False)
    assert [step.number for step in selfcheck.run() if not step.passed][:1] == [4]
