"""The preview of a set switch lets each session restart, or be finished on the old set."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.rules import Paper
from tests.gui.driving import ask, click, sessions_of, settle, sign_in

ACCEPTED = "SELECT group_concat(session_id) FROM desktop_admin_accepted_session"


def drafted(qtbot: QtBot, window: MainWindow, letter: str = "A") -> MainWindow:
    """TTC PRIMARY shall be switched, on which T-FINE, T-STUCK and T-MOVED have sessions."""
    window.show_pane(3)
    settle(qtbot, window)
    trade = next(row.trade.id for row in map(window.sets.model.source, range(3)) if row.trade.code == "TTC")
    window.sets.propose(PaperChoice(trade, Paper.PRIMARY, letter))
    settle(qtbot, window)
    return window


def fates(window: MainWindow) -> dict[str, str]:
    """What becomes of each candidate's session, by army number."""
    rows = window.sets.panel.table.rows
    last = rows.columnCount() - 1
    return {rows.source(row).session.army_no: str(rows.index(row, last).data()) for row in range(rows.rowCount())}


def select(window: MainWindow, army_no: str) -> None:
    table = window.sets.panel.table
    table.selectRow(next(n for n in range(table.rows.rowCount()) if table.rows.source(n).session.army_no == army_no))


def test_each_session_is_chosen_and_the_switch_leaves_it_and_clears_the_others(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    panel = drafted(qtbot, window).sets.panel
    assert panel.expected == "TTC 3"
    assert not panel.sparing.selected.isEnabled()
    select(window, "T-FINE")
    assert panel.sparing.selected.text() == "Let this one finish"
    click(qtbot, panel.sparing.selected)
    settle(qtbot, window)
    assert fates(window)["T-FINE"] == "◐ finish on E"
    assert panel.expected == "TTC 2"
    assert "1 session will be finished on its old set." in panel.text
    panel.typed.setText(panel.expected)
    click(qtbot, panel.apply)
    settle(qtbot, window)
    assert (sessions_of(portal_file, "T-FINE"), sessions_of(portal_file, "T-STUCK")) == (1, 0)
    assert ask(portal_file, ACCEPTED) == "2"
    assert not window.sets.model.drafts
    # The next switch begins without allowances.
    drafted(qtbot, window, "C")
    assert fates(window)["T-FINE"] == "restart on C"


def test_enter_on_a_line_turns_the_choice_and_all_of_them_are_chosen_at_once(qtbot: QtBot, window: MainWindow) -> None:
    panel = drafted(qtbot, window).sets.panel
    select(window, "T-STUCK")
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert fates(window)["T-STUCK"] == "◐ finish on C"
    assert panel.sparing.selected.text() == "Restart this one"
    assert panel.sparing.all.text() == "Let all finish"
    click(qtbot, panel.sparing.all)
    settle(qtbot, window)
    assert panel.expected == ""
    # Whoever is on the other paper has no choice.
    assert fates(window)["T-SECOND"] == "go on, untouched"
    assert panel.sparing.all.text() == "Restart all"
    click(qtbot, panel.sparing.all)
    settle(qtbot, window)
    assert panel.expected == "TTC 3"


def test_those_with_fewer_minutes_left_are_chosen_together(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    panel = drafted(qtbot, window).sets.panel
    assert not panel.sparing.finish_soon.isEnabled(), "all of them have more than an hour"
    panel.sparing.minutes.setValue(600)
    click(qtbot, panel.sparing.finish_soon)
    settle(qtbot, window)
    assert panel.expected == ""
    assert ask(portal_file, ACCEPTED) is None


def test_whoever_may_not_switch_chooses_nothing(qtbot: QtBot, door: MainWindow) -> None:
    sign_in(qtbot, door, "staff", "staff")
    panel = drafted(qtbot, door).sets.panel
    select(door, "T-FINE")
    parts = (panel.sparing.selected, panel.sparing.all, panel.sparing.minutes, panel.sparing.finish_soon)
    assert not any(part.isEnabled() for part in parts)
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    settle(qtbot, door)
    assert fates(door)["T-FINE"] == "restart on A"
