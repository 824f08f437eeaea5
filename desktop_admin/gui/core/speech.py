"""What a screen reader says: announcements of what has happened, and texts without their glyphs."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from desktop_admin.gui.core.sentences import GLYPHS

_SILENT = str.maketrans("", "", "".join(GLYPHS))


def spoken(text: str) -> str:
    """The text without the glyphs that stand before words, which are read as “black diamond” and say nothing more."""
    return text.translate(_SILENT).strip()


def announce(widget: QWidget, text: str, *, urgent: bool = False) -> None:
    """Have this said by a screen reader, where one listens, wherever the focus is.

    Args:
        widget: where it is shown.
        urgent: what is being said is broken off for it.
    """
    event = QAccessibleAnnouncementEvent(widget, spoken(text))
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)
