"""The row above the history: what it is narrowed to, how much of it is shown, and the way to what is older."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.values.records import HistoryPage
from desktop_admin.gui.core.sentences import said
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import operation_name
from desktop_admin.gui.kit.filters import FilterMemory
from desktop_admin.gui.kit.narrowing import Narrowing
from desktop_admin.gui.kit.parts import fixed, offer
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import FilterBox, HintedLine, ToneLabel, button, filter_box
from desktop_admin.messages import Message, phrase, shortened

STEP = 200
"""So many operations are shown at first, and so many more each time that older ones are asked for."""
WEEK = 7


class HistoryFilterRow(QWidget):
    """The filters of the history.

    Signals:
        narrowed: a filter was changed, or older operations were asked for.
    """

    narrowed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._quiet = False
        self.limit = STEP
        self.text = HintedLine(phrase("history.candidate_hint"), name=phrase("history.filter_candidate"))
        self.text.setMaxLength(100)
        self.operation = filter_box(phrase("history.operation"), phrase("history.all_operations"))
        self.person = filter_box(phrase("history.person"), phrase("history.everybody"))
        self.period = filter_box(phrase("history.period"), phrase("history.all_days"))
        self.period.addItem(phrase("history.today"), 1)
        self.period.addItem(phrase("history.last_days", n=WEEK), WEEK)
        self.everything = fixed(button(phrase("history.show_all"), self.show_everything))
        self.older = fixed(button(phrase("history.older"), self._show_older))
        self.count = ToneLabel(tone=Tone.MUTED)
        self.count.setWordWrap(False)
        self._boxes = (self.operation, self.person, self.period)
        boxes = {"operation": self.operation, "person": self.person, "period": self.period}
        self._memory = FilterMemory("history", boxes=boxes, marks={}, parent=self)
        self.setLayout(Flow(self.text, *self._boxes, self.everything, self.count, self.older))
        self.text.textChanged.connect(self._narrow)
        for box in self._boxes:
            box.currentIndexChanged.connect(self._narrow)
        self._follow()

    @property
    def narrowing(self) -> Narrowing:
        """What the history is narrowed to."""
        return Narrowing(
            text=self.text.text().strip(),
            operation=self.operation.currentData(),
            person=self.person.currentData(),
            days=self.period.currentData(),
        )

    def start(self) -> None:
        """Begin anew: the newest operations, narrowed as the person left them."""
        self._clear()
        self._quiet = True
        self._memory.recall()
        self._quiet = False
        self._follow()

    def _clear(self) -> None:
        """No filter, and the newest operations."""
        self._quiet = True
        self.limit = STEP
        self.text.clear()
        for box in self._boxes:
            box.forget_wish()
            box.setCurrentIndex(0)
        self._quiet = False
        self._follow()

    def show_candidate(self, army_no: str) -> None:
        """Narrow the history to one candidate, and to nothing else."""
        self._clear()
        self.text.setText(army_no)

    def show_page(self, page: HistoryPage) -> None:
        """Say how much is shown, and offer the kinds of operations and the people that the log knows."""
        _offer(self.operation, [(operation_name(kind), kind) for kind in page.operations])
        _offer(self.person, [(shortened(name, most=40), name) for name in page.people])
        shown, more = Message.of("history.count", n=len(page.records)), page.count > len(page.records)
        self.count.show_text(phrase("history.newest", shown=shown, n=page.count) if more else said(shown))
        self.older.setVisible(more)

    @Slot()
    def show_everything(self) -> None:
        """Take every filter away."""
        self._clear()
        self._memory.keep()
        self.narrowed.emit()

    @Slot()
    def _show_older(self) -> None:
        self.limit += STEP
        self.narrowed.emit()

    @Slot()
    def _narrow(self) -> None:
        if not self._quiet:
            self.limit = STEP
            self._follow()
            self.narrowed.emit()

    def _follow(self) -> None:
        self.everything.setEnabled(self.narrowing != Narrowing())


def _offer(box: FilterBox, offered: list[tuple[str, str]]) -> None:
    """Offer these; what was chosen stays, although nobody did it in what is left of the log."""
    chosen = box.currentData()
    if chosen is not None and chosen not in [key for _, key in offered]:
        offered = [*offered, (box.currentText(), chosen)]
    offer(box, offered)
