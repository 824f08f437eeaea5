"""The board of those who were to start again and have not yet; it stays open beside the window, and empties itself."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.operations import not_back
from desktop_admin.controllers.values.columns import NOT_BACK
from desktop_admin.controllers.values.people import NotBack
from desktop_admin.errors import AdminError
from desktop_admin.gui.core.sentences import OVERDUE
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.widgets import ToneLabel, button
from desktop_admin.gui.tables.cells import Cell
from desktop_admin.gui.tables.rows_model import RowsModel
from desktop_admin.gui.tables.table import Table
from desktop_admin.messages import phrase


class NotBackModel(RowsModel[NotBack]):
    """Everybody who is not back, whoever has been waited for longest first."""

    table = NOT_BACK
    identity = attrgetter("user_id")

    def shown(self, column: str, source: NotBack) -> Cell:
        if column == "minutes since":
            return Cell(phrase("kit.minutes", n=source.minutes), bold=True, order=source.minutes)
        return super().shown(column, source)


class NotBackBoard(Dialog):
    """The list by itself, which a second screen may show.

    Signals:
        candidate_asked: a candidate's account and army number, to be shown on the desk.
    """

    candidate_asked = Signal(int, str)

    def __init__(self, *, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("desk.not_back"), parent=parent)
        self.setModal(False)
        self.told = ToneLabel(tone=Tone.MUTED)
        self.table = Table(NotBackModel(words), stretch="candidate", name=phrase("desk.not_back"))
        self.table.opened.connect(self._open)
        self.column.addWidget(self.told)
        self.column.addWidget(self.table, 1)
        self.add_close()
        self.fit(characters=120, lines=24)

    def show_rows(self, rows: Sequence[NotBack]) -> None:
        """Show these; selection and scroll position stay."""
        self.told.show_text(phrase("desk.about_not_back") if rows else phrase("desk.nobody_not_back"))
        self.table.refresh(tuple(rows))

    @Slot()
    def _open(self) -> None:
        for row in self.table.selected()[:1]:
            self.candidate_asked.emit(row.user_id, row.army_no)


class NotBackYet(QObject):
    """Reads who is not back, counts them on a button of the desk, and keeps the board as it is now.

    Signals:
        candidate_asked: as the board's.
    """

    candidate_asked = Signal(int, str)

    def __init__(self, *, tasks: TaskRunner, words: Words, window: QWidget) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._words = words
        self._window = window
        self._rows: tuple[NotBack, ...] = ()
        self._known = False
        self.board: NotBackBoard | None = None
        self.entry = entry(phrase("window.not_back"), self, self.show_board, hint=phrase("window.not_back_tip"))
        self.button = button("", self.show_board)
        self.empty()

    def empty(self) -> None:
        """Count nobody, nor those who are on their way."""
        self._known = False
        self._show_count("…")

    @Slot()
    def refresh(self) -> None:
        """Read the list again."""
        self._known = True
        self._tasks.read(not_back.find, self._show, self._failed, key="not back")

    @Slot(object)
    def _show(self, rows: tuple[NotBack, ...]) -> None:
        if not self._known:
            return
        self._rows = rows
        self._show_count(len(rows))
        if self.board is not None:
            self.board.show_rows(rows)

    @Slot(object)
    def _failed(self, _error: AdminError) -> None:
        """Nobody asked for it, and what the link lacks is told in the window; what was read last stays."""

    def _show_count(self, count: int | str) -> None:
        glyph = f"{OVERDUE} " if isinstance(count, int) and count else ""
        text = f"{glyph}{phrase('desk.not_back_count', n=count)}"
        self.button.setText(text)
        self.button.setAccessibleName(text)

    @Slot()
    def show_board(self) -> None:
        """Open the board, or bring it to the front."""
        if self.board is None:
            self.board = NotBackBoard(words=self._words, parent=self._window)
            self.board.candidate_asked.connect(self.candidate_asked)
            self.board.finished.connect(self._closed)
            self.board.show_rows(self._rows)
            self.board.show()
        self.board.raise_()
        self.board.activateWindow()

    @Slot()
    def _closed(self) -> None:
        self.board = None
