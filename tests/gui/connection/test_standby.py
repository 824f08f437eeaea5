"""A window on a standby of PostgreSQL that is promoted while it is open."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_admin.gui.people.sign_in_dialog import SignInDialog
from desktop_admin.gui.window.main_window import MainWindow
from tests import clusters
from tests.gui.driving import WAIT_MS, find, open_dialog, press, settle


def test_a_window_on_a_standby_shows_everything_and_takes_changes_by_itself_once_it_is_promoted(
    qtbot: QtBot, empty_window: MainWindow
) -> None:
    window = empty_window
    with clusters.standby() as (primary, standby):
        standby.catch_up()
        window.link.open(standby.open_target, stage="…")
        settle(qtbot, window)
        find(qtbot, window, "T-NONE")
        assert "a standby that only follows another server" in window.frame.view_band.text
        assert not window.link.writable
        primary.stop()
        standby.promote()
        qtbot.waitUntil(lambda: window.frame.view_band.text == "", timeout=WAIT_MS)
        assert window.link.writable
        # Nobody signs in to look; whoever wants to change something is asked for it.
        press(qtbot, window, Qt.Key.Key_F8)
        open_dialog(qtbot, SignInDialog).reject()
        window.link.leave()
        settle(qtbot, window)
