"""History: what was done, by whom and why, down to the cleared sessions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_admin import settings
from desktop_admin.gui.impact_dialog import ImpactDialog
from desktop_admin.gui.log_dialog import LogDialog
from desktop_admin.gui.main_window import MainWindow
from desktop_admin.rules import Operation
from tests.gui.driving import ask, find, has_slot, open_dialog, press, sessions_of, settle, tell


def test_an_operation_opens_to_its_candidates_and_cleared_sessions(qtbot: QtBot, window: MainWindow) -> None:
    window.show_pane(4)
    settle(qtbot, window)
    assert window.history.table.rows.rowCount() == 0
    window.show_pane(1)
    find(qtbot, window, "T-STUCK")
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    window.show_pane(4)
    settle(qtbot, window)
    cells = [window.history.table.rows.index(0, column).data() for column in range(9)]
    assert cells[4:] == ["Reset slot", "–", "1", "–", "1"]
    assert window.history.lines.rows.index(0, 0).data() == "T-STUCK Ramesh Kumar"
    assert window.history.lines.rows.index(0, 2).data() == "Slot reset, 1 session cleared"
    cleared = window.history.cleared.rows
    assert [cleared.index(0, column).data() for column in range(1, 6)] == [
        "T-STUCK Ramesh Kumar",
        "TTC",
        "PRIMARY",
        "C",
        "43",
    ]


def clear(qtbot: QtBot, window: MainWindow, army_no: str) -> None:
    """Clear the candidate's session, and look at the history."""
    find(qtbot, window, army_no)
    window.desk.operations.actions_by_operation[Operation.CLEAR].trigger()
    settle(qtbot, window)
    window.show_pane(4)
    settle(qtbot, window)


def reset(qtbot: QtBot, window: MainWindow, army_no: str) -> None:
    """Reset the candidate's slot, and look at the history."""
    find(qtbot, window, army_no)
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    window.show_pane(4)
    settle(qtbot, window)


def test_an_operation_is_undone_from_the_history_and_only_once(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    reset(qtbot, window, "T-STUCK")
    pane = window.history
    pane.undo.trigger()
    settle(qtbot, window)
    assert (has_slot(portal_file, "T-STUCK"), sessions_of(portal_file, "T-STUCK")) == (True, 1)
    what = [pane.table.rows.index(row, 4).data() for row in (0, 1)]
    assert what == ["Undo", "Reset slot (undone)"]
    assert pane.undo.statusTip() == "This operation has been undone already."
    pane.table.selectRow(0)
    assert not pane.undo.isEnabled()
    assert "An undo is not undone itself" in pane.undo.statusTip()


def test_a_cleared_session_is_restored_from_the_history(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    clear(qtbot, window, "T-FINE")
    assert not window.history.restore.isEnabled(), "none is chosen"
    window.history.cleared.selectRow(0)
    window.history.restore.trigger()
    settle(qtbot, window)
    assert sessions_of(portal_file, "T-FINE") == 1
    assert window.messages.text.startswith("✓ Restored: T-FINE Suresh Yadav. 1 session put back.")
    assert ask(portal_file, "SELECT count(*) FROM desktop_admin_restored_session") == 1


def test_a_set_that_is_not_active_needs_the_supervisors_decision_and_the_typed_count(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    clear(qtbot, window, "T-STUCK")
    pane = window.history
    pane.cleared.selectRow(0)
    pane.restore.trigger()
    settle(qtbot, window)
    assert "A supervisor may override." in window.messages.text
    pane.override.setChecked(True)
    pane.restore.trigger()
    dialog = open_dialog(qtbot, ImpactDialog)
    assert dialog.typed is not None
    QTest.keyClicks(dialog.typed, "1")
    qtbot.waitUntil(lambda: dialog.typed is not None and dialog.typed.text() == "1")
    dialog.accept()
    settle(qtbot, window)
    assert sessions_of(portal_file, "T-STUCK") == 1


def test_what_has_changed_since_is_left_and_named(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    reset(qtbot, window, "T-STUCK")
    tell(portal_file, "UPDATE registration_candidateprofile SET has_exam_slot = 1 WHERE army_no = 'T-STUCK'")
    window.history.undo.trigger()
    settle(qtbot, window)
    assert "His slot has changed since" in window.messages.text
    assert sessions_of(portal_file, "T-STUCK") == 0


def test_a_whole_log_is_intact_and_its_checkpoint_is_kept(
    qtbot: QtBot, window: MainWindow, portal_file: Path, tmp_path: Path
) -> None:
    reset(qtbot, window, "T-STUCK")
    window.history.check.trigger()
    dialog = open_dialog(qtbot, LogDialog)
    settle(qtbot, window)
    assert dialog.verdict == "● The log is intact: 1 row and 1 archived session were checked."
    dialog.save_to(tmp_path / "kept.json")
    settle(qtbot, window)
    assert json.loads((tmp_path / "kept.json").read_text())["seq"] == 1
    dialog.save_to(tmp_path / "kept.json")
    settle(qtbot, window)
    assert "already" in dialog.saved_text
    dialog.reject()
    tell(portal_file, "UPDATE desktop_admin_operation SET person = 'nobody'")
    window.history.check.trigger()
    dialog = open_dialog(qtbot, LogDialog)
    settle(qtbot, window)
    assert dialog.verdict.startswith("◆ The log was tampered with")
    assert dialog.details == "Row 1 was changed after it was written."
    dialog.reject()


def test_a_desk_without_the_key_says_that_it_cannot_check(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    reset(qtbot, window, "T-STUCK")
    shutil.move(settings.data_folder() / "log-keys", tmp_path / "away")
    database = window.tasks.database
    assert database is not None
    window.open_database(str(database.description.path))
    settle(qtbot, window)
    window.show_pane(4)
    window.history.check.trigger()
    dialog = open_dialog(qtbot, LogDialog)
    settle(qtbot, window)
    assert "cannot be checked here" in dialog.verdict
    assert not dialog.save.isEnabled()
    dialog.reject()
