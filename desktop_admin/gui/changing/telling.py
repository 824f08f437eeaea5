"""What happened, told in the message bar."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.errors import AdminError, Cancelled
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.kit.bars import MessageBar
from desktop_admin.messages import phrase


class Teller(QObject):
    """Hears from operations and failures, and says them in a sentence."""

    def __init__(self, *, bar: MessageBar, carrying_out: CarryingOut, link: DatabaseLink) -> None:
        super().__init__(bar)
        self._bar = bar
        self._words = carrying_out.words
        self._link = link
        carrying_out.tasks.failed.connect(self._failed)
        carrying_out.changed.connect(self._changed)
        carrying_out.not_known.connect(bar.show_plain)
        carrying_out.not_applied.connect(bar.show_bad)
        carrying_out.prepared.connect(self._prepared)

    @Slot(object)
    def _changed(self, changes: Changes) -> None:
        text = self._words.done(changes)
        if not changes.applied:
            self._bar.show_bad(text)
            return
        told = [changes.screen] if changes.screen and changes.cleared_sessions else []
        # The plan's other notes were for the decision.
        told += [note for note in changes.notes if note.code == "already_applied"]
        self._bar.show_good(f"{text} {self._words.lines(told)}".strip())
        if changes.safety_copy is not None:
            self._bar.add(phrase("changing.safety_copy", path=changes.safety_copy))

    @Slot(object)
    def _prepared(self, backup: Path) -> None:
        self._bar.add(phrase("changing.backup", path=backup))

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        self._link.note(error)
        self.show_problem(error)

    @Slot(object)
    def show_problem(self, error: AdminError) -> None:
        """Say what went wrong."""
        show = self._bar.show_plain if isinstance(error, Cancelled) else self._bar.show_bad
        show(self._words.say(error.message))
