"""A change is read once, by the pane that shows it; session health with it, for the badge that is always seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.log import history
from desktop_admin.controllers.upkeep import guard
from desktop_admin.database.engine import Database
from desktop_admin.gui.window.main_window import MainWindow
from tests.gui.driving import WAIT_MS, find, press, settle, tell

RENAME = "UPDATE registration_candidateprofile SET name = name || '.' WHERE army_no = 'T-FINE'"
Reads = Counter[str]


@pytest.fixture
def reads(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Reads:
    """How often each pane is read from now on, in a window whose clock stands still."""
    # The answer to a question under way would be one more.
    window.link._timer.stop()
    settle(qtbot, window)
    counted = Reads()

    def count(name: str, read: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(read)
        def reading(*arguments: Any, **more: Any) -> Any:
            counted[name] += 1
            return read(*arguments, **more)

        return reading

    for module, function, name in (
        (health, "survey", "sessions"),
        (panes, "list_candidates", "desk"),
        (panes, "matrix", "sets"),
        (history, "page", "history"),
        (guard, "check", "guard"),
    ):
        monkeypatch.setattr(module, function, count(name, getattr(module, function)))
    return counted


def a_second_passes(qtbot: QtBot, window: MainWindow) -> None:
    window.link._timer.timeout.emit()
    settle(qtbot, window)


def reset(qtbot: QtBot, window: MainWindow, reads: Reads) -> None:
    find(qtbot, window, "T-STUCK")
    reads.clear()
    press(qtbot, window, Qt.Key.Key_F9)
    settle(qtbot, window)
    assert window.messages.text.startswith("✓ ")


def test_an_operation_is_read_once_by_the_pane_that_is_seen(qtbot: QtBot, window: MainWindow, reads: Reads) -> None:
    reset(qtbot, window, reads)
    a_second_passes(qtbot, window)
    assert reads == {"desk": 1, "sessions": 1}
    window.show_pane(5)
    settle(qtbot, window)
    assert reads == {"desk": 1, "sessions": 1, "history": 1}


def test_what_others_wrote_is_read_once_by_the_pane_that_is_seen(
    qtbot: QtBot, window: MainWindow, portal_file: Path, reads: Reads
) -> None:
    for pane, seen in ((1, "desk"), (3, "sets"), (5, "history")):
        window.show_pane(pane)
        settle(qtbot, window)
        reads.clear()
        tell(portal_file, RENAME)
        a_second_passes(qtbot, window)
        assert reads == {seen: 1, "sessions": 1, "guard": 1}


def test_what_others_write_after_an_operation_is_noticed(
    qtbot: QtBot, window: MainWindow, portal_file: Path, reads: Reads
) -> None:
    reset(qtbot, window, reads)
    tell(portal_file, RENAME)
    a_second_passes(qtbot, window)
    assert reads == {"desk": 2, "sessions": 2, "guard": 1}


def test_at_rest_the_database_is_looked_at_often_and_the_window_is_told_once_a_second(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(qtbot, window)
    looked, told = Counter[str](), QSignalSpy(window.tasks._answered)
    look = Database.changed_by_others

    def counted(database: Database) -> bool:
        looked["looks"] += 1
        return look(database)

    monkeypatch.setattr(Database, "changed_by_others", counted)
    qtbot.waitUntil(lambda: looked["looks"] >= 20, timeout=WAIT_MS)
    assert told.count() <= looked["looks"] / 3


def test_time_that_goes_by_is_read_by_no_pane_that_is_hidden(qtbot: QtBot, window: MainWindow, reads: Reads) -> None:
    for pane, seen in ((1, {"desk": 1}), (3, {"sets": 1}), (5, {})):
        window.show_pane(pane)
        settle(qtbot, window)
        reads.clear()
        window.link.aged.emit()
        settle(qtbot, window)
        # Session health is counted beside the navigation, whatever is seen.
        assert reads == {"sessions": 1} | seen


def test_in_a_list_that_has_only_grown_older_nothing_is_worded_or_measured(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, reads: Reads
) -> None:
    rows = window.desk.list.table.rows
    seen = [rows.cells(row) for row in range(rows.rowCount())]
    changed, measured = QSignalSpy(rows.dataChanged), QSignalSpy(rows.reworded)
    worded = Counter[str]()
    shown = type(rows).shown

    def counted(model: Any, column: str, source: Any) -> Any:
        worded[column] += 1
        return shown(model, column, source)

    monkeypatch.setattr(type(rows), "shown", counted)
    window.link.aged.emit()
    settle(qtbot, window)
    assert reads["desk"] == 1
    # A minute may have passed for somebody.
    (others,) = measured.at(0)
    assert [row for row in range(rows.rowCount()) if rows.cells(row) != seen[row]] == others
    assert (changed.count(), worded["name"]) == (bool(others), len(others))


def test_session_health_that_is_on_its_way_fills_no_pane_that_was_emptied(qtbot: QtBot, window: MainWindow) -> None:
    window.sessions.refresh()
    window.sessions.empty()
    settle(qtbot, window)
    assert window.sessions.table.rows.rowCount() == 0
