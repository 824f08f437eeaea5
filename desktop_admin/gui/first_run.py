"""What the window shows while no database is open: four ways to begin, and no wizard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop_admin.gui.themes import Tone
from desktop_admin.gui.widgets import ActionButton, ToneLabel


class FirstRun(QWidget):
    """The empty state."""

    def __init__(self, *, demo: QAction, connect: QAction, open_file: QAction, create: QAction) -> None:
        super().__init__()
        card = QFrame()
        card.setObjectName("card")
        card.setFixedWidth(self.fontMetrics().averageCharWidth() * 70)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(32, 28, 32, 28)
        inner.setSpacing(10)
        inner.addWidget(ToneLabel(self.tr("No database is open"), bold=True, scale=1.5))
        inner.addWidget(ToneLabel(self.tr("Choose what to work on. Opening a database changes nothing in it.")))
        inner.addSpacing(8)
        for action in (demo, connect, open_file, create):
            inner.addWidget(ActionButton(action, style="primary" if action is demo else "secondary"))
            inner.addWidget(ToneLabel(action.statusTip(), tone=Tone.MUTED))
            inner.addSpacing(6)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
