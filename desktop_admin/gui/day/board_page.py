"""The board as a page: the shift and the order that a person chose, the lines, and the wall screen beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from functools import partial

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop_admin.controllers.day import check_ins
from desktop_admin.controllers.operations import board
from desktop_admin.controllers.values.attending import DayShift
from desktop_admin.controllers.values.board import Board, By
from desktop_admin.database.session import Session
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.day.board_view import BoardView
from desktop_admin.gui.day.board_wall import BoardWall
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.filters import FilterMemory
from desktop_admin.gui.kit.parts import fixed, in_column, named, offer
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel, filter_box
from desktop_admin.messages import phrase


@dataclass(frozen=True, slots=True)
class Glance:
    """The board, and the shifts of which there could be one."""

    board: Board
    shifts: tuple[DayShift, ...]


def look(session: Session, *, zone: tzinfo, shift_id: int | None, by: By) -> Glance:
    """Read both."""
    found = board.read(session, zone=zone, shift_id=shift_id, by=by)
    return Glance(found, tuple(check_ins.shifts(session).values()))


class BoardPage(QWidget):
    """The shift at a glance.

    Signals:
        candidate_asked: a candidate's account and army number, to be shown on the desk.

    Attributes:
        wall: the board on the wall, while it is up.
    """

    candidate_asked = Signal(int, str)

    def __init__(self, *, tasks: TaskRunner, words: Words) -> None:
        super().__init__()
        self._tasks = tasks
        self._words = words
        self._wanted = False
        self._shown: tuple[int | None, By] | None = None
        self._found: Board | None = None
        self.wall: BoardWall | None = None
        self.shift = filter_box(phrase("desk.shift"), phrase("day.every_shift"))
        self._by = filter_box(phrase("board.by"), phrase("board.by_trade"))
        for by in (By.SHIFT, By.SEAT):
            self._by.addItem(phrase(f"board.by_{by}"), by.value)
        self._names = named(QCheckBox(phrase("board.names_on_wall")), phrase("board.names_on_wall"))
        self.put_up = entry(phrase("board.put_up"), self, self.toggle_wall, hint=phrase("board.put_up_tip"))
        self.show_candidate = entry(phrase("sessions.show_on_desk"), self)
        self.view = BoardView(words=words)
        self._at = ToneLabel(tone=Tone.MUTED)
        self._memory = FilterMemory(
            "board", boxes={"shift": self.shift, "by": self._by}, marks={"names": self._names}, parent=self
        )
        deeds = (fixed(ActionButton(self.show_candidate)), fixed(ActionButton(self.put_up)), self._names)
        in_column(
            Flow(self.shift, self._by, self._at),
            (self.view, 1),
            Flow(*deeds),
            inside=self,
            spacing=8,
        )
        self.show_candidate.triggered.connect(self.view.table.opened)
        self.view.table.offer([self.show_candidate])
        self.view.table.chosen.connect(self._update)
        self.view.candidate_asked.connect(self.candidate_asked)
        for box in (self.shift, self._by):
            box.currentIndexChanged.connect(self.refresh)
        self._names.toggled.connect(self._show_names)
        self._update()

    @property
    def by(self) -> By:
        """What the board is arranged by."""
        return By(self._by.currentData() or By.TRADE)

    def empty(self) -> None:
        """Show nothing of what was read."""
        self._wanted, self._shown, self._found = False, None, None
        with QSignalBlocker(self.shift), QSignalBlocker(self._by):
            for box in (self.shift, self._by):
                box.forget_wish()
                box.setCurrentIndex(0)
        self._at.show_text("")
        self.view.empty()

    def start(self) -> None:
        """Begin anew, arranged as the person left it."""
        self.empty()
        # The names are for whoever wished for them, and nobody else.
        self._names.setChecked(False)
        with QSignalBlocker(self.shift), QSignalBlocker(self._by):
            self._memory.recall()

    @Slot()
    def refresh(self) -> None:
        """Read again how it stands."""
        self._wanted = True
        shift_id: int | None = self.shift.currentData()
        asked = (shift_id, self.by)
        job = partial(look, zone=self._words.zone, shift_id=shift_id, by=self.by)
        self._tasks.read(job, partial(self._show, asked), key="board")

    def follow(self) -> None:
        """Read again, where the board hangs on the wall and another page is seen."""
        if self.wall is not None and not self.isVisible():
            self.refresh()

    def _show(self, asked: tuple[int | None, By], found: Glance) -> None:
        if not self._wanted:
            return
        chosen = self.shift.currentData()
        with QSignalBlocker(self.shift):
            offer(self.shift, [(one.label, one.id) for one in found.shifts])
        if self.shift.currentData() != chosen:
            # What the person chose the last time is offered only now.
            self.refresh()
            return
        self._found, anew = found.board, asked != self._shown
        self._shown = asked
        self._at.show_text(phrase("sessions.seen_at", time=self._words.full_moment(found.board.at)[11:]))
        self.view.show_board(found.board, by=asked[1], anew=anew)
        if self.wall is not None:
            self.wall.show_board(found.board, by=asked[1], anew=anew)
        self._update()

    @Slot()
    def _update(self) -> None:
        selected = self.view.table.selected()
        self.show_candidate.setEnabled(bool(selected) and bool(selected[0].army_no))

    # On the wall

    def show_as(self, before: BoardPage) -> None:
        """Everything was built anew: the board is arranged as it was, and a wall screen stays up."""
        with QSignalBlocker(self.shift), QSignalBlocker(self._by):
            self._by.setCurrentIndex(before._by.currentIndex())
            # Offered once the shifts are read.
            self.shift.wish(before.shift.currentText() if before.shift.currentIndex() else "")
        self._names.setChecked(before._names.isChecked())
        if before.wall is not None:
            self._found, place = before._found, before.wall.geometry()
            self.toggle_wall()
            assert self.wall is not None
            self.wall.setGeometry(place)
            self.refresh()

    @Slot()
    def toggle_wall(self) -> None:
        """Put the board up on the wall, or take it down."""
        if self.wall is not None:
            self.wall.close()
            return
        self.wall = BoardWall(words=self._words, with_names=self._names.isChecked(), parent=self)
        self.wall.candidate_asked.connect(self.candidate_asked)
        self.wall.finished.connect(self._taken_down)
        if self._found is not None:
            self.wall.show_board(self._found, by=self.by)
        self.wall.put_up()

    @Slot()
    def _taken_down(self) -> None:
        self.wall = None

    @Slot(bool)
    def _show_names(self, shown: bool) -> None:
        if self.wall is not None:
            self.wall.show_names(shown)
