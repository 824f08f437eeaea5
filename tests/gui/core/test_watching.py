"""Keys, mouse, focus and what is shown are told to whoever watches, unless the program looks away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from desktop_admin.gui.core.watching import looking_away, watch


class Watcher(QObject):
    """Remembers which keys were pressed, and lets them go no further if it wants them all."""

    def __init__(self, *, takes: bool = False) -> None:
        super().__init__()
        self.keys = 0
        self._takes = takes
        watch().add(self.heed)

    def heed(self, _watched: QObject, event: QEvent) -> bool:
        self.keys += event.type() == QEvent.Type.KeyPress
        return self._takes and event.type() == QEvent.Type.KeyPress


@pytest.fixture(autouse=True)
def _nobody_else(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    """A window of a test before may be there still, and would send on the keys that it takes for a scan."""
    monkeypatch.setattr(watch(), "_heeding", [])


def test_whoever_came_last_is_told_first_and_may_keep_an_event(qtbot: QtBot) -> None:
    button, first = QPushButton(), Watcher()
    qtbot.addWidget(button)
    QTest.keyClick(button, Qt.Key.Key_A)
    assert first.keys == 1
    last = Watcher(takes=True)
    QTest.keyClick(button, Qt.Key.Key_A)
    assert (first.keys, last.keys) == (1, 1)


def test_who_is_there_no_more_is_told_nothing(qtbot: QtBot) -> None:
    button, gone, there = QPushButton(), Watcher(takes=True), Watcher()
    qtbot.addWidget(button)
    delete(gone)
    QTest.keyClick(button, Qt.Key.Key_A)
    assert (gone.keys, there.keys) == (0, 1)
    del gone
    Watcher()
    QTest.keyClick(button, Qt.Key.Key_A)
    assert there.keys == 2


def test_while_the_program_looks_away_nobody_is_told(qtbot: QtBot) -> None:
    button, watcher = QPushButton(), Watcher()
    qtbot.addWidget(button)
    with looking_away():
        with looking_away():
            QTest.keyClick(button, Qt.Key.Key_A)
        QTest.keyClick(button, Qt.Key.Key_A)
    assert watcher.keys == 0
    QTest.keyClick(button, Qt.Key.Key_A)
    assert watcher.keys == 1
