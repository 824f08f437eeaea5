"""Why something is done: one of the numbered reasons, or a text of one's own."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from desktop_admin.controllers.values.records import REASONS, recorded_reason
from desktop_admin.gui.kit.widgets import PlainLabel
from desktop_admin.messages import phrase


class ReasonBox(QWidget):
    """The numbered reasons, with a text for *other*; none at first, then what was last used stays the default."""

    OTHER = REASONS.index("reason_other")

    def __init__(self) -> None:
        super().__init__()
        self._box = QComboBox()
        self._box.setAccessibleName(phrase("kit.reason"))
        for number, key in enumerate(REASONS, start=1):
            self._box.addItem(f"{number}  {phrase(key)}", recorded_reason(key))
        # A reason that nobody chose would stand in the log as if somebody had.
        self._box.setPlaceholderText(phrase("kit.reason.none"))
        self._box.setCurrentIndex(-1)
        self._other = QLineEdit()
        self._other.setAccessibleName(phrase("kit.reason.other_name"))
        self._other.setPlaceholderText(phrase("kit.reason.other_hint"))
        self._other.hide()
        label = PlainLabel(phrase("kit.reason"))
        label.setBuddy(self._box)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label)
        layout.addWidget(self._box, 1)
        layout.addWidget(self._other, 1)
        self._box.currentIndexChanged.connect(self._chosen)

    @property
    def reason(self) -> str | None:
        """The reason as it is recorded; None where none was chosen."""
        typed = self._other.text().strip()
        if self._box.currentIndex() == self.OTHER and typed:
            return typed
        data: str | None = self._box.currentData()
        return data

    def choose(self, number: int) -> None:
        """Choose the reason with this number, from 1."""
        self._box.setCurrentIndex(number - 1)
        if number - 1 == self.OTHER:
            self._other.setFocus()

    def forget(self) -> None:
        """Choose none, as at first: what one person used last is not another's."""
        self._box.setCurrentIndex(-1)
        self._other.clear()

    @Slot(int)
    def _chosen(self, index: int) -> None:
        self._other.setVisible(index == self.OTHER)
