"""A dialog is as large as what it shows, as far as the screen is."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop_admin.gui.menus.help import FindingsDialog
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.dialogs import DIALOGS
from tests.gui.driving import settle

LONGER_THAN_ANY_SCREEN = {FindingsDialog}


def test_no_dialog_is_scrolled_where_the_screen_has_room(qtbot: QtBot, window: MainWindow, portal_file: Path) -> None:
    scrolled = {}
    for kind in [one for one in DIALOGS if one not in LONGER_THAN_ANY_SCREEN]:
        dialog = DIALOGS[kind](window, portal_file)
        dialog.show()
        settle(qtbot, window)
        scrolled[kind] = dialog.contents.verticalScrollBar().maximum()
        dialog.reject()
    assert {kind.__name__: by for kind, by in scrolled.items() if by} == {}
