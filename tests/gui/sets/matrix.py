"""Driving the matrix of question sets: its cells, and what is chosen in them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import settle


def cell(window: MainWindow, trade: str, column: int) -> QModelIndex:
    """The cell of a trade."""
    model = window.sets.model
    row = next(n for n in range(model.rowCount()) if model.source(n).trade.code == trade)
    return model.index(row, column)


def choose(qtbot: QtBot, window: MainWindow, trade: str, column: int, what: object) -> None:
    """Open a trade's cell with Enter and choose from the list in it."""
    table = window.sets.table
    table.setCurrentIndex(cell(window, trade, column))
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Return)
    editor = table.viewport().findChild(QComboBox)
    assert isinstance(editor, QComboBox)
    editor.setCurrentIndex(editor.findData(what))
    editor.activated.emit(editor.currentIndex())
    settle(qtbot, window)
