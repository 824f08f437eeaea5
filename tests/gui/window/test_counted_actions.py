"""What is done most at the desk, played with the keys and the mouse, and counted."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.operations.papers import ACTIVATE
from desktop_admin.gui.changing.impact_dialog import ImpactDialog
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui import keyboard
from tests.gui.driving import WAIT_MS, ask, button, find, has_slot, look, looked_up, open_dialog, press, settle, sign_in

# The list of letters pops up, which the offscreen platform complains of.
CTRL = Qt.KeyboardModifier.ControlModifier
SLOTS = "SELECT count(*) FROM registration_candidateprofile WHERE has_exam_slot"
WITH_SLOT = (
    "SELECT group_concat(army_no, char(10)) FROM (SELECT army_no FROM registration_candidateprofile"
    " WHERE has_exam_slot AND slot_attempting_at IS NULL ORDER BY army_no LIMIT 7)"
)


class Person:
    """Acts at the window as a person does, one action at a time.

    Attributes:
        actions: how many there were. A key press, a click and a scan count one each; so does what is typed into one
            field, however long a name or password may be, with the key that leads on to the next one.
    """

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self._qtbot = qtbot
        self._window = window
        self.actions = 0

    def _acted(self) -> None:
        self.actions += 1
        settle(self._qtbot, self._window)

    def scan(self, text: str) -> None:
        keyboard.scan(text)
        looked_up(self._qtbot, self._window)
        look(self._qtbot, self._window)
        self._acted()

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = keyboard.PLAIN) -> None:
        press(self._qtbot, self._window, key, held)
        self._acted()

    def type(self, text: str) -> None:
        """Fill in the field that has the focus."""
        assert isinstance(QApplication.focusWidget(), QLineEdit)
        keyboard.write(text)
        self._acted()

    def click(self, one: QPushButton) -> None:
        QTest.mouseClick(one, Qt.MouseButton.LeftButton)
        self._acted()

    def click_cell(self, table: QAbstractItemView, index: QModelIndex) -> None:
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center())
        self._acted()

    def choose(self, box: QComboBox, place: int) -> None:
        """Click an entry of a list that is open."""
        view = box.view()
        rect = view.visualRect(view.model().index(place, 0))
        QTest.mouseMove(view.viewport(), rect.center())
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
        self._acted()


def active(qtbot: QtBot, dialog: Dialog) -> Dialog:
    qtbot.waitUntil(dialog.isActiveWindow, timeout=WAIT_MS)
    return dialog


def test_a_reset_takes_a_scan_and_a_key_and_an_older_one_is_undone_with_three_actions(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    person = Person(qtbot, window)
    person.scan("T-STUCK")
    person.key(Qt.Key.Key_F9)
    assert not has_slot(portal_file, "T-STUCK")
    assert person.actions == 2
    find(qtbot, window, "T-NONE")
    press(qtbot, window, Qt.Key.Key_F8)
    settle(qtbot, window)
    person = Person(qtbot, window)
    person.key(Qt.Key.Key_5, CTRL)
    table = window.history.table
    person.click_cell(table, table.rows.index(1, 0))
    (undo,) = (one for one in window.history.findChildren(QPushButton) if one.text() == window.history.undo.text())
    person.click(undo)
    assert has_slot(portal_file, "T-STUCK")
    assert person.actions <= 3


def test_seven_are_reset_with_three_actions(qtbot: QtBot, demo_window: MainWindow, demo_file: Path) -> None:
    before, numbers = ask(demo_file, SLOTS), ask(demo_file, WITH_SLOT)
    QGuiApplication.clipboard().setText(numbers)
    demo_window.focus_search()
    person = Person(qtbot, demo_window)
    person.key(Qt.Key.Key_V, CTRL)
    assert [row.army_no for row in demo_window.desk.list.table.selected()] == numbers.split()
    assert (demo_window.search.text(), len(demo_window.desk.user_ids)) == ("", 7)
    look(qtbot, demo_window)
    person.key(Qt.Key.Key_F9)
    dialog = active(qtbot, open_dialog(qtbot, ImpactDialog))
    person.click(button(dialog, "Reset 7 candidates"))
    assert ask(demo_file, SLOTS) == before - 7
    assert person.actions <= 3


def test_a_switch_that_clears_sessions_takes_four_actions(
    qtbot: QtBot, demo_window: MainWindow, demo_file: Path
) -> None:
    window = demo_window
    window.show_pane(3)
    settle(qtbot, window)
    model = window.sets.model
    row = max(range(model.rowCount()), key=lambda place: model.source(place).primary.writing)
    cell = model.source(row).primary
    assert cell.writing >= 13
    wanted = next(n for n, one in enumerate(cell.letters) if one.letter != cell.active and not one.short)
    person = Person(qtbot, window)
    person.click_cell(window.sets.table, model.index(row, 1))
    box = window.sets.table.viewport().findChild(QComboBox)
    assert isinstance(box, QComboBox)
    person.choose(box, wanted)
    window.activateWindow()
    qtbot.waitUntil(window.sets.panel.typed.hasFocus, timeout=WAIT_MS)
    person.type(window.sets.panel.expected)
    person.key(Qt.Key.Key_Return)
    assert ask(demo_file, "SELECT operation FROM desktop_admin_operation") == ACTIVATE.name
    assert person.actions <= 4


def test_a_session_is_restored_with_a_release_in_six_actions(qtbot: QtBot, door: MainWindow, real_file: Path) -> None:
    sign_in(qtbot, door, "inv", "inv")
    find(qtbot, door, "T-FINE")
    press(qtbot, door, Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, door)
    person = Person(qtbot, door)
    person.key(Qt.Key.Key_5, CTRL)
    table = door.history.table
    person.click_cell(table, table.rows.index(0, 0))
    (restore,) = (one for one in door.history.findChildren(QPushButton) if one.text() == door.history.restore.text())
    person.click(restore)
    active(qtbot, open_dialog(qtbot, ImpactDialog))
    person.type("admin\r")
    person.type("admin")
    person.key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=WAIT_MS)
    settle(qtbot, door)
    names = "SELECT person || '/' || released_by FROM desktop_admin_operation ORDER BY seq DESC"
    assert ask(real_file, names) == "Inv Rao/admin"
    assert person.actions <= 6
