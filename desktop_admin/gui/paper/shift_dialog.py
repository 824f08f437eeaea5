"""Asks since when the report of a shift is wanted, and whether on paper, as a file or to be looked at first."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from PySide6.QtCore import QDateTime, Signal, Slot
from PySide6.QtWidgets import QDateTimeEdit, QWidget

from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill, named, side_button
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.messages import phrase


class Use(StrEnum):
    """What becomes of a paper."""

    PRINT = "print"
    SAVE = "save"
    PREVIEW = "preview"


class ShiftDialog(Dialog):
    """The beginning of a shift, which ends now.

    Signals:
        asked: the beginning, aware of its zone, and the use.
    """

    asked = Signal(object, object)

    def __init__(self, *, zone: tzinfo, parent: QWidget | None) -> None:
        super().__init__(title=phrase("paper.shift_report"), parent=parent)
        self._zone = zone
        today = datetime.now(UTC).astimezone(zone)
        midnight = QDateTime(today.year, today.month, today.day, 0, 0, 0)
        since = QDateTimeEdit(midnight, displayFormat="yyyy-MM-dd HH:mm", calendarPopup=True)
        self.since = named(since, phrase("paper.since"))
        about = ToneLabel(phrase("paper.about_shift"), tone=Tone.MUTED)
        fill(self.column, about, ToneLabel(phrase("paper.since_in_zone", zone=zone), bold=True), self.since, None)
        preview = side_button(phrase("paper.preview"), self._preview)
        save = side_button(phrase("paper.save"), self._save)
        self.add_buttons(phrase("paper.print"), beside=(preview, save))
        self.fit(characters=70)

    def accept(self) -> None:
        """The button *Print…* was pressed."""
        self._ask(Use.PRINT)

    @Slot()
    def _save(self) -> None:
        self._ask(Use.SAVE)

    @Slot()
    def _preview(self) -> None:
        self._ask(Use.PREVIEW)

    def _ask(self, use: Use) -> None:
        super().accept()
        shown = self.since.dateTime().toPython()
        assert isinstance(shown, datetime)
        self.asked.emit(shown.replace(tzinfo=self._zone), use)
