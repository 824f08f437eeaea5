"""What a person does to connect to a database on a server, for the tests."""

from __future__ import annotations

import socket

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import URL

from desktop_admin.gui.connection.connection_dialogs import ConnectionDialog, LoginDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.server_url import PORTS, ServerUrl
from tests.gui.driving import WAIT_MS, button, click, open_dialog, settle

SECRET = "geheim und lang"


def ask(qtbot: QtBot, window: MainWindow) -> ConnectionDialog:
    """Press the button of the first-run card."""
    page = window.stack.currentWidget()
    assert page is not None
    [one] = [one for one in page.findChildren(QPushButton) if one.text().startswith("Connect to")]
    click(qtbot, one)
    dialog = open_dialog(qtbot, ConnectionDialog)
    settle(qtbot, window)
    return dialog


def type_over(qtbot: QtBot, box: QLineEdit, text: str) -> None:
    """Type over what is there; keys arrive late, because they could be a scanner's."""
    box.setFocus()
    box.selectAll()
    QTest.keyClick(box, Qt.Key.Key_Backspace)
    QTest.keyClicks(box, text)
    qtbot.waitUntil(lambda: box.text() == text, timeout=WAIT_MS)


def fill_in(qtbot: QtBot, dialog: ConnectionDialog, url: URL, *, name: str = "", password: str = "") -> str:
    """Type everything in, and give back the URL that it makes."""
    kind = "postgresql" if url.get_backend_name() == "postgresql" else "mariadb"
    port = url.port or PORTS[kind]
    while dialog.kind.currentData() != kind:
        QTest.keyClick(dialog.kind, Qt.Key.Key_Down)
    host, database, user = url.host or "localhost", url.database or "", url.username or ""
    for box, typed in (
        (dialog.name, name),
        (dialog.host, host),
        (dialog.port, str(port)),
        (dialog.database, database),
        (dialog.user, user),
        (dialog.password, password),
    ):
        if typed:
            type_over(qtbot, box, typed)
    return ServerUrl(kind=kind, host=host, port=port, database=database, user=user).url


def connect(qtbot: QtBot, window: MainWindow, dialog: LoginDialog) -> None:
    click(qtbot, button(dialog, "Connect"))
    settle(qtbot, window)


def no_dialog() -> bool:
    return QApplication.activeModalWidget() is None


def nobody_listens() -> URL:
    """A port of this computer at which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return URL.create("postgresql", host="127.0.0.1", port=taken.getsockname()[1], database="d", username="u")
