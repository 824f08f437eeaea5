"""The checklist of a shift: what is wrong first, each with the button that leads to its cure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.day import checklist
from desktop_admin.controllers.values.checks import Checklist
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.core.sentences import OVERDUE, RUNNING
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.day.checks_list import ChecksList
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.parts import fixed, heading, in_column
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel
from desktop_admin.messages import phrase


class ChecklistPage(QWidget):
    """What must be so before a shift starts.

    Signals:
        led: an ``Amiss``, to whose cure the window is to lead.
    """

    led = Signal(object)

    def __init__(self, *, tasks: TaskRunner, carrying_out: CarryingOut, words: Words) -> None:
        super().__init__()
        self._tasks = tasks
        self._carrying_out = carrying_out
        self._words = words
        self._shift_id: int | None = None
        self._wanted = False
        self.again = entry(phrase("checklist.again"), self, self.refresh)
        self.papers = Flow(fixed(ActionButton(self.again)))
        self.checks = ChecksList(self.papers, name=phrase("checklist.title"), words=words)
        self._summary = ToneLabel(bold=True)
        title = heading(phrase("checklist.title"), self._summary)
        in_column(title, (self.checks, 1), inside=self, spacing=8)
        self.checks.led.connect(self.led)
        self.empty()

    def offer_papers(self, actions: Sequence[QAction]) -> None:
        """Offer these papers beside the list."""
        for action in actions:
            self.papers.addWidget(fixed(ActionButton(action)))

    def empty(self) -> None:
        """Show nothing."""
        self._wanted = False
        self._summary.show_text("")
        self.checks.empty()

    def look(self, shift_id: int | None) -> None:
        """Look at everything for this shift, or for every shift of today."""
        self._shift_id = shift_id
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Look once more."""
        self._wanted = True
        actor = self._carrying_out.actor
        job = partial(checklist.read, zone=self._words.zone, actor=actor, shift_id=self._shift_id)
        self._tasks.read(job, self._show, key="checklist")

    @Slot(object)
    def _show(self, found: Checklist) -> None:
        if not self._wanted:
            return
        shift = found.shift.label if found.shift else phrase("day.every_shift")
        told = phrase("checklist.all_green" if found.green else "checklist.not_green")
        text = phrase("checklist.summary", shift=shift, told=told, time=self._words.moment(found.at))
        tone = Tone.RUNNING if found.green else Tone.OVERDUE
        self._summary.show_text(f"{RUNNING if found.green else OVERDUE} {text}", tone)
        self.checks.show_found(found)
