"""The exam day: its pages, one of which is seen."""

from __future__ import annotations

from collections.abc import Callable

from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.day.attendance_page import AttendancePage
from desktop_admin.gui.kit.pane import Pane
from desktop_admin.gui.kit.parts import in_column
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.words import Words


class DayPane(Pane):
    """Attendance.

    Attributes:
        attendance: the page on which candidates are checked in; it takes what is scanned and typed while it is seen.
    """

    def __init__(
        self, *, tasks: TaskRunner, carrying_out: CarryingOut, words: Words, media_folder: Callable[[], str]
    ) -> None:
        super().__init__()
        self.attendance = AttendancePage(tasks=tasks, carrying_out=carrying_out, words=words, media_folder=media_folder)
        in_column(self.attendance, inside=self)

    def empty(self) -> None:
        """Show nothing of what was read."""
        self.attendance.empty()

    def start(self) -> None:
        """Begin anew."""
        self.attendance.start()

    def refresh(self) -> None:
        """Read again what is shown."""
        self.attendance.refresh()

    def set_writable(self, writable: bool) -> None:
        """Switch what changes data on or off with the database."""
        self.attendance.set_writable(writable)
