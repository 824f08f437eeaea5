"""What lies over the contents of the window while nobody has signed in."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel


class Cover(QFrame):
    """Says which database waits for somebody to sign in, and shows nothing of it."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ToneLabel(bold=True, scale=1.5)
        told = ToneLabel(self.tr("Nobody is signed in."), tone=Tone.MUTED)
        column = QVBoxLayout(self)
        column.addStretch(1)
        for label in (self._name, told):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addStretch(1)

    def show_name(self, name: str) -> None:
        """Name the database."""
        self._name.show_text(name)
