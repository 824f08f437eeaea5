"""Rehearsing on the command line: who signs in on the copy, and what is said of it."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from desktop_admin import passwords
from desktop_admin.cli import cli
from tests import raw
from tests.cli.runs import answer, run


def alone(*arguments: str) -> tuple[int, str]:
    """A command of somebody who names nobody."""
    done = CliRunner().invoke(cli, arguments, input="", catch_exceptions=False)
    return done.exit_code, done.output


def test_a_rehearsal_of_practice_data_is_worked_on_without_an_account(portal_file: Path, tmp_path: Path) -> None:
    copy = str(tmp_path / "rehearsal.sqlite3")
    code, told = alone("--db", str(portal_file), "rehearse", copy, "--cases")
    assert (code, "Nobody need sign in" in told, "real candidates" in told) == (0, True, False)
    assert alone("--db", copy, "reset-slots", "--army-no", "T-STUCK", "--yes")[0] == 0
    assert "10 cases" in alone("--db", copy, "cases")[1]
    assert answer(portal_file, "rehearse", str(tmp_path / "json.sqlite3"))["password"] is None


def test_a_rehearsal_of_the_exam_says_the_password_and_whose_names_it_holds(portal_file: Path, tmp_path: Path) -> None:
    raw.change(portal_file, "DELETE FROM desktop_admin_database")
    copy = str(tmp_path / "rehearsal.sqlite3")
    told = run(portal_file, "rehearse", copy).stdout
    assert f"“{passwords.REHEARSAL}”" in told
    assert "real candidates" in told
    assert alone("--db", copy, "sessions")[0] == 77
