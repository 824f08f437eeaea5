"""The window with an account that has no more rights than a desk."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop_admin.database.engine import Database
from desktop_admin.gui.window.main_window import MainWindow
from tests import accounts, raw
from tests.gui.driving import find, press, settle, sign_in

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
def test_a_desk_of_a_portal_that_nobody_prepared_is_told_at_the_door_who_does(
    qtbot: QtBot, empty_window: MainWindow, unprepared: dict[str, str]
) -> None:
    empty_window.open_database(unprepared["desk"])
    dialog = sign_in(qtbot, empty_window, "admin", "admin")
    assert "administrator runs “desktop-admin --db … prepare”" in dialog.verdict
    assert not empty_window.carrying_out.busy
    assert empty_window.link.lost_since is None
