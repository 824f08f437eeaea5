"""The start of the window: painted first, and only then loaded; what comes in between is not lost."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop_admin.errors import UsageProblem
from desktop_admin.gui import app
from desktop_admin.gui.app import make_window
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.settings import Settings
from tests.gui import first_paint
from tests.gui.driving import WAIT_MS, settle

LATER = (
    "PySide6.QtPrintSupport",
    "alembic",
    "ctypes",
    "desktop_admin.controllers",
    "desktop_admin.database",
    "desktop_admin.files.spreadsheets",
    "desktop_admin.gui.connection.connection_dialogs",
    "desktop_admin.gui.connection.fields",
    "desktop_admin.gui.core.words",
    "desktop_admin.gui.kit.dialogs",
    "desktop_admin.gui.settings.settings_dialog",
    "desktop_admin.gui.tables",
    "desktop_admin.gui.window.workplace",
    "desktop_admin.practice",
    "desktop_admin.rules",
    "django",
    "keyring",
    "psycopg",
    "pymysql",
    "socket",
    "sqlalchemy",
    "ssl",
    "subprocess",
    "tenacity",
    "xlsxwriter",
)
"""Modules, and packages, of which none is imported before the window is painted."""

NOT_FOR_PANES = (
    "alembic",
    "desktop_admin.database.create",
    "desktop_admin.gui.day.day_pane",
    "desktop_admin.gui.history.history_pane",
    "desktop_admin.gui.menus.selfcheck_dialog",
    "desktop_admin.gui.sets",
    "django",
    "keyring",
    "markdown_it",
    "psycopg",
    "pymysql",
    "xlsxwriter",
)
"""Those that the desk is there without."""

MOST = 3.2
ROUNDS = 7


def until_painted(start: str) -> list[str]:
    """Start it in a process of its own; gives back which modules are imported when the window is seen."""
    command = [sys.executable, first_paint.__file__, start]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout.split()


def seconds(start: str) -> float:
    """The processor's time for the whole process, which others on the machine change less than the clock's."""
    before = os.times()
    until_painted(start)
    after = os.times()
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)


@pytest.mark.parametrize(
    "start",
    [
        "window",
        "program",
    ],
)
def test_the_window_is_painted_before_anything_is_imported_that_it_does_not_show(start: str) -> None:
    told = until_painted(start)
    assert "desktop_admin.gui.window.main_window" in told
    assert [name for name in told if name.startswith(LATER)] == []


def test_the_panes_import_nothing_that_is_only_needed_later() -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, desktop_admin.gui.window.workplace; print(*sys.modules)"],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    ).stdout.split()
    assert "sqlalchemy" in told
    assert [name for name in told if name.startswith(NOT_FOR_PANES)] == []


@pytest.mark.benchmark
def test_the_first_paint_takes_hardly_more_than_three_times_as_long_as_that_of_a_bare_window() -> None:
    ratios = [seconds("window") / seconds("bare") for _round in range(ROUNDS)]
    assert statistics.median(ratios) <= MOST, ratios


def test_whoever_asks_for_a_database_before_the_first_paint_waits_for_the_panes(
    qtbot: QtBot, qapp: QApplication, portal_file: Path
) -> None:
    window = make_window(Settings())
    qtbot.addWidget(window)
    window.open_database(str(portal_file))
    settle(qtbot, window)
    assert window.stack.currentWidget() is window.desk
    assert window.desk.list.table.rows.rowCount() > 0
    window.close()


def test_menus_and_keys_are_there_once_the_window_is_painted(qtbot: QtBot, qapp: QApplication) -> None:
    window = make_window(Settings())
    qtbot.addWidget(window)
    bar = window.menuBar().actions()
    with qtbot.waitSignal(window.painted, timeout=WAIT_MS):
        window.show()
    settle(qtbot, window)
    assert [title.text() for title in bar] == ["&File", "&Edit", "&Candidate", "&View", "&Help"]
    menus = [title.menu() for title in bar]
    assert [len(menu.actions()) >= 3 for menu in menus if isinstance(menu, QMenu)] == [True] * 5
    window.close()


def test_a_window_that_is_closed_before_it_is_loaded_is_just_closed(qtbot: QtBot, qapp: QApplication) -> None:
    window = make_window(Settings())
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.painted, timeout=WAIT_MS):
        window.show()
    window.close()
    qtbot.wait(50)
    assert window.tasks.idle
    assert not window.isVisible()


def test_settings_that_cannot_be_used_are_told_in_the_window(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows: list[MainWindow] = []

    def no_loop(_app: QApplication) -> int:
        windows.extend(one for one in qapp.topLevelWidgets() if isinstance(one, MainWindow) and one.isVisible())
        return 0

    def unusable() -> Settings:
        raise UsageProblem("cancelled")

    monkeypatch.setattr("desktop_admin.settings.load", unusable)
    monkeypatch.setattr(QApplication, "exec", no_loop)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    assert app.run(None) == 0
    (window,) = windows
    qtbot.addWidget(window)
    settle(qtbot, window)
    assert window.messages.text.startswith("▲ ")
    window.close()
