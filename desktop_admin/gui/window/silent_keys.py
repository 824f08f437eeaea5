"""Why a key did nothing, in one line, where somebody pressed it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.desk.candidate_actions import CandidateActions
from desktop_admin.gui.kit.actions import without_access_key
from desktop_admin.messages import phrase


class SilentKeys(QObject):
    """Knows of every entry of the window that is off why its key does nothing.

    Signals:
        refused: why a key did nothing.
    """

    refused = Signal(str)

    def __init__(
        self, *, carrying_out: CarryingOut, candidate: CandidateActions, undo: QAction, lock: QAction, window: QWidget
    ) -> None:
        super().__init__(window)
        self._carrying_out = carrying_out
        self._link = carrying_out.link
        self._candidate = candidate
        self._undo = undo
        self._lock = lock
        self._window = window

    def tell(self, key: QKeySequence) -> None:
        """A key was pressed that nobody took: where it is that of an entry which is off, say why."""
        entries = self._window.window().findChildren(QAction)
        off = next((one for one in entries if key in one.shortcuts() and not one.isEnabled()), None)
        if off is not None:
            self.refused.emit(self._why_off(off))

    def _why_off(self, entry: QAction) -> str:
        kind = entry.data()
        if self._link.description is None:
            return phrase("window.key_no_database")
        if self._link.lost_since is not None:
            return phrase("window.key_link_lost")
        if entry is self._lock:
            return phrase("window.nothing_to_lock")
        if isinstance(kind, Operation):
            return self._candidate.why_off(kind)
        if self._carrying_out.busy:
            return phrase("desk.busy")
        if entry is self._undo:
            return phrase("window.nothing_to_undo")
        return phrase("window.key_off", entry=without_access_key(entry.text()))
