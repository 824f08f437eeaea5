"""The window around the panes: opening, bands, age of the data, help, looks; and no query on the GUI thread."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import event
from sqlalchemy.engine import Engine

from desktop_admin import settings
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.gui.app import make_window
from desktop_admin.gui.changing.consent_dialog import ConsentDialog
from desktop_admin.gui.core import themes
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit import looks
from desktop_admin.gui.kit.dialogs import AboutDialog, Dialog, KeySheet
from desktop_admin.gui.kit.widgets import ActionButton
from desktop_admin.gui.menus.help import FindingsDialog
from desktop_admin.gui.menus.selfcheck_dialog import SelfCheckDialog
from desktop_admin.gui.people.sign_in_dialog import SignInDialog
from desktop_admin.gui.window import panes
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.settings import Settings
from tests.gui.driving import WAIT_MS, click, find, has_slot, open_dialog, press, settle

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


def test_without_a_database_there_are_four_ways_to_begin(empty_window: MainWindow) -> None:
    page = empty_window.stack.currentWidget()
    assert page is not None
    texts = [one.text() for one in page.findChildren(QPushButton)]
    assert texts == [
        "Open demo data",
        "Connect to the portal's database…",
        "Open a portal's database file…   Ctrl+O",
        "Create a local database…",
    ]
    assert not empty_window.search.isEnabled()
    assert not empty_window.frame.navigation.isEnabled()


def test_the_first_page_offers_the_saved_connections(qtbot: QtBot, qapp: QApplication, portal_file: Path) -> None:
    window = make_window(
        Settings(connections={"hall & 2": "postgresql://desk@10.0.0.5/portal", "centre": str(portal_file)})
    )
    qtbot.addWidget(window)
    window.show()
    page = window.stack.currentWidget()
    assert page is not None
    [first] = [one for one in page.findChildren(QPushButton) if one.objectName() == "primary"]
    second = first.nextInFocusChain()
    assert isinstance(second, QPushButton)
    third = second.nextInFocusChain()
    assert isinstance(third, QPushButton)
    # In the order of the Tab key.
    assert [one.text() for one in (first, second, third)] == ["hall && 2", "centre", "Open demo data"]
    assert first.toolTip() == "postgresql://desk@10.0.0.5/portal"
    click(qtbot, second)
    settle(qtbot, window)
    assert "portal.sqlite3" in window.status.database.text()
    window.close()


@pytest.mark.parametrize("zoom", [1.0, 1.3])
@pytest.mark.parametrize(
    "kind",
    [
        AboutDialog,
        partial(
            KeySheet, [("Menu", [(f"Ctrl+{key}", "a long line that says what this key does") for key in range(12)])]
        ),
        partial(FindingsDialog, FindingKind.OVERDUE),
        *(partial(ConsentDialog, of_file=True, release=release, words=Words(zone=UTC)) for release in (False, True)),
    ],
)
def test_no_text_of_a_dialog_is_cut(qtbot: QtBot, qapp: QApplication, kind: Callable[..., Dialog], zoom: float) -> None:
    looks.prepare(qapp)
    looks.apply(qapp, theme="light", zoom=zoom)
    dialog = kind(parent=None)
    qtbot.addWidget(dialog)
    dialog.show()
    labels = dialog.findChildren(QLabel)
    assert labels
    assert [one.text() for one in labels if one.heightForWidth(one.width()) > one.height()] == []
    assert [one.text() for one in labels if not one.wordWrap() and one.sizeHint().width() > one.width()] == []


def test_the_demo_is_made_and_opened_under_a_band(qtbot: QtBot, empty_window: MainWindow) -> None:
    empty_window.openings.demo.trigger()
    settle(qtbot, empty_window)
    assert empty_window.frame.kind_band.isVisible()
    assert "DEMO" in empty_window.frame.kind_band.accessibleName()
    assert empty_window.frame.navigation.badge(1) == "◆ 12"


def test_a_local_database_is_created_and_opened(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> None:
    empty_window.create_database(str(tmp_path / "mine.sqlite3"))
    open_dialog(qtbot, SignInDialog)
    assert "mine.sqlite3" in empty_window.status.database.text()
    assert empty_window.frame.kind_band.isHidden()


def test_what_cannot_be_opened_is_told_and_what_is_open_stays(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    empty = tmp_path / "empty.sqlite3"
    empty.touch()
    window.open_database(str(empty))
    settle(qtbot, window)
    assert window.messages.text.startswith("▲ ")
    assert "portal.sqlite3" in window.status.database.text()
    find(qtbot, window, "T-STUCK")


def test_a_file_that_cannot_be_written_is_view_only(
    qtbot: QtBot, empty_window: MainWindow, portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop_admin.database.backends import place
    from desktop_admin.messages import Message

    monkeypatch.setattr(place, "why_not_writable", lambda _path: Message.of("cancelled"))
    empty_window.open_database(str(portal_file))
    settle(qtbot, empty_window)
    find(qtbot, empty_window, "T-STUCK")
    assert empty_window.frame.view_band.text.startswith("View only: ")
    assert not empty_window.desk.candidate_actions.actions_by_operation[RESET].isEnabled()


def test_a_lost_database_is_a_band_and_everything_comes_back_with_it(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    find(qtbot, window, "T-STUCK")
    content = portal_file.read_bytes()
    portal_file.write_bytes(b"\x00" * 4096 + content[4096:])
    qtbot.waitUntil(lambda: "cannot be reached since" in window.frame.problem_band.text, timeout=WAIT_MS)
    assert not window.desk.candidate_actions.actions_by_operation[RESET].isEnabled()
    assert not window.desk.isEnabled()
    assert "not connected, " in window.status.age.text()
    assert window.status.age.text().endswith(" s old")
    portal_file.write_bytes(content)
    qtbot.waitUntil(lambda: window.frame.problem_band.text == "", timeout=WAIT_MS)
    settle(qtbot, window)
    assert window.desk.isEnabled()
    assert window.desk.candidate_actions.actions_by_operation[RESET].isEnabled()


def test_the_status_bar_names_database_person_and_age(window: MainWindow) -> None:
    assert "portal.sqlite3" in window.status.database.text()
    assert re.fullmatch("● live, [0-9] s ago", window.status.age.text())


def test_no_query_runs_on_the_gui_thread(qtbot: QtBot, empty_window: MainWindow, portal_file: Path) -> None:
    threads: set[int] = set()

    def note(*_arguments: object) -> None:
        threads.add(threading.get_ident())

    event.listen(Engine, "before_cursor_execute", note)
    try:
        empty_window.open_database(str(portal_file))
        settle(qtbot, empty_window)
        find(qtbot, empty_window, "T-NONE")
        for pane in (2, 3, 4, 1):
            empty_window.show_pane(pane)
            settle(qtbot, empty_window)
        press(qtbot, empty_window, Qt.Key.Key_F8)
        settle(qtbot, empty_window)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert threads
    assert threading.get_ident() not in threads


def test_the_keys_lead_to_panes_and_search_field(qtbot: QtBot, window: MainWindow) -> None:
    for number, key in enumerate((Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5), start=1):
        press(qtbot, window, key, CTRL)
        assert window.stack.currentIndex() == number
    press(qtbot, window, Qt.Key.Key_K, CTRL)
    assert window.search.hasFocus()


def test_escape_leads_back_to_the_search_field_and_then_empties_it(qtbot: QtBot, window: MainWindow) -> None:
    find(qtbot, window, "T-STUCK")
    window.desk.list.table.setFocus()
    press(qtbot, window, Qt.Key.Key_Escape)
    assert window.search.hasFocus()
    press(qtbot, window, Qt.Key.Key_Escape)
    assert window.search.text() == ""


def test_the_key_sheet_opens(qtbot: QtBot, window: MainWindow) -> None:
    press(qtbot, window, Qt.Key.Key_F1)
    open_dialog(qtbot, KeySheet).reject()


def test_about_tells_what_is_new_in_plain_text(qtbot: QtBot, window: MainWindow) -> None:
    about = next(one for one in window.findChildren(QAction) if one.iconText() == "About")
    about.trigger()
    dialog = open_dialog(qtbot, AboutDialog)
    assert dialog.changes.toPlainText().startswith("• The desk: scan or type an army number")
    assert dialog.changes.isReadOnly()
    assert dialog.changes.accessibleName() == "What is new in this version"
    dialog.reject()


def test_the_self_check_shows_seven_steps(qtbot: QtBot, window: MainWindow) -> None:
    window.commands.self_check()
    dialog = open_dialog(qtbot, SelfCheckDialog)
    qtbot.waitUntil(lambda: dialog.verdict == "✓ All 7 steps passed.", timeout=WAIT_MS)
    dialog.reject()


def test_the_navigation_grows_with_the_text(qtbot: QtBot, qapp: QApplication, window: MainWindow) -> None:
    looks.apply(qapp, theme="light", zoom=2.0)
    navigation = window.frame.navigation
    qtbot.waitUntil(lambda: navigation.sizeHintForColumn(0) <= navigation.viewport().width(), timeout=WAIT_MS)


def test_the_navigation_is_a_list_of_pages(qtbot: QtBot, window: MainWindow) -> None:
    navigation = window.frame.navigation
    interface = QAccessible.queryAccessibleInterface(navigation)
    assert interface.role() == QAccessible.Role.List
    pages = [interface.child(number) for number in range(interface.childCount())]
    assert [page.role() for page in pages] == [QAccessible.Role.ListItem] * 5
    names = [page.text(QAccessible.Text.Name) for page in pages]
    assert names == ["Desk", "Sessions, Stuck 2", "Question sets", "Exam day", "History"], "no glyph is read"
    assert [page.state().selected for page in pages] == [1, 0, 0, 0, 0]
    window.focus_search()
    QTest.mouseClick(navigation.viewport(), LEFT, pos=navigation.visualItemRect(navigation.item(1)).center())
    settle(qtbot, window)
    assert window.stack.currentWidget() is window.sessions
    assert window.search.hasFocus(), "a click leaves the cursor where it is"
    navigation.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(navigation, Qt.Key.Key_Down)
    settle(qtbot, window)
    assert window.stack.currentWidget() is window.sets
    navigation.keyboardSearch("H")
    window.show_pane(1)
    assert (navigation.currentRow(), window.stack.currentWidget()) == (0, window.desk)
    settle(qtbot, window)
    # Behind the headings, of which each row has one as well.
    first = window.desk.list.table.rows.columnCount() + 2
    cell = QAccessible.queryAccessibleInterface(window.desk.list.table).child(first)
    assert cell.text(QAccessible.Text.Name) == window.desk.list.table.rows.index(0, 0).data()[2:], "no glyph is read"
    assert window.desk.list.table.horizontalHeader().accessibleName() == window.desk.list.table.accessibleName()


def test_after_a_dialog_the_search_field_has_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    for show in (window.commands.paste.trigger, window.commands.upkeep.policies.trigger):
        window.desk.list.table.setFocus()
        show()
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, Dialog)
        settle(qtbot, window)
        dialog.reject()
        assert window.focusWidget() is window.search


def test_look_and_zoom_are_remembered(qtbot: QtBot, window: MainWindow) -> None:
    size = QApplication.font().pointSizeF()
    press(qtbot, window, Qt.Key.Key_Equal, CTRL)
    assert QApplication.font().pointSizeF() > size
    dark = next(one for one in window.preferences.themes if one.data() == "dark")
    dark.trigger()
    assert themes.current() is themes.DARK
    saved = settings.load()
    assert (saved.theme, saved.zoom) == ("dark", 1.1)


def test_every_control_has_an_accessible_name(window: MainWindow) -> None:
    controls = (ActionButton, QPushButton, QCheckBox, QComboBox, QLineEdit, QTableView)
    # An editable part inside a control is Qt's own and is named through the control.
    own = [one for one in window.findChildren(QWidget) if not one.objectName().startswith("qt_")]
    named = [one for one in own if isinstance(one, controls)]
    assert [repr(one) + repr(one.parent()) for one in named if not one.accessibleName()] == []
    assert len(named) > 30


def test_after_a_mistake_of_the_program_the_next_candidate_is_helped(
    qtbot: QtBot, window: MainWindow, portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistake(*_arguments: object, **_more: object) -> None:
        raise ZeroDivisionError

    find(qtbot, window, "T-STUCK")
    with monkeypatch.context() as broken, qtbot.captureExceptions() as caught:
        broken.setattr("desktop_admin.controllers.operations.apply.apply", mistake)
        press(qtbot, window, Qt.Key.Key_F9)
        qtbot.waitUntil(lambda: bool(caught), timeout=WAIT_MS)
    assert [kind for kind, *_rest in caught] == [ZeroDivisionError]
    assert not window.carrying_out.busy
    find(qtbot, window, "T-FINE")
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    assert (has_slot(portal_file, "T-STUCK"), has_slot(portal_file, "T-FINE")) == (True, False)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pane is made by itself."""
    monkeypatch.setattr(panes, "AHEAD_MS", 10**8)


