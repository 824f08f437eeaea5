"""A server that goes away while the window works on it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import URL, text

from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.window.main_window import MainWindow
from tests import raw, servers
from tests.gui.connecting import SECRET, no_dialog
from tests.gui.driving import WAIT_MS, find, press, settle


@pytest.fixture
def put_back(postgresql: URL) -> Iterator[None]:
    """What a test changes there is put back for the next."""
    kept = servers.keep_rows(postgresql)
    yield
    servers.put_back(postgresql, kept)


def shown(window: MainWindow) -> list[object]:
    """Everything that the panes show of what was read, and what is selected."""
    desk, sessions, sets, history = window.desk, window.sessions, window.sets, window.history
    board = desk.not_back.board
    assert board is not None
    tables = (desk.list.table, sessions.table, sets.table, history.table, history.lines, history.cleared, board.table)
    cells = [[table.rows.cells(row) for row in range(table.rows.rowCount())] for table in tables]
    labels = [label.text() for pane in (sets, history) for label in pane.findChildren(ToneLabel)]
    badges = window.frame.navigation.badge(1)
    counts = (desk.not_back.button.text(), [action.text() for action in sessions._chips.values()])
    return [desk.card.text, desk.user_ids, [table.selected() for table in tables], cells, labels, badges, counts]


@pytest.mark.qt_log_ignore("does not support raise")
@pytest.mark.usefixtures("put_back")
def test_a_pane_that_cannot_be_read_again_keeps_what_it_shows_greyed_and_comes_alive_by_itself(
    qtbot: QtBot, empty_window: MainWindow, postgresql: URL
) -> None:
    window = empty_window
    window.open_database(servers.target(postgresql))
    settle(qtbot, window)
    find(qtbot, window, "T-STUCK")
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    for number in (2, 3, 4, 1):
        window.show_pane(number)
        settle(qtbot, window)
    window.sessions.table.selectRow(0)
    window.desk.not_back.show_board()
    settle(qtbot, window)
    before = shown(window)
    servers.let_in(postgresql, allowed=False)
    try:
        servers.end_connections(postgresql)
        for pane in (window.desk, window.sessions, window.sets, window.history):
            pane.refresh()
        window.desk.not_back.refresh()
        qtbot.waitUntil(lambda: "cannot be reached since" in window.frame.problem_band.text, timeout=WAIT_MS)
        settle(qtbot, window)
        assert shown(window) == before
        board = window.desk.not_back.board
        assert board is not None
        assert not any(one.isEnabled() for one in (window.desk, window.sessions, window.history, board.table))
        assert not any(action.isEnabled() for action in window.desk.candidate_actions.every_action)
    finally:
        servers.let_in(postgresql, allowed=True)
    qtbot.waitUntil(lambda: window.frame.problem_band.text == "", timeout=WAIT_MS)
    settle(qtbot, window)
    assert board.table.isEnabled()
    desk = Database.open(servers.target(postgresql))
    raw.change(desk, "UPDATE registration_candidateprofile SET name = 'Another' WHERE army_no = 'T-STUCK'")
    desk.close()
    qtbot.waitUntil(lambda: "Another" in window.desk.card.text, timeout=WAIT_MS)
    assert window.desk.candidate_actions.actions_by_operation[RESET].isEnabled() is False
    board.reject()


def test_who_was_selected_when_the_link_broke_is_read_once_it_is_back(
    qtbot: QtBot, empty_window: MainWindow, postgresql: URL
) -> None:
    window = empty_window
    window.open_database(servers.target(postgresql))
    settle(qtbot, window)
    find(qtbot, window, "T-FINE")
    window.search.clear()
    window.desk.search("")
    settle(qtbot, window)
    table = window.desk.list.table
    army_nos = [table.rows.source(row).army_no for row in range(table.rows.rowCount())]
    servers.let_in(postgresql, allowed=False)
    try:
        servers.end_connections(postgresql)
        table.selectRow(army_nos.index("T-SLOT"))
        qtbot.waitUntil(lambda: "cannot be reached since" in window.frame.problem_band.text, timeout=WAIT_MS)
        settle(qtbot, window)
        assert "T-FINE" not in window.desk.card.text, "the card names nobody but who is selected"
    finally:
        servers.let_in(postgresql, allowed=True)
    qtbot.waitUntil(lambda: "T-SLOT" in window.desk.card.text, timeout=WAIT_MS)
    assert [one.army_no for one in table.selected()] == ["T-SLOT"]


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
