"""Learning from three scans of one card what the scanner of this desk adds to a number."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_admin.gui.core import barcodes
from desktop_admin.gui.core.barcodes import Marks, Scan
from desktop_admin.gui.core.keys import TAIL_MS, Burst, character, moment
from desktop_admin.gui.core.speech import announce
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.parts import in_column, in_row, named, side_button
from desktop_admin.gui.kit.widgets import Form, ToneLabel
from desktop_admin.gui.settings.preferences import Preferences
from desktop_admin.messages import phrase, shortened
from desktop_admin.settings import SLOWEST_SCANNER_GAP

SCANS = 3


class CardLine(QLineEdit):
    """Takes one scan after the other, however it ends.

    Signals:
        scanned: a ``Scan``.
    """

    scanned = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._burst = Burst(SLOWEST_SCANNER_GAP)
        self._pause = QTimer(self, singleShot=True, interval=TAIL_MS)
        self._pause.timeout.connect(self._end)
        self.textEdited.connect(self._pause.start)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            written = character(event)
            if written:
                self._burst.strike(written, moment(event))
            elif self.text() and event.text() in ("\r", "\n", "\t"):
                self._end()
                return True
        return super().event(event)

    @Slot()
    def _end(self) -> None:
        self._pause.stop()
        self.scanned.emit(Scan(self.text().strip(), self._burst.slowest))
        self._burst.forget()
        self.clear()


class ScannerPart(QWidget):
    """Shows what arrives of a card that is scanned three times, and keeps what the scanner adds to its number.

    Attributes:
        number, card: the lines.
        deed: keeps what was learned.
    """

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self._scans: list[Scan] = []
        self._kept = ""
        self.number = named(QLineEdit(), phrase("scanner.number"), style="field")
        self.card = named(CardLine(), phrase("scanner.card"), style="field")
        form = Form()
        form.setHorizontalSpacing(16)
        form.add(self.number.accessibleName(), self.number)
        form.add(self.card.accessibleName(), self.card)
        self._received = ToneLabel()
        self._verdict = ToneLabel(bold=True)
        self.deed = side_button(phrase("scanner.keep"), self._keep)
        told = ToneLabel(phrase("scanner.told"), tone=Tone.MUTED)
        parts = (told, form, self._received, self._verdict, None, in_row(self.deed, None))
        in_column(*parts, inside=self, margins=(14, 14, 14, 10), spacing=8)
        self.number.textChanged.connect(self._tell)
        self.card.scanned.connect(self._take)
        self._tell()

    @property
    def marks(self) -> Marks | None:
        """What was learned, or None while there is nothing to be learned."""
        return barcodes.learned(self.number.text().strip(), self._scans) if len(self._scans) == SCANS else None

    @property
    def text(self) -> str:
        """What is told of the scans."""
        return f"{self._received.text()}\n{self._verdict.text()}"

    @Slot(object)
    def _take(self, scan: Scan) -> None:
        self._scans, self._kept = [*self._scans, scan][-SCANS:], ""
        self._tell()
        announce(self.card, self._verdict.text())

    @Slot()
    def _tell(self) -> None:
        told = [phrase("scanner.received", text=shortened(one.text), n=one.slowest) for one in self._scans]
        self._received.show_text("\n".join(told))
        self.deed.setEnabled(self.marks is not None)
        self._verdict.show_text(self._kept or self._judged())

    def _judged(self) -> str:
        marks = self.marks
        if marks is not None:
            return phrase("scanner.learned", prefix=marks.prefix, suffix=marks.suffix)
        if len(self._scans) < SCANS:
            return phrase("scanner.more", done=len(self._scans), all=SCANS)
        return phrase("scanner.differ")

    @Slot()
    def _keep(self) -> None:
        marks = self.marks
        if marks is not None:
            self._preferences.use_scanner(marks)
            self._scans, self._kept = [], phrase("scanner.kept", learned=self._judged())
            self._tell()
            announce(self.card, self._kept)
