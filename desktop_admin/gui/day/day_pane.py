"""The exam day: its pages, one of which is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QWidget

from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.day.attendance_page import AttendancePage
from desktop_admin.gui.day.board_page import BoardPage
from desktop_admin.gui.day.checklist_page import ChecklistPage
from desktop_admin.gui.day.closing_page import ClosingPage
from desktop_admin.gui.day.incident_page import IncidentPage
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.page_stack import PageStack
from desktop_admin.gui.kit.pane import Pane
from desktop_admin.gui.kit.parts import fixed, in_column
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import ActionButton
from desktop_admin.messages import phrase
from desktop_admin.once import once

_PAGES = ("day.attendance", "board.title", "day.checklist", "paper.incidents", "day.closing")


class DayPane(Pane):
    """Attendance, board, checklist, incidents, and the end of the day.

    Attributes:
        attendance: the page on which candidates are checked in; it takes what is scanned and typed while it is seen.
        board, checklist, incidents, closing: the other pages, each made when it is first needed.
        pages: the entries that show the pages, in their order.

    Signals:
        candidate_asked: a candidate's account and army number, to be shown on the desk.
        led: an ``Amiss``, to whose cure the window is to lead.
        written: something was written into the incident book.
        paper_asked: a tuple of ``Incident``, to be looked at as pages.
        told: what came of closing the day, in words.
        closed: the day was closed, and recorded.
    """

    candidate_asked = Signal(int, str)
    led = Signal(object)
    written = Signal()
    paper_asked = Signal(object)
    told = Signal(str)
    closed = Signal()

    def __init__(
        self,
        *,
        tasks: TaskRunner,
        carrying_out: CarryingOut,
        words: Words,
        media_folder: Callable[[], str],
        centre: Callable[[], str],
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._carrying_out = carrying_out
        self._words = words
        self._centre = centre
        self._checklist_papers: Sequence[QAction] = ()
        self._writable = False
        self.attendance = AttendancePage(tasks=tasks, carrying_out=carrying_out, words=words, media_folder=media_folder)
        self._stack = PageStack()
        self._stack.add(self.attendance)
        for make in (lambda: self.board, lambda: self.checklist, lambda: self.incidents, lambda: self.closing):
            self._stack.add_later(make)
        group = QActionGroup(self)
        for key in _PAGES:
            group.addAction(entry(phrase(key), self)).setCheckable(True)
        self.pages = group.actions()
        self.pages[0].setChecked(True)
        group.triggered.connect(self._show)
        chips = Flow(*(fixed(ActionButton(page, style="chip")) for page in self.pages))
        in_column(chips, (self._stack, 1), inside=self, spacing=8)

    def show_as(self, before: DayPane) -> None:
        """Show the page that was shown before everything was built anew, the wall screen, and what was being typed."""
        shown = before._stack.currentIndex()
        self.pages[shown].setChecked(True)
        if before._wall_is_up or isinstance(before._seen, BoardPage):
            self.board.show_as(before.board)
        if before._is_typed:
            self.incidents.go_on_from(before.incidents)
        self._stack.setCurrentIndex(shown)

    @property
    def unfinished(self) -> bool:
        """Whether the board is up on a wall, or somebody has begun to write down an incident."""
        return self._wall_is_up or self._is_typed

    @property
    def _wall_is_up(self) -> bool:
        return self._stack.is_made(1) and self.board.wall is not None

    @property
    def _is_typed(self) -> bool:
        return self._stack.is_made(3) and self.incidents.unfinished

    def offer_papers(self, of_day: Sequence[QAction], of_checklist: Sequence[QAction]) -> None:
        """Offer papers at the attendance, and at the checklist once it is made."""
        self.attendance.list.offer_papers(of_day)
        self._checklist_papers = of_checklist

    # The pages that are made when they are first needed

    @once
    def board(self) -> BoardPage:
        """The shift at a glance."""
        page = BoardPage(tasks=self._tasks, words=self._words)
        page.candidate_asked.connect(self.candidate_asked)
        self._stack.place(1, page)
        page.start()
        return page

    @once
    def checklist(self) -> ChecklistPage:
        """What must be so before a shift."""
        page = ChecklistPage(tasks=self._tasks, carrying_out=self._carrying_out, words=self._words)
        page.offer_papers(self._checklist_papers)
        page.led.connect(self.led)
        self._stack.place(2, page)
        return page

    @once
    def incidents(self) -> IncidentPage:
        """The incident book."""
        page = IncidentPage(tasks=self._tasks, carrying_out=self._carrying_out, words=self._words)
        page.changed.connect(self.written)
        page.paper_asked.connect(self.paper_asked)
        self._stack.place(3, page)
        page.set_writable(self._writable)
        return page

    @once
    def closing(self) -> ClosingPage:
        """What is left of a day, and the end of it."""
        page = ClosingPage(tasks=self._tasks, carrying_out=self._carrying_out, words=self._words, centre=self._centre)
        page.led.connect(self.led)
        page.told.connect(self.told)
        page.closed.connect(self.closed)
        self._stack.place(4, page)
        page.set_writable(self._writable)
        return page

    def _made(self) -> Iterable[AttendancePage | BoardPage | ChecklistPage | IncidentPage | ClosingPage]:
        for page in self._stack.made:
            assert isinstance(page, AttendancePage | BoardPage | ChecklistPage | IncidentPage | ClosingPage)
            yield page

    # What every pane can do

    def empty(self) -> None:
        """Show nothing of what was read."""
        for page in self._made():
            page.empty()

    def start(self) -> None:
        """Begin anew, with the attendance."""
        self.empty()
        self.pages[0].setChecked(True)
        self._stack.setCurrentIndex(0)
        for page in self._made():
            if isinstance(page, AttendancePage | BoardPage):
                page.start()

    def refresh(self) -> None:
        """Read again what is shown."""
        page = self._seen
        if isinstance(page, ChecklistPage):
            page.look(self.attendance.list.shift_id)
        elif isinstance(page, AttendancePage | BoardPage | IncidentPage | ClosingPage):
            page.refresh()

    def age(self) -> None:
        """Time has gone by; what looks at the whole log is looked at only when somebody asks."""
        if isinstance(self._seen, AttendancePage | BoardPage):
            self.refresh()

    def set_writable(self, writable: bool) -> None:
        """Switch what changes data on or off with the database."""
        self._writable = writable
        for page in self._made():
            if isinstance(page, AttendancePage | IncidentPage | ClosingPage):
                page.set_writable(writable)

    @property
    def _seen(self) -> QWidget | None:
        return self._stack.currentWidget()

    @property
    def at_door(self) -> bool:
        """Whether what is scanned and typed is for the attendance."""
        return self._seen is self.attendance

    def follow(self) -> None:
        """Read again what hangs on the wall."""
        if self._stack.is_made(1):
            self.board.follow()

    def toggle_wall(self) -> bool:
        """Put the board up on the wall, or take it down, where it is what is seen; False where it is not."""
        page = self._seen
        if not isinstance(page, BoardPage):
            return False
        page.toggle_wall()
        return True

    @Slot(QAction)
    def _show(self, shown: QAction) -> None:
        self._stack.setCurrentIndex(self.pages.index(shown))
        self.refresh()
