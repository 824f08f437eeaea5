"""The card at the door: the candidate with the photograph, what is told before, and the one button."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_admin.controllers.operations.check_in import LONGEST_SEAT
from desktop_admin.gui.core.sentences import NOT_STARTED, OVERDUE, RUNNING
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.day.at_door import Known
from desktop_admin.gui.kit.parts import dotted, in_column, in_row, named, tell
from desktop_admin.gui.kit.photograph import Photograph
from desktop_admin.gui.kit.reason_box import ReasonBox
from desktop_admin.gui.kit.room import Reachable, Tall
from desktop_admin.gui.kit.widgets import ActionButton, Form, ToneLabel, tip
from desktop_admin.messages import phrase


class DoorCard(Tall):
    """Shows who is at the door.

    Signals:
        seat_typed: another seat is to be given.
    """

    seat_typed = Signal(str)

    def __init__(
        self, *, words: Words, photograph: Photograph, reason_box: ReasonBox, check_in: ActionButton, withdraw: QWidget
    ) -> None:
        super().__init__()
        self.setObjectName("card")
        self._words = words
        self._photograph = photograph
        self._name = ToneLabel(bold=True, scale=1.6)
        self._who = ToneLabel()
        self._shift = ToneLabel(tone=Tone.MUTED)
        self._state = ToneLabel(bold=True, scale=1.15)
        self._told = ToneLabel(tone=Tone.OVERDUE, bold=True)
        for label in (self._name, self._who, self._shift, self._state, self._told):
            label.setMinimumWidth(1)
        self.seat = named(QLineEdit(maxLength=LONGEST_SEAT, clearButtonEnabled=True), phrase("day.seat"))
        self.seat.setPlaceholderText(phrase("day.seat_hint"))
        # Where the text is very large, the hint is longer than the line.
        self.seat.setToolTip(tip(phrase("day.seat_hint")))
        self.seat.textEdited.connect(self.seat_typed)
        head = in_column(self._name, self._who, self._shift, None, spacing=6)
        body = QWidget()
        in_column(
            in_row((head, 1), photograph, spacing=12),
            *(self._state, self._told, None),
            inside=body,
            margins=(18, 14, 18, 6),
            spacing=8,
        )
        form = Form()
        form.add(phrase("day.seat"), self.seat)
        below = in_column(form, check_in, reason_box, withdraw, margins=(18, 6, 18, 14), spacing=10)
        read = named(Reachable(body, across=False), phrase("desk.selected_candidate"))
        in_column((read, 1), below, inside=self, margins=(1, 1, 1, 1), spacing=0)

    @property
    def text(self) -> str:
        """Everything that the card says."""
        labels = (self._name, self._who, self._shift, self._state, self._told)
        return "\n".join(label.text() for label in labels if label.text())

    def show_nobody(self, remark: str = "") -> None:
        """Say how somebody comes onto the card, and why there is nobody."""
        self._name.show_text(phrase("day.nobody"))
        self._who.show_text(phrase("day.how_to_check_in"))
        tell(self._shift, "")
        tell(self._state, f"{OVERDUE} {remark}" if remark else "", Tone.OVERDUE)
        tell(self._told, "")
        self._photograph.show_nothing()

    def show_known(self, known: Known) -> None:
        """Show the candidate, whether they are checked in, and what is told before that."""
        one = known.candidate
        self._name.show_text(one.name or one.username)
        self._who.show_text(dotted(one.rank, one.army_no, one.trade or phrase("desk.no_trade")))
        tell(self._shift, known.shift or phrase("no_shift"))
        self._photograph.show_of(one.photograph, name=one.name)
        (line,) = known.check_in.lines
        tell(self._told, "\n".join(f"{OVERDUE} {self._words.say(note)}" for note in line.notes))
        seen = known.seen
        if seen is None:
            tell(self._state, f"{NOT_STARTED} {phrase('day.not_checked_in')}", Tone.PLAIN)
            return
        told = phrase("day.checked_in", time=self._words.moment(seen.at), person=seen.person)
        seat = phrase("day.on_seat", seat=seen.seat) if seen.seat else ""
        tell(self._state, f"{RUNNING} {dotted(told, seat)}", Tone.RUNNING)
