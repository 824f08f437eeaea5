"""The worked example of CONTRIBUTING.md: put into a copy as it stands there, it works wherever an operation does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"<!-- (new|behind): ([^\s:]+)(?:: (.*?))? -->\n```\w+\n(.*?)```", re.DOTALL)
EVERYWHERE = '''
"""The operation of the example, wherever operations are seen."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.operations.unstart import UNSTART
from desktop_admin.gui.core.keys import CALM_MS
from desktop_admin.gui.window.main_window import MainWindow
from tests.cli.runs import answer, process
from tests.gui.driving import ask, find, press, settle, tell

START = "UPDATE registration_candidateprofile SET slot_attempting_at = slot_assigned_at WHERE army_no = 'T-SLOT'"
STARTED = "SELECT slot_attempting_at IS NOT NULL FROM registration_candidateprofile WHERE army_no = 'T-SLOT'"
FOR = ("unstart-slots", "--army-no", "T-SLOT", "--yes")


def test_window_history_and_undo(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    tell(portal_file, START)
    find(qtbot, window, "T-SLOT")
    action = window.desk.candidate_actions.actions_by_operation[UNSTART]
    assert (action.text(), action.isEnabled()) == ("Mark as not started", True)
    qtbot.waitUntil(lambda: window.desk.candidate_actions.calm.elapsed() > CALM_MS)
    action.trigger()
    settle(qtbot, window)
    assert not ask(portal_file, STARTED)
    assert window.messages.text.startswith("\u2713 Marked as not started: T-SLOT")
    window.show_pane(5)
    settle(qtbot, window)
    rows = window.history.table.rows
    assert "Mark as not started" in {rows.index(0, column).data() for column in range(rows.columnCount())}
    press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert ask(portal_file, STARTED)


def test_command_log_undo_and_papers(portal_file: Path, tmp_path: Path) -> None:
    tell(portal_file, START)
    done = answer(portal_file, *FOR, "--json", "--reason", "mistake")
    assert (done["operation"], done["applied"], ask(portal_file, STARTED)) == ("unstart-slots", 1, 0)
    assert "not started" in process("--help").stdout
    (record,) = answer(portal_file, "history", "--operation", "unstart-slots", "--json")
    assert (record["reason"], record["lines"][0]["army_no"]) == ("mistake", "T-SLOT")
    slip = tmp_path / "slip.pdf"
    assert process("--db", str(portal_file), "report", "slip", done["op_id"], str(slip)).returncode == 0
    assert slip.read_bytes().startswith(b"%PDF")
    assert answer(portal_file, "undo", done["op_id"], "--yes", "--json")["applied"] == 1
    assert ask(portal_file, STARTED)
'''


@pytest.mark.early
def test_the_example_of_an_operation_works_everywhere(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info")
    shutil.copytree(ROOT, copy, ignore=ignored)
    touched = [_put(copy, *block) for block in BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))]
    assert len(set(touched)) == 8
    (copy / "tests/gui/desk/test_everywhere.py").write_text(EVERYWHERE, encoding="utf-8")
    tests = ("operations/test_unstart.py", "operations/test_who_may.py", "operations/test_table.py")
    told = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "--engine", "sqlite"),
            *(f"tests/controllers/{one}" for one in tests),
            *("tests/gui/desk/test_everywhere.py", "tests/test_documents.py", "tests/test_language.py"),
            "tests/test_glossary.py",
            "tests/cli/test_announced.py",
        ],
        cwd=copy,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        | {"PYTHONPATH": str(copy)},
        check=False,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert told.returncode == 0, told.stdout[-6000:]


def _put(copy: Path, how: str, name: str, anchor: str, text: str) -> str:
    """Make a new file, or put lines behind the one line of a file that is the anchor; gives back which file."""
    path = copy / name
    if how == "new":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return name
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines.count(anchor) == 1, f"{name}: {anchor}"
    place = lines.index(anchor) + 1
    path.write_text("\n".join((*lines[:place], *text.rstrip("\n").split("\n"), *lines[place:])), encoding="utf-8")
    return name
