"""The list of the desk: filters, the candidates that match, and pasting of many army numbers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.values.people import CandidateList, CandidateRow, ListOrder, Shift, Trade
from desktop_admin.database.session import Session
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words, candidates
from desktop_admin.gui.kit.filters import FilterMemory
from desktop_admin.gui.kit.parts import fixed, in_column, named, offer
from desktop_admin.gui.kit.room import Flow, Tall
from desktop_admin.gui.kit.widgets import ToneLabel, filter_box
from desktop_admin.gui.tables.cells import Cell
from desktop_admin.gui.tables.models import CandidateModel
from desktop_admin.gui.tables.paged_table import PagedTable
from desktop_admin.messages import phrase
from desktop_admin.rules import SlotState


class CandidateListView(Tall):
    """Filters and the list of candidates.

    Args:
        not_back: the button that counts who is not back; it stands beside the filters.

    Signals:
        selected: the accounts of the selected rows, from top to bottom; only when a person selects.
        narrowed: a filter was changed.
        pasted: text was pasted into the list.
        sorted_anew: a person sorted the list by another column.
        rows_asked: the rows of these accounts are to be read, and given to ``show_rows``.
        copy_asked: the rows of these accounts are to be read, and given to ``copy``.
    """

    selected = Signal(object)
    narrowed = Signal()
    pasted = Signal(str)
    sorted_anew = Signal()
    rows_asked = Signal(object)
    copy_asked = Signal(object)

    def __init__(self, *, words: Words, not_back: QWidget) -> None:
        super().__init__()
        self._model = CandidateModel(words)
        self.table = _PastableTable(
            self._model, stretch="name", name=phrase("desk.candidates"), hidden=("rank", "shift")
        )
        self._trade = filter_box(phrase("heading_trade"), phrase("desk.all_trades"))
        self._shift = filter_box(phrase("desk.shift"), phrase("desk.all_shifts"))
        self._slot = filter_box(phrase("desk.row_slot"), phrase("desk.any_slot"))
        for state in SlotState:
            self._slot.addItem(words.slot(state), state.value)
        self._problems = named(QCheckBox(phrase("desk.problems_only")), phrase("desk.problems_only"))
        self._count = ToneLabel(tone=Tone.MUTED)
        self._count.setWordWrap(False)
        filters = Flow(self._trade, self._shift, self._slot, self._problems, fixed(not_back))
        boxes = {"trade": self._trade, "shift": self._shift, "slot": self._slot}
        self.memory = FilterMemory("desk", boxes=boxes, marks={"problems": self._problems}, parent=self)
        in_column(filters, (self.table, 1), self._count, inside=self, spacing=8)
        for box in (self._trade, self._shift, self._slot):
            box.currentIndexChanged.connect(self.narrowed)
        self._problems.toggled.connect(self.narrowed)
        self.table.chosen.connect(self._select)
        self.table.pasted.connect(self.pasted)
        self.table.copy_asked.connect(self.copy_asked)
        self._model.sorted_anew.connect(self.sorted_anew)
        self._model.asked.connect(self.rows_asked)

    def reading(self, *, text: str, **besides: Any) -> Callable[[Session], CandidateList]:
        """What reads the candidates that match this search text and the filters.

        Args:
            besides: what else ``panes.list_candidates`` is to be told.
        """
        return partial(panes.list_candidates, text=text, **self._filters(), order=self._order, **besides)

    def reading_again(
        self, *, text: str, only: tuple[int, ...], besides: tuple[int, ...]
    ) -> Callable[[Session], CandidateList]:
        """What reads the same list again, with the rows that are seen, and whoever is selected in it.

        Args:
            only: the candidates to whom the list is narrowed, whatever is typed and filtered; none where it is not.
        """
        pages = self.table.pages_seen()
        if only:
            return partial(panes.list_candidates, user_ids=only, order=self._order, pages=pages)
        return self.reading(text=text, besides=besides, pages=pages, anew=True)

    @property
    def _order(self) -> ListOrder | None:
        by = self._model.sorted_by
        return None if by is None else ListOrder(*by)

    def _filters(self) -> dict[str, Any]:
        slot = self._slot.currentData()
        return {
            "trade_id": self._trade.currentData(),
            "shift_id": self._shift.currentData(),
            "slot": None if slot is None else SlotState(slot),
            "problems_only": self._problems.isChecked(),
        }

    def clear_filters(self) -> None:
        """Show everybody again, so that a scanned candidate is not hidden by a filter."""
        for box in (self._trade, self._shift, self._slot):
            box.forget_wish()
            with QSignalBlocker(box):
                box.setCurrentIndex(0)
        with QSignalBlocker(self._problems):
            self._problems.setChecked(False)

    def show_problems(self) -> None:
        """Show only candidates with a problem."""
        self._problems.setChecked(True)

    def offer_trades(self, trades: Sequence[Trade]) -> None:
        """Offer these trades in the filters."""
        offer(self._trade, [(trade.code, trade.id) for trade in trades])
        self._trade.setVisible(bool(trades))

    def offer_shifts(self, shifts: Sequence[Shift]) -> None:
        """Offer these shifts in the filters."""
        self._model.shift_names = {shift.id: shift.label for shift in shifts}
        self._model.reword()
        offer(self._shift, [(shift.label, shift.id) for shift in shifts])
        self._shift.setVisible(bool(shifts))

    def show_list(self, found: CandidateList, *, chosen: Collection[int]) -> None:
        """Show the candidates found, and highlight the chosen ones, who are on the card."""
        self.table.show_keys(found.user_ids, found.rows, chosen=chosen)
        count = len(found.user_ids)
        self._count.show_text(candidates(count) if count else phrase("desk.no_match"))

    def show_rows(self, asked: list[int], rows: Sequence[CandidateRow]) -> None:
        """Show the rows that were asked for."""
        self._model.take(asked, rows)

    def show_no_rows(self) -> None:
        """They could not be read."""
        self._model.give_up()

    def copying(self, user_ids: tuple[int, ...]) -> Callable[[Session], list[tuple[Cell, ...]]]:
        """What reads and words the rows of these accounts, for ``table.copy_rows``."""
        worded = self._model.worded
        return lambda session: [worded(row) for row in panes.rows(session, user_ids=user_ids)]

    def highlight_nobody(self) -> None:
        """Nobody is on the card."""
        with QSignalBlocker(self.table):
            self.table.clearSelection()

    def move_into(self) -> None:
        """Go on in the list with the keys, from its first row."""
        if self.table.rows.rowCount():
            self.table.setFocus(Qt.FocusReason.TabFocusReason)
            self.table.selectRow(0)

    @Slot()
    def _select(self) -> None:
        self.selected.emit(self.table.selected_keys())


class _PastableTable(PagedTable):
    pasted = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QGuiApplication.clipboard().text())
            return
        super().keyPressEvent(event)
