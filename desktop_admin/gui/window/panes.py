"""The five panes: how they are made, what holds for all of them, and what is looked at in the one that is seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction

from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.changing.taking_back import TakingBack
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.desk.candidate_pane import CandidatePane
from desktop_admin.gui.kit.narrowing import Narrowing
from desktop_admin.gui.kit.pane import Pane
from desktop_admin.gui.kit.reason_box import ReasonBox
from desktop_admin.gui.paper.paper_actions import Selection
from desktop_admin.gui.sessions.session_pane import SessionPane
from desktop_admin.gui.window.navigation import PaneStack
from desktop_admin.once import once
from desktop_admin.settings import Settings

if TYPE_CHECKING:
    from desktop_admin.gui.day.attendance_page import AttendancePage
    from desktop_admin.gui.day.day_pane import DayPane
    from desktop_admin.gui.history.history_pane import HistoryPane
    from desktop_admin.gui.sets.activation_pane import ActivationPane

DESK, SESSIONS, SETS, DAY, HISTORY = range(1, 6)
"""Their numbers, as Ctrl shows them."""
AHEAD_MS = 3_000
"""After so long the next pane is made that nobody has asked for."""


class Panes(QObject):
    """Makes the panes in the stack: desk and sessions at once, the others when they are first needed.

    Args:
        settings: gives those of the desk as they are at the moment.

    Attributes:
        desk, sessions, sets, day, history: the panes.

    Signals:
        made: number and pane, of one that had to wait for it.
    """

    made = Signal(int, object)

    def __init__(
        self,
        stack: PaneStack,
        *,
        tasks: TaskRunner,
        carrying_out: CarryingOut,
        taking_back: TakingBack,
        words: Words,
        settings: Callable[[], Settings],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.stack = stack
        self._tasks = tasks
        self._carrying_out = carrying_out
        self._taking_back = taking_back
        self._words = words
        self._settings = settings
        self._writable = False
        self._reachable = True
        self.desk = CandidatePane(
            tasks=tasks, carrying_out=carrying_out, words=words, media_folder=lambda: settings().media_folder
        )
        self.sessions = SessionPane(tasks=tasks, carrying_out=carrying_out, words=words)
        stack.add(self.desk)
        stack.add(self.sessions)
        for make in (lambda: self.sets, lambda: self.day, lambda: self.history):
            stack.add_later(make)
        # One by one, while the person reads: whoever comes to them later does not wait for them.
        self._ahead = QTimer(self, interval=AHEAD_MS)
        self._ahead.timeout.connect(self._make_ahead)

    # Those that are made when they are first needed

    @once
    def sets(self) -> ActivationPane:
        """The question sets."""
        # Nobody waits for it, nor for the two below, before the desk is there.
        from desktop_admin.gui.sets.activation_pane import ActivationPane

        pane = ActivationPane(tasks=self._tasks, carrying_out=self._carrying_out, words=self._words)
        self._carrying_out.changed.connect(pane.forget_applied)
        self._place(SETS, pane)
        return pane

    @once
    def day(self) -> DayPane:
        """The exam day."""
        from desktop_admin.gui.day.day_pane import DayPane

        pane = DayPane(
            tasks=self._tasks,
            carrying_out=self._carrying_out,
            words=self._words,
            media_folder=lambda: self._settings().media_folder,
            centre=lambda: self._settings().centre,
        )
        self._place(DAY, pane)
        return pane

    @once
    def history(self) -> HistoryPane:
        """The history."""
        from desktop_admin.gui.history.history_pane import HistoryPane

        pane = HistoryPane(
            tasks=self._tasks, carrying_out=self._carrying_out, taking_back=self._taking_back, words=self._words
        )
        self._place(HISTORY, pane)
        return pane

    def _place(self, number: int, pane: Pane) -> None:
        self.stack.place(number, pane)
        self.made.emit(number, pane)
        pane.start()
        pane.set_writable(self._writable)
        pane.setEnabled(self._reachable)

    @Slot()
    def _make_ahead(self) -> None:
        """The next pane, as long as there is one; whoever signs in later finds them all, and nothing ticks."""
        self.stack.make_next()
        if self.stack.all_made:
            self._ahead.stop()

    # What holds for all of them

    def start(self) -> None:
        """Begin anew for somebody who has come in."""
        for box in self._reason_boxes():
            box.forget()
        for pane in self.stack.panes:
            pane.start()
        self._ahead.start()

    def show_as(self, before: Panes) -> None:
        """Show what was shown before everything was built anew."""
        self.desk.show_as(before.desk)
        # A pane that nobody sees, and in which nothing is unfinished, is made when it is needed.
        if before.stack.is_made(DAY) and (before.stack.currentIndex() == DAY or before.day.unfinished):
            self.day.show_as(before.day)

    def empty(self) -> None:
        """Show nothing of what was read."""
        for pane in self.stack.panes:
            pane.empty()

    def set_available(self, *, writable: bool, reachable: bool) -> None:
        """Switch them on or off with the database: whether it can be changed, and whether it can be read."""
        self._writable, self._reachable = writable, reachable
        for pane in self.stack.panes:
            pane.set_writable(writable)
            pane.setEnabled(reachable)

    def offer(self, candidate: list[QAction], sessions: list[QAction]) -> None:
        """Offer by a right-click on candidates and on sessions what menus offer."""
        self.desk.list.table.offer(candidate)
        self.sessions.table.offer(sessions)

    # What is looked at

    @property
    def selection(self) -> Selection:
        """What papers and exports are about; a pane that nobody has needed has nothing selected."""
        stack, desk = self.stack, self.desk
        history = self.history if stack.is_made(HISTORY) else None
        operations = history.table.selected() if history else []
        return Selection(
            in_history=stack.currentIndex() == HISTORY,
            op_id=operations[0].op_id if operations else None,
            user_id=desk.user_ids[0] if len(desk.user_ids) == 1 else None,
            narrowing=history.filters.narrowing if history else Narrowing(),
            shift_id=self.day.attendance.list.shift_id if stack.is_made(DAY) else None,
        )

    def finding(self) -> FindingKind | None:
        """The kind of the finding that is selected among the sessions, or of the candidate on the desk."""
        if self.stack.currentIndex() == SESSIONS:
            return self.sessions.finding_of_selected()
        return self.sessions.finding_of(self.desk.user_ids) if self.stack.currentIndex() == DESK else None

    @property
    def finder(self) -> CandidatePane | AttendancePage:
        """What takes whatever is scanned and typed: the page that is seen, where it has a card, else the desk."""
        return self.day.attendance if self.stack.currentIndex() == DAY and self.day.at_door else self.desk

    @property
    def drafted(self) -> bool:
        """Whether a switch of sets was drafted, and neither applied nor discarded."""
        return self.stack.is_made(SETS) and bool(self.sets.model.drafts)

    def toggle_wall(self) -> bool:
        """Put the board up on the wall, or take it down, where it is what is seen; False where it is not."""
        return self.stack.currentIndex() == DAY and self.day.toggle_wall()

    def choose_reason(self, number: int) -> bool:
        """Choose the reason with this number in the pane that is seen; False where there is none to choose."""
        boxes = [box for box in self._reason_boxes() if box.isVisible() and box.isEnabled()]
        for box in boxes:
            box.choose(number)
        return bool(boxes)

    def _reason_boxes(self) -> list[ReasonBox]:
        return [box for pane in self.stack.panes for box in pane.findChildren(ReasonBox)]
