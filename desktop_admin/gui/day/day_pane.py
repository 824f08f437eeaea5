"""The exam day: its pages, one of which is seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.day.attendance_page import AttendancePage
from desktop_admin.gui.day.board_page import BoardPage
from desktop_admin.gui.day.checklist_page import ChecklistPage
from desktop_admin.gui.day.closing_page import ClosingPage
from desktop_admin.gui.day.incident_page import IncidentPage
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.pane import Pane
from desktop_admin.gui.kit.parts import fixed, in_column
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import ActionButton
from desktop_admin.messages import phrase


class DayPane(Pane):
    """Attendance, board, checklist, incidents, and the end of the day.

    Attributes:
        attendance: the page on which candidates are checked in; it takes what is scanned and typed while it is seen.
        board: the shift at a glance.
        checklist: what must be so before a shift.
        closing: what is left of a day, and the end of it.
        incidents: the incident book.
        pages: the entries that show the pages, in their order.
    """

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
        self.attendance = AttendancePage(tasks=tasks, carrying_out=carrying_out, words=words, media_folder=media_folder)
        self.board = BoardPage(tasks=tasks, words=words)
        self.checklist = ChecklistPage(tasks=tasks, carrying_out=carrying_out, words=words)
        self.closing = ClosingPage(tasks=tasks, carrying_out=carrying_out, words=words, centre=centre)
        self.incidents = IncidentPage(tasks=tasks, carrying_out=carrying_out, words=words)
        self._stack = QStackedWidget()
        group = QActionGroup(self)
        pages: tuple[tuple[str, QWidget], ...] = (
            ("day.attendance", self.attendance),
            ("board.title", self.board),
            ("day.checklist", self.checklist),
            ("paper.incidents", self.incidents),
            ("day.closing", self.closing),
        )
        for key, page in pages:
            self._stack.addWidget(page)
            shown = group.addAction(entry(phrase(key), self))
            shown.setCheckable(True)
        self.pages = group.actions()
        self.pages[0].setChecked(True)
        group.triggered.connect(self._show)
        chips = Flow(*(fixed(ActionButton(page, style="chip")) for page in self.pages))
        in_column(chips, (self._stack, 1), inside=self, spacing=8)

    def show_as(self, before: DayPane) -> None:
        """Show the page that was shown before everything was built anew, the wall screen, and what was being typed."""
        shown = next(number for number, page in enumerate(before.pages) if page.isChecked())
        self.pages[shown].setChecked(True)
        self._stack.setCurrentIndex(shown)
        self.board.show_as(before.board)
        self.incidents.go_on_from(before.incidents)

    def empty(self) -> None:
        """Show nothing of what was read."""
        self.attendance.empty()
        self.board.empty()
        self.checklist.empty()
        self.closing.empty()
        self.incidents.empty()

    def start(self) -> None:
        """Begin anew, with the attendance."""
        self.empty()
        self.pages[0].setChecked(True)
        self._stack.setCurrentIndex(0)
        self.attendance.start()
        self.board.start()

    def refresh(self) -> None:
        """Read again what is shown."""
        if self._stack.currentWidget() is self.checklist:
            self.checklist.look(self.attendance.list.shift_id)
        elif self._stack.currentWidget() is self.closing:
            self.closing.refresh()
        elif self._stack.currentWidget() is self.board:
            self.board.refresh()
        elif self._stack.currentWidget() is self.incidents:
            self.incidents.refresh()
        else:
            self.attendance.refresh()

    def age(self) -> None:
        """Time has gone by; what looks at the whole log is looked at only when somebody asks."""
        if self._stack.currentWidget() in (self.attendance, self.board):
            self.refresh()

    def set_writable(self, writable: bool) -> None:
        """Switch what changes data on or off with the database."""
        self.attendance.set_writable(writable)
        self.closing.set_writable(writable)
        self.incidents.set_writable(writable)

    @Slot(QAction)
    def _show(self, shown: QAction) -> None:
        self._stack.setCurrentIndex(self.pages.index(shown))
        self.refresh()
