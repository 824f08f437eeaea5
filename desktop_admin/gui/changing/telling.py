"""What happened, told in the message bar."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Slot

from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.errors import AdminError, Cancelled
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.kit.bars import About, MessageBar
from desktop_admin.messages import phrase


class Teller(QObject):
    """Hears from operations and failures, and says them in a sentence."""

    def __init__(self, *, bar: MessageBar, carrying_out: CarryingOut, link: DatabaseLink) -> None:
        super().__init__(bar)
        self._bar = bar
        self._words = carrying_out.words
        self._link = link
        carrying_out.tasks.failed.connect(self._failed)
        carrying_out.failed.connect(self._not_carried_out)
        carrying_out.changed.connect(self._changed)
        carrying_out.not_known.connect(self._not_known)
        carrying_out.not_applied.connect(bar.show_bad)
        carrying_out.prepared.connect(self._prepared)
        link.restored.connect(self._restored)

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

    @Slot(str)
    def _not_known(self, text: str) -> None:
        # Whoever turns to the next candidate must still be told what became of the last one.
        self._bar.show_plain(text, About.MORE)

    @Slot(object)
    def _not_carried_out(self, error: AdminError) -> None:
        self._link.note(error)
        self._say(error, About.HERE)

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        self._link.note(error)
        self._say(error, About.HERE if self._link.lost_since is None else About.LINK)

    @Slot()
    def _restored(self) -> None:
        self._bar.end(About.LINK)

    @Slot(object)
    def show_refused(self, error: AdminError) -> None:
        """Say why a database was not opened."""
        self._say(error, About.MORE)

    def _say(self, error: AdminError, about: About) -> None:
        show = self._bar.show_plain if isinstance(error, Cancelled) else self._bar.show_bad
        show(self._words.say(error.message), about)
