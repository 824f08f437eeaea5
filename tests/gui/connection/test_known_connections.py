"""Known connections of the window, and the passwords of their database users."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import URL

from desktop_admin import settings
from desktop_admin.gui.app import make_window
from desktop_admin.gui.connection.connection_dialogs import PasswordDialog
from desktop_admin.gui.kit.widgets import ActionButton
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.settings import Settings
from tests import servers
from tests.gui.connecting import SECRET, ask, connect, fill_in, no_dialog, nobody_listens, type_over
from tests.gui.driving import button, click, find, open_dialog, settle
from tests.keyrings import MemoryKeyring


def test_a_known_connection_is_opened_from_the_menu(qtbot: QtBot, qapp: QApplication, portal_file: Path) -> None:
    window = make_window(Settings(connections={"Hall & yard": str(portal_file)}))
    qtbot.addWidget(window)
    [action] = window.openings.known.actions()
    assert action.text() == "Hall && yard"
    action.trigger()
    settle(qtbot, window)
    assert "portal.sqlite3" in window.status.database.text()
    window.close()


def test_the_connection_that_was_used_last_is_offered_first(
    qtbot: QtBot, qapp: QApplication, portal_file: Path, demo_file: Path
) -> None:
    settings.save(Settings(connections={"hall": str(portal_file), "demo": str(demo_file)}))
    window = make_window(settings.load())
    qtbot.addWidget(window)
    window.openings.known.actions()[1].trigger()
    settle(qtbot, window)
    assert list(settings.load().connections) == ["demo", "hall"]
    window.entrance.left.emit()
    page = window.stack.currentWidget()
    assert page is not None
    first = [one for one in page.findChildren(ActionButton) if not one.isHidden() and one.objectName() == "primary"]
    assert [one.text() for one in first] == ["demo"]
    first[0].click()
    settle(qtbot, window)
    assert "demo.sqlite3" in window.status.database.text()
    window.close()


def test_a_new_connection_stands_in_the_menu_at_once(qtbot: QtBot, empty_window: MainWindow, server: URL) -> None:
    assert not empty_window.openings.known.isEnabled()
    dialog = ask(qtbot, empty_window)
    fill_in(qtbot, dialog, server, name="Hall 2", password=server.password or "")
    connect(qtbot, empty_window, dialog)
    assert empty_window.openings.known.isEnabled()
    assert [action.text() for action in empty_window.openings.known.actions()] == ["Hall 2"]


def test_a_wrong_password_is_told_in_the_dialog_and_the_right_one_kept_in_the_keyring_only(
    qtbot: QtBot, empty_window: MainWindow, guarded: URL, ring: MemoryKeyring, tmp_path: Path
) -> None:
    dialog = ask(qtbot, empty_window)
    url = fill_in(qtbot, dialog, guarded, password="wrong")
    assert dialog.keep.isEnabled()
    assert dialog.no_keyring.text() == ""
    QTest.keyClick(dialog.keep, Qt.Key.Key_Space)
    connect(qtbot, empty_window, dialog)
    assert "refused the login" in dialog.verdict
    assert dialog.password.selectedText() != ""
    assert ring.kept == {}

    type_over(qtbot, dialog.password, SECRET)
    connect(qtbot, empty_window, dialog)
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
    assert no_dialog()
    assert str(guarded.database) in empty_window.status.database.text()


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

    assert "portal.sqlite3" in window.status.database.text()
    assert window.frame.problem_band.text == ""
    find(qtbot, window, "T-STUCK")


def test_a_password_that_the_server_no_longer_takes_is_asked_for_and_forgotten(
    qtbot: QtBot, empty_window: MainWindow, guarded: URL, ring: MemoryKeyring
) -> None:
    url = servers.target(guarded)
    ring.set_password("desktop-admin", url, "of last year")
    empty_window.open_database(url)
    dialog = open_dialog(qtbot, PasswordDialog)
    type_over(qtbot, dialog.password, "guess")
    connect(qtbot, empty_window, dialog)
    assert "refused the login" in dialog.verdict
    type_over(qtbot, dialog.password, SECRET)
    connect(qtbot, empty_window, dialog)

    assert str(guarded.database) in empty_window.status.database.text()
    assert ring.kept == {}
    assert settings.load().connections == {}


def test_another_refusal_asks_for_no_password_and_what_is_open_stays(qtbot: QtBot, window: MainWindow) -> None:
    bands: list[str] = []
    window.link.lost.connect(lambda: bands.append(window.frame.problem_band.text))
    window.open_database(servers.target(nobody_listens()))
    settle(qtbot, window)
    assert no_dialog()
    assert "does not answer" in window.messages.text
    assert bands == []
    assert window.desk.isEnabled()
