"""Attendance: scan, look, Enter. The card of who is at the door beside who is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QElapsedTimer, Signal, Slot
from PySide6.QtWidgets import QSplitter, QWidget

from desktop_admin.controllers.operations.check_in import WITHDRAW_CHECK_IN
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.attending import next_seat
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.core.barcodes import readings
from desktop_admin.gui.core.keys import CALM_MS
from desktop_admin.gui.core.speech import announce
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.day import at_door
from desktop_admin.gui.day.at_door import AtDoor, Hall, Known
from desktop_admin.gui.day.attendance_list import AttendanceList
from desktop_admin.gui.day.door_card import DoorCard
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.parts import allow, in_column
from desktop_admin.gui.kit.photograph import Photograph
from desktop_admin.gui.kit.reason_box import ReasonBox
from desktop_admin.gui.kit.widgets import ActionButton
from desktop_admin.messages import phrase
from desktop_admin.rules import clean

CARD_SHARE = 0.4
LEAST_CARD = 40
"""The card is at least so many characters wide."""


class AttendancePage(QWidget):
    """Who is at the door, and who is there.

    Field and card always name the same candidate: until it is known whom the field names, nobody is checked in.

    Signals:
        found: what the search field is to hold.
        turned: another candidate is at the door.
        refused: why a key did nothing.
    """

    found = Signal(str)
    turned = Signal()
    refused = Signal(str)

    def __init__(
        self, *, tasks: TaskRunner, carrying_out: CarryingOut, words: Words, media_folder: Callable[[], str]
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._carrying_out = carrying_out
        self._words = words
        self._field = ""
        self._answered = ""
        self._numbers: tuple[str, ...] = ()
        self._looking = False
        self._writable = False
        self._known: Known | None = None
        self._asked_op = ""
        self.calm = QElapsedTimer()
        self.calm.start()
        self.reason_box = ReasonBox()
        self.check_in = entry("", self, self._check_in)
        self.withdraw = entry(words.say(WITHDRAW_CHECK_IN.say("one")), self, self._withdraw)
        self.card = DoorCard(
            words=words,
            photograph=Photograph(tasks=tasks, folder=media_folder),
            reason_box=self.reason_box,
            check_in=ActionButton(self.check_in, style="primary"),
            withdraw=ActionButton(self.withdraw),
        )
        self.list = AttendanceList(words=words)
        self._splitter = QSplitter(childrenCollapsible=False, handleWidth=10)
        self._splitter.addWidget(self.card)
        self._splitter.addWidget(self.list)
        self.card.setMinimumWidth(self.fontMetrics().averageCharWidth() * LEAST_CARD)
        self._splitter.setSizes([round(1000 * CARD_SHARE), round(1000 * (1 - CARD_SHARE))])
        in_column(self._splitter, inside=self)
        self.card.seat_typed.connect(self._look_again)
        self.list.door_chosen.connect(self.refresh)
        self.list.selected.connect(self.select)
        carrying_out.busy_changed.connect(self._update)
        carrying_out.changed.connect(self._carried_out)
        self._forget()

    def empty(self) -> None:
        """Show nobody."""
        self._field = self._answered = ""
        self._looking = False
        self.card.seat.clear()
        self.list.empty()
        self._forget()

    def start(self) -> None:
        """Begin anew."""
        self.empty()
        self.list.start()

    def set_writable(self, writable: bool) -> None:
        """Switch checking in on or off with the database."""
        self._writable = writable
        self._update()

    @Slot()
    def refresh(self) -> None:
        """Read again who is there, and whom the card shows."""
        job = partial(at_door.hall, zone=self._words.zone, shift_id=self.list.shift_id)
        self._tasks.read(job, self._show_hall, key="hall")
        self._look_again()

    @Slot(object)
    def _show_hall(self, hall: Hall) -> None:
        self.list.show_hall(hall)
        self._highlight()

    # Who is at the door

    @Slot(str)
    def note_field(self, text: str) -> None:
        """The search field holds this."""
        self._field = text.strip()
        self._update()

    def search(self, text: str) -> None:
        """Look for this army number, which a person types, or a scanner that sends a short one."""
        # Whoever asks for the same candidate again has not looked yet.
        self.calm.start()
        self._ask(text.strip(), (text.strip(),) if text.strip() else ())

    def scan(self, text: str, *, prefix: str = "", suffix: str = "") -> None:
        """Look for the scanned army number; the scanner's own marks as for the desk."""
        self.calm.start()
        self._ask(text, readings(text, prefix=prefix, suffix=suffix))

    @Slot(str)
    def select(self, army_no: str) -> None:
        """Show the candidate with this number at the door."""
        if self._known is None or self._known.candidate.army_no != army_no:
            self.found.emit(army_no)
            self._ask(army_no, (army_no,))

    def _ask(self, text: str, numbers: Sequence[str]) -> None:
        # What the search field holds is told without the blanks around it.
        text, self._numbers = text.strip(), tuple(numbers)
        if not numbers:
            self._answered, self._looking = text, False
            self._forget()
            return
        self._looking = True
        self._update()
        job = partial(
            at_door.look,
            text=text,
            numbers=self._numbers,
            zone=self._words.zone,
            shift_id=self.list.shift_id,
            seat=clean(self.card.seat.text()),
        )
        self._tasks.read(job, partial(self._answer, text), partial(self._not_answered, text), key="at the door")

    @Slot()
    def _look_again(self) -> None:
        """The seat, the door or the candidate is another by now."""
        if self._numbers:
            self._ask(self._answered if not self._looking else self._field, self._numbers)

    def _answer(self, text: str, answer: AtDoor) -> None:
        self._looking, self._answered = False, text
        known = answer.known
        if known is None:
            remark = self._words.say(answer.remark) if answer.remark else ""
            self._forget(remark)
            announce(self.card, remark)
            return
        before, self._known = self._known, known
        self.card.show_known(known)
        if before is None or before.candidate.user_id != known.candidate.user_id:
            self.calm.start()
            self.turned.emit()
            announce(self.card, self.card.text)
        if self._field == text:
            self._answered = known.candidate.army_no.strip()
            self.found.emit(known.candidate.army_no)
        self._highlight()
        self._update()

    def _not_answered(self, text: str, error: AdminError) -> None:
        if isinstance(error, UsageProblem):
            self._answer(text, AtDoor(None, error.message))
            return
        self._forget(phrase("desk.not_looked_up"))
        self._tasks.failed.emit(error)

    def _forget(self, remark: str = "") -> None:
        """Nobody is at the door."""
        if self._known is not None:
            self.turned.emit()
        self._known = None
        self.card.show_nobody(remark)
        self._highlight()
        self._update()

    def _highlight(self) -> None:
        self.list.highlight(None if self._known is None else self._known.candidate.user_id)

    @property
    def settled(self) -> bool:
        """Whether it is known whom the search field names."""
        return not self._looking and self._field == self._answered

    # Checking in

    @Slot()
    def confirm(self) -> None:
        """Enter was pressed with nothing written since the candidate was shown."""
        if self.settled and self.calm.elapsed() < CALM_MS:
            self.refused.emit(phrase("desk.too_soon"))
        elif not self.check_in.isEnabled():
            self.refused.emit(self.check_in.statusTip() or phrase("day.nobody"))
        else:
            self.check_in.trigger()

    def _check_in(self) -> None:
        self._carry_out(self._known.check_in if self._known else None, reason=None)

    def _withdraw(self) -> None:
        reason = self.reason_box.reason
        if not reason:
            self.refused.emit(phrase("day.reason_first"))
            return
        self._carry_out(self._known.withdrawal if self._known else None, reason=reason)

    def _carry_out(self, plan: Plan | None, *, reason: str | None) -> None:
        if plan is None or not self.settled:
            return
        # A second press is not meant for what the first one has left.
        self.calm.start()
        self._asked_op = plan.op_id
        self._carrying_out.ask_and_apply(plan, reason=reason, on_changed_plan=self._plan_changed)

    def _plan_changed(self, _plan: Plan) -> None:
        self._look_again()

    @Slot(object)
    def _carried_out(self, changes: object) -> None:
        """Who comes next gets the next seat."""
        if getattr(changes, "op_id", None) == self._asked_op and self._known is not None and not self._known.seen:
            self.card.seat.setText(next_seat(self.card.seat.text()))
        self._asked_op = ""

    @Slot()
    def _update(self) -> None:
        """Say on each button what it does, or why not."""
        known, why = self._known, ""
        if known is not None and not self.settled:
            why = phrase("desk.looking")
        elif not self._writable:
            why = phrase("desk.not_writable")
        ready = known is not None and not self._carrying_out.busy
        seat = clean(self.card.seat.text())
        self.check_in.setText(phrase("day.check_in_seat", seat=seat) if seat else phrase("day.check_in_enter"))
        for action, plan in ((self.check_in, known and known.check_in), (self.withdraw, known and known.withdrawal)):
            allow(action, ready, why=why or (self._why_not(plan) if plan else ""))

    def _why_not(self, plan: Plan) -> str:
        return self._words.reasons(plan.lines) or self._carrying_out.why_not(plan)
