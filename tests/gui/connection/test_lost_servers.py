"""A server that goes away while the window works on it."""

from __future__ import annotations

import threading

from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import URL, text

from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.database.session import Session
from desktop_admin.gui.window.main_window import MainWindow
from tests import servers
from tests.gui.connecting import SECRET, no_dialog
from tests.gui.driving import WAIT_MS, find, settle


def test_a_lost_server_is_a_band_and_the_window_comes_back_by_itself(
    qtbot: QtBot, empty_window: MainWindow, postgresql: URL
) -> None:
    window = empty_window
    reset = window.desk.candidate_actions.actions_by_operation[RESET]
    window.open_database(servers.target(postgresql))
    settle(qtbot, window)
    find(qtbot, window, "T-STUCK")
    assert reset.isEnabled()
    servers.let_in(postgresql, allowed=False)
    try:
        assert servers.end_connections(postgresql) > 0
        qtbot.waitUntil(lambda: "cannot be reached since" in window.frame.problem_band.text, timeout=WAIT_MS)
        assert not reset.isEnabled()
        assert not window.desk.isEnabled()
        assert "not connected" in window.status.age.text()
        since = window.link.lost_since
        # It is still away at the next question: nothing pops up, and the band keeps its time.
        with qtbot.waitSignals([window.link.lost] * 2, timeout=WAIT_MS):
            pass
        assert window.link.lost_since == since
        assert no_dialog()
    finally:
        servers.let_in(postgresql, allowed=True)
    qtbot.waitUntil(lambda: window.frame.problem_band.text == "", timeout=WAIT_MS)
    settle(qtbot, window)
    assert reset.isEnabled()
    find(qtbot, window, "T-FINE")


def test_work_that_can_no_longer_be_stopped_is_no_mistake_of_the_program(
    qtbot: QtBot, empty_window: MainWindow, mariadb: URL
) -> None:
    window, begun = empty_window, threading.Event()

    def slow(session: Session) -> None:
        begun.set()
        session.execute(text("SELECT sleep(1)"))

    with servers.database_user(mariadb, password=SECRET) as user:
        window.link.open(servers.target(mariadb.set(username=user, password=None)), stage="…", password=SECRET)
        settle(qtbot, window)
        window.tasks.read(slow, print, print, stage="…")
        qtbot.waitUntil(begun.is_set, timeout=WAIT_MS)
    # The user is gone, so that no second connection can stop the first.
    window.tasks.cancel()
    settle(qtbot, window)


def test_connections_that_the_server_ended_are_made_again(qtbot: QtBot, empty_window: MainWindow, server: URL) -> None:
    window = empty_window
    window.open_database(servers.target(server))
    settle(qtbot, window)
    assert servers.end_connections(server) > 0
    with qtbot.waitSignal(window.link.restored, timeout=WAIT_MS):
        qtbot.waitUntil(lambda: "cannot be reached since" in window.frame.problem_band.text, timeout=WAIT_MS)
    settle(qtbot, window)
    assert window.frame.problem_band.text == ""
    assert not isinstance(QApplication.activeModalWidget(), QDialog)
    find(qtbot, window, "T-STUCK")
