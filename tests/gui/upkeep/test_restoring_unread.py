"""A database that cannot be opened: a back-up is put in its place in the window, by a supervisor of the back-up."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop_admin.database.backends import backup
from desktop_admin.gui.upkeep.restore_dialog import RestoreDialog
from desktop_admin.gui.window.main_window import MainWindow
from tests import raw
from tests.gui import keyboard
from tests.gui.driving import WAIT_MS, ask, click, open_dialog, settle, sign_in, tell

WORDS = "three words here"
OFFERED = "Restore a back-up…"


@pytest.fixture
def copy(real_file: Path, tmp_path: Path) -> Path:
    """A back-up of the portal's file, encrypted, with a supervisor in it."""
    tell(real_file, "UPDATE accounts_user SET role = 'OIC_ADMIN' WHERE username = 'staff'")
    return backup.make_at(real_file, tmp_path / "copy.age", passphrase=WORDS)


def break_off(file: Path) -> bytes:
    """Leave the first half of the file, as a full disk does."""
    left = file.read_bytes()[: file.stat().st_size // 2]
    file.write_bytes(left)
    return left


def offered(window: MainWindow) -> list[QPushButton]:
    """The button of the message bar that leads to the back-ups, if it is there."""
    buttons = window.messages.findChildren(QPushButton)
    return [one for one in buttons if one.text() == OFFERED and one.isVisible()]


def restoring(qtbot: QtBot, window: MainWindow, file: Path) -> RestoreDialog:
    """The dialog that the window offers where this file is not opened."""
    window.open_database(str(file))
    settle(qtbot, window)
    (way_out,) = offered(window)
    click(qtbot, way_out)
    return open_dialog(qtbot, RestoreDialog)


def look(qtbot: QtBot, window: MainWindow, dialog: RestoreDialog, copy: Path, *typed: str) -> str:
    """Give the back-up, its passphrase, user and password, and press Enter; gives what is said then."""
    for line, text in zip((dialog.passphrase, dialog.user, dialog.password), typed, strict=True):
        line.setFocus()
        line.setText(text)
    dialog.file.setText(str(copy))
    QTest.keyClick(dialog.password, Qt.Key.Key_Return)
    settle(qtbot, window)
    return dialog.note.text()


def put_back(qtbot: QtBot, window: MainWindow, dialog: RestoreDialog, *, reason: str = "") -> None:
    dialog.reason.setText(reason)
    dialog.typed.clear()
    dialog.typed.setFocus()
    keyboard.write(dialog.typed.accessibleName().split()[1])
    QTest.keyClick(dialog.typed, Qt.Key.Key_Return)
    settle(qtbot, window)


def test_a_damaged_file_is_replaced_by_a_supervisor_of_the_back_up_and_opened(
    qtbot: QtBot, empty_window: MainWindow, real_file: Path, copy: Path
) -> None:
    window, before = empty_window, raw.content(real_file)
    left = break_off(real_file)
    dialog = restoring(qtbot, window, real_file)
    assert str(real_file) in window.messages.text
    # Nothing is asked of anybody whose name is not typed; a wrong password; somebody who is no supervisor.
    assert "User name" in look(qtbot, window, dialog, copy, WORDS, "", "")
    assert dialog.focusWidget() is dialog.user
    assert "No passphrase" in look(qtbot, window, dialog, copy, "", "staff", "staff")
    assert "is wrong" in look(qtbot, window, dialog, copy, WORDS, "staff", "wrong")
    assert dialog.focusWidget() is dialog.password
    assert "Ask a supervisor" in look(qtbot, window, dialog, copy, WORDS, "inv", "inv")
    assert (dialog.found.text(), dialog.typed.isEnabled()) == ("", False)
    assert look(qtbot, window, dialog, copy, WORDS, "staff", "staff") == ""
    assert "missing, or cannot be read" in dialog.found.text()
    assert dialog.focusWidget() is dialog.typed
    # Whoever types another name was not asked for a password.
    dialog.user.setFocus()
    dialog.user.setText("inv")
    assert not dialog.typed.isEnabled()
    assert look(qtbot, window, dialog, copy, WORDS, "staff", "staff") == ""
    dialog.typed.setText("1")
    QTest.keyClick(dialog.typed, Qt.Key.Key_Return)
    assert dialog.note.text().startswith("▲ Type ")
    assert real_file.read_bytes() == left
    put_back(qtbot, window, dialog, reason="the disk was full")
    sign_in(qtbot, window, "staff", "staff")
    qtbot.waitUntil(lambda: "is now as in" in window.messages.text, timeout=WAIT_MS)
    assert (offered(window), QApplication.activeModalWidget()) == ([], None)
    assert raw.differences(before, raw.content(real_file)) == {}
    (kept,) = real_file.parent.glob("*.replaced-*")
    assert kept.read_bytes() == left
    recorded = "SELECT person || ': ' || reason FROM desktop_admin_operation WHERE operation = 'restore-backup'"
    assert ask(real_file, recorded) == "Staff Rao: the disk was full"
    assert [name for name in raw.folder(real_file) if ".part" in name] == []


def test_a_back_up_that_is_no_better_is_refused_and_the_file_stays(
    qtbot: QtBot, empty_window: MainWindow, real_file: Path, copy: Path, tmp_path: Path
) -> None:
    window = empty_window
    damaged, nobody = (backup.make_at(real_file, tmp_path / f"{name}.sqlite3") for name in ("damaged", "nobody"))
    break_off(damaged)
    tell(nobody, "UPDATE accounts_user SET is_superuser = 0, role = 'CENTER_ADMIN'")
    real_file.write_bytes(b"")
    dialog = restoring(qtbot, window, real_file)
    assert str(damaged) in look(qtbot, window, dialog, damaged, "", "staff", "staff")
    assert "Ask a supervisor" in look(qtbot, window, dialog, nobody, "", "staff", "staff")
    assert str(tmp_path / "none") in look(qtbot, window, dialog, tmp_path / "none", "", "staff", "staff")
    # Meanwhile somebody mends the file: now its own accounts count, not those of a copy that anybody may have brought.
    backup.decrypt(copy, real_file, passphrase=WORDS)
    assert "can be opened again" in look(qtbot, window, dialog, copy, WORDS, "staff", "staff")
    assert list(real_file.parent.glob("*.replaced-*")) == []


def test_a_file_that_the_portal_holds_is_not_replaced_and_the_way_out_stays(
    qtbot: QtBot, empty_window: MainWindow, real_file: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_admin.database.backends.sqlite._BUSY_SECONDS", 0.02)
    window, left = empty_window, b""
    with closing(sqlite3.connect(real_file, isolation_level=None)) as portal:
        portal.execute("BEGIN EXCLUSIVE")
        window.open_database(str(real_file))
        settle(qtbot, window)
        assert "busy" in window.messages.text
        assert offered(window) == [], "it is there, and its own accounts count"
        left = break_off(real_file)
        dialog = restoring(qtbot, window, real_file)
        look(qtbot, window, dialog, copy, WORDS, "staff", "staff")
        put_back(qtbot, window, dialog)
        assert "Stop the portal" in window.messages.text
        assert real_file.read_bytes() == left
    click(qtbot, *offered(window))
    dialog = open_dialog(qtbot, RestoreDialog)
    look(qtbot, window, dialog, copy, WORDS, "staff", "staff")
    put_back(qtbot, window, dialog)
    sign_in(qtbot, window, "staff", "staff")
    assert window.at_work


def test_a_file_that_breaks_while_it_is_open_is_replaced_as_well(
    qtbot: QtBot, door: MainWindow, real_file: Path, copy: Path
) -> None:
    sign_in(qtbot, door, "inv", "inv")
    break_off(real_file)
    dialog = restoring(qtbot, door, real_file)
    look(qtbot, door, dialog, copy, WORDS, "staff", "staff")
    put_back(qtbot, door, dialog)
    sign_in(qtbot, door, "staff", "staff")
    qtbot.waitUntil(lambda: "is now as in" in door.messages.text, timeout=WAIT_MS)
    assert door.link.lost_since is None
    assert door.entrance.actor.name == "Staff Rao"
