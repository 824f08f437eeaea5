"""The first sign-in at a database without accounts: said before, asked twice, and nothing made of a mistyped name."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from desktop_admin.cli import cli
from desktop_admin.database.create import create
from tests import raw
from tests.cli.runs import at_terminal

ACCOUNTS = "SELECT username FROM accounts_user"


@pytest.fixture
def new_file(tmp_path: Path) -> Path:
    """A database of one's own, in which nobody can sign in."""
    create(tmp_path / "mine.sqlite3").close()
    return tmp_path / "mine.sqlite3"


def test_that_an_account_is_made_is_said_before_its_password_is_asked_for_twice(new_file: Path) -> None:
    code, screen = at_terminal(
        *("--db", str(new_file), "candidates"),
        answers=[
            ("New password of admin", "one\n"),
            (":", "other\n"),
            ("New password of admin", "same one\n"),
            (":", "same one\n"),
        ],
    )
    assert code == 0, screen
    assert screen.index("The account “admin” will be made") < screen.index("New password")
    assert raw.query(new_file, ACCOUNTS) == [("admin",)]
    code, screen = at_terminal("--db", str(new_file), "candidates", answers=[("Password of admin", "same one\n")])
    assert (code, "The account" in screen) == (0, False)


def test_whoever_stops_there_has_made_no_account(new_file: Path) -> None:
    code, screen = at_terminal("--db", str(new_file), "candidates", answers=[("New password of admin", "\x03\n")])
    assert (code, raw.query(new_file, ACCOUNTS)) == (3, []), screen


def test_with_the_password_from_stdin_it_is_said_as_well(new_file: Path) -> None:
    said = ("--db", str(new_file), "--as", "chief", "--password-stdin")
    done = CliRunner().invoke(cli, [*said, "candidates"], input="a password\n", catch_exceptions=False)
    assert "The account “chief” will be made" in done.stderr
    assert raw.query(new_file, ACCOUNTS) == [("chief",)]
