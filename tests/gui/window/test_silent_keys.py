"""No key of the key sheet is silent: it does what it says, or says in one line why not, whatever the state."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.operations.table import OPERATIONS
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import WAIT_MS, find, settle, sign_in


def _no_database(_qtbot: QtBot, request: pytest.FixtureRequest) -> MainWindow:
    window: MainWindow = request.getfixturevalue("empty_window")
    return window


def _nothing_chosen(_qtbot: QtBot, request: pytest.FixtureRequest) -> MainWindow:
    window: MainWindow = request.getfixturevalue("window")
    return window


def _staff(qtbot: QtBot, request: pytest.FixtureRequest) -> MainWindow:
    window: MainWindow = request.getfixturevalue("door")
    sign_in(qtbot, window, "staff", "staff")
    find(qtbot, window, "T-STUCK")
    return window


def _lost(qtbot: QtBot, request: pytest.FixtureRequest) -> MainWindow:
    window: MainWindow = request.getfixturevalue("window")
    find(qtbot, window, "T-STUCK")
    path = request.getfixturevalue("portal_file")
    path.rename(path.with_suffix(".away"))
    qtbot.waitUntil(lambda: window.link.lost_since is not None, timeout=WAIT_MS)
    return window


def _in_history(qtbot: QtBot, request: pytest.FixtureRequest) -> MainWindow:
    window: MainWindow = request.getfixturevalue("window")
    window.show_pane(5)
    settle(qtbot, window)
    return window


STATES: dict[str, Callable[[QtBot, pytest.FixtureRequest], MainWindow]] = {
    "no database": _no_database,
    "nobody is chosen, and nothing was done": _nothing_chosen,
    "somebody who may do nothing": _staff,
    "a lost link": _lost,
    "the history": _in_history,
}


def _keyed(window: MainWindow) -> list[QAction]:
    """The entries of the window, and of no list in it, that have a key; but for those that close it or ask for a file.

    The size of the text, which is the same in every state and takes its time, is tried in the first one.
    """
    entries = [one for one in window.findChildren(QAction) if one.shortcuts()]
    apart = [window.commands.quit, window.openings.open_file]
    if window.link.description is not None:
        sizes = window.preferences
        apart += [sizes.larger, sizes.smaller, sizes.usual_size]
    return [
        one for one in entries if one.shortcutContext() is not Qt.ShortcutContext.WidgetShortcut and one not in apart
    ]


def _seen(window: MainWindow) -> tuple[object, ...]:
    """All by which a person could notice that a key was pressed."""
    reasons = [box for box in window.findChildren(QWidget) if hasattr(box, "reason")]
    return (
        window.messages.text,
        window.stack.currentIndex(),
        window.windowState(),
        window.preferences.settings.zoom,
        [box.reason for box in reasons],
        QApplication.activeModalWidget(),
        window.search.selectedText(),
    )


@pytest.mark.parametrize("state", STATES)
def test_no_key_is_silent_in_any_state(qtbot: QtBot, request: pytest.FixtureRequest, state: str) -> None:
    window = STATES[state](qtbot, request)
    settle(qtbot, window)
    entries = _keyed(window)
    assert {one.key for one in OPERATIONS if one.key} <= {key.toString() for one in entries for key in one.shortcuts()}
    silent, read_again = [], list[bool]()
    window.commands.refresh.triggered.connect(lambda: read_again.append(True))
    for entry in entries:
        for key in entry.shortcuts():
            window.messages.put_away()
            window.search.deselect()
            read_again.clear()
            before, shown = _seen(window), entry.isCheckable() and entry.isChecked()
            _press(window, key)
            # What is read first, such as a slip, shows itself later.
            settle(qtbot, window)
            there = shown or (entry is window.commands.search and window.search.hasFocus())
            if _seen(window) == before and not there and not read_again:
                silent.append(f"{key.toString()} {entry.text()}")
            _put_right(qtbot, window, before)
    assert not silent


def _press(window: MainWindow, key: QKeySequence) -> None:
    assert QGuiApplication.focusWindow() is window.windowHandle()
    QTest.keySequence(QApplication.focusWidget() or window, key)


def _put_right(qtbot: QtBot, window: MainWindow, before: tuple[object, ...]) -> None:
    """As it was before the key, but for what was chosen and how large the text is."""
    dialog = QApplication.activeModalWidget()
    if dialog is not None:
        dialog.close()
    if window.windowState() != before[2]:
        window.commands.full_screen.trigger()
    if window.stack.currentIndex() != before[1]:
        window.stack.setCurrentIndex(int(str(before[1])))
    settle(qtbot, window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
