"""The board of a rehearsal's ten cases, beside the window; it shows which are cured, and at the end the result."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin.errors import AdminError
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.core.sentences import DONE, NOT_STARTED
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.messages import phrase
from desktop_admin.practice.cases import Case, find, result


class CasesBoard(Dialog):
    """What has happened to each candidate, and whether it is cured."""

    def __init__(self, cases: Sequence[Case], *, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("window.cases"), parent=parent)
        self.setModal(False)
        # Keys and scans go on to the window, where the cures are.
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._words = words
        self.lines = tuple(ToneLabel() for _ in cases)
        self.told = ToneLabel(bold=True)
        for label in (ToneLabel(phrase("window.about_cases"), tone=Tone.MUTED), *self.lines, self.told):
            self.column.addWidget(label)
        self.add_close()
        self.show_cases(cases)
        self.fit(characters=80)

    def show_cases(self, cases: Sequence[Case]) -> None:
        """Show how the cases stand now."""
        for label, case in zip(self.lines, cases, strict=True):
            glyph, tone = (DONE, Tone.RUNNING) if case.cured else (NOT_STARTED, Tone.PLAIN)
            label.show_text(f"{glyph} {case.number}. {self._words.say(case.told)}", tone)
        self.told.show_text(self._words.say(result(cases)))


class Cases(QObject):
    """Looks whether the rehearsal that was entered has cases, and keeps the board of them as it is now."""

    def __init__(self, *, tasks: TaskRunner, link: DatabaseLink, words: Words, window: QWidget) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._link = link
        self._words = words
        self._window = window
        self._found: tuple[Case, ...] = ()
        self.board: CasesBoard | None = None
        self.entry = entry(phrase("window.cases_entry"), self, self.show_board, hint=phrase("window.cases_tip"))
        self.entry.setEnabled(False)

    @Slot()
    def refresh(self) -> None:
        """Read how they stand, where there can be any."""
        description = self._link.description
        if description is not None and description.is_rehearsal:
            self._tasks.read(find, self._show, self._failed, key="cases")
        else:
            self._show(())

    @Slot(object)
    def _show(self, found: tuple[Case, ...]) -> None:
        new, self._found = found and not self._found, found
        self.entry.setEnabled(bool(found))
        if self.board is not None and found:
            self.board.show_cases(found)
        elif self.board is not None:
            self.board.close()
        elif new:
            # Whoever begins is told what has happened; whoever has closed the board is left in peace.
            self.show_board()

    @Slot(object)
    def _failed(self, _error: AdminError) -> None:
        """Nobody asked for it, and what the link lacks is told in the window."""

    @Slot()
    def show_board(self) -> None:
        """Open the board, or bring it to the front."""
        if self.board is None:
            self.board = CasesBoard(self._found, words=self._words, parent=self._window)
            self.board.finished.connect(self._closed)
            self.board.show()
        else:
            self.board.activateWindow()

    @Slot()
    def _closed(self) -> None:
        self.board = None
