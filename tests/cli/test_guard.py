"""``guard``: looked at, installed and removed from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_admin.database.engine import Database
from tests import guard
from tests.cli.runs import answer, complaint, run

on_servers = pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")


@pytest.fixture
def server(any_target: str) -> Iterator[str]:
    """The small portal database on a server, as ``--db`` names it."""
    yield any_target
    database = Database.open(any_target)
    guard.remove(database)
    database.close()


@on_servers
def test_it_is_installed_and_removed_and_each_is_recorded_once(server: str) -> None:
    assert answer(server, "guard", "check")["state"] == "absent"
    done = answer(server, "guard", "install", "--yes", "--reason", "new centre")
    assert (done["operation"], done["state"], done["operator_reason"]) == ("guard-install", "installed", "new centre")
    assert answer(server, "guard", "install", "--yes")["op_id"] is None
    assert answer(server, "check")["guard"] == "installed"
    assert "The guard is installed" in run(server, "check").stdout
    [record] = answer(server, "history")
    assert (record["op_id"], record["operation"], record["reason"]) == (done["op_id"], "guard-install", "new centre")
    assert answer(server, "guard", "remove", "--yes")["state"] == "absent"


@on_servers
def test_without_yes_it_says_what_the_triggers_do_and_changes_nothing(server: str) -> None:
    result = run(server, "guard", "install")
    assert result.exit_code == 3
    assert result.stdout.count("\n  - ") == 4
    assert "cannot be submitted" in result.stdout
    assert "no terminal" in result.stderr
    assert answer(server, "guard", "install", "--dry-run")["op_id"] is None
    assert answer(server, "guard", "check")["state"] == "absent"
    assert answer(server, "history") == []


def test_for_a_file_it_is_refused_in_words(unchanged: Path) -> None:
    assert "no guard for a database file" in complaint(run(unchanged, "guard", "install", "--yes"), code=1)
    assert answer(unchanged, "guard", "check")["state"] == "not-here"
    assert answer(unchanged, "check")["guard"] == "not-here"
