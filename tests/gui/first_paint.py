"""A start of the program up to the first paint of its window, in a process of its own.

    python first_paint.py window|program|bare

``program`` is what a person starts, ``window`` the same without the command line, and ``bare`` a window of Qt with
nothing in it, to compare with. Prints the modules that are imported by the time the window is seen.
"""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow


class _Eye(QObject):
    """Sees the first paint of a main window, before that window hears of it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
            # All of it is painted before any timer.
            QTimer.singleShot(0, _end)
        return False


def _end() -> None:
    print("\n".join(sorted(sys.modules)), flush=True)
    os._exit(0)


def _start(what: str) -> None:
    app = QApplication(["desktop-admin"])
    eye = _Eye(app)
    app.installEventFilter(eye)
    if what == "program":
        from desktop_admin.cli import main

        sys.argv = ["desktop-admin"]
        main()
    elif what == "window":
        from desktop_admin.gui.app import run

        run(None)
    else:
        window = QMainWindow()
        window.show()
        app.exec()


if __name__ == "__main__":
    _start(sys.argv[1])
