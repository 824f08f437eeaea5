"""The question that comes before the first change to a database."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.values.lines import Actor
from desktop_admin.gui.changing.release_dialog import ReleaseDialog
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.messages import phrase


class ConsentDialog(ReleaseDialog):
    """Asks before our own tables are created in the portal's database.

    Args:
        of_file: the database is a file, of which a back-up is made first.
        release: the person is no supervisor, who has to agree (write protocol, *Crash safety*).

    Signals:
        agreed: the supervisor who agreed, or None where the person is one.
    """

    agreed = Signal(object)

    def __init__(self, *, of_file: bool, release: bool, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("changing.consent.title"), parent=parent)
        self.column.addWidget(ToneLabel(phrase("changing.consent.told")))
        copy = phrase("changing.consent.file_copy") if of_file else phrase("changing.consent.server_copy")
        self.column.addWidget(ToneLabel(copy))
        if release:
            self.add_release(phrase("changing.consent.release"), words=words)
        self.column.addStretch(1)
        self.add_deed(phrase("changing.consent.of_file") if of_file else phrase("changing.consent.of_server"))
        self.fit(characters=70)

    def agree(self, supervisor: Actor | None) -> None:
        super().agree(supervisor)
        self.agreed.emit(supervisor)
