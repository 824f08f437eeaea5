"""What stands across the window: the message bar, the bands, and the stage of long work."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter, QPaintEvent, QPolygon
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel, button
from desktop_admin.messages import phrase


class _Strip(QFrame):
    """A line across the window with a text in it, which is hidden while there is nothing to say."""

    def __init__(self, style: str, label: ToneLabel) -> None:
        super().__init__()
        self.setObjectName(style)
        self._label = label
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 12, 6)
        self._row.addWidget(label, 1)
        self.hide()

    @property
    def text(self) -> str:
        """What is said, or an empty text while it is hidden."""
        return self._label.text() if not self.isHidden() else ""


class MessageBar(_Strip):
    """What just happened, in a sentence, in place: no pop-up for success or failure.

    A success goes away by itself; a problem stays until it is closed or something else happens.

    Attributes:
        undo: takes back what was done last; its button is there while the bar says what that was.
    """

    GOOD_MS = 20_000
    """How long a success stays."""
    READ_MS = 4_000
    """How long it stays at least, so that it can be read."""

    def __init__(self) -> None:
        super().__init__("message", ToneLabel())
        self.undo = QAction(phrase("kit.undo"), self)
        self.undo.setShortcut(QKeySequence("Ctrl+Z"))
        self.undo.setAutoRepeat(False)
        self.undo.setEnabled(False)
        self._undo_button = ActionButton(self.undo)
        self._undo_button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.put_away)
        self._row.addWidget(self._undo_button)
        self._row.addWidget(button(phrase("kit.close"), self.put_away, name=phrase("kit.close_message")))
        self.put_away()

    @Slot()
    def put_away(self) -> None:
        """Say nothing any more, and offer nothing."""
        self._timer.stop()
        self._undo_button.hide()
        self.hide()

    def offer_undo(self) -> None:
        """Offer to take back what is said to be done."""
        self._undo_button.show()

    @property
    def offers_undo(self) -> bool:
        """Whether the bar says what would be taken back."""
        return not self.isHidden() and not self._undo_button.isHidden()

    def show_good(self, text: str) -> None:
        """Say that something was done."""
        self._show(f"✓ {text}", "good")
        self._timer.start(self.GOOD_MS)

    def show_bad(self, text: str) -> None:
        """Say that something could not be done, and why."""
        self._show(f"▲ {text}", "bad")

    def show_refusal(self, text: str) -> None:
        """Say why a key did nothing, for as long as it is of use."""
        self.show_bad(text)
        self._timer.start(self.GOOD_MS)

    def show_plain(self, text: str) -> None:
        """Say something that is neither."""
        self._show(text, "plain")

    def add(self, text: str) -> None:
        """Say this as well; what is so long stays until it is closed."""
        self._timer.stop()
        self._label.show_text(f"{self.text} {text}".strip())
        self.setAccessibleName(self._label.text())
        self.show()

    @Slot()
    def let_go(self) -> None:
        """The person has turned to something else: a success goes away once it could be read."""
        if self._timer.isActive():
            read = self.GOOD_MS - self._timer.remainingTime()
            self._timer.start(max(0, self.READ_MS - read))

    def _show(self, text: str, tone: str) -> None:
        self._timer.stop()
        self._undo_button.hide()
        self._label.show_text(text)
        self.setAccessibleName(text)
        self.setProperty("tone", tone)
        self.style().polish(self)
        self.show()


class StripedBand(QWidget):
    """The band over a demo, rehearsal or scratch database, which nobody can overlook."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        font = QApplication.font()
        font.setBold(True)
        self.setFont(font)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show the band with this text, or hide it for an empty one."""
        self._text = text
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, round(self.fontMetrics().height() * 1.6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor("#f2b035"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#1b1f24"))
        height, step = self.height(), 28
        text_width = self.fontMetrics().horizontalAdvance(self._text) + 48
        for left in range(-height, self.width() + height, step):
            painter.drawPolygon(_slanted(left, step // 2, height))
        middle = self.rect().adjusted((self.width() - text_width) // 2, 0, -(self.width() - text_width) // 2, 0)
        painter.fillRect(middle, QColor("#f2b035"))
        painter.setPen(QColor("#1b1f24"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()


def _slanted(left: int, width: int, height: int) -> QPolygon:
    corners = ((left, height), (left + height, 0), (left + height + width, 0), (left + width, height))
    return QPolygon([QPoint(*corner) for corner in corners])


class ProblemBand(_Strip):
    """A band that stays while something is wrong with the database; never a pop-up."""

    def __init__(self) -> None:
        super().__init__("band", ToneLabel(tone=Tone.STUCK, bold=True))

    def show_text(self, text: str) -> None:
        """Show the band with this sentence, or hide it for an empty one."""
        self._label.show_text(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))


class StageStrip(_Strip):
    """The stage of work that takes long, with Cancel; work that is done at once never shows it."""

    cancelled = Signal()
    PATIENCE_MS = 300

    def __init__(self) -> None:
        super().__init__("stage", ToneLabel())
        progress = QProgressBar()
        progress.setRange(0, 0)
        progress.setTextVisible(False)
        progress.setMaximumWidth(160)
        progress.setAccessibleName(phrase("kit.work"))
        self.cancel = button(phrase("kit.cancel"), self._cancel, name=phrase("kit.cancel_work"))
        self._row.insertWidget(0, progress)
        self._row.addWidget(self.cancel)
        self._timer = QTimer(self, singleShot=True, interval=self.PATIENCE_MS)
        self._timer.timeout.connect(self.show)

    @Slot()
    def _cancel(self) -> None:
        # A statement that waits for a lock in a file ends only with its wait.
        self._label.show_text(phrase("kit.stopping"))
        self.cancel.setEnabled(False)
        self.cancelled.emit()

    @Slot(str)
    def follow(self, stage: str) -> None:
        """Show this stage once it has lasted; an empty text means that the work is done."""
        self._label.show_text(stage)
        self.cancel.setEnabled(True)
        if not stage:
            self._timer.stop()
            self.hide()
        elif not self._timer.isActive() and self.isHidden():
            self._timer.start()
