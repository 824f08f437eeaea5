"""The checklist of a shift: what is wrong first, each with the button that leads to its cure."""

from __future__ import annotations

from functools import partial
from operator import attrgetter

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QWidget

from desktop_admin.controllers.day import checklist
from desktop_admin.controllers.values.checks import Checklist, CheckRow, Leads, rows
from desktop_admin.controllers.values.columns import CHECKS
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.parts import fixed, heading, in_column, tell
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel
from desktop_admin.gui.kit.words import OVERDUE, RUNNING, Words
from desktop_admin.gui.tables.cells import Cell
from desktop_admin.gui.tables.rows_model import RowsModel
from desktop_admin.gui.tables.table import Table
from desktop_admin.messages import phrase

TONES = {"green": Tone.RUNNING, "amiss": Tone.OVERDUE, "unknown": Tone.MUTED}


class CheckModel(RowsModel[CheckRow]):
    """A line for each thing that is wrong, and one for each check without any."""

    table = CHECKS
    identity = attrgetter("check.name", "amiss")

    def shown(self, column: str, source: CheckRow) -> Cell:
        cell = super().shown(column, source)
        return cell._replace(tone=TONES[source.check.state], bold=True) if column == "state" else cell


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
        self.table = Table(CheckModel(words), stretch="what is wrong", name=phrase("checklist.title"))
        self.go = entry("", self, self._go)
        self.again = entry(phrase("checklist.again"), self, self.refresh)
        self.papers = Flow(fixed(ActionButton(self.again)))
        self._summary = ToneLabel(bold=True)
        self._told = ToneLabel(bold=True)
        self._cure = ToneLabel()
        self._command = ToneLabel(tone=Tone.MUTED)
        panel = QFrame()
        panel.setObjectName("panel")
        button = ActionButton(self.go, style="primary")
        button.keep_room_for(*(phrase(f"checklist_go_{leads}") for leads in Leads))
        deeds = Flow(fixed(button))
        in_column(self._told, self._cure, self._command, deeds, inside=panel, margins=(16, 10, 12, 10))
        title = heading(phrase("checklist.title"), self._summary)
        in_column(title, (self.table, 1), self.papers, panel, inside=self, spacing=8)
        self.table.chosen.connect(self._describe)
        self.table.opened.connect(self._go)
        self.empty()

    def offer_papers(self, actions: list[QAction]) -> None:
        """Offer these papers beside the list."""
        for action in actions:
            self.papers.addWidget(fixed(ActionButton(action)))

    def empty(self) -> None:
        """Show nothing."""
        self._wanted = False
        self.table.rows.set_rows(())
        self._summary.show_text("")
        self._describe()

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
        self.table.refresh(rows(found))
        shift = found.shift.label if found.shift else phrase("day.every_shift")
        told = phrase("checklist.all_green" if found.green else "checklist.not_green")
        text = phrase("checklist.summary", shift=shift, told=told, time=self._words.moment(found.at))
        tone = Tone.RUNNING if found.green else Tone.OVERDUE
        self._summary.show_text(f"{RUNNING if found.green else OVERDUE} {text}", tone)
        self._describe()

    @Slot()
    def _describe(self) -> None:
        """Say of the selected line what is wrong, and what the button does."""
        row: CheckRow | None = next(iter(self.table.selected()), None)
        amiss = row.amiss if row else None
        leads = amiss.leads if amiss else Leads.NOWHERE
        self.go.setText(phrase(f"checklist_go_{leads}"))
        self.go.setEnabled(leads is not Leads.NOWHERE)
        why = row.check.unknown if row else None
        nothing = (
            phrase("checklist.select") if row is None else self._words.say(why) if why else phrase("checklist.fine")
        )
        self._told.show_text(self._words.say(amiss.told) if amiss else nothing)
        tell(self._cure, self._words.say(amiss.cure) if amiss else "")
        command = amiss.command if amiss else ""
        tell(self._command, phrase("checklist.in_terminal", command=command) if command else "")

    @Slot()
    def _go(self) -> None:
        for row in self.table.selected()[:1]:
            if row.amiss is not None and row.amiss.leads is not Leads.NOWHERE:
                self.led.emit(row.amiss)
