"""The place of the panes: the first page while no database is open, then the pane that was chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_admin.gui.kit.pane import Pane

FIRST_PAGE = 0


class PaneStack(QStackedWidget):
    """Shows one pane, and has it read where what it shows may have changed since it was read last."""

    def __init__(self, first_page: QWidget) -> None:
        super().__init__()
        self._outdated: set[Pane] = set()
        self.addWidget(first_page)

    def add(self, panes: Sequence[Pane]) -> None:
        """Give the panes their numbers, from 1."""
        for pane in panes:
            self.addWidget(pane)

    def show_pane(self, number: int) -> None:
        """Show the pane with this number, or the first page."""
        self.setCurrentIndex(number)
        self._read()

    def outdate(self, panes: Sequence[Pane]) -> None:
        """What these panes show may have changed: the one that is seen is read now, another when it is shown next."""
        self._outdated.update(panes)
        self._read()

    def _read(self) -> None:
        pane = self.currentWidget()
        if isinstance(pane, Pane) and pane in self._outdated:
            self._outdated.discard(pane)
            pane.refresh()
