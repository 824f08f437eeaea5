"""The list of the desk: filters, the candidates that match, and pasting of many army numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop_admin.controllers.portal import panes
from desktop_admin.controllers.values.views import CandidateList, Shift, Trade
from desktop_admin.database.session import Session
from desktop_admin.gui.kit import words as messages
from desktop_admin.gui.kit.table_models import CandidateModel
from desktop_admin.gui.kit.tables import Table
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel, filter_box
from desktop_admin.gui.kit.words import Words
from desktop_admin.rules import SlotState


class CandidateListView(QWidget):
    """Filters and the list of candidates.

    Signals:
        selected: the accounts of the selected rows, from top to bottom; only when a person selects.
        narrowed: a filter was changed.
        pasted: text was pasted into the list.
    """

    selected = Signal(object)
    narrowed = Signal()
    pasted = Signal(str)

    def __init__(self, *, words: Words) -> None:
        super().__init__()
        self._quiet = False
        self.table = _PastableTable(
            CandidateModel(words), widths=(11, 10, 9, 8, 9, 9), stretch=2, name=self.tr("Candidates"), many=True
        )
        self._trade = filter_box(self.tr("Trade"), self.tr("All trades"))
        self._shift = filter_box(self.tr("Shift"), self.tr("All shifts"))
        self._slot = filter_box(self.tr("Slot"), self.tr("Any slot"))
        for state in SlotState:
            self._slot.addItem(words.slot(state), state.value)
        self._problems = QCheckBox(self.tr("Problems only"))
        self._problems.setAccessibleName(self.tr("Problems only"))
        self._count = ToneLabel(tone=Tone.MUTED)
        self._count.setWordWrap(False)
        filters = QHBoxLayout()
        for widget in (self._trade, self._shift, self._slot):
            filters.addWidget(widget, 1)
        filters.addWidget(self._problems)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(filters)
        column.addWidget(self.table, 1)
        column.addWidget(self._count)
        for box in (self._trade, self._shift, self._slot):
            box.currentIndexChanged.connect(self._narrow)
        self._problems.toggled.connect(self._narrow)
        self.table.chosen.connect(self._select)
        self.table.pasted.connect(self.pasted)

    def reading(self, *, text: str) -> Callable[[Session], CandidateList]:
        """What reads the candidates that match this search text and the filters."""
        slot = self._slot.currentData()
        return partial(
            panes.list_candidates,
            text=text,
            trade_id=self._trade.currentData(),
            shift_id=self._shift.currentData(),
            slot=None if slot is None else SlotState(slot),
            problems_only=self._problems.isChecked(),
        )

    def clear_filters(self) -> None:
        """Show everybody again, so that a scanned candidate is not hidden by a filter."""
        self._quiet = True
        for box in (self._trade, self._shift, self._slot):
            box.setCurrentIndex(0)
        self._problems.setChecked(False)
        self._quiet = False

    def show_problems(self) -> None:
        """Show only candidates with a problem."""
        self._problems.setChecked(True)

    def offer_trades(self, trades: Sequence[Trade]) -> None:
        """Offer these trades in the filters."""
        self._offer(self._trade, {trade.id: trade.code for trade in trades})

    def offer_shifts(self, shifts: Sequence[Shift]) -> None:
        """Offer these shifts in the filters."""
        self._offer(self._shift, {shift.id: shift.label for shift in shifts})

    def _offer(self, box: QComboBox, labels: Mapping[int, str]) -> None:
        self._quiet = True
        while box.count() > 1:
            box.removeItem(1)
        for key, label in labels.items():
            box.addItem(label, key)
        box.setVisible(bool(labels))
        self._quiet = False

    def show_list(self, found: CandidateList, *, keep: tuple[int, ...]) -> None:
        """Show the candidates found; those in ``keep`` stay selected."""
        self._quiet = True
        self.table.refresh(found.rows)
        selected = [row.user_id for row in self.table.selected()]
        if not keep or (len(keep) == 1 and selected != list(keep) and not self.table.select_key(keep[0])):
            self.table.clearSelection()
        self._quiet = False
        count = len(found.rows)
        if found.more:
            text = self.tr("The first {n} candidates are shown: type more to narrow the list.").format(n=count)
        else:
            text = (
                messages.candidates(count) if count else self.tr("No candidate matches. Esc empties the search field.")
            )
        self._count.show_text(text)

    @Slot()
    def _narrow(self) -> None:
        if not self._quiet:
            self.narrowed.emit()

    @Slot()
    def _select(self) -> None:
        if not self._quiet:
            self.selected.emit(tuple(row.user_id for row in self.table.selected()))


class _PastableTable(Table):
    pasted = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QGuiApplication.clipboard().text())
            return
        super().keyPressEvent(event)
