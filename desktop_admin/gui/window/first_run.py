"""What the window shows while no database is open: the saved connections and four ways to begin, and no wizard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel
from desktop_admin.gui.window.openings import Openings
from desktop_admin.messages import phrase

WIDTH = 70
"""How many characters wide the card is."""
MOST_CONNECTIONS = 4
"""The others are in the File menu."""


class FirstRun(QScrollArea):
    """The empty state; it scrolls where the window is small or the text large."""

    def __init__(self, openings: Openings) -> None:
        super().__init__()
        known, demo = openings.known.actions(), openings.demo
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(phrase("window.ways"))
        self._card = QFrame()
        self._card.setObjectName("card")
        self._inner = QVBoxLayout(self._card)
        self._inner.setContentsMargins(32, 18, 32, 14)
        self._inner.setSpacing(9)
        self._inner.addWidget(ToneLabel(phrase("window.no_database_open"), bold=True, scale=1.5))
        self._inner.addWidget(ToneLabel(phrase("window.choose")))
        self._inner.addSpacing(8)
        if known:
            self._inner.addWidget(ToneLabel(phrase("window.saved_connections"), tone=Tone.MUTED))
        ways = (demo, openings.connect_server, openings.open_file, openings.create)
        primary = known[0] if known else demo
        for action in (*known[:MOST_CONNECTIONS], *ways):
            if action is demo and known:
                self._inner.addSpacing(14)
            self._inner.addWidget(ActionButton(action, style="primary" if action is primary else "secondary"))
            if action in ways:
                self._inner.addWidget(ToneLabel(action.statusTip(), tone=Tone.MUTED))
                self._inner.addSpacing(6)
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(self._card, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        self.setWidget(page)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self._card.setFixedWidth(self.fontMetrics().averageCharWidth() * WIDTH)
        # Texts that wrap do not tell their height to what scrolls.
        self._card.setMinimumHeight(self._inner.totalHeightForWidth(self._card.width()))
