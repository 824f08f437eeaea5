"""The window with an account that has no more rights than a desk."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_admin.database.engine import Database
from desktop_admin.gui.changing.consent_dialog import ConsentDialog
from desktop_admin.gui.window.main_window import MainWindow
from tests import accounts, raw
from tests.gui.driving import button, click, find, open_dialog, press, settle, sign_in

SLOT = "SELECT has_exam_slot FROM registration_candidateprofile WHERE army_no = 'T-NONE'"


@pytest.mark.parametrize("engine_name", accounts.AS_A_DESK, indirect=True, scope="session")
def test_a_desk_works_in_the_window(
    qtbot: QtBot, empty_window: MainWindow, any_target: str, any_database: Database
) -> None:
    empty_window.open_database(any_target)
    settle(qtbot, empty_window)
    find(qtbot, empty_window, "T-NONE")
    press(qtbot, empty_window, Qt.Key.Key_F8)
    settle(qtbot, empty_window)
    assert raw.query(any_database, SLOT) == [(True,)]
    assert empty_window.link.lost_since is None


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")
def test_a_desk_that_may_not_make_our_tables_is_told_who_makes_them(
    qtbot: QtBot, empty_window: MainWindow, unprepared: dict[str, str], engine_name: str
) -> None:
    empty_window.open_database(unprepared["desk"])
    sign_in(qtbot, empty_window, "admin", "admin")
    find(qtbot, empty_window, "T-NONE")
    press(qtbot, empty_window, Qt.Key.Key_F8)
    if engine_name == "mariadb":
        # PostgreSQL lets nobody lock the tables before they are there, so nobody is asked.
        click(qtbot, button(open_dialog(qtbot, ConsentDialog), "Create the tables"))
    settle(qtbot, empty_window)
    assert "administrator runs “desktop-admin --db … prepare”" in empty_window.messages.text
    assert not empty_window.carrying_out.busy
    assert empty_window.link.lost_since is None
