"""What takes long before a database is open can be stopped, and nothing half-done is left of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Event

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection

from desktop_admin.controllers.operations.deeds import backups
from desktop_admin.database.backends import backup
from desktop_admin.database.backends.backend import Description
from desktop_admin.database.backends.sqlite import SqliteFile
from desktop_admin.gui.upkeep.restore_dialog import RestoreDialog
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.practice import demo
from tests.database.test_engine import ENDLESS
from tests.gui.driving import WAIT_MS, button, click, find, open_dialog, settle

CANCELLED = "Cancelled. Nothing was written."


@pytest.fixture
def endless(tmp_path: Path, portal_file: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Event]:
    """A file whose pages have no end, and when somebody has begun to read them."""
    path, begun = tmp_path / "endless.sqlite3", Event()
    shutil.copy(portal_file, path)
    about = SqliteFile.about

    def read(self: SqliteFile, connection: Connection, *, thorough: bool) -> Description:
        # A copy that is looked at may have another name.
        if thorough and self.path.name == path.name:
            begun.set()
            connection.exec_driver_sql(ENDLESS)
        return about(self, connection, thorough=thorough)

    monkeypatch.setattr(SqliteFile, "about", read)
    return path, begun


def begin(qtbot: QtBot, window: MainWindow, begun: Event) -> None:
    qtbot.waitUntil(lambda: begun.is_set() and window.frame.stage.isVisible(), timeout=WAIT_MS)


def cancel(qtbot: QtBot, window: MainWindow) -> None:
    click(qtbot, window.frame.stage.cancel)
    settle(qtbot, window)
    assert window.messages.text == CANCELLED
    assert not window.frame.stage.isVisible()


def test_reading_every_page_is_told_and_can_be_cancelled_and_what_was_open_stays_open(
    qtbot: QtBot, window: MainWindow, portal_file: Path, endless: tuple[Path, Event]
) -> None:
    path, begun = endless
    window.open_database(str(path))
    begin(qtbot, window, begun)
    assert "Reading every page of endless.sqlite3" in window.frame.stage.text
    cancel(qtbot, window)
    assert window.link.description is not None
    assert window.link.description.path == portal_file
    find(qtbot, window, "T-STUCK")
    assert "T-STUCK" in window.desk.card.text


def test_whoever_opens_another_file_does_not_wait_for_the_first(
    qtbot: QtBot, empty_window: MainWindow, portal_file: Path, endless: tuple[Path, Event]
) -> None:
    path, begun = endless
    empty_window.open_database(str(path))
    begin(qtbot, empty_window, begun)
    empty_window.open_database(str(portal_file))
    settle(qtbot, empty_window)
    assert empty_window.link.description is not None
    assert empty_window.link.description.path == portal_file
    assert empty_window.messages.text != CANCELLED


def test_closing_the_window_does_not_wait_for_a_file_that_is_being_read(
    qtbot: QtBot, empty_window: MainWindow, endless: tuple[Path, Event]
) -> None:
    path, begun = endless
    empty_window.open_database(str(path))
    begin(qtbot, empty_window, begun)
    empty_window.close()
    assert not empty_window.tasks._for_others._thread.is_alive()


def test_a_back_up_that_is_looked_at_is_let_go_with_the_dialog(
    qtbot: QtBot, window: MainWindow, endless: tuple[Path, Event]
) -> None:
    path, begun = endless
    window.commands.backups.restore.trigger()
    dialog = open_dialog(qtbot, RestoreDialog)
    dialog.file.setText(str(path))
    click(qtbot, dialog.deed)
    qtbot.waitUntil(begun.is_set, timeout=WAIT_MS)
    click(qtbot, button(dialog, "Cancel"))
    settle(qtbot, window)
    assert window.link.lost_since is None


def test_a_restore_is_cancelled_while_the_copy_is_read_and_nothing_is_replaced(
    qtbot: QtBot, window: MainWindow, portal_file: Path, endless: tuple[Path, Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, begun = endless
    copy = backup.make_at(portal_file, path.with_name("copy.sqlite3"))
    window.commands.backups.restore.trigger()
    dialog = open_dialog(qtbot, RestoreDialog)
    dialog.file.setText(str(copy))
    click(qtbot, dialog.deed)
    settle(qtbot, window)
    # It was sound when it was looked at, and is on a slow stick by now.
    shutil.move(copy, path)
    before, folder = portal_file.read_bytes(), sorted(portal_file.parent.iterdir())
    readable = backups.readable
    monkeypatch.setattr(backups, "readable", lambda _copy, **how: readable(path, **how))
    dialog.typed.setText(str(dialog._seen.held.candidates if dialog._seen else ""))
    click(qtbot, dialog.deed)
    begin(qtbot, window, begun)
    cancel(qtbot, window)
    assert portal_file.read_bytes() == before
    assert sorted(portal_file.parent.iterdir()) == folder
    assert window.link.description is not None


def test_of_a_demo_that_is_stopped_no_file_is_left(
    qtbot: QtBot, empty_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, path = Event(), Event(), tmp_path / "demo.sqlite3"
    papers = demo._papers

    def wait(*what: object) -> object:
        begun.set()
        go_on.wait()
        return papers(*what)  # type: ignore[arg-type]

    monkeypatch.setattr(demo, "_papers", wait)
    empty_window.link.open_demo(path, stage="…")
    begin(qtbot, empty_window, begun)
    click(qtbot, empty_window.frame.stage.cancel)
    qtbot.waitUntil(lambda: not empty_window.frame.stage.cancel.isEnabled(), timeout=WAIT_MS)
    go_on.set()
    settle(qtbot, empty_window)
    assert empty_window.messages.text == CANCELLED
    assert not path.exists()
    assert empty_window.link.description is None
