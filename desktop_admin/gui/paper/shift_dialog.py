"""Asks since when the report of a shift is wanted, and whether on paper or as a file."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QDateTime, Signal, Slot
from PySide6.QtWidgets import QDateTimeEdit, QPushButton, QWidget

from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.messages import phrase


class ShiftDialog(Dialog):
    """The beginning of a shift, which ends now.

    Signals:
        asked: the beginning, aware of its zone, and whether it is to be printed; otherwise it is to be saved as PDF.
    """

    asked = Signal(object, bool)

    def __init__(self, *, zone: tzinfo, parent: QWidget | None) -> None:
        super().__init__(title=phrase("paper.shift_report"), parent=parent)
        self._zone = zone
        self.column.addWidget(ToneLabel(phrase("paper.about_shift"), tone=Tone.MUTED))
        today = datetime.now(UTC).astimezone(zone)
        self.since = QDateTimeEdit(QDateTime(today.year, today.month, today.day, 0, 0, 0))
        self.since.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.since.setCalendarPopup(True)
        self.since.setAccessibleName(phrase("paper.since"))
        self.column.addWidget(ToneLabel(phrase("paper.since_in_zone", zone=zone), bold=True))
        self.column.addWidget(self.since)
        self.column.addStretch(1)
        save = QPushButton(phrase("paper.save_shift"))
        save.setObjectName("secondary")
        save.setAccessibleName(save.text())
        save.setAutoDefault(False)
        save.clicked.connect(self._save)
        self.add_buttons(safe=phrase("paper.cancel"), deed=phrase("paper.print_shift"), beside=save)
        self.fit(characters=70)

    def accept(self) -> None:
        """The button *Print…* was pressed."""
        self._ask(printed=True)

    @Slot()
    def _save(self) -> None:
        self._ask(printed=False)

    def _ask(self, *, printed: bool) -> None:
        super().accept()
        shown = self.since.dateTime().toPython()
        assert isinstance(shown, datetime)
        self.asked.emit(shown.replace(tzinfo=self._zone), printed)
