"""A window in a process of its own that tells what it sees, for ``window``.

    python -m tests.benchmark.watched_window DATABASE IDLE_SECONDS CHANGES

Prints when its list was there (seconds since 1970), what share of a processor it took then while nobody did anything
(per cent), and when the first candidate of the list was shown by another name, so many times.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from desktop_admin import cli
from desktop_admin.database.backends.backend import Description
from desktop_admin.gui import app
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.settings import Settings


def _first_row(window: MainWindow) -> tuple[str, ...]:
    rows = window.desk.list.table.rows
    return tuple(str(rows.index(0, column).data(Qt.ItemDataRole.DisplayRole)) for column in range(rows.columnCount()))


def _is_other(window: MainWindow, before: tuple[str, ...]) -> bool:
    return _first_row(window) != before


def _until(is_so: Callable[[], bool]) -> float:
    """Run the window until something is so, and say when it was."""
    # To leave the application's own loop would be to leave the program.
    loop, watch = QEventLoop(), QTimer(interval=2)
    watch.timeout.connect(lambda: loop.quit() if is_so() else None)
    watch.start()
    loop.exec()
    return time.time()


def _is_usable(window: MainWindow) -> bool:
    if not window.at_work or window.stack.currentWidget() is not window.desk:
        return False
    return window.desk.list.table.rows.rowCount() > 0 and _first_row(window)[0] not in ("", "None")


def main() -> None:
    """Open, rest, watch."""
    target, idle_seconds, changes = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    cli.collect_rarely()
    _application = QApplication(["desktop-admin"])
    # The door takes as long as a person does.
    Description.needs_sign_in = False  # type: ignore[assignment, method-assign]
    window = app.make_window(Settings())
    window.painted.connect(lambda: window.open_database(target))
    window.show()
    print(_until(lambda: _is_usable(window)), flush=True)
    # What is prepared once the window rests is no part of resting.
    _rest(idle_seconds / 2)
    used, begun = time.process_time(), time.perf_counter()
    _rest(idle_seconds)
    print(100 * (time.process_time() - used) / (time.perf_counter() - begun), flush=True)
    for _ in range(changes):
        print(_until(partial(_is_other, window, _first_row(window))), flush=True)
    window.close()


def _rest(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
