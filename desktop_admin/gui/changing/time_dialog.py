"""Asks how much time is given, to whom, and why: after an incident, or because it was planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial

from PySide6.QtCore import QDateTime, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateTimeEdit, QRadioButton, QSpinBox, QWidget

from desktop_admin.controllers.operations.time import TimeAsked
from desktop_admin.controllers.values.lines import Chosen
from desktop_admin.controllers.values.people import Shift
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill, named, side_button, tell
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import FilterBox, PlainLabel, ToneLabel
from desktop_admin.messages import phrase
from desktop_admin.rules import MOST_MINUTES

USUAL = (5, 10, 15, 20, 30)
"""Minutes that are at hand."""
_FIRST = 10


class TimeDialog(Dialog):
    """How much time, and to whom; what that would do to each is shown before it is done.

    Args:
        user_ids: the candidates who are selected, named by ``who``; none, where a whole shift is meant.
        zone: of the moment at which the power went.

    Signals:
        asked: a ``TimeAsked``.
    """

    asked = Signal(object)

    def __init__(
        self, *, user_ids: tuple[int, ...], who: str, shifts: Sequence[Shift], zone: tzinfo, parent: QWidget | None
    ) -> None:
        super().__init__(title=phrase("time.title"), parent=parent)
        self._user_ids = user_ids
        self._zone = zone
        self.whom = self._whom(who, shifts)
        self.extra = QRadioButton(phrase("time.extra"))
        self.minutes_left = QRadioButton(phrase("time.minutes_left"))
        self.as_of = QRadioButton(phrase("time.as_of"))
        self.extra.setChecked(True)
        minutes = QSpinBox(minimum=1, maximum=MOST_MINUTES, value=_FIRST)
        self.minutes = named(minutes, phrase("time.minutes"))
        self.usual = [side_button(f"+{number}", partial(self._choose, number)) for number in USUAL]
        now = datetime.now(UTC).astimezone(zone)
        moment = QDateTime(now.year, now.month, now.day, now.hour, now.minute, 0)
        at = QDateTimeEdit(moment, displayFormat="yyyy-MM-dd HH:mm", calendarPopup=True)
        self.at = named(at, phrase("time.as_of"))
        self.planned = named(QCheckBox(phrase("time.planned")), phrase("time.planned"))
        self._about = ToneLabel(tone=Tone.MUTED)
        fill(self.column, PlainLabel(phrase("time.whom")), self.whom, PlainLabel(phrase("time.how_much")))
        fill(self.column, self.extra, self.minutes_left)
        fill(self.column, Flow(*self.usual, self.minutes, PlainLabel(phrase("time.minutes"))))
        fill(self.column, Flow(self.as_of, self.at), self.planned, self._about, None)
        for way in (self.extra, self.minutes_left, self.as_of, self.planned):
            way.toggled.connect(self._follow)
        self.whom.currentIndexChanged.connect(self._follow)
        self.add_buttons(phrase("time.preview"))
        self._follow()
        self.fit(characters=84, lines=24)
        self.minutes.setFocus()

    def _whom(self, who: str, shifts: Sequence[Shift]) -> QComboBox:
        box = named(FilterBox(), phrase("time.whom"))
        if self._user_ids:
            box.addItem(who, None)
        for shift in shifts:
            box.addItem(phrase("time.shift", shift=shift.label), shift.id)
        return box

    def _choose(self, number: int) -> None:
        """Put usual minutes into the field."""
        self.minutes.setValue(number)
        if self.as_of.isChecked():
            self.extra.setChecked(True)

    @Slot()
    def _follow(self) -> None:
        of_moment = self.as_of.isChecked()
        self.at.setEnabled(of_moment)
        self.minutes.setEnabled(not of_moment)
        # What was left is given back after an incident, never planned.
        self.planned.setEnabled(not of_moment)
        if of_moment:
            self.planned.setChecked(False)
        of_planned = "time.about_planned" if self.planned.isChecked() else "time.about_incident"
        is_one = len(self._user_ids) == 1 and self.whom.currentData() is None
        of_cut = "time.about_as_of_one" if is_one else "time.about_as_of"
        tell(self._about, phrase(of_cut if of_moment else of_planned))

    def accept(self) -> None:
        """Ask for it."""
        shift_id = self.whom.currentData()
        chosen = Chosen(user_ids=self._user_ids) if shift_id is None else Chosen(shift_id=shift_id)
        number, at = self.minutes.value(), self.at.dateTime().toPython()
        assert isinstance(at, datetime)
        asked = TimeAsked(
            chosen,
            minutes_left=number if self.minutes_left.isChecked() else None,
            extra=number if self.extra.isChecked() else None,
            as_of=at.replace(tzinfo=self._zone) if self.as_of.isChecked() else None,
            planned=self.planned.isChecked(),
            named=shift_id is None and len(self._user_ids) == 1,
        )
        super().accept()
        self.asked.emit(asked)
