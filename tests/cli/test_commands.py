"""Which commands there are, with which options, and what the program says without one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from desktop_admin import __version__
from desktop_admin.cli import cli
from tests import raw
from tests.catalogues import TEXTS
from tests.cli.runs import COMMANDS, PROJECT, SUPERVISOR, backups, complaint, loaded, own_tables, process, run

SLOTS = {"--army-no", "--trade", "--all", "--released-by"}
WRITES = {"--json", "--yes", "--dry-run", "--reason"}
OPTIONS = {
    "create": {"--json"},
    "check": {"--json"},
    "demo": {"--json"},
    "prepare": {"--json"},
    "problem-report": set(),
    "rehearse": {"--json", "--cases"},
    "cases": {"--json"},
    "self-check": {"--json"},
    "candidates": {"--json"},
    "candidate": {"--json"},
    "sets": {"--json"},
    "sessions": {"--json", "--stuck", "--incomplete"},
    "not-back": {"--json"},
    "findings": {"--json"},
    "history": {"--json"},
    "import-register": WRITES
    | {"--shift", "--update", "--column", "--generate-passwords", "--slips", "--problems", "--released-by"},
    "assign-slots": WRITES | SLOTS,
    "reset-slots": WRITES | SLOTS,
    "reassign-slots": WRITES | SLOTS,
    "sign-out": WRITES | SLOTS,
    "give-time": WRITES | SLOTS | {"--shift", "--minutes-left", "--extra", "--as-of", "--planned"},
    "activate-set": WRITES
    | {
        "--paper",
        "--set",
        "--trade",
        "--all-trades",
        "--allow-too-few",
        "--released-by",
        "--let-finish",
        "--let-finish-under",
    },
    "open-paper": WRITES | {"--paper", "--trade", "--all-trades", "--allow-too-few", "--released-by"},
    "close-paper": WRITES | {"--paper", "--trade", "--all-trades", "--force", "--released-by"},
    "set-duration": WRITES | {"--paper", "--minutes", "--trade", "--all-trades"},
    "clear-incomplete-sessions": WRITES | SLOTS | {"--paper-type"},
    "fix-stuck-sessions": WRITES | SLOTS,
    "accept-session": WRITES | {"--army-no"},
    "undo": WRITES | {"--released-by"},
    "restore": WRITES | {"--op", "--override", "--released-by"},
    "reopen-paper": WRITES | {"--army-no", "--paper"},
    "set-completed": WRITES | {"--army-no", "--paper", "--not"},
    "check-in": WRITES | {"--seat", "--shift", "--released-by"},
    "withdraw-check-in": WRITES | {"--released-by"},
    "attendance": {"--json", "--shift"},
    "board": {"--by", "--json", "--shift"},
    "checklist": {"--json", "--shift", "--everyone"},
    "incident": {"--category", "--text", "--done", "--at", "--army-no", "--op", "--json"},
    "incidents": {"--json", "--since"},
    "amend-incident": {"--text", "--done", "--army-no", "--op", "--json"},
    "close-day": WRITES | {"--day", "--everyone"},
    "closings": {"--json", "--day"},
    "read-closing": {"--json", "--save"},
    "roles": {"--json"},
    "role": {"--json", "--portal"},
    "policy": {"--json", "--released-by"},
    "keep-logins": {"--json"},
    "backup": {"--json", "--encrypt"},
    "restore-backup": WRITES,
    "verify-log": {"--checkpoint", "--json"},
    "checkpoint": set(),
    "log-key": set(),
    "report": set(),
    "export": set(),
    "guard": set(),
}
NEEDED = {
    "candidate": ["T-FINE"],
    "import-register": ["register.csv"],
    "problem-report": ["report.zip"],
    "give-time": ["--extra", "5"],
    "activate-set": ["--paper", "PRIMARY", "--set", "E", "--all-trades"],
    "open-paper": ["--paper", "PRIMARY", "--all-trades"],
    "close-paper": ["--paper", "PRIMARY", "--all-trades"],
    "set-duration": ["--paper", "PRIMARY", "--minutes", "90", "--all-trades"],
    "guard": ["check"],
    "check-in": ["T-SLOT"],
    "withdraw-check-in": ["T-SLOT"],
    "incident": ["--category", "power", "--text", "dark"],
    "amend-incident": ["a", "--text", "light again"],
    "close-day": ["day.zip.age"],
    "read-closing": [__file__],
    "restore": ["7"],
    "accept-session": ["--army-no", "T-STUCK"],
    "reopen-paper": ["--army-no", "T-DONE", "--paper", "PRIMARY"],
    "set-completed": ["--army-no", "T-DONE", "--paper", "PRIMARY"],
    "role": ["someone", "staff"],
    "restore-backup": ["copy.sqlite3"],
    "checkpoint": ["checkpoint.json"],
    "log-key": ["export", "key"],
    "report": ["shift", "shift.pdf"],
    "export": ["history", "history.csv"],
}
"""What a command needs besides the database."""
WITHOUT_DATABASE = ("create", "demo", "self-check", "problem-report", "read-closing")
"""Commands that make their own database, or need none."""
WITHOUT_PEOPLE = (*WITHOUT_DATABASE, "check")
"""Commands for which nobody signs in: those, and what looks at whether a database is sound."""


@pytest.mark.parametrize("name", OPTIONS)
def test_each_command_has_its_options(name: str) -> None:
    command = loaded(name)

    options = {text for parameter in command.params for text in parameter.opts}

    assert options >= OPTIONS[name]


def test_there_is_no_command_that_these_tests_do_not_know() -> None:
    assert set(COMMANDS) == set(OPTIONS)


@pytest.mark.parametrize("name", OPTIONS)
def test_each_command_explains_itself(name: str) -> None:
    help_text = run(None, name, "--help")

    assert help_text.exit_code == 0
    assert loaded(name).get_short_help_str() in " ".join(help_text.stdout.split())
    options = [one for one in loaded(name).params if isinstance(one, click.Option)]
    assert all(option.help in TEXTS for option in options)


def test_version_is_told() -> None:
    assert run(None, "--version").stdout.split() == ["desktop-admin", __version__]


def test_an_unknown_command_is_a_usage_problem(unchanged: Path) -> None:
    result = run(unchanged, "delete-everything")

    assert result.exit_code == 2
    assert "delete-everything" in result.stderr


def _require_qt(name: str) -> None:
    """Skip a paper where it cannot be made: that is said first, whoever asks."""
    if name == "report":
        pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)


@pytest.mark.parametrize("name", [one for one in OPTIONS if one not in WITHOUT_DATABASE])
def test_without_a_database_each_command_says_how_to_name_one(name: str) -> None:
    _require_qt(name)
    whose = [*(["--all"] if "--all" in OPTIONS[name] else []), *NEEDED.get(name, [])]

    assert "--db" in complaint(run(None, name, *whose), code=2)


@pytest.mark.parametrize("name", [one for one in OPTIONS if one not in WITHOUT_PEOPLE])
def test_nobody_who_does_not_sign_in_reads_or_changes_anything(name: str, bare_file: Path, tmp_path: Path) -> None:
    _require_qt(name)
    needed = [*(["--all", "--yes"] if "--all" in OPTIONS[name] else []), *NEEDED.get(name, [])]
    if name == "restore-backup":
        needed = [str(shutil.copy(bare_file, tmp_path / "copy.sqlite3")), "--yes"]
    before = raw.digest(bare_file)

    refused = CliRunner().invoke(cli, ["--db", str(bare_file), name, *needed], catch_exceptions=False)

    assert "--as" in complaint(refused, code=77)
    assert (raw.digest(bare_file), own_tables(bare_file), backups()) == (before, [], [])


def test_an_empty_database_name_names_no_database() -> None:
    assert "--db" in complaint(run(None, "--db", "", "check"), code=2)


def test_the_default_connection_is_used_where_no_database_is_named(portal_file: Path, tmp_path: Path) -> None:
    desk = tmp_path / "desk.toml"
    desk.write_text(f'default_connection = "hall"\n[connections]\nhall = "{portal_file}"\n', encoding="utf-8")

    assert "T-STUCK" in run(None, "sessions", "--stuck").stdout
    # An empty name is one that somebody forgot to fill in, and means no database, wherever it stands.
    for words in (("--db", "", "sessions"), ("sessions", "--db", "")):
        assert "No database was named" in complaint(run(None, *words), code=2)


def test_without_a_command_and_without_a_screen_it_says_so() -> None:
    told = process(DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")

    assert (told.returncode, told.stdout) == (1, "")
    assert "no screen" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="displays that do not answer end Qt on Linux")
@pytest.mark.parametrize("platform", ["", "wayland"])
def test_a_wayland_display_that_does_not_answer_is_told_before_qt_ends_the_process(platform: str) -> None:
    told = process(DISPLAY="", WAYLAND_DISPLAY="wayland-99", QT_QPA_PLATFORM=platform)

    assert (told.returncode, len(told.stderr.splitlines())) == (1, 1)
    assert "wayland-99 does not answer" in told.stderr


def test_a_password_from_a_stdin_that_is_closed_is_asked_for_in_a_sentence(real_file: Path) -> None:
    command = [sys.executable, "-m", "desktop_admin", *SUPERVISOR, "--db", str(real_file), "sessions"]
    told = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *command], cwd=PROJECT, capture_output=True, text=True, check=False
    )

    assert (told.returncode, len(told.stderr.splitlines())) == (77, 1)
    assert "--password-stdin" in told.stderr


def test_a_data_folder_that_cannot_be_written_keeps_no_key_and_changes_nothing(
    real_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    before = raw.content(real_file)

    assert "nothing was changed" in complaint(run(real_file, "reset-slots", "--army-no", "T-STUCK", "--yes"), code=1)
    assert raw.differences(before, raw.content(real_file), own=True) == {}
