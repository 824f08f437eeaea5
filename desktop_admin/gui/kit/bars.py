"""What stands across the window: the message bar, the bands, and the stage of long work."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEvent, QPoint, QRect, QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QDesktopServices,
    QKeySequence,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPolygon,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from desktop_admin.gui.core.sentences import DONE, OVERDUE
from desktop_admin.gui.core.speech import announce
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel, button
from desktop_admin.messages import phrase

PRACTICE_COLOUR = QColor("#f2b035")
"""Of the band over a database in which nothing is real, and of the frame around a rehearsal, in both themes."""


class _Strip(QFrame):
    """A line across the window with a text in it, which is hidden while there is nothing to say.

    Signals:
        reshaped: it is shown or hidden, or its text needs more lines or fewer.
    """

    reshaped = Signal()

    def __init__(self, style: str, label: ToneLabel) -> None:
        super().__init__()
        self.setObjectName(style)
        self._label = label
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 3, 12, 3)
        self._row.addWidget(label, 1)
        self.hide()

    @property
    def text(self) -> str:
        """What is said, or an empty text while it is hidden."""
        return self._label.text() if not self.isHidden() else ""

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self.reshaped.emit()
        return handled


class Foot(QWidget):
    """The place at the foot of the window for what comes and goes there, always as high as one line.

    What needs more lies over what is above it, so that nothing moves under the mouse.
    """

    def __init__(self, *strips: _Strip) -> None:
        super().__init__()
        self._strips = strips
        for strip in strips:
            strip.reshaped.connect(self._lay)
        self._fit()

    def _fit(self) -> None:
        """As high as a strip that says one line."""
        for strip in self._strips:
            strip.ensurePolished()
        self.setFixedHeight(max(strip.sizeHint().height() for strip in self._strips))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._lay()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    @Slot()
    def _lay(self) -> None:
        """Lay what is shown one above the other, from the foot upwards."""
        bottom = self.geometry().bottom() + 1
        for strip in self._strips:
            if not strip.isHidden():
                height = max(self.height(), strip.heightForWidth(self.width()))
                bottom -= height
                strip.setGeometry(QRect(self.x(), bottom, self.width(), height))
                strip.raise_()


class About(Enum):
    """What a message is about, which it does not outlive."""

    HERE = auto()
    """The candidate or the pane that is seen: it goes when the person turns to another."""
    LINK = auto()
    """That the database cannot be reached."""
    MORE = auto()
    """What the person may need later: it stays until it is closed, or something else is said."""


class MessageBar(_Strip):
    """What just happened, in a sentence, in place: no pop-up for success or failure.

    A success goes away by itself; a problem stays until it is closed, something else is said, or what it is about is
    over.

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
        self._about = About.HERE
        self._good = False
        self._shown = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.put_away)
        self._file = Path()
        self._file_buttons = (
            button(phrase("kit.open_file"), self._open_file),
            button(phrase("kit.show_in_folder"), self._open_folder),
        )
        self._way_out = ActionButton(self.undo)
        self._way_out.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for one in self._offers:
            self._row.addWidget(one)
        self._row.addWidget(button(phrase("kit.close"), self.put_away, name=phrase("kit.close_message")))
        self.put_away()

    @Slot()
    def put_away(self) -> None:
        """Say nothing any more, and offer nothing."""
        self._timer.stop()
        self._hide_buttons()
        self.hide()

    @property
    def _offers(self) -> tuple[QWidget, ...]:
        return (self._undo_button, *self._file_buttons, self._way_out)

    def _hide_buttons(self) -> None:
        for one in self._offers:
            one.hide()

    def offer(self, action: QAction) -> None:
        """Offer a way out of the problem that is said."""
        self._way_out.set_action(action)
        self._way_out.show()

    def offer_undo(self) -> None:
        """Offer to take back what is said to be done."""
        self._undo_button.show()

    @property
    def offers_undo(self) -> bool:
        """Whether the bar says what would be taken back."""
        return not self.isHidden() and not self._undo_button.isHidden()

    @Slot(str)
    def show_good(self, text: str) -> None:
        """Say that something was done."""
        self._show(f"{DONE} {text}", "good", About.HERE)
        self._timer.start(self.GOOD_MS)

    def show_saved(self, text: str, file: Path) -> None:
        """Say that a file was written, and offer to open it, or the folder that it is in."""
        self.show_good(text)
        self._file = file
        for one in self._file_buttons:
            one.show()

    @Slot()
    def _open_file(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file)))

    @Slot()
    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file.parent)))

    @Slot(str)
    def show_bad(self, text: str, about: About = About.HERE) -> None:
        """Say that something could not be done, and why."""
        self._show(f"{OVERDUE} {text}", "bad", about)

    @Slot(str)
    def show_refusal(self, text: str) -> None:
        """Say why a key did nothing, for as long as it is of use."""
        self.show_bad(text)
        self._timer.start(self.GOOD_MS)

    @Slot(str)
    def show_plain(self, text: str, about: About = About.HERE) -> None:
        """Say something that is neither."""
        self._show(text, "plain", about)

    def add(self, text: str, about: About = About.HERE) -> None:
        """Say this as well; what is so long does not go away by itself."""
        self._timer.stop()
        if about is not About.HERE or self.isHidden():
            self._about = about
        self._label.show_text(f"{self.text} {text}".strip())
        self.show()
        announce(self, text)

    @Slot()
    def let_go(self) -> None:
        """The person has turned to something else: a problem goes away with it, a success once it could be read."""
        if self._good:
            self.let_go_once_read()
        elif self._about is About.HERE:
            self.put_away()

    @Slot()
    def let_go_once_read(self) -> None:
        """Other rows are chosen, perhaps because those of the problem are gone: it goes away once it could be read."""
        if self._about is About.HERE and not self.isHidden():
            self._timer.start(max(0, self.READ_MS - self._shown.elapsed()))

    def end(self, about: About) -> None:
        """What messages were about is over: one that is about it goes away."""
        if self._about is about:
            self.put_away()

    def _show(self, text: str, tone: str, about: About) -> None:
        self._timer.stop()
        self._hide_buttons()
        self._about, self._good = about, tone == "good"
        self._shown.start()
        self._label.show_text(text)
        self.setProperty("tone", tone)
        self.style().polish(self)
        self.show()
        announce(self, text, urgent=tone == "bad")


class StripedBand(QWidget):
    """The band over a demo, rehearsal or scratch database, which nobody can overlook."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
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
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        painter.fillRect(self.rect(), PRACTICE_COLOUR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#1b1f24"))
        height, step = self.height(), 28
        text_width = painter.fontMetrics().horizontalAdvance(self._text) + 48
        for left in range(-height, self.width() + height, step):
            painter.drawPolygon(_slanted(left, step // 2, height))
        middle = self.rect().adjusted((self.width() - text_width) // 2, 0, -(self.width() - text_width) // 2, 0)
        painter.fillRect(middle, PRACTICE_COLOUR)
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
        before = self.text
        self._label.show_text(text)
        self.setVisible(bool(text))
        if text and text != before:
            announce(self, text, urgent=True)


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
