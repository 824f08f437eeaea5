"""Lines that are green or name what is wrong: a list, and below it the selected one with the way to its cure."""

from __future__ import annotations

from operator import attrgetter

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QLayout, QWidget

from desktop_admin.controllers.values.checks import Amiss, Checklist, CheckRow, Leads, rows, typed
from desktop_admin.controllers.values.columns import CHECKS
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.parts import fixed, in_column, tell
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel
from desktop_admin.gui.tables.cells import Cell
from desktop_admin.gui.tables.rows_model import RowsModel
from desktop_admin.gui.tables.table import Table
from desktop_admin.messages import phrase

MOST_ALIKE = 3
"""So many of a kind are listed, until somebody asks for all."""
_ALL = "checklist_go_all"
TONES = {"green": Tone.RUNNING, "amiss": Tone.OVERDUE, "unknown": Tone.MUTED}


class CheckModel(RowsModel[CheckRow]):
    """A line for each thing that is wrong, and one for each check without any."""

    table = CHECKS
    identity = attrgetter("check.name", "amiss", "more")

    def shown(self, column: str, source: CheckRow) -> Cell:
        cell = super().shown(column, source)
        return cell._replace(tone=TONES[source.check.state], bold=True) if column == "state" else cell


class ChecksList(QWidget):
    """The lines, what stands between them and the panel, and the panel of the selected one.

    Signals:
        led: an ``Amiss``, to whose cure the window is to lead.
    """

    led = Signal(object)

    def __init__(self, *between: QWidget | QLayout, name: str, words: Words) -> None:
        super().__init__()
        self._words = words
        self._found: Checklist | None = None
        self._everything = False
        self.table = Table(CheckModel(words), stretch="cure", name=name)
        self.go = entry("", self, self._go)
        self._told = ToneLabel(bold=True)
        self._cure = ToneLabel()
        self._command = ToneLabel(tone=Tone.MUTED)
        panel = QFrame()
        panel.setObjectName("panel")
        button = ActionButton(self.go, style="primary")
        button.keep_room_for(*(phrase(f"checklist_go_{leads}") for leads in Leads), phrase(_ALL))
        deeds = Flow(fixed(button))
        in_column(self._told, self._cure, self._command, deeds, inside=panel, margins=(16, 10, 12, 10))
        in_column((self.table, 1), *between, panel, inside=self, spacing=8)
        self.table.chosen.connect(self._describe)
        self.table.opened.connect(self._go)

    def empty(self) -> None:
        """Show nothing."""
        self._found, self._everything = None, False
        self.table.rows.set_rows(())
        self._describe()

    def show_found(self, found: Checklist) -> None:
        """Show these lines, what is wrong first."""
        self._found = found
        self.table.refresh(rows(found, most=None if self._everything else MOST_ALIKE))
        self._describe()

    @Slot()
    def _describe(self) -> None:
        """Say of the selected line what is wrong, and what the button does."""
        row: CheckRow | None = next(iter(self.table.selected()), None)
        amiss = row.amiss if row else None
        leads = amiss.leads if amiss else Leads.NOWHERE
        hides = row is not None and row.more > 0
        self.go.setText(phrase(_ALL if hides else f"checklist_go_{leads}"))
        self.go.setEnabled(hides or leads is not Leads.NOWHERE)
        why = row.told if row and row.amiss is None else None
        nothing = (
            phrase("checklist.select") if row is None else self._words.say(why) if why else phrase("checklist.fine")
        )
        self._told.show_text(self._words.say(amiss.told) if amiss else nothing)
        tell(self._cure, self._words.say(amiss.cure) if amiss else "")
        command = typed(amiss.command) if amiss else ""
        tell(self._command, phrase("checklist.in_terminal", command=command) if command else "")

    @Slot()
    def _go(self) -> None:
        for row in self.table.selected()[:1]:
            amiss: Amiss | None = row.amiss
            if row.more and self._found is not None:
                self._everything = True
                self.show_found(self._found)
            if amiss is not None and amiss.leads is not Leads.NOWHERE:
                self.led.emit(amiss)
