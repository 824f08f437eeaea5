"""The pages of the exam day: each is made when somebody first goes there, and is then like the others."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import settle

DAY = 4


def test_a_page_is_made_when_it_is_first_shown(qtbot: QtBot, window: MainWindow) -> None:
    window.show_pane(DAY)
    settle(qtbot, window)
    stack = window.day._stack
    assert stack.made == [window.day.attendance]
    window.day.pages[4].trigger()
    settle(qtbot, window)
    assert stack.made == [window.day.attendance, window.day.closing]
    assert window.day.closing.checks.table.rows.rowCount() > 0


@pytest.mark.parametrize("number", [3, 4])
def test_a_page_that_is_made_later_may_change_what_the_others_may(
    qtbot: QtBot, window: MainWindow, number: int
) -> None:
    window.show_pane(DAY)
    settle(qtbot, window)
    window.day.pages[number].trigger()
    settle(qtbot, window)
    action = {3: lambda: window.day.incidents.write, 4: lambda: window.day.closing.close_day}[number]()
    assert action.isEnabled()
    window.day.set_writable(False)
    assert not action.isEnabled()


def test_where_nobody_may_change_anything_that_holds_for_later_pages_too(qtbot: QtBot, window: MainWindow) -> None:
    window.show_pane(DAY)
    settle(qtbot, window)
    window.day.set_writable(False)
    window.day.pages[3].trigger()
    settle(qtbot, window)
    assert not window.day.incidents.write.isEnabled()
