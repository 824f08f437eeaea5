"""Connecting the window to a database on a server for the first time."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import URL

from desktop_admin import settings
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.database.engine import Database
from desktop_admin.gui.app import make_window
from desktop_admin.gui.connection.connection_dialogs import ConnectionDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.settings import Settings
from tests.gui.connecting import ask, connect, fill_in, no_dialog, nobody_listens, type_over
from tests.gui.driving import WAIT_MS, button, click, find, open_dialog, settle
from tests.gui.keyboard import strike


def test_a_portal_on_a_server_is_connected_to_from_the_first_page(
    qtbot: QtBot, empty_window: MainWindow, server: URL
) -> None:
    dialog = ask(qtbot, empty_window)
    url = fill_in(qtbot, dialog, server, name="Hall 2", password=server.password or "")
    connect(qtbot, empty_window, dialog)

    qtbot.waitUntil(no_dialog, timeout=WAIT_MS)
    assert f"{server.database} @ {server.host}  (no TLS)" in empty_window.status.database.text()
    find(qtbot, empty_window, "T-STUCK")
    assert empty_window.desk.candidate_actions.actions_by_operation[RESET].isEnabled()
    saved = settings.load()
    assert (dict(saved.connections), saved.default_connection) == ({"Hall 2": url}, "Hall 2")


def test_a_connection_without_a_name_is_called_by_its_database(
    qtbot: QtBot, empty_window: MainWindow, server: URL
) -> None:
    dialog = ask(qtbot, empty_window)
    fill_in(qtbot, dialog, server, password=server.password or "")
    name = f"{server.database} on {server.host}"
    assert dialog.name.placeholderText() == name
    connect(qtbot, empty_window, dialog)
    assert settings.load().default_connection == name


def test_a_connection_is_tested_in_plain_words_and_nothing_is_opened(
    qtbot: QtBot, empty_window: MainWindow, server: URL
) -> None:
    dialog = ask(qtbot, empty_window)
    fill_in(qtbot, dialog, server, password=server.password or "")
    click(qtbot, button(dialog, "Test"))
    settle(qtbot, empty_window)

    kind = "PostgreSQL" if server.get_backend_name() == "postgresql" else ("MariaDB", "MySQL")
    assert dialog.verdict.removeprefix("✓ Connected: ").startswith(kind), dialog.verdict
    assert dialog.verdict.endswith(", rehearsal database, 9 candidates, not encrypted.")
    assert empty_window.link.description is None
    assert settings.load().connections == {}
    dialog.reject()


@pytest.mark.parametrize("pressed", ["Test", "Connect"])
def test_a_server_that_does_not_answer_is_told_in_the_dialog_which_stays(
    qtbot: QtBot, empty_window: MainWindow, pressed: str
) -> None:
    dialog = ask(qtbot, empty_window)
    fill_in(qtbot, dialog, nobody_listens())
    click(qtbot, button(dialog, pressed))
    settle(qtbot, empty_window)

    assert dialog.verdict.startswith("▲ The database server of d on 127.0.0.1 does not answer.")
    assert dialog.isVisible()
    assert button(dialog, pressed).isEnabled()
    assert settings.load().connections == {}
    dialog.reject()


def test_enter_connects(qtbot: QtBot, empty_window: MainWindow, server: URL) -> None:
    dialog = ask(qtbot, empty_window)
    fill_in(qtbot, dialog, server, password=server.password or "")
    dialog.kind.setFocus()
    # Right behind what was typed it would be taken for the end of a scan.
    strike(Qt.Key.Key_Return, "\r", after=1_000)
    qtbot.waitUntil(lambda: empty_window.link.description is not None, timeout=WAIT_MS)
    assert no_dialog()


def test_cancel_while_connecting_opens_nothing(
    qtbot: QtBot, window: MainWindow, portal_file: Path, demo_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go = threading.Event(), threading.Event()
    closed: list[Database] = []
    real_open, real_close = Database.open, Database.close

    def slow(_target: str, **_options: Any) -> Database:
        reached.set()
        assert go.wait(WAIT_MS / 1000)
        return real_open(demo_file)

    def note(one: Database) -> None:
        closed.append(one)
        real_close(one)

    monkeypatch.setattr(Database, "open", slow)
    monkeypatch.setattr(Database, "close", note)
    window.openings.connect_server.trigger()
    dialog = open_dialog(qtbot, ConnectionDialog)
    fill_in(qtbot, dialog, nobody_listens())
    click(qtbot, button(dialog, "Connect"))
    qtbot.waitUntil(reached.is_set, timeout=WAIT_MS)
    assert not button(dialog, "Connect").isEnabled()
    click(qtbot, button(dialog, "Cancel"))
    go.set()
    settle(qtbot, window)

    assert "portal.sqlite3" in window.status.database.text()
    assert [one.description.path for one in closed] == [demo_file]
    assert settings.load().connections == {}


def test_what_is_missing_is_said_and_the_port_follows_the_kind(qtbot: QtBot, empty_window: MainWindow) -> None:
    dialog = ask(qtbot, empty_window)
    assert dialog.verdict == "Host, port, database and user are needed."
    assert not button(dialog, "Connect").isEnabled()
    assert not button(dialog, "Test").isEnabled()
    assert dialog.port.text() == "5432"
    QTest.keyClick(dialog.kind, Qt.Key.Key_Down)
    assert dialog.port.text() == "3306"
    type_over(qtbot, dialog.port, "3307")
    QTest.keyClick(dialog.kind, Qt.Key.Key_Up)
    assert dialog.port.text() == "3307"
    dialog.reject()


def test_a_name_that_is_taken_is_told_before_it_is_replaced(qtbot: QtBot, qapp: QApplication) -> None:
    window = make_window(Settings(connections={"Hall 2": "mariadb://desk@old/portal"}))
    qtbot.addWidget(window)
    window.show()
    dialog = ask(qtbot, window)
    fill_in(qtbot, dialog, nobody_listens(), name="Hall 2")
    assert "another connection with the name “Hall 2”" in dialog.verdict
    type_over(qtbot, dialog.name, "Hall 3")
    assert dialog.verdict == ""
    dialog.reject()
    window.close()


def test_the_dialog_is_worked_by_keyboard_in_the_order_it_is_read(qtbot: QtBot, empty_window: MainWindow) -> None:
    dialog = ask(qtbot, empty_window)
    fill_in(qtbot, dialog, nobody_listens())
    dialog.name.setFocus()
    seen: list[str] = []
    for _stop in range(11):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus.accessibleName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert seen == [
        "Name", "Kind of server", "Host", "Port", "Database", "User", "Encryption", "Password",
        "Test the connection", "Cancel", "Connect",
    ]  # fmt: skip
    assert button(dialog, "Connect").isDefault()
    controls = (QPushButton, QCheckBox, QComboBox, QLineEdit)
    assert [one for one in dialog.findChildren(QWidget) if isinstance(one, controls) and not one.accessibleName()] == []
    dialog.reject()