@pytest.mark.usefixtures("unhurried")
def test_a_pane_is_made_when_it_is_first_shown_and_is_then_as_the_others_are(qtbot: QtBot, window: MainWindow) -> None:
    made = [type(pane) for pane in window.stack.panes]
    assert made == [type(window.desk), type(window.sessions)]
    window.show_pane(5)
    settle(qtbot, window)
    assert [type(pane) for pane in window.stack.panes] == [*made, type(window.history)]
    assert window.stack.currentWidget() is window.history
    window.show_pane(4)
    window.show_pane(5)
    assert window.stack.currentWidget() is window.history
    assert window.history._writable


def test_a_paper_makes_no_pane_that_nobody_has_needed(qtbot: QtBot, window: MainWindow) -> None:
    window.commands.papers.histories[0].trigger()
    settle(qtbot, window)
    assert window.messages.text
    assert len(window.stack.panes) == 2


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Panes are made by themselves at once."""
    monkeypatch.setattr(panes, "AHEAD_MS", 1)


@pytest.mark.usefixtures("hurried")
def test_every_pane_is_made_by_itself_once_somebody_is_inside(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: len(window.stack.panes) == 5, timeout=WAIT_MS)
    assert window.stack.currentWidget() is window.desk
    assert [window.stack.indexOf(pane) for pane in (window.sets, window.day, window.history)] == [3, 4, 5]
    work = window._inside().panes
    qtbot.waitUntil(lambda: not work._ahead.isActive(), timeout=WAIT_MS)
    # Somebody else signs in, and there is nothing left to be made.
    work.start()
    qtbot.waitUntil(lambda: not work._ahead.isActive(), timeout=WAIT_MS)
