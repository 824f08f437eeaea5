"""The desk: find a candidate, read what is wrong, put it right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations.card import Card, read_card
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.people import CandidateList, Shift, Trade
from desktop_admin.database.session import Session
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.core import memory
from desktop_admin.gui.core.barcodes import readings
from desktop_admin.gui.core.speech import announce
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.desk import look_up
from desktop_admin.gui.desk.candidate_actions import CandidateActions
from desktop_admin.gui.desk.candidate_card import CandidateCard
from desktop_admin.gui.desk.candidate_list import CandidateListView
from desktop_admin.gui.desk.look_up import Answer
from desktop_admin.gui.desk.not_back_board import NotBackYet
from desktop_admin.gui.kit.pane import Pane
from desktop_admin.gui.kit.parts import in_column, named
from desktop_admin.gui.kit.photograph import Photograph
from desktop_admin.gui.kit.room import Reachable, Tall
from desktop_admin.messages import phrase

PART, LEAST, MOST = 0.47, 54, 90
"""The card's part of the width, and how many characters wide it is at least, where there is room, and at most."""
LEAST_LIST = 28
"""The list is so many characters wide, though that may narrow the card."""
MOST_LINES = 26
"""So many lines of text stand above the buttons, however high the window is: there they are looked for."""
SHARE = "desk/card"
FEW = 3
"""So many candidates are looked for one after the other among all that are listed."""


