"""What is read again, and when: because of an operation here, of another desk, of the person, or of time."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from desktop_admin.gui.menus.upkeep_actions import UpkeepActions
from desktop_admin.gui.people.entrance import Entrance
from desktop_admin.gui.window.cases_board import Cases
from desktop_admin.gui.window.panes import DAY, Panes


class Refresher(QObject):
    """Has the pane that is seen read again, and what is counted or shown by itself; nothing while nobody is inside."""

    def __init__(self, panes: Panes, *, entrance: Entrance, upkeep: UpkeepActions, cases: Cases) -> None:
        super().__init__(panes)
        self._panes = panes
        self._entrance = entrance
        self._upkeep = upkeep
        self._cases = cases

    @Slot()
    def read_all(self) -> None:
        """Another desk may have changed anything."""
        if self._entrance.inside:
            self.read_changed()
            self._upkeep.look_at_guard()

    @Slot()
    def read_changed(self) -> None:
        """An operation has changed what the panes show; session health is read whatever is seen, for its badge."""
        if self._entrance.inside:
            self._panes.stack.read(but=self._panes.sessions)
            self._read_always()

    @Slot()
    def read_aged(self) -> None:
        """Time has gone by."""
        if self._entrance.inside:
            self._panes.stack.age()
            self._read_always()

    def _read_always(self) -> None:
        """Read what is counted, or shown by itself, whatever pane is seen."""
        self._panes.sessions.refresh()
        self._panes.desk.not_back.refresh()
        if self._panes.stack.is_made(DAY):
            self._panes.day.follow()
        self._cases.refresh()
