"""Where the window stands on the screen: where it was last, or at first as large as the screen has room for."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRect
from PySide6.QtWidgets import QMainWindow

from desktop_admin.gui.core import memory

KEPT = "window/geometry"
NARROW = 1400
"""Pixels: on a screen that is not wider, the window takes all of it."""
USUAL = (1600, 950)
"""As large it is at first, where there is room: what is larger only spreads the same lists."""


def first_place(room: QRect) -> QRect | None:
    """Where the window stands at first in the room that a screen has for windows; None for all of it."""
    if room.width() < NARROW:
        return None
    place = QRect(0, 0, min(USUAL[0], room.width()), min(USUAL[1], room.height()))
    place.moveCenter(room.center())
    return place


def take(window: QMainWindow) -> None:
    """Put the window where it was, or where it stands at first; Qt sees to it that it is on a screen that there is."""
    kept = memory.recall(KEPT)
    if isinstance(kept, str) and window.restoreGeometry(QByteArray.fromBase64(kept.encode())):
        return
    place = first_place(window.screen().availableGeometry())
    if place is None:
        window.setWindowState(window.windowState().WindowMaximized)
    else:
        # The frame around it takes its part.
        window.setGeometry(place.adjusted(8, 32, -8, -8))


def keep(window: QMainWindow) -> None:
    """Remember where the window stands."""
    memory.remember(KEPT, window.saveGeometry().toBase64().toStdString())
