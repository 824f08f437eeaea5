"""Pictures of every pane, taken by the program itself: for the demo without a display and for the documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop_admin import language
from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.controllers.values.sets import TradeSets
from desktop_admin.errors import AdminError
from desktop_admin.gui.app import make_window
from desktop_admin.gui.core import memory
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.kit import looks
from desktop_admin.gui.sets.matrix_model import MatrixModel
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.language import LANGUAGES
from desktop_admin.rules import Paper
from desktop_admin.settings import Settings, Theme

PATIENCE_MS = 60_000
_THEMES: tuple[Theme, ...] = ("light", "dark")
_SIZE = (1366, 768)
"""Pixels of the smallest screen that centres have."""


def save_pictures(target: str, folder: Path) -> list[Path]:
    """Open the window on a database, without showing it to anybody, and save each pane in each language and look.

    Nothing in the database is changed, and the language that is spoken stays.

    Args:
        target: path or URL of the database.
        folder: where the pictures go, as ``PANE-LANGUAGE-THEME.png``; it is made if it is missing.

    Raises:
        AdminError: the database cannot be opened.
    """
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(["desktop-admin", "-platform", "offscreen"])
    assert isinstance(app, QApplication)
    looks.prepare(app)
    pictures: list[Path] = []
    spoken = language.used()
    try:
        for tongue, theme in product(LANGUAGES, _THEMES):
            language.use(tongue)
            looks.apply(app, theme=theme, zoom=1.0)
            with memory.without():
                window = make_window(Settings(theme=theme, language=tongue))
                window.resize(*_SIZE)
                for name, shown in _panes(window, target):
                    pictures.append(folder / f"{name}-{tongue}-{theme}.png")
                    shown.grab().save(str(pictures[-1]))
    finally:
        language.use(spoken)
    return pictures


def _panes(window: MainWindow, target: str) -> Iterator[tuple[str, QWidget]]:
    """What there is to be seen of the database, one after the other; then the window is closed.

    Raises:
        AdminError: the database cannot be opened.
    """
    errors: list[AdminError] = []
    window.link.refused.connect(errors.append)
    window.show()
    window.open_database(target)
    try:
        wait_for(window.tasks)
        if errors:
            raise errors[0]
        for name, show in _SHOWN.items():
            shown = show(window)
            wait_for(window.tasks)
            yield name, shown
    finally:
        window.close()
        window.deleteLater()


def _show_desk(window: MainWindow) -> QWidget:
    window.show_pane(1)
    window.desk.list.show_problems()
    wait_for(window.tasks)
    on_old_set = [row for row in window.sessions.stuck if row.findings[0].kind is FindingKind.OTHER_SET]
    for row in [*on_old_set, *window.sessions.stuck]:
        if window.desk.list.table.select_key(row.user_id):
            break
    return window


def _show_sessions(window: MainWindow) -> QWidget:
    window.show_pane(2)
    window.sessions.table.selectRow(0)
    return window


def _show_sets(window: MainWindow) -> QWidget:
    window.show_pane(3)
    wait_for(window.tasks)
    window.sets.model.draft(example_draft(window.sets.model))
    return window


def _show_day(window: MainWindow) -> QWidget:
    window.sets.model.discard()
    window.show_pane(4)
    return window


def _show_history(window: MainWindow) -> QWidget:
    window.show_pane(5)
    return window


_SHOWN: dict[str, Callable[[MainWindow], QWidget]] = {
    "desk": _show_desk,
    "sessions": _show_sessions,
    "question-sets": _show_sets,
    "exam-day": _show_day,
    "history": _show_history,
    "self-check": lambda window: window.commands.self_check(),
}


def wait_for(tasks: TaskRunner) -> None:
    """Let the event loop run until every job is answered, and until what that led to is painted.

    Raises:
        TimeoutError: an answer does not come.
    """
    loop = QEventLoop()
    tasks.settled.connect(loop.quit)
    patience = QTimer(singleShot=True, interval=PATIENCE_MS)
    patience.timeout.connect(loop.quit)
    patience.start()
    # The background may have asked again by the time that the loop has ended.
    while not tasks.idle:
        if not patience.isActive():
            raise TimeoutError("the window is still waiting for the database")
        loop.exec()
    QCoreApplication.processEvents()


def example_draft(model: MatrixModel) -> list[PaperChoice]:
    """The switch that most candidates would feel, to another set that is complete; for a picture only."""
    rows: list[TradeSets] = [model.source(number) for number in range(model.rowCount())]
    for row in sorted(rows, key=lambda row: row.primary.writing, reverse=True):
        for count in row.primary.letters:
            if count.letter != row.primary.active and not count.short and row.primary.has_paper:
                return [PaperChoice(row.trade.id, Paper.PRIMARY, count.letter)]
    return []
