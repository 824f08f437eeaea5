"""The desk: find a candidate, read what is wrong, put it right."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from desktop_admin.controllers.operations.card import Card, read_card
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.portal.candidates import Found
from desktop_admin.controllers.values.views import CandidateList, Shift
from desktop_admin.errors import AdminError
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.desk.candidate_actions import CandidateActions
from desktop_admin.gui.desk.candidate_card import CandidateCard
from desktop_admin.gui.desk.candidate_list import CandidateListView
from desktop_admin.gui.kit import memory
from desktop_admin.gui.kit.pane import Pane
from desktop_admin.gui.kit.parts import in_column, named
from desktop_admin.gui.kit.room import Reachable, Tall
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.words import Words, listed
from desktop_admin.messages import phrase

DEBOUNCE_MS = 120
PART, LEAST, MOST = 0.42, 54, 90
"""The card's part of the width, and how many characters wide it is at least, where there is room, and at most."""
LEAST_LIST = 28
"""The list is so many characters wide, though that may narrow the card."""
MOST_LINES = 26
"""So many lines of text stand above the buttons, however high the window is: there they are looked for."""
SHARE = "desk/card"


class CandidatePane(Pane):
    """The card of the selected candidates beside the list to select them from.

    Signals:
        remarked: a sentence for the message bar.
        turned: another candidate, or another selection, was chosen.
    """

    remarked = Signal(str)
    turned = Signal()

    def __init__(self, *, tasks: TaskRunner, carrying_out: CarryingOut, words: Words) -> None:
        super().__init__()
        self._tasks = tasks
        self._text = ""
        self._settled = True
        self._remark = ""
        self._user_ids: tuple[int, ...] = ()
        self._writable = False
        self.list = CandidateListView(words=words)
        self.card = CandidateCard(words=words)
        self.candidate_actions = CandidateActions(tasks=tasks, carrying_out=carrying_out, words=words)
        self._timer = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._timer.timeout.connect(self._refresh_list)
        self._build()
        self.list.selected.connect(self._select)
        self.list.narrowed.connect(self._narrowed)
        self.list.pasted.connect(self.paste)
        self.list.everybody_asked.connect(self._read_everybody)

    def _build(self) -> None:
        body = QWidget()
        in_column(self.card, None, inside=body, margins=(18, 14, 18, 6))
        # Only what is read is scrolled: the buttons below it are always seen.
        read = named(Reachable(body, across=False), phrase("desk.selected_candidate"))
        frame = Tall()
        frame.setObjectName("card")
        below = in_column(self.candidate_actions, margins=(18, 6, 18, 14))
        self._read = read
        in_column((read, 1000), below, None, inside=frame, margins=(1, 1, 1, 1), spacing=0)
        self._splitter = QSplitter(childrenCollapsible=False, handleWidth=10)
        self._splitter.addWidget(frame)
        self._splitter.addWidget(self.list)
        self._splitter.splitterMoved.connect(self._keep_share)
        in_column(self._splitter, inside=self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._share_out()

    def _share_out(self) -> None:
        """Give the card and the list their parts of the width, as a person dragged them, or as both can be read."""
        unit, width = self.fontMetrics().averageCharWidth(), self.width() - self._splitter.handleWidth()
        share = memory.recall(SHARE)
        card = min(max(PART * width, LEAST * unit), MOST * unit) if share is None else share * width
        card = round(min(card, width - LEAST_LIST * unit))
        self._read.setMaximumHeight(self.fontMetrics().lineSpacing() * MOST_LINES)
        self._splitter.setSizes([card, width - card])

    @Slot()
    def _keep_share(self) -> None:
        memory.remember(SHARE, round(self._splitter.sizes()[0] / max(1, self.width()), 3))

    @property
    def user_ids(self) -> tuple[int, ...]:
        """The candidates on the card."""
        return self._user_ids

    def empty(self) -> None:
        """Show nobody."""
        self._text = ""
        self._timer.stop()
        self._forget()
        self.list.clear_filters()
        self.list.show_list(CandidateList((), more=False), keep=())

    def start(self) -> None:
        """Begin anew, with the trades and shifts of this database to choose from."""
        self.empty()
        self._tasks.read(candidates.trades, self.list.offer_trades, key="trades")
        self._tasks.read(candidates.shifts, self._offer_shifts, key="shifts")

    def set_writable(self, writable: bool) -> None:
        """Switch the operations on or off with the database."""
        self._writable = writable
        self.candidate_actions.set_available(writable and self.isVisible())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.candidate_actions.set_available(self._writable)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # A key pressed on another pane must not reach a candidate whom nobody sees.
        self.candidate_actions.set_available(False)

    @Slot()
    def refresh(self) -> None:
        """Read list and card again; the selection stays."""
        self._refresh_list()
        self._refresh_card()

    @Slot(str)
    def search(self, text: str) -> None:
        """Look for this army number or name, once typing pauses."""
        self._text = text.strip()
        self._settled = False
        self._timer.start()

    def pick_first(self) -> None:
        """Select the first candidate of the list (Enter in the search field)."""
        if self.list.table.rows.rowCount():
            self.list.table.selectRow(0)

    def scan(self, army_no: str) -> None:
        """Select the candidate with the scanned army number, whatever the filters say; until then nobody is."""
        self._forget()
        job = partial(candidates.require, army_nos=[army_no])
        self._tasks.read(job, lambda user_ids: self.select(user_ids[0], army_no=army_no), key="scan")

    def select(self, user_id: int, *, army_no: str) -> None:
        """Show this candidate on the card, and in the list whatever its filters say."""
        self.list.clear_filters()
        self._text = army_no
        self._timer.stop()
        self._show((user_id,))
        self._refresh_list()

    @Slot(str)
    def paste(self, text: str) -> None:
        """Select the candidates whose army numbers the text lists, one or more to a line."""
        numbers = text.replace(",", " ").replace(";", " ").split()
        if numbers:
            self._tasks.read(partial(candidates.find, army_nos=numbers), self._pasted, key="paste")

    @Slot(object)
    def _pasted(self, found: Found) -> None:
        remarks = (
            ("desk.not_found", found.unknown),
            ("desk.ambiguous", found.ambiguous),
            ("desk.listed_twice", found.repeated),
        )
        self._remark = " ".join(phrase(key, numbers=listed(numbers)) for key, numbers in remarks if numbers)
        if self._remark:
            self.remarked.emit(self._remark)
        if found.user_ids:
            self._show(found.user_ids, remark=self._remark)
            self._refresh_list()

    @Slot()
    def _read_everybody(self) -> None:
        self._tasks.read(self.list.reading_all(text=self._text), self._select_everybody, key="everybody")

    @Slot(object)
    def _select_everybody(self, user_ids: tuple[int, ...]) -> None:
        if not user_ids:
            return
        listed_here = self.list.table.rows.rowCount()
        more = len(user_ids) - listed_here
        self._show(user_ids, remark=phrase("desk.more_than_listed", n=listed_here) if more > 0 else "")

    @Slot(object)
    def _select(self, user_ids: tuple[int, ...]) -> None:
        if user_ids:
            self._show(user_ids)

    def _show(self, user_ids: tuple[int, ...], *, remark: str = "") -> None:
        if user_ids != self._user_ids:
            self.turned.emit()
        self._user_ids, self._remark = user_ids, remark
        self._settled = True
        # Until the answer is there, no key may reach the candidate who was selected before.
        self.candidate_actions.show_card(None)
        self._refresh_card()

    @Slot()
    def _narrowed(self) -> None:
        self._settled = True
        self._refresh_list()

    @Slot()
    def _refresh_list(self) -> None:
        self._tasks.read(self.list.reading(text=self._text), self._listed, key="list")

    def _refresh_card(self) -> None:
        if self._user_ids:
            job = partial(read_card, user_ids=self._user_ids)
            self._tasks.read(job, self._carded, self._card_failed, key="card")

    @Slot(object)
    def _offer_shifts(self, shifts: Sequence[Shift]) -> None:
        self.card.shift_names = {shift.id: shift.label for shift in shifts}
        self.list.offer_shifts(shifts)

    @Slot(object)
    def _listed(self, found: CandidateList) -> None:
        shown = {row.user_id for row in found.rows}
        if self._text and not found.more and len(self._user_ids) == 1 and not shown & set(self._user_ids):
            # Somebody else was looked for: no key may reach the one who was there before.
            self._forget()
        self.list.show_list(found, keep=self._user_ids)
        if self._settled or not self._text:
            return
        self._settled = True
        typed = self._text.casefold()
        exact = [row.user_id for row in found.rows if row.army_no.casefold() == typed]
        hits = exact or ([found.rows[0].user_id] if len(found.rows) == 1 else [])
        if len(hits) == 1 and hits != list(self._user_ids):
            self._show((hits[0],))
            self.list.show_list(found, keep=self._user_ids)

    @Slot(object)
    def _carded(self, card: Card) -> None:
        if card.user_ids == self._user_ids:
            self.card.show_card(card, remark=self._remark)
            self.candidate_actions.show_card(card)

    def _forget(self) -> None:
        """Select nobody."""
        self._user_ids, self._remark = (), ""
        self.card.show_nothing()
        self.candidate_actions.show_card(None)

    @Slot(object)
    def _card_failed(self, error: AdminError) -> None:
        self._forget()
        self._tasks.failed.emit(error)
