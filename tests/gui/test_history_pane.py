"""History: what was done, by whom and why, down to the cleared sessions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_admin.gui.main_window import MainWindow
from tests.gui.driving import find, look, press, settle


def test_an_operation_opens_to_its_candidates_and_cleared_sessions(qtbot: QtBot, window: MainWindow) -> None:
    window.show_pane(4)
    settle(qtbot, window)
    assert window.history.table.rows.rowCount() == 0
    window.show_pane(1)
    find(qtbot, window, "T-STUCK")
    press(qtbot, window, Qt.Key.Key_F9)
    look(qtbot, window)
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    window.show_pane(4)
    settle(qtbot, window)
    cells = [window.history.table.rows.index(0, column).data() for column in range(8)]
    assert cells[3:] == ["Reset slot", "–", "1", "–", "1"]
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
