"""Walks through all panes on a database, and prints what each step took of the GUI thread's own time, as JSON.

Of every step the longest single event handler counts, in milliseconds of CPU time: so long the window answers nobody.
Run as ``python -m tests.gui.handler_times walk|looks DATABASE``: panes are made and looks changed in a process of their
own, because each of thousands of events takes longer where all of them are timed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_admin.cli import collect_rarely
from desktop_admin.gui import pictures
from desktop_admin.gui.app import make_window
from desktop_admin.gui.kit import looks
from desktop_admin.gui.tables.concerns import State
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.settings import Settings


class TimedApplication(QApplication):
    """An application that remembers its longest event handler."""

    def __init__(self) -> None:
        super().__init__(["handler-times", "-platform", "offscreen"])
        self.longest = (0.0, "")
        self._depth = 0

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        # What an event leads to at once is a part of its handler.
        if self._depth:
            return super().notify(receiver, event)
        self._depth += 1
        before, name = time.thread_time(), f"{type(receiver).__name__} {event.type().name}"
        try:
            return super().notify(receiver, event)
        finally:
            self._depth -= 1
            self.longest = max(self.longest, (time.thread_time() - before, name))


def walk(app: TimedApplication, window: MainWindow) -> dict[str, tuple[float, str]]:
    """The longest handler of each step, and what it was."""
    found = {}
    for name, step in _steps(window).items():
        app.longest = (0.0, "")
        # As a handler, for that is what a person's key or click leads to.
        before = time.thread_time()
        step()
        app.longest = max(app.longest, (time.thread_time() - before, "the step itself"))
        pictures.wait_for(window.tasks)
        for _ in range(3):
            QCoreApplication.processEvents()
        found[name] = (round(app.longest[0] * 1000, 1), app.longest[1])
    return found


def _steps(window: MainWindow) -> dict[str, Callable[[], object]]:
    desk, sessions = window.desk.list, window.sessions
    return {
        "desk": partial(window.show_pane, 1),
        "search": partial(window.desk.search, "14"),
        "a candidate": partial(desk.table.selectRow, 0),
        "problems": desk.show_problems,
        "all of them": desk.table.selectAll,
        "nobody": desk.clear_filters,
        "sorted by name": partial(_sort, desk.table, "name"),
        "sessions": partial(window.show_pane, 2),
        "scrolled": partial(QTest.keyClick, sessions.table, Qt.Key.Key_PageDown),
        "sessions sorted": partial(_sort, sessions.table, "candidate"),
        "running": partial(sessions.narrow_to, State.RUNNING),
        "stuck": partial(sessions.narrow_to, State.STUCK),
        "all sessions": partial(sessions.narrow_to, State.ALL),
        "all sessions selected": sessions.table.selectAll,
        "read again": window.commands.refresh.trigger,
        "one session": partial(sessions.table.selectRow, 3),
        "sets": partial(window.show_pane, 3),
        "a draft": lambda: window.sets.model.draft(pictures.example_draft(window.sets.model)),
        "discarded": window.sets.model.discard,
        "exam day": partial(window.show_pane, 4),
        "board": lambda: window.day.pages[1].trigger(),
        "checklist": lambda: window.day.pages[2].trigger(),
        "incidents": lambda: window.day.pages[3].trigger(),
        "closing": lambda: window.day.pages[4].trigger(),
        "exam day again": lambda: window.day.pages[0].trigger(),
        "history": partial(window.show_pane, 5),
        "smaller": partial(window.resize, 1024, 700),
        "larger": partial(window.resize, 1600, 900),
        "desk again": partial(window.show_pane, 1),
    }


def change_looks(window: MainWindow) -> dict[str, tuple[float, str]]:
    """What making each pane takes, and each change of size, colours and language, and nothing but that."""
    steps = {
        "zoom in": window.preferences.larger,
        "zoom out": window.preferences.smaller,
        "dark": window.preferences.themes[2],
        "light": window.preferences.themes[1],
        "Hindi": window.preferences.languages[1],
    }
    found = {}
    # As they are made by themselves a moment after the start.
    while not window.stack.all_made:
        before = time.thread_time()
        window.stack.make_next()
        found[f"{len(window.stack.panes)} panes made"] = (round((time.thread_time() - before) * 1000, 1), "")
    for number in range(1, 6):
        window.show_pane(number)
        pictures.wait_for(window.tasks)
    for name, action in steps.items():
        before = time.thread_time()
        action.trigger()
        # The language is changed once the entry that was chosen has been told of it.
        QCoreApplication.sendPostedEvents(window, QEvent.Type.MetaCall.value)
        found[name] = (round((time.thread_time() - before) * 1000, 1), "")
        pictures.wait_for(window.tasks)
    return found


def _sort(table: object, column: str) -> None:
    from desktop_admin.gui.tables.table import Table

    assert isinstance(table, Table)
    table.sortByColumn(table.rows.columns.index(column), Qt.SortOrder.AscendingOrder)


def main(what: str, target: str) -> None:
    """Open the window on the database, walk, and print."""
    timed = TimedApplication() if what == "walk" else None
    app = timed or QApplication(["handler-times", "-platform", "offscreen"])
    collect_rarely()
    looks.prepare(app)
    looks.apply(app, theme="light", zoom=1.0)
    window = make_window(Settings(theme="light"))
    window.show()
    window.open_database(target)
    pictures.wait_for(window.tasks)
    json.dump(walk(timed, window) if timed else change_looks(window), sys.stdout)
    window.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
