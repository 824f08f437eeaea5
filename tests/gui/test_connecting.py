"""Databases on servers in the window: connecting, passwords, and a link that is lost and comes back."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from sqlalchemy import URL, text
from sqlalchemy.orm import Session

from desktop_admin import settings
from desktop_admin.database.engine import Database
from desktop_admin.gui.app import make_window
from desktop_admin.gui.connection_dialogs import ConnectionDialog, LoginDialog, PasswordDialog
from desktop_admin.gui.main_window import MainWindow
from desktop_admin.rules import Operation
from desktop_admin.server_url import PORTS, ServerUrl
from desktop_admin.settings import Settings
from tests import portal, servers
from tests.gui.driving import WAIT_MS, button, click, find, open_dialog, press, settle
from tests.keyrings import MemoryKeyring

SECRET = "geheim und lang"


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def server(request: pytest.FixtureRequest) -> Iterator[URL]:
    """The small portal database on each kind of server."""
    yield from _filled(request.param)


@pytest.fixture(scope="module")
def mariadb() -> Iterator[URL]:
    """The small portal database on a MariaDB server, where users can be given passwords."""
    yield from _filled("mariadb")


@pytest.fixture(scope="module")
def postgresql() -> Iterator[URL]:
    """The small portal database on a PostgreSQL server."""
    yield from _filled("postgresql")


@pytest.fixture
def guarded(mariadb: URL) -> Iterator[URL]:
    """The same, as a user whom the server asks for his password."""
    with servers.database_user(mariadb, password=SECRET) as user:
        yield mariadb.set(username=user, password=None)


def _filled(engine: str) -> Iterator[URL]:
    with servers.empty_portal(engine) as url:
        made = Database.open(servers.target(url))
        made.migrate()
        made.write(lambda session: portal.fill(session, datetime.now(UTC).replace(microsecond=123456)))
        made.close()
        yield url


def _ask(qtbot: QtBot, window: MainWindow) -> ConnectionDialog:
    """Press the button of the first-run card."""
    page = window.stack.currentWidget()
    assert page is not None
    [one] = [one for one in page.findChildren(QPushButton) if one.text().startswith("Connect to")]
    click(qtbot, one)
    dialog = open_dialog(qtbot, ConnectionDialog)
    settle(qtbot, window)
    return dialog


def _type(qtbot: QtBot, box: QLineEdit, text: str) -> None:
    """Type over what is there; keys arrive late, because they could be a scanner's."""
    box.setFocus()
    box.selectAll()
    QTest.keyClick(box, Qt.Key.Key_Backspace)
    QTest.keyClicks(box, text)
    qtbot.waitUntil(lambda: box.text() == text, timeout=WAIT_MS)


def _fill(qtbot: QtBot, dialog: ConnectionDialog, url: URL, *, name: str = "", password: str = "") -> str:
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
            _type(qtbot, box, typed)
    return ServerUrl(kind=kind, host=host, port=port, database=database, user=user).url


def _connect(qtbot: QtBot, window: MainWindow, dialog: LoginDialog) -> None:
    click(qtbot, button(dialog, "Connect"))
    settle(qtbot, window)


def _no_dialog() -> bool:
    return QApplication.activeModalWidget() is None


