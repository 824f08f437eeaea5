"""A barcode scan only ever selects, wherever the focus is; what a person types goes where it was meant for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_admin.gui.kit.dialogs import KeySheet
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import WAIT_MS, open_dialog, press, settle

SLOW_MS = 60


def _scan(target: QWidget, text: str) -> None:
    QTest.keyClicks(target, text)
    QTest.keyClick(target, Qt.Key.Key_Return)


def test_a_scan_selects_the_candidate_from_any_pane(qtbot: QtBot, window: MainWindow) -> None:
    window.show_pane(3)
    settle(qtbot, window)
    window.sets.table.setFocus()
    _scan(window.sets.table, "t-stuck")
    settle(qtbot, window)
    assert "Ramesh Kumar" in window.desk.card.text


def test_a_scan_leaves_no_trace_in_the_field_that_has_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    window.desk.candidate_actions.reason_box.choose(6)
    field = window.focusWidget()
    _scan(field, "T-STUCK")
    settle(qtbot, window)
    assert "Ramesh Kumar" in window.desk.card.text
    assert window.desk.candidate_actions.reason_box.reason == "Other"


def test_a_scan_never_presses_the_focused_button(qtbot: QtBot, window: MainWindow) -> None:
    window.scan("T-STUCK")
    settle(qtbot, window)
    window.desk.candidate_actions.primary.setFocus()
    _scan(window.desk.candidate_actions.primary, "T FINE")
    settle(qtbot, window)
    assert not window.carrying_out.busy
    assert "▲" in window.messages.text, "an unknown number is told"


def test_typing_at_a_person_s_speed_goes_to_the_field(qtbot: QtBot, window: MainWindow) -> None:
    window.focus_search()
    QTest.keyClicks(window.search, "slow", Qt.KeyboardModifier.NoModifier, SLOW_MS)
    qtbot.waitUntil(lambda: window.search.text() == "slow", timeout=WAIT_MS)


def test_too_short_a_burst_is_typing(qtbot: QtBot, window: MainWindow) -> None:
    window.focus_search()
    _scan(window.search, "T-S")
    qtbot.waitUntil(lambda: window.search.text() == "T-S", timeout=WAIT_MS)
    settle(qtbot, window)
    assert window.messages.text == "", "a scan of an unknown number would be told"


def test_a_scan_is_ignored_while_a_dialog_waits(qtbot: QtBot, window: MainWindow) -> None:
    press(qtbot, window, Qt.Key.Key_F1)
    dialog = open_dialog(qtbot, KeySheet)
    _scan(dialog, "T-STUCK")
    assert "The scan was ignored" in window.messages.text
    assert not window.desk.user_ids
    assert dialog.isVisible()
    dialog.reject()


def test_a_scan_with_capitals_is_read_whole_although_shift_is_pressed_for_each(
    qtbot: QtBot, window: MainWindow
) -> None:
    table = window.desk.list.table
    table.setFocus()
    for letter in "T-STUCK":
        QTest.keyPress(table, Qt.Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClicks(table, letter, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyRelease(table, Qt.Key.Key_Shift)
    QTest.keyClick(table, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert "Ramesh Kumar" in window.desk.card.text


def test_an_unknown_scan_leaves_nobody_on_the_card(qtbot: QtBot, window: MainWindow) -> None:
    window.scan("T-STUCK")
    settle(qtbot, window)
    window.scan("T-NOBODY")
    settle(qtbot, window)
    assert window.desk.user_ids == ()
    assert "Ramesh Kumar" not in window.desk.card.text
