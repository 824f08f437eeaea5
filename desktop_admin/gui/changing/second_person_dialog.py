"""Asking for a second supervisor where two persons must agree, and the deed itself is confirmed already."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.values.lines import Actor
from desktop_admin.gui.changing.release_dialog import ReleaseDialog
from desktop_admin.gui.core.words import Words
from desktop_admin.messages import phrase


class SecondPersonDialog(ReleaseDialog):
    """Asks a second supervisor for user name and password, and for nothing else.

    Args:
        deed: what is released, as the button says it.

    Signals:
        released: the supervisor, once the password was right.
    """

    released = Signal(object)

    def __init__(self, deed: str, *, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=deed, parent=parent)
        self.add_release(phrase("changing.two_persons"), words=words)
        self.column.addStretch(1)
        self.add_deed(deed)
        self.fit(characters=74, lines=18)

    def agree(self, supervisor: Actor | None) -> None:
        super().agree(supervisor)
        self.released.emit(supervisor)
