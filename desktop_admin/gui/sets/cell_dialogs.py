"""The dialogs of one trade's paper: how many minutes it lasts, and what was set of it before."""

from __future__ import annotations

from operator import attrgetter

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSpinBox, QWidget

from desktop_admin.controllers.values.columns import PAPER_CHANGES
from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.controllers.values.records import PaperChange
from desktop_admin.controllers.values.sets import SetCell
from desktop_admin.gui.core.keys import ENTER, SHORTEST, TAIL_MS, Burst, character, moment
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill, in_row, named
from desktop_admin.gui.kit.widgets import PlainLabel, ToneLabel
from desktop_admin.gui.tables.cells import Cell
from desktop_admin.gui.tables.rows_model import RowsModel
from desktop_admin.gui.tables.table import Table
from desktop_admin.messages import phrase
from desktop_admin.rules import MOST_MINUTES


class _Minutes(QSpinBox):
    """A number to type; a card that is scanned into it ends with no Enter that would be taken for the person's."""

    def __init__(self) -> None:
        super().__init__(minimum=1, maximum=MOST_MINUTES)
        self._burst = Burst(TAIL_MS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at, written = moment(event), character(event)
        if written:
            self._burst.strike(written, at)
        elif event.key() in ENTER and len(self._burst.text) >= SHORTEST and self._burst.ends(at):
            # However slow it came: minutes are no more than three digits.
            self._burst.forget()
            return
        super().keyPressEvent(event)


class MinutesDialog(Dialog):
    """Asks how many minutes new sessions of a trade's paper last.

    Signals:
        chosen: the choices to draft.
    """

    chosen = Signal(object)

    def __init__(self, cell: SetCell, *, trade: str, parent: QWidget | None) -> None:
        super().__init__(title=phrase("sets.minutes_of", trade=trade, paper=cell.paper), parent=parent)
        self._cell = cell
        self.minutes = named(_Minutes(), phrase("sets.lasts_minutes"))
        self.minutes.setValue(cell.setting.minutes or 1)
        label = PlainLabel(self.minutes.accessibleName())
        label.setBuddy(self.minutes)
        note = ToneLabel(phrase("sets.minutes_note"), tone=Tone.MUTED)
        fill(self.column, in_row(label, self.minutes, None, spacing=8), note)
        self.add_buttons(phrase("sets.draft_minutes")).setDefault(True)
        self.minutes.selectAll()
        self.minutes.setFocus()
        self.fit(characters=64)

    def accept(self) -> None:
        """Draft what stands in the field."""
        self.chosen.emit([PaperChoice(self._cell.trade_id, self._cell.paper, minutes=self.minutes.value())])
        super().accept()


class PaperChangesModel(RowsModel[PaperChange]):
    """The changes of a trade's paper, newest first."""

    table = PAPER_CHANGES
    identity = attrgetter("op_id")

    def shown(self, column: str, source: PaperChange) -> Cell:
        cell = self.plain(column, source)
        return cell._replace(tone=Tone.MUTED) if source.undone else cell


class CellHistory(Dialog):
    """Who set which letter, how many minutes, open or closed, and when."""

    def __init__(
        self, cell: SetCell, changes: tuple[PaperChange, ...], *, trade: str, words: Words, parent: QWidget | None
    ) -> None:
        title = phrase("sets.history_of", trade=trade, paper=cell.paper)
        super().__init__(title=title, parent=parent)
        self.table = Table(PaperChangesModel(words), stretch="reason", name=title)
        self.table.refresh(changes)
        about = ToneLabel(phrase("sets.history_note" if changes else "sets.history_empty"), tone=Tone.MUTED)
        fill(self.column, about, (self.table, 1))
        # Not before it stands in the dialog: by itself it would be a window.
        self.table.setVisible(bool(changes))
        self.add_close()
        self.fit(characters=120 if changes else 72, lines=24 if changes else 0)
