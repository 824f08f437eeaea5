"""What is scanned and typed goes to the pane that is seen, where it has a card of a candidate, else to the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtGui import QKeyEvent

from desktop_admin.gui.core.speech import announce
from desktop_admin.gui.kit.bars import MessageBar
from desktop_admin.gui.settings.preferences import Preferences
from desktop_admin.gui.window.search_field import SearchField
from desktop_admin.messages import phrase

if TYPE_CHECKING:
    from desktop_admin.gui.day.attendance_page import AttendancePage
    from desktop_admin.gui.desk.candidate_pane import CandidatePane
    from desktop_admin.gui.window.panes import Panes

DESK = 1


class Finder(QObject):
    """Gives what the search field holds to whoever looks for candidates, and keys from elsewhere to the field.

    Args:
        panes: gives them while somebody may see what is in a database; else None.
    """

    def __init__(
        self,
        search: SearchField,
        *,
        messages: MessageBar,
        preferences: Preferences,
        panes: Callable[[], Panes | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._search = search
        self._messages = messages
        self._preferences = preferences
        self._panes = panes
        search.textEdited.connect(self._come_there)
        search.searched.connect(self.search)
        search.scanned.connect(self.scan)
        search.confirmed.connect(self._confirm)

    def _looking(self) -> CandidatePane | AttendancePage | None:
        """What looks for a candidate; the desk is shown where no other pane that is seen does."""
        panes = self._panes()
        if panes is None:
            return None
        finder = panes.finder
        if finder is panes.desk:
            panes.stack.show_pane(DESK)
        return finder

    @Slot()
    def _come_there(self) -> None:
        self._looking()

    @Slot(str)
    def search(self, text: str) -> None:
        """Look for what was typed."""
        finder = self._looking()
        if finder is not None:
            finder.search(text)

    @Slot(str)
    def scan(self, text: str) -> None:
        """Show the candidate whose number was scanned."""
        finder = self._looking()
        if finder is not None:
            self._search.show_found(text)
            known = self._preferences.settings
            finder.scan(text, prefix=known.scanner_prefix, suffix=known.scanner_suffix)

    @Slot()
    def _confirm(self) -> None:
        """Enter, with nothing written since: who is at the door is checked in; elsewhere it is looked once more."""
        finder = self._looking()
        if finder is not None:
            finder.confirm()

    @Slot()
    def focus(self) -> None:
        """Put the cursor into the search field, ready to type over what is there."""
        self._search.setFocus()
        self._search.selectAll()

    @Slot()
    def come_back(self) -> None:
        """Esc: go to the search field, else empty it."""
        if self._search.hasFocus() and self._search.text():
            self._search.clear()
            self.search("")
        else:
            self.focus()

    def take_key(self, event: QKeyEvent) -> None:
        """Give a key to the search field that was pressed elsewhere, and whatever comes behind it."""
        if self._search.isEnabled():
            window = self._search.window()
            if window.focusWidget() is not self._search:
                window.activateWindow()
                self.focus()
            QCoreApplication.sendEvent(self._search, event)

    def tell_ignored(self) -> None:
        """Say that something was scanned while a question is waiting for its answer."""
        if self._panes() is not None:
            self._messages.show_bad(phrase("window.scan_ignored"))
            announce(self._messages, phrase("window.scan_ignored"))
