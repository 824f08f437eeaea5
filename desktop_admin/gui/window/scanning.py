"""The barcode scanner: a keyboard wedge that only ever selects a candidate, wherever the focus is.

A scanner types faster than any person. So characters are held back for as long as a scanner would take to send the
next one; if they turn out to be typed by a person, they are passed on to the widget that they were meant for.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

GAP_MS = 35
SHORTEST = 4
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MODIFIERS = (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_AltGr)
_TYPING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


@dataclass(frozen=True, slots=True)
class _Held:
    target: QWidget
    key: int
    modifiers: Qt.KeyboardModifier
    text: str


class ScanFilter(QObject):
    """Watches all keys of the application for scans.

    Signals:
        scanned: the scanned text; its characters and its closing Enter have reached no widget.
    """

    scanned = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._held: list[_Held] = []
        self._last = 0
        self._passing = False
        self._swallow_enter = False
        self._timer = QTimer(self, singleShot=True, interval=GAP_MS)
        self._timer.timeout.connect(self._pass_on)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or self._passing or not isinstance(watched, QWidget):
            return False
        kind = event.type()
        if kind == QEvent.Type.KeyPress:
            return self._press(watched, event)
        if kind == QEvent.Type.KeyRelease:
            return self._release(event)
        return False

    def _press(self, target: QWidget, event: QKeyEvent) -> bool:
        if event.key() in _MODIFIERS:
            # A scanner sends Shift before each capital; it is part of the scan, and of what a person types.
            return False
        in_time = not self._held or event.timestamp() - self._last <= GAP_MS
        if event.key() in _ENTER and in_time and len(self._held) >= SHORTEST:
            self._take_scan()
            return True
        if not in_time:
            self._pass_on()
        if not self._is_character(event):
            self._pass_on()
            return False
        self._held.append(_Held(target, event.key(), event.modifiers(), event.text()))
        self._last = event.timestamp()
        self._timer.start()
        return True

    def _is_character(self, event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~_TYPING
        return plain and len(event.text()) == 1 and event.text().isprintable() and not event.isAutoRepeat()

    def _release(self, event: QKeyEvent) -> bool:
        if self._swallow_enter and event.key() in _ENTER:
            self._swallow_enter = False
            return True
        return any(held.key == event.key() for held in self._held)

    def _take_scan(self) -> None:
        text = "".join(held.text for held in self._held)
        self._held.clear()
        self._timer.stop()
        self._swallow_enter = True
        self.scanned.emit(text)

    @Slot()
    def _pass_on(self) -> None:
        """Give what a person typed to the widgets that had the focus then."""
        self._timer.stop()
        held, self._held = self._held, []
        self._passing = True
        try:
            for one in held:
                self._send(one)
        finally:
            self._passing = False

    def _send(self, held: _Held) -> None:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            if isValid(held.target):
                event = QKeyEvent(kind, held.key, held.modifiers, held.text)
                QCoreApplication.sendEvent(held.target, event)
