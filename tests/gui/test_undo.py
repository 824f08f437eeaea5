"""Undo at the desk: what the message bar says was done is taken back by one key, and nothing that nobody sees."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop_admin.gui.dialogs import ImpactDialog
from desktop_admin.gui.main_window import MainWindow
from tests.gui.driving import WAIT_MS, ask, button, click, find, has_slot, look, open_dialog, press, sessions_of, settle

CTRL = Qt.KeyboardModifier.ControlModifier
LOGINS = "SELECT count(*) FROM django_session"


def test_one_key_takes_back_what_was_just_done(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    logins = ask(portal_file, LOGINS)
    find(qtbot, window, "T-STUCK")
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    assert (has_slot(portal_file, "T-STUCK"), sessions_of(portal_file, "T-STUCK")) == (False, 0)
    assert ask(portal_file, LOGINS) == logins - 1
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)
    assert (has_slot(portal_file, "T-STUCK"), sessions_of(portal_file, "T-STUCK")) == (True, 1)
    assert ask(portal_file, LOGINS) == logins
    assert window.messages.text.startswith("✓ Undone: T-STUCK Ramesh Kumar. 1 session put back.")
    assert not window.messages.undo.isEnabled(), "an undo is not undone"
    told = [line.split("  ")[1] for line in window.desk.card.text.splitlines() if ", by " in line]
    assert [line.partition(",")[0] for line in told] == ["Undo", "Reset slot"], "the card has the candidate's history"


def test_nothing_is_undone_that_is_not_shown(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    assert not window.messages.undo.isEnabled()
    find(qtbot, window, "T-NONE")
    press(qtbot, window, Qt.Key.Key_F8)
    settle(qtbot, window)
    assert window.messages.undo.isEnabled()
    window.messages.put_away()
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)
    assert has_slot(portal_file, "T-NONE")


def test_the_search_field_keeps_the_key_while_it_was_typed_into(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    find(qtbot, window, "T-NONE")
    press(qtbot, window, Qt.Key.Key_F8)
    settle(qtbot, window)
    window.focus_search()
    QTest.keyClicks(window.search, "x")
    qtbot.waitUntil(lambda: window.search.text() == "x", timeout=WAIT_MS)
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)
    assert window.search.text() == "T-NONE"
    assert has_slot(portal_file, "T-NONE")
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)
    assert not has_slot(portal_file, "T-NONE")


def test_undoing_several_is_confirmed_with_the_list(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    window.desk.paste("T-STUCK T-SLOT")
    settle(qtbot, window)
    look(qtbot, window)
    press(qtbot, window, Qt.Key.Key_F9)
    click(qtbot, button(open_dialog(qtbot, ImpactDialog), "Reset 2 candidates and clear 1 session"))
    settle(qtbot, window)
    window.messages.undo.trigger()
    click(qtbot, button(open_dialog(qtbot, ImpactDialog), "Undo “Reset slot” of 2 candidates"))
    settle(qtbot, window)
    assert (has_slot(portal_file, "T-STUCK"), has_slot(portal_file, "T-SLOT")) == (True, True)
    assert sessions_of(portal_file, "T-STUCK") == 1
