"""Back-ups in the window: made where the person says, looked at before they are put back, and told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.backends import backup
from desktop_admin.errors import Cancelled
from desktop_admin.gui.upkeep import restoring
from desktop_admin.gui.upkeep.backup_dialog import BackupDialog
from desktop_admin.gui.upkeep.restore_dialog import RestoreDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.rules import Role
from desktop_admin.stop import Stop
from tests import raw
from tests.gui.driving import WAIT_MS, ask, click, find, has_slot, open_dialog, press, settle, tell

WORDS = "three words here"


def asking(qtbot: QtBot, window: MainWindow) -> BackupDialog:
    window.commands.backups.make.trigger()
    dialog = open_dialog(qtbot, BackupDialog)
    settle(qtbot, window)
    return dialog


def choosing(qtbot: QtBot, window: MainWindow, file: Path, *, passphrase: str = "") -> RestoreDialog:
    """The dialog that has been told to look at this file."""
    window.commands.backups.restore.trigger()
    dialog = open_dialog(qtbot, RestoreDialog)
    dialog.file.setText(str(file))
    dialog.passphrase.setText(passphrase)
    look(qtbot, window, dialog)
    return dialog


def look(qtbot: QtBot, window: MainWindow, dialog: RestoreDialog) -> None:
    assert dialog.deed.text() == "Look at the back-up"
    click(qtbot, dialog.deed)
    settle(qtbot, window)


def confirm(qtbot: QtBot, window: MainWindow, dialog: RestoreDialog, typed: str) -> None:
    """Type into the field that has the focus, and press Enter."""
    dialog.typed.setText(typed)
    QTest.keyClick(dialog.typed, Qt.Key.Key_Return)
    settle(qtbot, window)


def test_a_back_up_is_made_under_a_name_that_is_free_and_encrypted_where_asked(
    qtbot: QtBot, window: MainWindow, portal_file: Path
) -> None:
    dialog = asking(qtbot, window)
    first = Path(dialog.file.text())
    assert (first.parent, first.name[:7], first.suffix) == (backup.folder(), "portal-", ".sqlite3")
    click(qtbot, dialog.deed)
    settle(qtbot, window)
    assert window.messages.text == f"✓ A back-up was made: {first}."
    assert first.stat().st_mode & 0o777 == 0o600
    assert raw.differences(raw.content(first), raw.content(portal_file)) == {}
    dialog = asking(qtbot, window)
    assert dialog.file.text() == str(first.with_name(f"{first.stem}-2.sqlite3"))
    dialog.encrypted.setChecked(True)
    second = Path(dialog.file.text())
    assert second.name == f"{first.stem}.sqlite3.age"
    for typed, again, why in (("", "", "twice"), (WORDS, "three words", "not the same"), (WORDS, WORDS, "")):
        dialog.passphrase.setText(typed)
        dialog.again.setText(again)
        click(qtbot, dialog.deed)
        assert why in dialog.note.text()
    settle(qtbot, window)
    assert backup.is_encrypted(second)
    dialog = asking(qtbot, window)
    dialog.file.setText(str(first))
    click(qtbot, dialog.deed)
    settle(qtbot, window)
    assert "There is a file" in window.messages.text
    assert ask(portal_file, "SELECT count(*) FROM desktop_admin_operation WHERE operation = 'backup'") == 2


def test_a_back_up_that_is_stopped_is_told_and_not_there(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = window.tasks.database
    assert database is not None
    # The person presses Cancel once the work has begun.
    monkeypatch.setattr(backup, "_require_room", lambda *_how: database.cancel())
    click(qtbot, asking(qtbot, window).deed)
    settle(qtbot, window)
    assert "ancelled" in window.messages.text
    assert list(backup.folder().iterdir()) == []


def test_a_back_up_is_looked_at_confirmed_and_put_back_and_everything_is_read_anew(
    qtbot: QtBot, window: MainWindow, portal_file: Path, tmp_path: Path
) -> None:
    tell(portal_file, "PRAGMA journal_mode=wal")
    copy = backup.make_at(portal_file, tmp_path / "copy.age", passphrase=WORDS)
    before = raw.content(portal_file)
    tell(portal_file, "DELETE FROM registration_candidateprofile WHERE army_no = 'T-SLOT'")
    find(qtbot, window, "T-STUCK")
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    # Without the passphrase, with a wrong one, and with the right one.
    dialog = choosing(qtbot, window, copy)
    assert "No passphrase" in dialog.note.text()
    dialog.passphrase.setText("another")
    look(qtbot, window, dialog)
    assert "could not be decrypted" in dialog.note.text()
    dialog.passphrase.setText(WORDS)
    look(qtbot, window, dialog)
    count = len(before["registration_candidateprofile"])
    assert f"a sound portal database with {count} candidates" in dialog.found.text()
    assert f"In the database now: {count - 1} candidates" in dialog.found.text()
    dialog.reason.setText("by mistake")
    for wrong in ("", "1"):
        confirm(qtbot, window, dialog, wrong)
        assert f"Type {count}" in dialog.note.text()
        assert dialog.isVisible()
    # While another program has the file open, nothing is replaced, and the work goes on.
    with closing(sqlite3.connect(portal_file, isolation_level=None)) as portal:
        portal.execute("BEGIN IMMEDIATE")
        confirm(qtbot, window, dialog, str(count))
        assert "Stop the portal" in window.messages.text
    find(qtbot, window, "T-FINE")
    assert "T-FINE" in window.desk.card.text
    dialog = choosing(qtbot, window, copy, passphrase=WORDS)
    dialog.reason.setText("by mistake")
    confirm(qtbot, window, dialog, str(count))
    qtbot.waitUntil(lambda: "is now as in" in window.messages.text, timeout=WAIT_MS)
    settle(qtbot, window)
    assert raw.differences(before, raw.content(portal_file)) == {}
    assert QApplication.activeModalWidget() is None
    find(qtbot, window, "T-SLOT")
    assert "T-SLOT" in window.desk.card.text
    assert has_slot(portal_file, "T-STUCK")
    assert ask(portal_file, "SELECT reason FROM desktop_admin_operation WHERE operation = 'restore-backup'") == (
        "by mistake"
    )
    assert [name for name in raw.folder(portal_file) if ".part" in name] == []


def test_who_is_no_supervisor_is_told_so(qtbot: QtBot, window: MainWindow) -> None:
    window.entrance.actor = Actor(name="inv", role=Role.INVIGILATOR)
    for action in (window.commands.backups.make, window.commands.backups.restore):
        action.trigger()
        assert "Ask a supervisor" in window.messages.text
        assert QApplication.activeModalWidget() is None
        window.messages.put_away()


def test_what_is_put_back_is_what_was_looked_at_whatever_was_chosen_meanwhile(
    qtbot: QtBot, window: MainWindow, portal_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = backup.make_at(portal_file, tmp_path / "first.sqlite3")
    second = backup.make_at(portal_file, tmp_path / "second.sqlite3")
    looked, go_on, look_really = Event(), Event(), restoring.look

    def too_late_to_be_stopped(file: Path, *, stop: Stop, **how: Any) -> restoring.Looked:
        found = look_really(file, stop=Stop(), **how)
        looked.set()
        go_on.wait()
        return found

    monkeypatch.setattr(restoring, "look", too_late_to_be_stopped)
    window.commands.backups.restore.trigger()
    dialog = open_dialog(qtbot, RestoreDialog)
    dialog.file.setText(str(first))
    click(qtbot, dialog.deed)
    qtbot.waitUntil(looked.is_set, timeout=WAIT_MS)
    dialog.file.setText(str(second))
    go_on.set()
    settle(qtbot, window)
    assert (dialog.found.text(), dialog.typed.isEnabled(), dialog.deed.isEnabled()) == ("", False, True)
    look(qtbot, window, dialog)
    assert str(second) in dialog.found.text()


def test_a_back_up_is_not_there_where_it_was_stopped_while_it_was_encrypted(portal_file: Path, tmp_path: Path) -> None:
    def is_encrypted() -> bool:
        return any(path.read_bytes().startswith(b"age-") for path in tmp_path.glob("*copy*"))

    with pytest.raises(Cancelled):
        backup.make_at(portal_file, tmp_path / "copy.age", passphrase=WORDS, stopped=is_encrypted)
    assert list(tmp_path.glob("*copy*")) == []
