"""The search field: what is typed, scanned or pasted there is looked for."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QLineEdit

from desktop_admin.gui.core.keys import ENTER, GAP_MS, TAIL_MS, Burst, character, moment
from desktop_admin.messages import phrase

PAUSE_MS = 120
"""After so long without a key it is looked for what was typed."""
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_AltGr, Qt.Key.Key_NumLock)
_SEVERAL = re.compile(r"[\n\t,;]")
"""What stands between numbers that are pasted, and not within a name."""


class SearchField(QLineEdit):
    """A line that has the focus most of the time.

    It passes Ctrl+Z on while nothing was typed into it. Enter, or Tab right behind what was written, ends what is to be
    looked for; so does a pause. What comes behind a scan replaces it.

    Signals:
        searched: what a person typed, without blanks around it.
        scanned: what a scanner sent, which is a whole number.
        confirmed: Enter, with nothing written since it was shown who was found.
        pasted: several lines.
        below: the list is to be moved through.
    """

    searched = Signal(str)
    scanned = Signal(str)
    confirmed = Signal()
    pasted = Signal(str)
    below = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("search")
        self.setPlaceholderText(phrase("window.search_hint"))
        self.setAccessibleName(phrase("window.search_name"))
        self.setClearButtonEnabled(True)
        self.setMaxLength(200)
        self._burst = Burst()
        self._shown = False
        self._ended: int | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self.textEdited.connect(self._pause.start)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if not self.isModified() and event.matches(QKeySequence.StandardKey.Undo):
                event.ignore()
                return True
            if event.type() == QEvent.Type.KeyPress and self._ends(event):
                self._end(event)
                return True
        return super().event(event)

    def _ends(self, event: QKeyEvent) -> bool:
        is_tab = event.key() == Qt.Key.Key_Tab and not event.modifiers()
        return event.key() in ENTER or (is_tab and self._burst.ends(moment(event)))

    def _end(self, event: QKeyEvent) -> None:
        """Look for what is written; what is shown already is confirmed, but not by the end of a scan.

        That comes late, when a pause had it looked for what was scanned already, or twice.
        """
        at, last = moment(event), self._ended
        belongs_to_scan = self._burst.ends(at) or (last is not None and 0 <= at - last <= TAIL_MS)
        self._ended = at
        if not self._shown or self.isModified():
            self._look()
        elif not event.isAutoRepeat() and not belongs_to_scan:
            self.confirmed.emit()
        self.selectAll()
        self._burst.forget()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) and _SEVERAL.search(
            QGuiApplication.clipboard().text().strip()
        ):
            self.pasted.emit(QGuiApplication.clipboard().text())
            return
        if event.key() == Qt.Key.Key_Down:
            self.below.emit()
            return
        written = character(event)
        if written:
            self._go_on_with(written, moment(event))
        elif event.key() not in _MODIFIERS:
            self._burst.forget()
        super().keyPressEvent(event)

    def _go_on_with(self, written: str, at: int) -> None:
        """Make room for a character: behind what it goes on with, or in place of what was scanned before."""
        if self._burst.begins(at):
            if self._burst.is_scan:
                self.selectAll()
        elif self._shown:
            # A pause of a busy computer was none of the scanner's.
            self.setText(self._burst.text)
        self._burst.strike(written, at)
        self._shown = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._burst.forget()
        super().mousePressEvent(event)

    def set_gap(self, gap: int) -> None:
        """The desk's scanner needs up to so many milliseconds for a key."""
        self._burst.gap = gap
        self._pause.setInterval(max(PAUSE_MS, gap + PAUSE_MS - GAP_MS))

    @Slot()
    def _look(self) -> None:
        self._pause.stop()
        text = self.text()
        if not self._burst.is_scan or not text.endswith(self._burst.text):
            self.searched.emit(text.strip())
            return
        # What was typed before is no part of it.
        self.show_found(self._burst.text.strip())
        self.scanned.emit(self.text())

    @Slot(str)
    def show_found(self, text: str) -> None:
        """Say whom the card shows; whatever is written next replaces it."""
        self._pause.stop()
        if text != self.text():
            self.setText(text)
        self.setModified(False)
        self.selectAll()
        self._shown = True

    @Slot()
    def keep(self) -> None:
        """What was typed led to an operation: it is no longer what Ctrl+Z is meant for."""
        self.setModified(False)
