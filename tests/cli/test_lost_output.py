"""What is done and cannot be told: its own exit code, so that 1 always means that nothing was changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from tests.cli.runs import PASSWORD, PROJECT, SUPERVISOR, answer, process, run

FULL = Path("/dev/full")
HINDI = "देवेंद्र सिंह"


def unheard(file: Path, *arguments: str, err: bool = False) -> subprocess.CompletedProcess[str]:
    """A command whose stdout, or also whose stderr, is a full disk."""
    with FULL.open("w", encoding="utf-8") as full:
        return subprocess.run(
            [sys.executable, "-m", "desktop_admin", *SUPERVISOR, "--db", str(file), *arguments],
            input=PASSWORD,
            stdout=full,
            stderr=full if err else subprocess.PIPE,
            encoding="utf-8",
            cwd=PROJECT,
            timeout=300,
            check=False,
        )


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
def test_what_was_applied_and_could_not_be_told_has_its_own_code_and_names_the_operation(portal_file: Path) -> None:
    told = unheard(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes", "--json")
    [record] = answer(portal_file, "history")
    assert (told.returncode, len(told.stderr.splitlines())) == (74, 1)
    assert f"{record['op_id']} was applied" in told.stderr
    assert unheard(portal_file, "undo", "--yes", err=True).returncode == 74
    seen = unheard(portal_file, "sessions")
    assert (seen.returncode, "was applied" in seen.stderr) == (74, False)


def test_json_is_utf8_whatever_the_terminal_is_set_up_for(portal_file: Path) -> None:
    told = process("--db", str(portal_file), "candidates", "--search", HINDI, "--json", PYTHONIOENCODING="cp1252")
    assert [row["name"] for row in json.loads(told.stdout)] == [HINDI]


def test_ctrl_c_at_commit_is_not_told_as_if_nothing_had_been_changed(portal_file: Path) -> None:
    def pressed(_connection: object) -> None:
        raise KeyboardInterrupt

    event.listen(Engine, "commit", pressed)
    try:
        told = run(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes")
    finally:
        event.remove(Engine, "commit", pressed)
    assert (told.exit_code, told.stderr) == (
        130,
        "Stopped with Ctrl+C. Whether anything was changed, the history shows.\n",
    )


def test_a_mistake_of_the_program_never_ends_with_the_code_of_nothing_changed() -> None:
    script = "from desktop_admin import cli, settings; settings.load = lambda: 1 / 0; cli.main()"
    told = subprocess.run(
        [sys.executable, "-c", script, "sessions"], cwd=PROJECT, env={**os.environ}, capture_output=True, check=False
    )
    assert (told.returncode, b"ZeroDivisionError" in told.stderr) == (70, True)
