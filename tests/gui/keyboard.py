"""A keyboard or a scanner at the window: each key goes to what has the focus just then, and has its own time."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

PLAIN = Qt.KeyboardModifier.NoModifier
ENTER, TAB, BLANK, NOTHING = "\r", "\t", " ", ""
ENDS = (ENTER, TAB, BLANK, NOTHING)
_KEYS = {ENTER: Qt.Key.Key_Return, TAB: Qt.Key.Key_Tab, BLANK: Qt.Key.Key_Space}
PERSON_MS = 200
_clock = [1_000_000]
"""One time for all keyboards, in milliseconds; it only goes on with the keys."""


def strike(key: int, text: str = "", *, after: int = PERSON_MS, held: Qt.KeyboardModifier = PLAIN) -> None:
    """Press and release a key so many milliseconds after the one before it."""
    _clock[0] += after
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, key, held, text)
        event.setTimestamp(_clock[0])
        popup = QApplication.activePopupWidget()
        receivers = (QApplication.focusWidget(), QApplication.activeWindow())
        if popup is not None:
            receivers = (popup.focusWidget(), popup)
        receiver = next((one for one in receivers if one is not None), None)
        if receiver is None:
            # The press closed the window, and no other is active yet.
            return
        QCoreApplication.sendEvent(receiver, event)
        if popup is not None:
            # The window gets the keys back only now.
            QCoreApplication.processEvents()


def write(text: str, *, gap: int = PERSON_MS, rest: int = 1_000) -> None:
    """Type a text, after a rest."""
    for place, one in enumerate(text):
        strike(_KEYS.get(one) or ord(one.upper()), one, after=gap if place else rest)


def scan(text: str, *, gap: int = 10, end: str = ENTER) -> None:
    """Scan a card, after a rest."""
    write(text + end, gap=gap)
