"""Somebody locks the window or signs out while something is asked or under way: it is never the next person's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from desktop_admin.gui.changing.consent_dialog import ConsentDialog
from desktop_admin.gui.people.sign_in_dialog import SignInDialog
from desktop_admin.gui.window.main_window import MainWindow
from tests import locks
from tests.gui.driving import (
    WAIT_MS,
    ask,
    button,
    click,
    find,
    has_slot,
    open_dialog,
    press,
    sessions_of,
    settle,
    sign_in,
    tell,
)

OWN = "FROM sqlite_master WHERE type = 'table' AND name LIKE 'desktop_admin_%'"
OWN_TABLES, NAMES = f"SELECT count(*) {OWN}", f"SELECT group_concat(name) {OWN}"
WAYS = pytest.mark.parametrize("way", ["lock", "sign_out"])


@pytest.fixture
def first_write(qtbot: QtBot, empty_window: MainWindow, real_file: Path) -> MainWindow:
    """The supervisor looks at a candidate without a slot, in a database that has none of our own tables."""
    for name in ask(real_file, NAMES).split(","):
        tell(real_file, f"DROP TABLE {name}")
    empty_window.open_database(str(real_file))
    sign_in(qtbot, empty_window, "admin", "admin")
    find(qtbot, empty_window, "T-NONE")
    return empty_window


@pytest.fixture
def other_file(_portal_template: Path, tmp_path: Path) -> Path:
    """The same candidates in another database, in which nobody need sign in."""
    return Path(shutil.copy(_portal_template, tmp_path / "other.sqlite3"))


def leave(window: MainWindow, way: str) -> None:
    {"lock": window.entrance.lock, "sign_out": window.entrance.sign_out}[way]()


def dialogs(window: MainWindow) -> list[type[QDialog]]:
    """The kinds of dialogs that are seen."""
    return [type(one) for one in window.findChildren(QDialog) if one.isVisible()]


@WAYS
def test_what_was_planned_when_a_person_left_is_not_carried_out(
    qtbot: QtBot, door: MainWindow, real_file: Path, way: str
) -> None:
    sign_in(qtbot, door, "admin", "admin")
    door.show_pane(2)
    settle(qtbot, door)
    door.sessions.table.selectRow(0)
    army_no = door.sessions.table.selected()[0].army_no
    door.sessions.clear_selected.trigger()
    # The plan is on its way; for one session nobody would be asked.
    leave(door, way)
    settle(qtbot, door)
    assert dialogs(door) == [SignInDialog]
    sign_in(qtbot, door, "inv", "inv")
    assert sessions_of(real_file, army_no) == 1


@WAYS
def test_the_question_for_our_own_tables_goes_with_whoever_was_asked(
    qtbot: QtBot, first_write: MainWindow, real_file: Path, way: str
) -> None:
    window = first_write
    press(qtbot, window, Qt.Key.Key_F8)
    open_dialog(qtbot, ConsentDialog)
    leave(window, way)
    assert dialogs(window) == [SignInDialog]
    assert not window.carrying_out.busy
    sign_in(qtbot, window, "inv", "inv")
    assert (has_slot(real_file, "T-NONE"), ask(real_file, OWN_TABLES)) == (False, 0)
    assert QApplication.activeModalWidget() is None


@WAYS
def test_nobody_is_asked_for_our_own_tables_over_a_window_that_was_left(
    qtbot: QtBot, first_write: MainWindow, real_file: Path, way: str
) -> None:
    window = first_write
    press(qtbot, window, Qt.Key.Key_F8)
    leave(window, way)
    settle(qtbot, window)
    assert dialogs(window) == [SignInDialog]
    assert not window.carrying_out.busy
    assert ask(real_file, OWN_TABLES) == 0


def test_what_was_confirmed_is_finished_in_the_name_of_whoever_confirmed_it(
    qtbot: QtBot, first_write: MainWindow, real_file: Path
) -> None:
    window = first_write
    press(qtbot, window, Qt.Key.Key_F8)
    click(qtbot, button(open_dialog(qtbot, ConsentDialog), "Make a back-up and create the tables"))
    window.entrance.sign_out()
    qtbot.waitUntil(lambda: not window.carrying_out.busy, timeout=WAIT_MS)
    assert ask(real_file, "SELECT person || verified FROM desktop_admin_operation") == "admin1"
    sign_in(qtbot, window, "inv", "inv")
    assert not window.messages.undo.isEnabled(), "it is not the invigilator's to undo"


def test_what_was_agreed_to_for_one_database_is_not_written_into_another(
    qtbot: QtBot, first_write: MainWindow, real_file: Path, other_file: Path
) -> None:
    window = first_write
    press(qtbot, window, Qt.Key.Key_F8)
    dialog = open_dialog(qtbot, ConsentDialog)
    database = window.tasks.database
    assert database is not None
    with locks.held(database):
        click(qtbot, button(dialog, "Make a back-up and create the tables"))
        window.open_database(str(other_file))
        qtbot.waitUntil(lambda: window.tasks.database is not database, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.carrying_out.busy, timeout=WAIT_MS)
    settle(qtbot, window)
    assert (has_slot(real_file, "T-NONE"), has_slot(other_file, "T-NONE")) == (False, False)


def test_whoever_signs_out_leaves_no_file_open(qtbot: QtBot, door: MainWindow, real_file: Path) -> None:
    sign_in(qtbot, door, "admin", "admin")
    find(qtbot, door, "T-FINE")
    database = door.tasks.database
    assert database is not None
    assert held(real_file)
    door.entrance.left.emit()
    settle(qtbot, door)
    # Whether anything of it is still referred to, as by a question that is under way, is left to nobody's luck.
    assert held(real_file) == []
    assert door.link.description is None
    del database


def held(file: Path) -> list[str]:
    """What this process holds open of the file, and of those beside it."""
    links = (str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink())
    return [link for link in links if link.startswith(str(file))]
