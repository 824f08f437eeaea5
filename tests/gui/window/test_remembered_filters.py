"""Each person finds every list narrowed, and the pane shown, as they left it, and no other person does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_admin.gui.kit.widgets import FilterBox
from desktop_admin.gui.tables.concerns import State
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import WAIT_MS, settle, sign_in


def _choose(qtbot: QtBot, window: MainWindow, box: FilterBox, text: str) -> None:
    """Choose with the keys, as a person does."""
    settle(qtbot, window)
    offered = [box.itemText(place) for place in range(box.count())]
    assert text in offered, offered
    for _ in range(offered.index(text) - box.currentIndex()):
        QTest.keyClick(box, Qt.Key.Key_Down)
    settle(qtbot, window)


def _filters(qtbot: QtBot, window: MainWindow) -> list[object]:
    """What each list is narrowed to, and how many rows are left."""
    desk, sessions, history = window.desk.list, window.sessions, window.history
    seen: list[object] = []
    for number, table in ((1, desk.table), (2, sessions.table), (5, history.table)):
        window.show_pane(number)
        settle(qtbot, window)
        seen.append(table.rows.rowCount())
    boxes = (desk._trade, desk._slot, sessions._trade, history.filters.period)
    return [*seen, *(box.currentText() for box in boxes), desk._problems.isChecked(), sessions._state]


def _change_person(qtbot: QtBot, window: MainWindow, username: str) -> None:
    window.commands.sign_out.trigger()
    sign_in(qtbot, window, username, username)
    qtbot.waitUntil(lambda: window.at_work, timeout=WAIT_MS)


def test_each_person_finds_every_list_narrowed_as_they_left_it(qtbot: QtBot, door: MainWindow) -> None:
    window = door
    sign_in(qtbot, window, "inv", "inv")
    at_first = _filters(qtbot, window)
    window.show_pane(1)
    _choose(qtbot, window, window.desk.list._trade, "TTC")
    _choose(qtbot, window, window.desk.list._slot, "Attempting")
    QTest.mouseClick(window.desk.list._problems, Qt.MouseButton.LeftButton)
    window.show_pane(2)
    settle(qtbot, window)
    window.sessions.narrow_to(State.STUCK)
    _choose(qtbot, window, window.sessions._trade, "TTC")
    window.show_pane(5)
    _choose(qtbot, window, window.history.filters.period, "Today")
    left = _filters(qtbot, window)
    assert all(now != before for now, before in zip(left[3:], at_first[3:], strict=True))
    _change_person(qtbot, window, "staff")
    assert _filters(qtbot, window) == at_first
    _change_person(qtbot, window, "inv")
    assert _filters(qtbot, window) == left


def test_everything_is_seen_again_once_it_was_asked_for(qtbot: QtBot, door: MainWindow) -> None:
    window = door
    sign_in(qtbot, window, "inv", "inv")
    window.show_pane(5)
    _choose(qtbot, window, window.history.filters.period, "Today")
    window.history.filters.everything.click()
    settle(qtbot, window)
    _change_person(qtbot, window, "inv")
    assert _filters(qtbot, window)[6] == "All days"


def test_each_person_begins_in_the_pane_that_they_left(qtbot: QtBot, door: MainWindow) -> None:
    window = door
    sign_in(qtbot, window, "inv", "inv")
    assert window.stack.currentIndex() == 1
    window.show_pane(3)
    _change_person(qtbot, window, "staff")
    assert window.stack.currentIndex() == 1
    window.show_pane(2)
    _change_person(qtbot, window, "inv")
    assert window.stack.currentIndex() == 3
