"""The guard's dialog, and what the window says of the guard at its start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.gui.upkeep.guard_dialog import GuardDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.rules import Role
from tests import guard, raw
from tests.gui.driving import WAIT_MS, button, click, open_dialog, press, settle

on_servers = pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")


def shown(dialog: GuardDialog) -> dict[str, bool]:
    """The buttons that can be seen, and whether they can be pressed."""
    return {one.text(): one.isEnabled() for one in dialog.findChildren(QPushButton) if one.isVisible()}


@pytest.fixture
def server_window(qtbot: QtBot, empty_window: MainWindow, any_target: str) -> Iterator[MainWindow]:
    """The window on the small portal database on a server; the guard is taken out at the end."""
    empty_window.open_database(any_target)
    settle(qtbot, empty_window)
    yield empty_window
    database = Database.open(any_target)
    guard.remove(database)
    database.close()


def opened(qtbot: QtBot, window: MainWindow) -> GuardDialog:
    window.commands.upkeep.guard.trigger()
    dialog = open_dialog(qtbot, GuardDialog)
    settle(qtbot, window)
    return dialog


def test_on_a_file_it_says_why_there_is_none(qtbot: QtBot, window: MainWindow) -> None:
    dialog = opened(qtbot, window)
    assert "no guard for a database file" in dialog.state.text()
    assert list(shown(dialog)) == ["Close"]
    dialog.reject()


@on_servers
def test_it_is_installed_and_removed_at_the_second_press(qtbot: QtBot, server_window: MainWindow) -> None:
    for not_here in (server_window.commands.backups.make, server_window.commands.backups.restore):
        not_here.trigger()
        assert "whose administrator makes and restores back-ups" in server_window.messages.text
        server_window.messages.put_away()
    dialog = opened(qtbot, server_window)
    assert dialog.state.text() == "The guard is not installed."
    click(qtbot, button(dialog, "Install the guard"))
    assert "quiet minute" in dialog.question.text()
    click(qtbot, button(dialog, "Install it now"))
    settle(qtbot, server_window)
    assert dialog.state.text().startswith("● The guard is installed")
    assert server_window.status.guard.text() == "guard on"
    assert list(shown(dialog)) == ["Remove the guard", "Close"]
    click(qtbot, button(dialog, "Remove the guard"))
    click(qtbot, button(dialog, "Remove it now"))
    settle(qtbot, server_window)
    assert dialog.state.text() == "The guard is not installed."
    assert server_window.status.guard.text() == ""
    dialog.reject()
    server_window.show_pane(5)
    settle(qtbot, server_window)
    rows = server_window.history.table.rows
    assert [rows.index(row, 4).data() for row in (0, 1)] == ["Remove guard", "Install guard"]


@on_servers
def test_a_guard_that_another_desk_removed_is_no_longer_said_to_be_on(
    qtbot: QtBot, empty_window: MainWindow, any_database: Database, any_target: str
) -> None:
    with guard.installed(any_database):
        empty_window.open_database(any_target)
        qtbot.waitUntil(lambda: empty_window.status.guard.text() == "guard on", timeout=WAIT_MS)
    settle(qtbot, empty_window)
    press(qtbot, empty_window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: empty_window.status.guard.text() == "", timeout=WAIT_MS)


@on_servers
def test_who_is_no_supervisor_is_told_so(qtbot: QtBot, server_window: MainWindow) -> None:
    server_window.entrance.actor = Actor(name="inv", role=Role.INVIGILATOR)
    dialog = opened(qtbot, server_window)
    assert shown(dialog) == {"Close": True, "Install the guard": False}
    assert "Ask a supervisor" in dialog.question.text()
    dialog.reject()


@on_servers
def test_a_guard_that_lost_a_trigger_is_told_at_the_start(
    qtbot: QtBot, empty_window: MainWindow, any_database: Database, any_target: str
) -> None:
    with guard.installed(any_database):
        on = " ON results_candidateanswer" if raw.engine(any_database) == "postgresql" else ""
        raw.change(any_database, f"DROP TRIGGER desktop_admin_guard_answer{on}")
        empty_window.open_database(any_target)
        qtbot.waitUntil(lambda: "guard incomplete" in empty_window.status.guard.text(), timeout=WAIT_MS)
        settle(qtbot, empty_window)
        assert "trigger desktop_admin_guard_answer" in empty_window.messages.text
        dialog = opened(qtbot, empty_window)
        assert list(shown(dialog)) == ["Remove the guard", "Close", "Install the guard"]
        dialog.reject()
