"""Who is not back yet: the number on the desk, and the board that empties itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.operations.clear import CLEAR
from desktop_admin.gui.desk.not_back_board import NotBackBoard
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import WAIT_MS, click, find, settle, sign_in, tell

# The board comes to the front, which the offscreen platform complains of.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

BACK = (
    "INSERT INTO questions_examsession (user_id, trade_id, paper_id, exam_type, started_at, duration, total_questions)"
    " SELECT user_id, trade_id, 1, 'PRIMARY', '2026-01-01 00:00:00', 1, 1 FROM registration_candidateprofile"
    " WHERE army_no = 'T-FINE'"
)


def count(window: MainWindow) -> QPushButton:
    return window.desk.not_back.button


def clear(qtbot: QtBot, window: MainWindow, army_no: str) -> None:
    find(qtbot, window, army_no)
    window.desk.candidate_actions.actions_by_operation[CLEAR].trigger()
    settle(qtbot, window)


def shown(board: NotBackBoard) -> list[list[str]]:
    rows = board.table.rows
    return [
        [rows.index(row, column).data() for column in range(rows.columnCount() - 1)] for row in range(rows.rowCount())
    ]


def test_the_desk_counts_them_and_the_board_names_them_until_they_are_back(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    assert count(window).text() == "Not back yet: 0"
    clear(qtbot, window, "T-FINE")
    assert count(window).text() == "▲ Not back yet: 1"
    click(qtbot, count(window))
    board = window.desk.not_back.board
    assert board is not None
    assert not board.isModal()
    ((minutes, *rest),) = shown(board)
    assert minutes == "0 min"
    assert rest[:4] == ["T-FINE Suresh Yadav", "TTC", "PRIMARY", "Clear sessions"]
    # Once more brings the same board to the front.
    window.desk.not_back.entry.trigger()
    assert window.desk.not_back.board is board
    tell(portal_file, BACK)
    window.show_pane(3)
    window.commands.refresh.trigger()
    settle(qtbot, window)
    assert shown(board) == []
    assert "Everybody is back" in board.told.text()
    assert count(window).text() == "Not back yet: 0"
    board.reject()
    assert window.desk.not_back.board is None


def test_a_line_of_the_board_leads_to_the_candidate(qtbot: QtBot, window: MainWindow) -> None:
    clear(qtbot, window, "T-FINE")
    find(qtbot, window, "T-STUCK")
    window.desk.not_back.show_board()
    board = window.desk.not_back.board
    assert board is not None
    board.table.selectRow(0)
    board.table.opened.emit()
    settle(qtbot, window)
    assert window.search.text() == "T-FINE"
    board.reject()


def test_whoever_passes_by_a_locked_window_sees_no_board_and_no_number(qtbot: QtBot, door: MainWindow) -> None:
    sign_in(qtbot, door, "inv", "inv")
    clear(qtbot, door, "T-FINE")
    door.desk.not_back.show_board()
    door.entrance.sign_out()
    qtbot.waitUntil(lambda: door.desk.not_back.board is None, timeout=WAIT_MS)
    assert count(door).text() == "Not back yet: …"