class CandidatePane(Pane):
    """The card of the selected candidates beside the list to select them from.

    Field, list and card always name the same candidates: what was looked for changes all three at once, and until it
    has, nothing can be done to whoever was there before.

    Signals:
        found: what the search field is to hold, once it is known whom it names.
        turned: another candidate, or another selection, was chosen.
    """

    found = Signal(str)
    turned = Signal()

    def __init__(
        self, *, tasks: TaskRunner, carrying_out: CarryingOut, words: Words, media_folder: Callable[[], str]
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._words = words
        self._field = ""
        self._answered = ""
        self._unanswered: Callable[[], None] | None = None
        self._only: tuple[int, ...] = ()
        self._user_ids: tuple[int, ...] = ()
        self._writable = False
        self.not_back = NotBackYet(tasks=tasks, words=words, window=self)
        self.list = CandidateListView(words=words, not_back=self.not_back.button)
        self.photograph = Photograph(tasks=tasks, folder=media_folder)
        self.card = CandidateCard(words=words, photograph=self.photograph)
        self.candidate_actions = CandidateActions(tasks=tasks, carrying_out=carrying_out, words=words)
        self._build()
        self.list.selected.connect(self._select)
        self.list.narrowed.connect(self._narrowed)
        self.list.pasted.connect(self.paste)
        self.list.sorted_anew.connect(self._sort_anew)
        self.list.rows_asked.connect(self._read_rows)
        self.list.copy_asked.connect(self._copy)

    def _build(self) -> None:
        body = QWidget()
        in_column(self.card, None, inside=body, margins=(18, 8, 18, 0))
        # Only what is read is scrolled: the buttons below it are always seen.
        read = named(Reachable(body, across=False), phrase("desk.selected_candidate"))
        frame = Tall()
        frame.setObjectName("card")
        below = in_column(self.candidate_actions, margins=(18, 4, 18, 6))
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
        self._field = self._answered = ""
        self._unanswered, self._only = None, ()
        self.list.clear_filters()
        self.not_back.empty()
        self._forget()
        self.list.show_list(CandidateList(), chosen=())

    def start(self) -> None:
        """Begin anew, with the trades and shifts of this database to choose from, narrowed as the person left it."""
        self.empty()
        self.list.memory.recall()
        self._read_choices()

    def _read_choices(self) -> None:
        """What the database has to choose from; where it did not answer, it is asked again with the next refresh."""
        self._has_choices = False
        self._tasks.read(candidates.choices, self._offer, key="choices")

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
        """Read list and card again, and what could not be looked up; the selection stays."""
        if not self._has_choices:
            self._read_choices()
        if self._unanswered is not None:
            self._unanswered()
            return
        self._refresh_list()
        self._refresh_card()

    # Looking somebody up

    @Slot(str)
    def note_field(self, text: str) -> None:
        """The search field holds this; while it names somebody else than the card, nothing can be done."""
        self._field = text.strip()
        self._compare()

    @Slot(str)
    def search(self, text: str) -> None:
        """Look for this army number or name."""
        self._ask(text, lambda: partial(look_up.typed, text=text, listing=self.list.reading(text=text)))

    def confirm(self) -> None:
        """Enter was pressed in the search field: look once more."""
        self.search(self._field)

    def scan(self, text: str, *, prefix: str = "", suffix: str = "") -> None:
        """Show the candidate with the scanned army number, whatever the filters say; else nobody.

        Args:
            prefix, suffix: what the desk's scanner adds to a number.
        """
        self.list.clear_filters()
        numbers = readings(text, prefix=prefix, suffix=suffix)
        self._ask(text, lambda: partial(look_up.scanned, text=text, numbers=numbers))

    def select(self, user_id: int, *, army_no: str) -> None:
        """Show this candidate, whose number the search field holds, whatever the filters say."""
        self.list.clear_filters()
        self._ask(army_no, lambda: partial(look_up.chosen, user_ids=(user_id,)))

    @Slot(str)
    def paste(self, text: str) -> None:
        """Select the candidates whose army numbers the text lists, one or more to a line."""
        numbers = text.replace(",", " ").replace(";", " ").split()
        if numbers:
            self.list.clear_filters()
            self.found.emit("")
            self._ask("", lambda: partial(look_up.pasted, numbers=numbers))

    def show_as(self, before: CandidatePane) -> None:
        """Show the selection and the list of another pane, of which this one takes the place."""
        self._field, self._answered, self._only = before._field, before._answered, before._only
        self._compare()
        self._show(before._user_ids)

    def _ask(self, text: str, job: Callable[[], Callable[[Session], Answer]]) -> None:
        """Look up what the search field holds; asked again where there is no answer."""
        # What the search field holds is told without the blanks around it.
        text = text.strip()

        def ask() -> None:
            self._unanswered = ask
            self._compare()
            answer, failed = partial(self._answer, text), partial(self._not_answered, text)
            self._tasks.read(job(), answer, failed, key="look-up")

        ask()

    def _answer(self, text: str, answer: Answer) -> None:
        """Show whom the search field names, in the list and on the card."""
        self._unanswered = None
        self._answered, self._only = text, answer.only
        remark = self._words.lines(answer.remarks)
        if answer.card is None:
            self._forget(remark)
        else:
            self._turn(answer.card.user_ids)
            self._show_card(answer.card, remark)
            announce(self.card, self.card.headline)
        self.list.show_list(answer.listed, chosen=self._user_ids)
        # Where something else was typed meanwhile, that is looked for next.
        if answer.number is not None and self._field == text:
            self._answered = answer.number.strip()
            self.found.emit(answer.number)
        self._compare()

    def _not_answered(self, text: str, error: AdminError) -> None:
        if isinstance(error, UsageProblem):
            self._answer(text, Answer(None, CandidateList(), remarks=(error.message,)))
            return
        self._forget(phrase("desk.not_looked_up"))
        self._tasks.failed.emit(error)

    @property
    def settled(self) -> bool:
        """Whether it is known whom the search field names."""
        return self._unanswered is None and self._field == self._answered

    def _compare(self) -> None:
        """Say why nothing can be done while the search field does not name whom the card shows."""
        why = ""
        if not self.settled:
            why = phrase("desk.looking")
            if self._user_ids:
                why = phrase("desk.field_differs", card=self.card.who, text=self._field)
        self.candidate_actions.block(why)

    # The selection

    @Slot(object)
    def _select(self, user_ids: tuple[int, ...]) -> None:
        if user_ids:
            self._show(user_ids)

    def _show(self, user_ids: tuple[int, ...]) -> None:
        self._turn(user_ids)
        # Until the answer is there, no key may reach the candidate who was selected before.
        self.candidate_actions.show_card(None)
        self._refresh_card()

    def _turn(self, user_ids: tuple[int, ...]) -> None:
        if user_ids != self._user_ids:
            self.turned.emit()
        self._user_ids = user_ids

    @Slot()
    def _narrowed(self) -> None:
        """A person narrowed the list: whoever is not in it any more is not selected either."""
        if self._unanswered is not None:
            # What is being looked for is looked for among those that are left.
            self._unanswered()
            return
        self._only = ()
        self._tasks.read(self.list.reading(text=self._answered), self._listed, key="list")

    @Slot()
    def _refresh_list(self) -> None:
        """Read the list again, in which whoever is selected stays."""
        job = self.list.reading_again(text=self._answered, only=self._only, besides=self._user_ids)
        self._tasks.read(job, self._listed, key="list")

    @Slot()
    def _sort_anew(self) -> None:
        # A list that nobody has asked for yet is sorted when it comes.
        if self._tasks.database is not None and self._unanswered is None:
            self._refresh_list()

    @Slot(object)
    def _read_rows(self, user_ids: list[int]) -> None:
        """Read the rows that somebody has scrolled to."""
        if self._tasks.database is None:
            return
        job, taken = partial(panes.rows, user_ids=user_ids), partial(self.list.show_rows, user_ids)
        self._tasks.read(job, taken, self._rows_failed, key="rows")

    @Slot(object)
    def _rows_failed(self, error: AdminError) -> None:
        self.list.show_no_rows()
        self._tasks.failed.emit(error)

    @Slot(object)
    def _copy(self, user_ids: tuple[int, ...]) -> None:
        """Copy rows of which some have not been read."""
        self._tasks.read(
            self.list.copying(user_ids), self.list.table.copy_rows, key="copy", stage=phrase("desk.copying")
        )

    def _refresh_card(self) -> None:
        if self._user_ids:
            job = partial(read_card, user_ids=self._user_ids)
            self._tasks.read(job, self._carded, self._card_failed, key="card")

    @Slot(object)
    def _offer(self, choices: tuple[Sequence[Trade], Sequence[Shift]]) -> None:
        trades, shifts = choices
        self._has_choices = True
        self.list.offer_trades(trades)
        self.card.shift_names = {shift.id: shift.label for shift in shifts}
        self.list.offer_shifts(shifts)
        self.candidate_actions.offer_shifts(shifts)

    @Slot(object)
    def _listed(self, found: CandidateList) -> None:
        # Among a million, one is looked for sooner than all are put into a set.
        few = len(self._user_ids) <= FEW
        listed = found.user_ids if few else set(found.user_ids)
        left = tuple(user_id for user_id in self._user_ids if user_id in listed)
        if left != self._user_ids:
            self._forget()
            if left:
                self._show(left)
        self.list.show_list(found, chosen=self._user_ids)

    @Slot(object)
    def _carded(self, card: Card) -> None:
        if card.user_ids == self._user_ids:
            self._show_card(card, "")

    def _show_card(self, card: Card, remark: str) -> None:
        self.card.show_card(card, remark=remark)
        self.candidate_actions.show_card(card)

    def _forget(self, remark: str = "") -> None:
        """Select nobody, and say why."""
        self._turn(())
        self.card.show_nothing(remark)
        self.list.highlight_nobody()
        self.candidate_actions.show_card(None)
        if remark:
            announce(self.card, remark)

    @Slot(object)
    def _card_failed(self, error: AdminError) -> None:
        """Whoever is on the card stays there, unless that person is no longer in the portal."""
        if isinstance(error, UsageProblem):
            self._forget()
        elif self.card.user_ids != self._user_ids:
            self.card.show_nothing(phrase("desk.not_looked_up"))
        self._tasks.failed.emit(error)
