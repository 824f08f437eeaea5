"""Labels that do more than say something: one that leads somewhere, and one that gives way."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QResizeEvent, Qt

from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel, tip


class LinkLabel(ToneLabel):
    """A text that leads somewhere, by a click, or by Enter or a blank where Tab brought the focus to it.

    Signals:
        pressed: somebody wants to go there.
    """

    pressed = Signal()

    def __init__(self, *, tone: Tone = Tone.PLAIN) -> None:
        super().__init__(tone=tone)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumWidth(1)

    def restyle(self) -> None:
        super().restyle()
        font = self.font()
        font.setUnderline(True)
        self.setFont(font)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(self.palette().color(QPalette.ColorRole.Accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            painter.end()


class ShortLabel(ToneLabel):
    """A text in one line that leaves out its middle where there is no room for it, and has all of it in its tip."""

    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(False)
        self._hint = ""

    def set_hint(self, hint: str) -> None:
        """What else its tip says."""
        self._hint = hint
        self._follow()

    def minimumSizeHint(self) -> QSize:
        least = self.fontMetrics().averageCharWidth() * 6
        return QSize(min(least, self.sizeHint().width()), self.sizeHint().height())

    def show_text(self, text: str, tone: Tone | None = None) -> None:
        super().show_text(text, tone)
        self._follow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.shortened:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room.width())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(room, int(self.alignment()), text)
        painter.end()

    @property
    def shortened(self) -> bool:
        """Whether not all of it is seen."""
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()

    def _follow(self) -> None:
        self.setToolTip(tip(self._hint or (self.text() if self.shortened else "")))
