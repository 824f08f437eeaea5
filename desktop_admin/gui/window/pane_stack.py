"""The place of the panes: the first page while no database is open, then the pane that was chosen."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_admin.gui.kit.pane import Pane

FIRST_PAGE = 0


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
