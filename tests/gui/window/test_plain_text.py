"""Whatever stands in the database is shown as it is: nothing of it is ever taken for HTML, or for a shortcut."""

from __future__ import annotations

import ast
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel
from PySide6.QtGui import Qt, QTextDocumentFragment
from PySide6.QtWidgets import QAbstractButton, QLabel, QTableView, QWidget
from pytestqt.qtbot import QtBot

import desktop_admin.gui
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.widgets import tip
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.dialogs import DIALOGS, MARK, ODD
from tests.gui.driving import settle

GUI = Path(desktop_admin.gui.__file__).parent


def _kinds(kind: type[Dialog]) -> set[type[Dialog]]:
    """The kinds of dialogs that are made of this one, without those that only others are made of."""
    return set().union(*map(_kinds, kind.__subclasses__())) if kind.__subclasses__() else {kind}


def _rich(top: QWidget) -> list[str]:
    return [one.text() for one in top.findChildren(QLabel) if one.textFormat() is not Qt.TextFormat.PlainText]


def _read(tip_text: str) -> str:
    """What a person reads of a tool tip."""
    return QTextDocumentFragment.fromHtml(tip_text).toPlainText() if Qt.mightBeRichText(tip_text) else tip_text


def _tips(top: QWidget) -> list[str]:
    """All tool tips of a window and of the cells in it."""
    tips = [one.toolTip() for one in (top, *top.findChildren(QWidget))]
    for table in top.findChildren(QTableView):
        model = table.model()
        assert isinstance(model, QAbstractItemModel)
        cells = [model.index(row, column) for row in range(model.rowCount()) for column in range(model.columnCount())]
        tips += [str(cell.data(Qt.ItemDataRole.ToolTipRole) or "") for cell in cells]
    return tips


def _odd(texts: list[str]) -> list[str]:
    return [text for text in texts if MARK in text]


def _shown(top: QWidget) -> list[str]:
    """The texts of a window in which the odd name stands, as a person reads them."""
    labels = [one.text() if one.buddy() is None else _without_shortcut(one.text()) for one in top.findChildren(QLabel)]
    buttons = [_without_shortcut(one.text()) for one in top.findChildren(QAbstractButton)]
    return _odd(labels + buttons + [_read(text) for text in _tips(top)])


def _without_shortcut(text: str) -> str:
    """The text without the ampersand that underlines a letter; a pair of them is one."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def test_every_label_of_the_window_is_plain_text(odd_window: MainWindow) -> None:
    assert _rich(odd_window) == []
    assert len(odd_window.findChildren(QLabel)) > 30


def test_there_is_no_dialog_that_these_tests_do_not_know() -> None:
    assert {kind for kind in _kinds(Dialog) if kind.__module__.startswith("desktop_admin.")} == set(DIALOGS)


def test_every_label_of_a_dialog_is_plain_text_and_odd_names_are_read_as_they_are(
    qtbot: QtBot, odd_window: MainWindow, odd_file: Path
) -> None:
    for kind, make in DIALOGS.items():
        dialog = make(odd_window, odd_file)
        assert type(dialog) is kind
        dialog.show()
        settle(qtbot, odd_window)
        assert dialog.findChildren(QLabel), kind
        assert _rich(dialog) == [], kind
        assert [text for text in _shown(dialog) if ODD not in text] == [], kind
        dialog.reject()


def test_an_odd_name_is_read_as_it_is_in_every_pane(odd_window: MainWindow) -> None:
    window = odd_window
    shown = {place: _shown(place) for place in (window.desk, window.sessions, window.sets, window.status)}
    assert all(shown.values()), "each has the name somewhere"
    assert [text for texts in shown.values() for text in texts if ODD not in text] == []
    assert f"Type {ODD} 2 to confirm" in shown[window.sets]
    assert _shown(window.messages) == [f"▲ {ODD}"]


def test_a_tip_that_is_no_html_stays_as_it_is() -> None:
    assert tip("a < b & c") == "a < b & c"
    assert QTextDocumentFragment.fromHtml(tip(f"{ODD}\nsecond")).toPlainText() == f"{ODD}\nsecond"


def test_no_tool_tip_is_set_without_being_looked_at() -> None:
    unseen = []
    for file in sorted(GUI.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".setToolTip"):
                given = node.args[0]
                if not (isinstance(given, ast.Call) and ast.unparse(given.func) == "tip"):
                    unseen.append(f"{file.name}:{node.lineno}")
    assert unseen == []
