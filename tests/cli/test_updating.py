"""Updating on the command line, two versions on one database, and the way back."""

from __future__ import annotations

from pathlib import Path

import click
import minisign
import pytest

from desktop_admin import installation, updating
from desktop_admin.cli import announced, cli
from tests import raw, updates
from tests.cli.runs import answer, backups, complaint, incomplete, own_tables, run
from tests.newer_program import newer_program

KEYS = minisign.KeyPair.generate()
RESET = ("reset-slots", "--army-no", "T-STUCK", "--yes")


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program runs in a folder of its own, which knows the public key."""
    folder = updates.running(tmp_path)
    (folder / installation.UPDATE_KEY).write_bytes(bytes(KEYS.public_key))
    monkeypatch.setattr(installation, "resources_folder", lambda: folder)
    monkeypatch.setattr(updating, "here", lambda: folder)
    # Which commands there are is known from the program's start on.
    command = next(one for one in announced.of_modules() if one.name == "update")
    monkeypatch.setitem(cli.commands, "update", command)
    return folder


def test_a_build_without_a_key_has_no_update() -> None:
    assert "update" not in cli.list_commands(click.Context(cli))
    assert run(None, "update", "file").exit_code == 2


def test_the_command_says_where_the_new_version_is(running: Path, tmp_path: Path) -> None:
    file = updates.update(tmp_path, KEYS)
    assert "--json" in run(None, "update", "--help").stdout
    made = running.with_name(f"desktop-admin-{updates.NEWER}")
    assert answer(None, "update", str(file)) == {"folder": str(made), "running": str(running)}
    assert str(made) in complaint(run(None, "update", str(file)), code=2)
    (made / "desktop-admin").unlink()
    made.rename(tmp_path / "away")
    told = run(None, "update", str(file))
    assert told.exit_code == 0
    assert str(made) in told.stdout


def test_what_is_refused_is_one_sentence(running: Path, tmp_path: Path) -> None:
    file = updates.update(tmp_path, KEYS)
    file.write_bytes(b"nothing")
    assert "cut or changed" in complaint(run(None, "update", str(file)), code=1)
    assert "No such file" in complaint(run(None, "update", str(tmp_path / "none")), code=2)


def test_two_versions_on_one_database_and_the_way_back(real_file: Path) -> None:
    before = raw.content(real_file)
    with newer_program():
        assert answer(real_file, *RESET)["applied"] == 1
        # It works on, and the older one looks on.
        assert answer(real_file, "undo", "--yes")["applied"] == 1
    updated = raw.content(real_file)
    assert "newer version of this program" in complaint(run(real_file, *RESET), code=69)
    assert answer(real_file, "sessions")
    assert raw.content(real_file) == updated
    (copy,) = backups()
    done = answer(real_file, "restore-backup", str(copy), "--yes")
    assert raw.differences(before, raw.content(real_file)) == {}
    assert raw.content(Path(done["replaced"])) == updated
    assert "desktop_admin_note" not in own_tables(real_file)
    left = len(incomplete(real_file))
    assert answer(real_file, *RESET)["applied"] == 1
    assert len(incomplete(real_file)) == left - 1
