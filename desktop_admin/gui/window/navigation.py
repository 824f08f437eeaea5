"""The navigation at the left: one text entry for each pane, with a badge where something needs attention."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout

from desktop_admin.gui.kit.widgets import ActionButton


class _Entry(ActionButton):
    """An entry shows its pane's name and badge; its key stands in the View menu."""

    badge = ""

    def _follow(self) -> None:
        super()._follow()
        name = self.action.text()
        self.setText(f"{name}   {self.badge}" if self.badge else name)
        self.setAccessibleName(self.text())


class Navigation(QFrame):
    """The list of panes."""

    def __init__(self, panes: Sequence[QAction]) -> None:
        super().__init__()
        self.setObjectName("navigation")
        self.setAccessibleName(self.tr("Panes"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._entries = [_Entry(action, style="entry") for action in panes]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(2)
        for entry in self._entries:
            column.addWidget(entry)
        column.addStretch(1)
        self._fit()

    def set_badge(self, number: int, badge: str) -> None:
        """Show this beside the entry, or nothing for an empty text."""
        self._entries[number].badge = badge
        self._entries[number]._follow()

    def badge(self, number: int) -> str:
        """What stands beside the entry."""
        return self._entries[number].badge

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """Wide enough for the longest entry with a badge, so that nothing moves when a badge comes."""
        self.setFixedWidth(self.fontMetrics().averageCharWidth() * 16 + 28)
