"""Pictures of every pane, taken by the program itself: for the demo without a display and for the README."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from desktop_admin.controllers.values.lines import SetChoice
from desktop_admin.controllers.values.views import FindingKind, TradeSets
from desktop_admin.errors import AdminError
from desktop_admin.gui.app import make_window
from desktop_admin.gui.kit import looks
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.sets.matrix_model import MatrixModel
from desktop_admin.gui.window.main_window import MainWindow
from desktop_admin.gui.window.selfcheck_dialog import SelfCheckDialog
from desktop_admin.rules import Paper
from desktop_admin.settings import Settings

PATIENCE_MS = 60_000


def save_pictures(
    target: str,
    folder: Path,
    *,
    themes: Sequence[str] = ("light", "dark"),
    size: tuple[int, int] = (1366, 768),
) -> list[Path]:
    """Open the window on a database, without showing it to anybody, and save a picture of each pane.

    Nothing in the database is changed.

    Args:
        target: path or URL of the database.
        folder: where the pictures go; it is made if it is missing.
        themes: the looks to take pictures in.
        size: of the window, in pixels.

    Returns:
        The pictures.

    Raises:
        AdminError: the database cannot be opened.
    """
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(["desktop-admin", "-platform", "offscreen"])
    assert isinstance(app, QApplication)
    looks.prepare(app)
    pictures: list[Path] = []
    for theme in themes:
        looks.apply(app, theme=theme, zoom=1.0)
        pictures += _Session(target, folder=folder, theme=theme, size=size).take()
    return pictures


class _Session:
    """One window in one look."""

    def __init__(self, target: str, *, folder: Path, theme: str, size: tuple[int, int]) -> None:
        self._folder = folder
        self._theme = theme
        self._errors: list[AdminError] = []
        self._window = make_window(Settings(theme="dark" if theme == "dark" else "light"))
        self._window.link.refused.connect(self._errors.append)
        self._window.resize(*size)
        self._window.show()
        self._window.open_database(target)

    def take(self) -> list[Path]:
        """Go through the panes and save each."""
        window = self._window
        try:
            self._wait()
            pictures = [self._desk(window), self._sessions(window), self._sets(window), self._history(window)]
            return [*pictures, self._self_check(window)]
        finally:
            window.close()
            window.deleteLater()

    def _desk(self, window: MainWindow) -> Path:
        window.desk.list.show_problems()
        self._wait()
        table = window.desk.list.table
        on_old_set = [row for row in window.sessions.stuck if row.findings[0].kind is FindingKind.OTHER_SET]
        for row in [*on_old_set, *window.sessions.stuck]:
            if table.select_key(row.user_id):
                break
        return self._save(window, "desk")

    def _sessions(self, window: MainWindow) -> Path:
        window.show_pane(2)
        window.sessions.table.selectRow(0)
        return self._save(window, "sessions")

    def _sets(self, window: MainWindow) -> Path:
        window.show_pane(3)
        self._wait()
        window.sets.model.draft(_example_draft(window.sets.model))
        return self._save(window, "question-sets")

    def _history(self, window: MainWindow) -> Path:
        window.sets.model.discard()
        window.show_pane(4)
        return self._save(window, "history")

    def _self_check(self, window: MainWindow) -> Path:
        dialog: SelfCheckDialog = window.commands.self_check()
        picture = self._save(dialog, "self-check")
        dialog.close()
        return picture

    def _save(self, widget: QWidget, name: str) -> Path:
        self._wait()
        path = self._folder / f"{name}-{self._theme}.png"
        widget.grab().save(str(path))
        return path

    def _wait(self) -> None:
        wait_for(self._window.tasks)
        if self._errors:
            raise self._errors[0]


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


def _example_draft(model: MatrixModel) -> list[SetChoice]:
    """The switch that most candidates would feel, to another set that is complete; for a picture only."""
    busiest = sorted(_rows(model), key=lambda row: row.primary.writing, reverse=True)
    for row in busiest:
        for count in row.primary.letters:
            if count.letter != row.primary.active and not count.short and row.primary.has_paper:
                return [SetChoice(row.trade.id, Paper.PRIMARY, count.letter)]
    return []


def _rows(model: MatrixModel) -> list[TradeSets]:
    return [model.source(number) for number in range(model.rowCount())]
