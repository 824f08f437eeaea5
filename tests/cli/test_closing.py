"""Closing a day on the command line: what is left, the file with its paper in both languages, and reading it back."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyrage
import pytest
from click.testing import CliRunner, Result

from desktop_admin.cli import cli
from desktop_admin.files import sealed_file
from tests import light_age, raw
from tests.cli.runs import PASSWORD, SUPERVISOR, answer, at_terminal, complaint, run, values

PHRASE = "three words here"


def typing(typed: str, *arguments: str) -> Result:
    """A command that reads this from stdin."""
    return CliRunner().invoke(cli, [*SUPERVISOR, *arguments], input=typed, catch_exceptions=False)


def close(file: Path, to: Path, *more: str, typed: str = PHRASE) -> Result:
    return typing(f"{PASSWORD}{typed}\n", "--db", str(file), "close-day", str(to), *more)


def test_a_day_is_closed_and_its_file_says_all_of_it(real_file: Path, tmp_path: Path) -> None:
    answer(real_file, "reset-slots", "--army-no", "T-STUCK", "--yes")
    to, shown = (
        tmp_path / "day.zip.age",
        values(close(real_file, tmp_path / "day.zip.age", "--dry-run", "--json"), code=1),
    )
    assert (shown["dry_run"], shown["sha256"], to.exists()) == (True, None, False)
    done = values(close(real_file, to, "--yes", "--json"))
    (one,) = answer(real_file, "closings")
    assert (one["file"], one["sha256"], one["current"]) == ("day.zip.age", done["sha256"], True)
    assert (answer(real_file, "history")[0]["operation"], answer(real_file, "verify-log")["intact"]) == (
        "close-day",
        True,
    )
    read = values(typing(f"{PHRASE}\n", "read-closing", str(to), "--json"))
    assert (read["sha256"], read["checkpoint"]["seq"], read["about"]["closed_by"]) == (done["sha256"], 1, "admin")
    members = sealed_file.opened(to.read_bytes(), PHRASE)
    assert [one["name"] for one in read["members"]] == list(members)
    # One paper in each language, the second one begins with its own first page.
    pages = len(re.findall(rb"/Type /Page\b", members["report.pdf"]))
    assert (members["report.pdf"][:4], pages >= 2) == (b"%PDF", True)
    checkpoint = tmp_path / "checkpoint.json"
    checkpoint.write_bytes(members["checkpoint.json"])
    assert answer(real_file, "verify-log", "--checkpoint", str(checkpoint))["intact"]
    answer(real_file, "assign-slots", "--army-no", "T-NONE", "--yes")
    assert "1 operation," in run(real_file, "closings").stdout.replace("\N{NO-BREAK SPACE}", " ")
    again = complaint(close(real_file, tmp_path / "again", "--yes"), code=2)
    assert "--reason" in again
    assert "already" in complaint(close(real_file, to, "--yes", "--reason", "late"), code=2)
    assert not (tmp_path / "again").exists()


def test_what_is_left_is_told_and_nothing_is_done_without_yes_and_without_a_terminal(
    real_file: Path, tmp_path: Path
) -> None:
    answer(real_file, "incident", "--category", "power", "--text", "No light")
    told = close(real_file, tmp_path / "day", "--dry-run").stdout
    assert "T-FINE" in told
    assert "No light" in told
    refused = close(real_file, tmp_path / "day")
    assert (refused.exit_code, (tmp_path / "day").exists()) == (3, False)
    assert answer(real_file, "closings") == []


@pytest.mark.parametrize("typed", ["", "   "])
def test_without_a_passphrase_nothing_is_written(real_file: Path, tmp_path: Path, typed: str) -> None:
    told = close(real_file, tmp_path / "day", "--yes", typed=typed)
    assert (told.exit_code, "passphrase" in told.stderr, (tmp_path / "day").exists()) == (2, True, False)


def test_a_day_is_given_as_a_date_and_not_of_the_future(real_file: Path, tmp_path: Path) -> None:
    assert "2026-03-31" in complaint(close(real_file, tmp_path / "day", "--yes", "--day", "yesterday"), code=2)
    told = close(real_file, tmp_path / "day", "--yes", "--day", "2999-01-01")
    assert (told.exit_code, "2999-01-01" in told.stderr, (tmp_path / "day").exists()) == (2, True, False)


def test_only_a_supervisor_closes_a_day(real_file: Path, tmp_path: Path) -> None:
    raw.change(real_file, "UPDATE accounts_user SET is_superuser = 0, role = 'CENTER_ADMIN' WHERE is_staff")
    assert "Ask a supervisor" in complaint(close(real_file, tmp_path / "day", "--yes"), code=77)
    assert not (tmp_path / "day").exists()


def test_a_file_that_is_no_closed_day_is_told_in_a_sentence(real_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.age"
    kinds = {
        "a database": real_file.read_bytes(),
        "not the file of a closed day. Choose a file": b"%PDF",
        "somebody's key": pyrage.encrypt(b"x", [pyrage.x25519.Identity.generate().to_public()]),
        "back-up of one": light_age.encrypt(real_file.read_bytes(), PHRASE),
        "that “close-day” has made": light_age.encrypt(b"other", PHRASE),
        "passphrase is wrong": light_age.encrypt(b"other", "another passphrase"),
    }
    for told, content in kinds.items():
        other.write_bytes(content)
        assert told in complaint(typing(f"{PHRASE}\n", "read-closing", str(other)), code=1)


def test_no_passphrase_is_asked_for_where_none_opens_the_file(real_file: Path) -> None:
    assert "a database" in complaint(typing("", "read-closing", str(real_file)), code=1)


def test_the_file_of_a_closed_day_is_no_back_up_and_that_is_said(real_file: Path, tmp_path: Path) -> None:
    values(close(real_file, tmp_path / "day.zip.age", "--yes", "--json"))
    before = raw.digest(real_file)
    put = ("--db", str(real_file), "restore-backup", str(tmp_path / "day.zip.age"), "--yes")
    told = complaint(typing(f"{PHRASE}\n{PASSWORD}", *put), code=2)
    assert "file of a closed day" in told
    assert "database.sqlite3" in told
    assert raw.digest(real_file) == before


@pytest.mark.parametrize("typed", ["a", "eleven char"])
def test_a_short_passphrase_closes_no_day_and_encrypts_no_back_up(real_file: Path, tmp_path: Path, typed: str) -> None:
    assert "at least 12" in complaint(close(real_file, tmp_path / "day", "--yes", typed=typed), code=2)
    made = ("--db", str(real_file), "backup", str(tmp_path / "copy.age"), "--encrypt")
    assert "at least 12" in complaint(typing(f"{PASSWORD}{typed}\n", *made), code=2)
    assert list(tmp_path.glob("*day*")) == list(tmp_path.glob("copy*")) == []


def test_what_is_in_the_file_is_told_in_the_portals_time_and_saved(real_file: Path, tmp_path: Path) -> None:
    to, folder = tmp_path / "day.zip.age", tmp_path / "saved"
    values(close(real_file, to, "--yes", "--json"))
    told = typing(f"{PHRASE}\n", "read-closing", str(to), "--save", str(folder)).stdout
    assert f"as it was at {datetime.now(ZoneInfo('Asia/Kolkata')):%Y-%m-%d %H:}" in told
    assert "+00:00" not in told
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == sealed_file.opened(to.read_bytes(), PHRASE)
    assert folder.stat().st_mode & 0o077 == 0
    again = typing(f"{PHRASE}\n", "read-closing", str(to), "--save", str(folder))
    assert "already" in complaint(again, code=2)


def test_a_passphrase_that_is_mistyped_is_told_and_asked_for_again(portal_file: Path, tmp_path: Path) -> None:
    question = "Passphrase of the file of the day"
    code, screen = at_terminal(
        "--db",
        str(portal_file),
        *("close-day", str(tmp_path / "day.zip.age"), "--yes"),
        answers=[(question, "three words here\n"), (":", "three wrods here\n"), (question, "\x03")],
    )
    assert screen.count(question) == 2, screen
    assert screen.index("at least 12 characters") < screen.index(question)
    assert (code, (tmp_path / "day.zip.age").exists(), "three" in screen) == (3, False, False), screen
