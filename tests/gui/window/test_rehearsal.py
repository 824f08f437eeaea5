"""Rehearsing on a copy: unmistakably framed, with one password for everybody, and nothing of it reaches the portal."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_admin import passwords
from desktop_admin.gui.people.sign_in_dialog import SignInDialog
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
