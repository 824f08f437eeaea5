"""Rehearsing on a copy: unmistakably framed, with one password for everybody, and nothing of it reaches the portal."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_admin import passwords
from desktop_admin.database.backends.backend import Description
from desktop_admin.gui.people.sign_in_dialog import SignInDialog
from desktop_admin.gui.window.cases_board import CasesBoard
from desktop_admin.gui.window.main_window import MainWindow
from tests import portal, raw
from tests.gui.driving import find, open_dialog, press, settle, sign_in


def test_a_reset_on_a_rehearsal_leaves_the_portal_as_it_is(
    qtbot: QtBot, empty_window: MainWindow, real_file: Path
) -> None:
    window, rehearse = empty_window, empty_window.openings.rehearse
    assert not rehearse.isEnabled()
    window.open_database(str(real_file))
    open_dialog(qtbot, SignInDialog)
    assert not rehearse.isEnabled()
    sign_in(qtbot, window, "inv", "inv")
    before = raw.content(real_file)

    rehearse.trigger()
    sign_in(qtbot, window, "inv", passwords.REHEARSAL)

    assert passwords.REHEARSAL in window.frame.kind_band.accessibleName()
    layout = window.frame.layout()
    assert layout is not None
    margins = layout.contentsMargins()
    assert min(margins.left(), margins.right(), margins.bottom()) > 4
    find(qtbot, window, portal.STUCK)
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    copy = window.link.description
    assert copy is not None
    assert copy.path is not None
    assert raw.query(copy.path, "SELECT count(*) FROM desktop_admin_archived_session") == [(1,)]
    assert raw.differences(before, raw.content(real_file)) == {}


def test_the_cases_are_told_and_ticked_as_they_are_cured(
    qtbot: QtBot, window: MainWindow, portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Description, "needs_sign_in", False)
    window.openings.practise.trigger()
    settle(qtbot, window)
    board = window.findChild(CasesBoard)
    assert board is not None
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert [line.text()[0] for line in board.lines] == ["○"] * 10
    assert board.told.text() == "10 cases are left to be solved."

    find(qtbot, window, "CASE07")
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)

    assert [number for number, line in enumerate(board.lines, 1) if line.text().startswith("✓")] == [7]
    assert board.told.text() == "9 cases are left to be solved."
    assert not any(action.isEnabled() for action in window.openings.on_copies)

    window.open_database(str(portal_file))
    settle(qtbot, window)

    qtbot.waitUntil(lambda: window.findChild(CasesBoard) is None)
    assert not window.commands.cases.isEnabled()
