"""The panes: their place, and the navigation at the left, with a badge where something needs attention."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QFont, QFontMetrics
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop_admin.gui.kit.actions import entry, without_access_key
from desktop_admin.gui.kit.pane import Pane
from desktop_admin.gui.kit.widgets import ActionButton
from desktop_admin.messages import phrase

FIRST_PAGE = 0


class _Entry(ActionButton):
    """An entry shows its pane's name and badge; its key stands in the View menu."""

    badge = ""

    def _follow(self) -> None:
        super()._follow()
        name = without_access_key(self.action.text())
        self.setText(f"{name}   {self.badge}" if self.badge else name)
        self.setAccessibleName(self.text())


class Navigation(QFrame):
    """The list of panes.

    Attributes:
        panes: their actions, in order; the one of the pane that is shown is checked.

    Signals:
        asked: the number of a pane, from 1.
    """

    asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        group = QActionGroup(self)
        names = ("window.desk", "window.sessions", "window.question_sets", "window.history")
        for number, name in enumerate(names, start=1):
            pane = group.addAction(entry(phrase(name), self, key=f"Ctrl+{number}"))
            pane.setCheckable(True)
            pane.setEnabled(False)
            pane.setData(number)
        group.triggered.connect(self._ask)
        self.panes = group.actions()
        self.setObjectName("navigation")
        self.setAccessibleName(phrase("window.panes"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._entries = [_Entry(action, style="entry") for action in self.panes]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(2)
        for one in self._entries:
            column.addWidget(one)
        column.addStretch(1)
        self._fit()

    @Slot(QAction)
    def _ask(self, pane: QAction) -> None:
        self.asked.emit(pane.data())

    @Slot(int)
    def show_current(self, number: int) -> None:
        """Mark the pane with this number, from 1, as the one that is shown; 0 is none of them."""
        if number:
            self.panes[number - 1].setChecked(True)

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
        bold = QFont(self.font())
        bold.setBold(True)
        longest = max(QFontMetrics(bold).horizontalAdvance(without_access_key(pane.text())) for pane in self.panes)
        self.setFixedWidth(max(self.fontMetrics().averageCharWidth() * 16 + 28, longest + 36))


class PaneStack(QStackedWidget):
    """Shows one pane and has it read; the others are read when they are shown."""

    def add(self, pages: Collection[QWidget]) -> None:
        """Give the pages their numbers: the first page 0, and the panes from 1."""
        for page in pages:
            self.addWidget(page)

    def show_pane(self, number: int) -> None:
        """Show the pane with this number, as it is now, or the first page."""
        if number != self.currentIndex():
            self.setCurrentIndex(number)
            pane = self.currentWidget()
            if isinstance(pane, Pane):
                pane.refresh()

    def read(self, panes: Collection[Pane]) -> None:
        """What these panes show may have changed: read the one of them that is seen."""
        for pane in panes:
            if pane is self.currentWidget():
                pane.refresh()
