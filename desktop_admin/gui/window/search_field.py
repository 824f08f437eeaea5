"""The search field above everything."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit

from desktop_admin.messages import phrase


class SearchField(QLineEdit):
    """A line that has the focus most of the time, and so passes Ctrl+Z on while nothing was typed into it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("search")
        self.setPlaceholderText(phrase("window.search_hint"))
        self.setAccessibleName(phrase("window.search_name"))
        self.setClearButtonEnabled(True)
        self.setMaxLength(200)

    def event(self, event: QEvent) -> bool:
        asks = event.type() == QEvent.Type.ShortcutOverride and not self.isModified()
        if asks and isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo):
            event.ignore()
            return True
        return super().event(event)

    @Slot()
    def keep(self) -> None:
        """What was typed led to an operation: it is no longer what Ctrl+Z is meant for."""
        self.setModified(False)
