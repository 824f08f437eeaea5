"""What a person does at the window, for the tests: wait, look, type, press."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop_admin.gui.core.keys import CALM_MS
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.people.sign_in_dialog import SignInDialog
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui import keyboard

WAIT_MS = 60_000
"""The longest that anything is waited for, on a machine that has other work to do; how long it took is no matter."""
PLAIN = Qt.KeyboardModifier.NoModifier
D = TypeVar("D", bound=Dialog)


def settle(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until every answer has arrived and is shown."""
    qtbot.waitUntil(lambda: window.tasks.idle, timeout=WAIT_MS)


def search(qtbot: QtBot, window: MainWindow, text: str, *, hits: int) -> None:
    """Type into the search field until the list shows so many candidates."""
    window.focus_search()
    keyboard.write(text)
    looked_up(qtbot, window)
    rows = window.desk.list.table.rows
    assert (window.search.text().casefold(), rows.rowCount()) == (text.casefold(), hits)


def looked_up(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until it is known whom the search field names.

    What is written in it may name whoever is shown already, and is looked for only after a pause all the same.
    """
    desk, pause = window.desk, window.search._pause
    qtbot.waitUntil(lambda: not pause.isActive() and window.tasks.idle and desk.settled, timeout=WAIT_MS)


def find(qtbot: QtBot, window: MainWindow, army_no: str) -> None:
    """Scan the candidate's admit card, and look at him."""
    window.scan(army_no)
    settle(qtbot, window)
    look(qtbot, window)


def look(qtbot: QtBot, window: MainWindow) -> None:
    """Look at what is shown for as long as keys are ignored after a change."""
    calm = window.desk.candidate_actions.calm
    qtbot.waitUntil(lambda: calm.elapsed() >= CALM_MS, timeout=WAIT_MS)


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    """Press a key, wherever the focus is."""
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)


def open_dialog(qtbot: QtBot, kind: type[D]) -> D:
    """Wait for a dialog of this kind."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind), timeout=WAIT_MS)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind)
    return dialog


def button(dialog: Dialog, text: str) -> QPushButton:
    """The dialog's button with this text."""
    buttons = {one.text(): one for one in dialog.findChildren(QPushButton)}
    assert text in buttons, list(buttons)
    return buttons[text]


def click(qtbot: QtBot, one: QPushButton) -> None:
    """Click a button."""
    QTest.mouseClick(one, Qt.MouseButton.LeftButton)


def sign_in(qtbot: QtBot, window: MainWindow, username: str, password: str, *, deed: str = "Sign in") -> SignInDialog:
    """Give user and password."""
    dialog = open_dialog(qtbot, SignInDialog)
    qtbot.waitUntil(dialog.isActiveWindow, timeout=WAIT_MS)
    secrets = (dialog.password, dialog.again) if dialog.again is not None else (dialog.password,)
    for line, text in ((dialog.user, username), *((one, password) for one in secrets)):
        line.clear()
        line.setFocus()
        keyboard.write(text, gap=0)
        assert line.text() == text
    click(qtbot, button(dialog, deed))
    settle(qtbot, window)
    if QApplication.activeModalWidget() is None:
        # Without a window manager nobody gives the keys back to the window behind a dialog.
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)
    return dialog


def ask(path: Path, question: str, *values: Any) -> Any:
    """One value from the database file, by a connection of its own."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question, values).fetchone()[0]


def tell(path: Path, statement: str, *values: Any) -> None:
    """Write to the database file as somebody else would."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement, values)


def sessions_of(path: Path, army_no: str) -> int:
    """How many incomplete sessions the candidate has in the portal's table."""
    return int(
        ask(
            path,
            "SELECT count(*) FROM questions_examsession s JOIN registration_candidateprofile p ON p.user_id = s.user_id"
            " WHERE p.army_no = ? AND s.completed_at IS NULL",
            army_no,
        )
    )


def has_slot(path: Path, army_no: str) -> bool:
    """Whether the candidate has a slot in the portal's table."""
    return bool(ask(path, "SELECT has_exam_slot FROM registration_candidateprofile WHERE army_no = ?", army_no))
