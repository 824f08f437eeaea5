"""Asks since when the report of a shift is wanted, and whether on paper or as a file."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QCoreApplication, QDateTime, Signal, Slot
from PySide6.QtWidgets import QDateTimeEdit, QPushButton, QWidget

from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel


class ShiftDialog(Dialog):
    """The beginning of a shift, which ends now.

    Signals:
        print_asked: the beginning, UTC-aware; to be printed.
        save_asked: the same, to be saved as PDF.
    """

    print_asked = Signal(object)
    save_asked = Signal(object)

    def __init__(self, *, zone: tzinfo, parent: QWidget | None) -> None:
        super().__init__(title=QCoreApplication.translate("ShiftDialog", "Shift report"), parent=parent)
        self._zone = zone
        text = self.tr(
            "What was done since then, by whom and with whose release, what is open now, the log's end as a "
            "checkpoint, and lines for the signatures of both supervisors."
        )
        self.column.addWidget(ToneLabel(text, tone=Tone.MUTED))
        today = datetime.now(UTC).astimezone(zone)
        self.since = QDateTimeEdit(QDateTime(today.year, today.month, today.day, 0, 0, 0))
        self.since.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.since.setCalendarPopup(True)
        self.since.setAccessibleName(self.tr("Since"))
        label = ToneLabel(self.tr("Since ({zone})").format(zone=zone), bold=True)
        self.column.addWidget(label)
        self.column.addWidget(self.since)
        self.column.addStretch(1)
        save = QPushButton(self.tr("Save as PDF…"))
        save.setObjectName("secondary")
        save.setAccessibleName(save.text())
        save.setAutoDefault(False)
        save.clicked.connect(self._save)
        self.add_buttons(safe=self.tr("Cancel"), deed=self.tr("Print…"), beside=save)
        self.fit(characters=70)

    def accept(self) -> None:
        """The button *Print…* was pressed."""
        super().accept()
        self.print_asked.emit(self._beginning())

    @Slot()
    def _save(self) -> None:
        super().accept()
        self.save_asked.emit(self._beginning())

    def _beginning(self) -> datetime:
        shown = self.since.dateTime()
        date, time = shown.date(), shown.time()
        return datetime(date.year(), date.month(), date.day(), time.hour(), time.minute(), tzinfo=self._zone)
