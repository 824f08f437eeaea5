"""Who is there, beside the card: the shift at whose door this desk stands, the figures, and the candidates by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtGui import QAction

from desktop_admin.controllers.values.attending import Attendee, Attending
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words, candidates
from desktop_admin.gui.day.at_door import Hall, at_this_hour
from desktop_admin.gui.day.models import AttendeeModel, FiguresModel, state_words
from desktop_admin.gui.kit.filters import FilterMemory
from desktop_admin.gui.kit.parts import fixed, in_column, offer
from desktop_admin.gui.kit.room import Flow, Tall
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel, filter_box
from desktop_admin.gui.tables.table import Table
from desktop_admin.messages import phrase

FIGURES_SHARE, ROWS_SHARE = 1, 2


class AttendanceList(Tall):
    """The figures of a shift or of the day, and who they are.

    Attributes:
        rows: whoever belongs here, seen or not.

    Signals:
        door_chosen: this desk stands at the door of another shift now.
        selected: the army number of a row that a person selected.
    """

    door_chosen = Signal()
    selected = Signal(str)

    def __init__(self, *, words: Words) -> None:
        super().__init__()
        self._zone: tzinfo = words.zone
        self.rows: tuple[Attendee, ...] = ()
        self._fresh = True
        self.shift = filter_box(phrase("desk.shift"), phrase("day.every_shift"))
        self._state = filter_box(phrase("heading_state"), phrase("day.any_state"))
        for state in Attending:
            self._state.addItem(state_words(state), state.value)
        self._trade = filter_box(phrase("heading_trade"), phrase("desk.all_trades"))
        self.figures = Table(FiguresModel(words), stretch="shift", name=phrase("day.figures"), hidden=("not expected",))
        self.table = Table(AttendeeModel(words), stretch="name", name=phrase("day.candidates"), hidden=("shift",))
        self._total = ToneLabel(bold=True)
        self._count = ToneLabel(tone=Tone.MUTED)
        self.papers = Flow()
        self._memory = FilterMemory("day", boxes={"shift": self.shift}, marks={}, parent=self)
        filters = Flow(self.shift, self._trade, self._state)
        in_column(
            self._total,
            (self.figures, FIGURES_SHARE),
            filters,
            (self.table, ROWS_SHARE),
            self._count,
            self.papers,
            inside=self,
            spacing=8,
        )
        self.shift.currentIndexChanged.connect(self._choose_door)
        for box in (self._state, self._trade):
            box.currentIndexChanged.connect(self._show_rows)
        self.table.chosen.connect(self._select)

    @property
    def shift_id(self) -> int | None:
        """The shift at whose door this desk stands; None for whatever shift a candidate is of."""
        found: int | None = self.shift.currentData()
        return found

    def offer_papers(self, actions: Sequence[QAction]) -> None:
        """Offer these papers below the list."""
        for action in actions:
            self.papers.addWidget(fixed(ActionButton(action)))

    def empty(self) -> None:
        """Show nobody."""
        self.rows, self._fresh = (), True
        with QSignalBlocker(self.shift), QSignalBlocker(self._state), QSignalBlocker(self._trade):
            for box in (self.shift, self._state, self._trade):
                box.forget_wish()
                box.setCurrentIndex(0)
        self.figures.rows.set_rows(())
        self.table.rows.set_rows(())
        self._total.show_text("")
        self._count.show_text("")

    def start(self) -> None:
        """Begin anew, at the door where the person was last."""
        self.empty()
        self._memory.recall()

    def show_hall(self, hall: Hall) -> None:
        """Show who is there; the selection and what is seen of the lists stay."""
        offer(self.shift, [(one.label, one.id) for one in hall.shifts])
        if self._fresh:
            self._fresh = False
            near = at_this_hour(hall, zone=self._zone)
            if near is not None and self.shift_id is None:
                self.shift.setCurrentIndex(self.shift.findData(near.id))
        found = hall.attendance
        self.rows = found.rows
        self.figures.refresh(hall.figures)
        offer(self._trade, [(trade, trade) for trade in sorted({row.trade for row in found.rows if row.trade})])
        self._total.show_text(_totals(hall))
        self._show_rows()

    def highlight(self, user_id: int | None) -> None:
        """Select the row of the candidate on the card, or none."""
        with QSignalBlocker(self.table):
            if user_id is None or self.table.rows.row_of(user_id) is None:
                self.table.clearSelection()
            else:
                self.table.select_keys({user_id})

    @Slot()
    def _show_rows(self) -> None:
        state, trade = self._state.currentData(), self._trade.currentData()
        rows = tuple(row for row in self.rows if state in (None, row.state.value) and trade in (None, row.trade))
        with QSignalBlocker(self.table):
            self.table.refresh(rows)
        self._count.show_text(candidates(len(rows)) if rows else phrase("day.no_match"))

    @Slot()
    def _choose_door(self) -> None:
        self.door_chosen.emit()

    @Slot()
    def _select(self) -> None:
        for row in self.table.selected()[:1]:
            self.selected.emit(row.army_no)


def _totals(hall: Hall) -> str:
    """The numbers of all trades in one line."""
    names = ("expected", "present", "writing", "done", "absent", "late")
    numbers = {name: sum(getattr(one, name) for one in hall.figures) for name in names}
    return phrase("day.totals", guests=len(hall.attendance.guests), **numbers)