def _nobody_listens() -> URL:
    """A port of this computer at which nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return URL.create("postgresql", host="127.0.0.1", port=taken.getsockname()[1], database="d", username="u")


# A new connection


def test_a_portal_on_a_server_is_connected_to_from_the_first_page(
    qtbot: QtBot, empty_window: MainWindow, server: URL
) -> None:
    dialog = _ask(qtbot, empty_window)
    url = _fill(qtbot, dialog, server, name="Hall 2", password=server.password or "")
    _connect(qtbot, empty_window, dialog)

    qtbot.waitUntil(_no_dialog, timeout=WAIT_MS)
    assert f"{server.database} @ {server.host}  (no TLS)" in empty_window.status.database_text
    find(qtbot, empty_window, "T-STUCK")
    assert empty_window.desk.operations.actions_by_operation[Operation.RESET].isEnabled()
    saved = settings.load()
    assert (dict(saved.connections), saved.default_connection) == ({"Hall 2": url}, "Hall 2")


def test_a_connection_without_a_name_is_called_by_its_database(
    qtbot: QtBot, empty_window: MainWindow, server: URL
) -> None:
    dialog = _ask(qtbot, empty_window)
    _fill(qtbot, dialog, server, password=server.password or "")
    name = f"{server.database} on {server.host}"
    assert dialog.name.placeholderText() == name
    _connect(qtbot, empty_window, dialog)
    assert settings.load().default_connection == name


def test_a_connection_is_tested_in_plain_words_and_nothing_is_opened(
    qtbot: QtBot, empty_window: MainWindow, server: URL
) -> None:
    dialog = _ask(qtbot, empty_window)
    _fill(qtbot, dialog, server, password=server.password or "")
    click(qtbot, button(dialog, "Test"))
    settle(qtbot, empty_window)

    kind = "PostgreSQL" if server.get_backend_name() == "postgresql" else ("MariaDB", "MySQL")
    assert dialog.verdict.removeprefix("✓ Connected: ").startswith(kind), dialog.verdict
    assert dialog.verdict.endswith(", portal database, 9 candidates, no TLS.")
    assert empty_window.link.description is None
    assert settings.load().connections == {}
    dialog.reject()


@pytest.mark.parametrize("pressed", ["Test", "Connect"])
def test_a_server_that_does_not_answer_is_told_in_the_dialog_which_stays(
    qtbot: QtBot, empty_window: MainWindow, pressed: str
) -> None:
    dialog = _ask(qtbot, empty_window)
    _fill(qtbot, dialog, _nobody_listens())
    click(qtbot, button(dialog, pressed))
    settle(qtbot, empty_window)

    assert dialog.verdict.startswith("▲ The database server of d on 127.0.0.1 does not answer.")
    assert dialog.isVisible()
    assert button(dialog, pressed).isEnabled()
    assert settings.load().connections == {}
    dialog.reject()


def test_enter_connects(qtbot: QtBot, empty_window: MainWindow, server: URL) -> None:
    dialog = _ask(qtbot, empty_window)
    _fill(qtbot, dialog, server, password=server.password or "")
    dialog.kind.setFocus()
    press(qtbot, empty_window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: empty_window.link.description is not None, timeout=WAIT_MS)
    assert _no_dialog()


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
    window.commands.connect_server.trigger()
    dialog = open_dialog(qtbot, ConnectionDialog)
    _fill(qtbot, dialog, _nobody_listens())
    click(qtbot, button(dialog, "Connect"))
    qtbot.waitUntil(reached.is_set, timeout=WAIT_MS)
    assert not button(dialog, "Connect").isEnabled()
    click(qtbot, button(dialog, "Cancel"))
    go.set()
    settle(qtbot, window)

    assert "portal.sqlite3" in window.status.database_text
    assert [one.description.path for one in closed] == [demo_file]
    assert settings.load().connections == {}


def test_what_is_missing_is_said_and_the_port_follows_the_kind(qtbot: QtBot, empty_window: MainWindow) -> None:
    dialog = _ask(qtbot, empty_window)
    assert dialog.verdict == "Host, port, database and user are needed."
    assert not button(dialog, "Connect").isEnabled()
    assert not button(dialog, "Test").isEnabled()
    assert dialog.port.text() == "5432"
    QTest.keyClick(dialog.kind, Qt.Key.Key_Down)
    assert dialog.port.text() == "3306"
    _type(qtbot, dialog.port, "3307")
    QTest.keyClick(dialog.kind, Qt.Key.Key_Up)
    assert dialog.port.text() == "3307"
    dialog.reject()


def test_a_name_that_is_taken_is_told_before_it_is_replaced(qtbot: QtBot, qapp: QApplication) -> None:
    window = make_window(Settings(connections={"Hall 2": "mariadb://desk@old/portal"}))
    qtbot.addWidget(window)
    window.show()
    dialog = _ask(qtbot, window)
    _fill(qtbot, dialog, _nobody_listens(), name="Hall 2")
    assert "another connection with the name “Hall 2”" in dialog.verdict
    _type(qtbot, dialog.name, "Hall 3")
    assert dialog.verdict == ""
    dialog.reject()
    window.close()


def test_the_dialog_is_worked_by_keyboard_in_the_order_it_is_read(qtbot: QtBot, empty_window: MainWindow) -> None:
    dialog = _ask(qtbot, empty_window)
    _fill(qtbot, dialog, _nobody_listens())
    dialog.name.setFocus()
    seen: list[str] = []
    for _stop in range(10):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus.accessibleName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert seen == [
        "Name", "Kind of server", "Host", "Port", "Database", "User", "Password",
        "Test the connection", "Cancel", "Connect",
    ]  # fmt: skip
    assert button(dialog, "Connect").isDefault()
    controls = (QPushButton, QCheckBox, QComboBox, QLineEdit)
    assert [one for one in dialog.findChildren(QWidget) if isinstance(one, controls) and not one.accessibleName()] == []
    dialog.reject()


# Known connections and their passwords


def test_a_known_connection_is_opened_from_the_menu(qtbot: QtBot, qapp: QApplication, portal_file: Path) -> None:
    window = make_window(Settings(connections={"Hall & yard": str(portal_file)}))
    qtbot.addWidget(window)
    [action] = window.commands.known.actions()
    assert action.text() == "Hall && yard"
    action.trigger()
    settle(qtbot, window)
    assert "portal.sqlite3" in window.status.database_text
    window.close()


def test_a_new_connection_stands_in_the_menu_at_once(qtbot: QtBot, empty_window: MainWindow, server: URL) -> None:
    assert not empty_window.commands.known.isEnabled()
    dialog = _ask(qtbot, empty_window)
    _fill(qtbot, dialog, server, name="Hall 2", password=server.password or "")
    _connect(qtbot, empty_window, dialog)
    assert empty_window.commands.known.isEnabled()
    assert [action.text() for action in empty_window.commands.known.actions()] == ["Hall 2"]


def test_a_wrong_password_is_told_in_the_dialog_and_the_right_one_kept_in_the_keyring_only(
    qtbot: QtBot, empty_window: MainWindow, guarded: URL, ring: MemoryKeyring, tmp_path: Path
) -> None:
    dialog = _ask(qtbot, empty_window)
    url = _fill(qtbot, dialog, guarded, password="wrong")
    assert dialog.keep.isEnabled()
    assert dialog.no_keyring.text() == ""
    QTest.keyClick(dialog.keep, Qt.Key.Key_Space)
    _connect(qtbot, empty_window, dialog)
    assert "refused the login" in dialog.verdict
    assert dialog.password.selectedText() != ""
    assert ring.kept == {}

    _type(qtbot, dialog.password, SECRET)
    _connect(qtbot, empty_window, dialog)
    assert empty_window.link.description is not None
    assert ring.kept == {("desktop-admin", url): SECRET}
    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert settings.file() in written
    assert [file for file in written if SECRET.encode() in file.read_bytes()] == []


def test_the_password_comes_from_the_keyring(
    qtbot: QtBot, empty_window: MainWindow, guarded: URL, ring: MemoryKeyring
) -> None:
    url = servers.target(guarded)
    ring.set_password("desktop-admin", url, SECRET)
    empty_window.open_database(url)
    settle(qtbot, empty_window)
    assert _no_dialog()
    assert str(guarded.database) in empty_window.status.database_text


def test_without_a_keyring_the_password_is_asked_for_and_cancel_leaves_everything(
    qtbot: QtBot, window: MainWindow, guarded: URL
) -> None:
    window.open_database(servers.target(guarded))
    dialog = open_dialog(qtbot, PasswordDialog)
    settle(qtbot, window)
    said = " ".join(one.text() for one in dialog.findChildren(QLabel))
    assert str(guarded.username) in said
    assert str(guarded.host) in said
    assert "no keyring here" in said
    assert not dialog.keep.isEnabled()
    assert not button(dialog, "Connect").isEnabled()
    click(qtbot, button(dialog, "Cancel"))
    settle(qtbot, window)

    assert "portal.sqlite3" in window.status.database_text
    assert window.problem_band.text == ""
    find(qtbot, window, "T-STUCK")


def test_a_password_that_the_server_no_longer_takes_is_asked_for_and_forgotten(
    qtbot: QtBot, empty_window: MainWindow, guarded: URL, ring: MemoryKeyring
) -> None:
    url = servers.target(guarded)
    ring.set_password("desktop-admin", url, "of last year")
    empty_window.open_database(url)
    dialog = open_dialog(qtbot, PasswordDialog)
    _type(qtbot, dialog.password, "guess")
    _connect(qtbot, empty_window, dialog)
    assert "refused the login" in dialog.verdict
    _type(qtbot, dialog.password, SECRET)
    _connect(qtbot, empty_window, dialog)

    assert str(guarded.database) in empty_window.status.database_text
    assert ring.kept == {}
    assert settings.load().connections == {}


def test_another_refusal_asks_for_no_password_and_what_is_open_stays(qtbot: QtBot, window: MainWindow) -> None:
    bands: list[str] = []
    window.link.lost.connect(lambda: bands.append(window.problem_band.text))
    window.open_database(servers.target(_nobody_listens()))
    settle(qtbot, window)
    assert _no_dialog()
    assert "does not answer" in window.messages.text
    assert bands == []
    assert window.desk.isEnabled()


# A server that goes away


def test_a_lost_server_is_a_band_and_the_window_comes_back_by_itself(
    qtbot: QtBot, empty_window: MainWindow, postgresql: URL
) -> None:
    window = empty_window
    reset = window.desk.operations.actions_by_operation[Operation.RESET]
    window.open_database(servers.target(postgresql))
    settle(qtbot, window)
    find(qtbot, window, "T-STUCK")
    assert reset.isEnabled()
    servers.let_in(postgresql, allowed=False)
    try:
        assert servers.end_connections(postgresql) > 0
        qtbot.waitUntil(lambda: "cannot be reached since" in window.problem_band.text, timeout=WAIT_MS)
        assert not reset.isEnabled()
        assert not window.desk.isEnabled()
        assert "not connected" in window.status.age_text
        since = window.link.lost_since
        # It is still away at the next question: nothing pops up, and the band keeps its time.
        with qtbot.waitSignals([window.link.lost] * 2, timeout=WAIT_MS):
            pass
        assert window.link.lost_since == since
        assert _no_dialog()
    finally:
        servers.let_in(postgresql, allowed=True)
    qtbot.waitUntil(lambda: window.problem_band.text == "", timeout=WAIT_MS)
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
        qtbot.waitUntil(lambda: "cannot be reached since" in window.problem_band.text, timeout=WAIT_MS)
    settle(qtbot, window)
    assert window.problem_band.text == ""
    assert not isinstance(QApplication.activeModalWidget(), QDialog)
    find(qtbot, window, "T-STUCK")
