"""The board on a wall: nothing else on the screen, in large letters, and numbers instead of names."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.values.board import Board, By
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.day.board_view import BoardView
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.messages import phrase

LARGER = 1.7
"""So much larger than in the window everything is written: it is read from some metres away."""


class BoardWall(Dialog):
    """The board by itself; F11 and Esc take it down. It goes with whoever signs out or locks the window.

    Signals:
        candidate_asked: as the view's.
    """

    candidate_asked = Signal(int, str)

    def __init__(self, *, words: Words, with_names: bool, parent: QWidget | None) -> None:
        super().__init__(title=phrase("board.title"), parent=parent)
        self.setModal(False)
        self._words = words
        self.told = ToneLabel(tone=Tone.MUTED, scale=LARGER)
        self.view = BoardView(words=words, on_wall=True, scale=LARGER)
        self.column.addWidget(self.told)
        self.column.addWidget(self.view, 1)
        self.addAction(entry(phrase("board.take_down"), self, self.close, key="F11"))
        self.add_close(phrase("board.take_down"))
        self.show_names(with_names)
        self.view.candidate_asked.connect(self._open)
        # Until it is put up.
        self.fit(characters=120, lines=24)

    def show_names(self, shown: bool) -> None:
        """Show the names of the candidates, or their numbers alone."""
        table = self.view.table
        table.setColumnHidden(table.rows.columns.index("name"), not shown)
        table.columns.look()

    def show_board(self, found: Board, *, by: By, anew: bool = False) -> None:
        """Show the board as it is now."""
        label = found.shift.label if found.shift else phrase("day.every_shift")
        self.told.show_text(phrase("board.as_of", shift=label, time=self._words.full_moment(found.at)[11:]))
        self.view.show_board(found, by=by, anew=anew)

    def put_up(self) -> None:
        """Fill the screen: another one than the window's, where there is one."""
        screen = self._free_screen()
        # On a screen of its own it takes no key from the window.
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, screen is not self._windows_screen())
        self.setGeometry(screen.geometry())
        self.showFullScreen()

    def _free_screen(self) -> QScreen:
        own = self._windows_screen()
        return next((one for one in QGuiApplication.screens() if one is not own), own)

    def _windows_screen(self) -> QScreen:
        window = self.parentWidget()
        return window.screen() if window is not None else QGuiApplication.primaryScreen()

    @Slot(int, str)
    def _open(self, user_id: int, army_no: str) -> None:
        """Whoever is opened is shown in the window, which may lie behind."""
        self.candidate_asked.emit(user_id, army_no)
        if self.screen() is self._windows_screen():
            self.close()
