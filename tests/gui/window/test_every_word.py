"""Every word that is seen in the window, or read aloud there, is said by the catalogue of a language."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QObject
from PySide6.QtGui import QAction, Qt, QTextDocumentFragment
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop_admin import __version__, language
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.dialogs import DIALOGS, ODD
from tests.gui.driving import press, settle

MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"[^\W\d_]{2,}")
KEY = re.compile(r"\b(?:(?:Ctrl|Shift|Alt)\+\S+|Esc|F\d+)")
DATA = {
    *WORD.findall(f"{ODD} {__version__} desktop-admin English हिन्दी PRIMARY SECONDARY SQLite sqlite TLS"),
    # What the dialogs are given, and what is typed into addresses.
    *WORD.findall(" ".join(available_timezones())),
    *("portal", "hall", "mariadb", "postgresql", "PostgreSQL", "MariaDB", "MySQL", "localhost"),
}


def texts(one: QObject) -> Iterator[str]:
    """Every text of a widget or an entry of a menu, shown or read aloud."""
    match one:
        case QAction():
            yield from (one.text(), one.iconText(), one.statusTip(), one.toolTip())
        case QComboBox():
            yield one.placeholderText()
            yield from (one.itemText(number) for number in range(one.count()))
        case QLineEdit():
            yield one.placeholderText()
        case QMenu() | QGroupBox():
            yield one.title()
        case QLabel() | QAbstractButton():
            yield one.text()
        case QListWidget():
            yield from (one.item(row).text() for row in range(one.count()))
        case QAbstractItemView() if isinstance(model := one.model(), QAbstractItemModel):
            yield from _cells(model)
    if isinstance(one, QWidget):
        yield from (one.windowTitle(), one.toolTip(), one.accessibleName(), one.accessibleDescription())


def _cells(model: QAbstractItemModel) -> Iterator[str]:
    # A list has one column, and says so to nobody.
    for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount()):
        yield str(model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.DisplayRole) or "")
        for row in range(model.rowCount()):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                yield str(model.index(row, column).data(role) or "")


def folder(one: QObject | None) -> str:
    """The folder of the program in which the words of a widget are chosen; the kit shows those of others."""
    while one is not None:
        module = type(one).__module__.split(".")
        if module[:2] == ["desktop_admin", "gui"] and module[2] != "kit":
            return module[2]
        one = one.parent()
    return "kit"


def unsaid(top: QWidget, known: set[str]) -> set[tuple[str, str]]:
    """The texts of a window in which words stand that no catalogue says, with the folder they are from."""
    found = set()
    for one in (top, *top.findChildren(QWidget), *top.findChildren(QAction)):
        place = folder(one)
        for text in texts(one):
            plain = QTextDocumentFragment.fromHtml(text).toPlainText() if Qt.mightBeRichText(text) else text
            rest = plain
            while MARKED.search(rest):
                rest = MARKED.sub(" ", rest)
            if set(WORD.findall(KEY.sub("", rest))) - known:
                found.add((place, text))
    return found


def words_of(file: Path) -> set[str]:
    """Every word that stands in a database, and its file's path."""
    found = set(WORD.findall(str(file)))
    with closing(sqlite3.connect(file)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                found.update(word for value in row if isinstance(value, str) for word in WORD.findall(value))
    return found


@pytest.fixture
def speaking(marked: None) -> None:
    """The marked language is spoken before the window is made."""
    language.use("hi")


@pytest.mark.usefixtures("speaking")
def test_every_word_of_the_first_page_is_in_the_catalogue(empty_window: MainWindow) -> None:
    assert "⟦" in empty_window.search.placeholderText()
    assert unsaid(empty_window, DATA) == set()


@pytest.mark.usefixtures("speaking")
def test_every_word_of_every_pane_is_in_the_catalogue(qtbot: QtBot, odd_window: MainWindow, odd_file: Path) -> None:
    window = odd_window
    window.show_pane(1)
    settle(qtbot, window)
    window.desk.candidate_actions.reason_box.choose(1)
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    known = DATA | words_of(odd_file)
    for number in range(1, 6):
        window.show_pane(number)
        settle(qtbot, window)
        assert unsaid(window, known) == set()


@pytest.mark.usefixtures("speaking")
def test_every_word_of_every_dialog_is_in_the_catalogue(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    found = {}
    for kind, make in DIALOGS.items():
        dialog = make(window, portal_file)
        dialog.show()
        settle(qtbot, window)
        found[kind.__name__] = unsaid(dialog, DATA | words_of(portal_file))
        dialog.close()
    assert {kind: texts for kind, texts in found.items() if texts} == {}


@pytest.mark.usefixtures("speaking")
def test_what_qt_says_itself_is_in_the_catalogue_and_keys_are_called_as_they_are(
    qtbot: QtBot, empty_window: MainWindow, qapp: QApplication
) -> None:
    menu = empty_window.search.createStandardContextMenu()
    assert {action.text().partition("\t")[0] for action in menu.actions() if action.text()} == {
        f"⟦{text}⟧" for text in ("Undo", "Redo", "Cut", "Copy", "Paste", "Delete", "Select All")
    }
    assert qapp.translate("QPlatformTheme", "&Yes") == "⟦Yes⟧"
    assert qapp.translate("QFileDialog", "%1 already exists.\nDo you want to replace it?").startswith("⟦%1")
    assert qapp.translate("QShortcut", "Print") == "Print"
    assert qapp.translate("QShortcut", "Nobody knows this") == "Nobody knows this"
