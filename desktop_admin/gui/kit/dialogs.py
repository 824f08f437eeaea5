"""The few small dialogs there are: consent for our own tables, keys, army numbers, about, a crash."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop_admin import __version__
from desktop_admin.gui.core.keys import ENTER
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.room import Flow, Reachable, on_screen
from desktop_admin.gui.kit.widgets import ToneLabel, button
from desktop_admin.messages import phrase


class Dialog(QDialog):
    """A dialog with a heading, whose safe button is the default and whose other button says what it does.

    Where something must be typed, Enter in a line goes on: to the next line that is empty, and where all is there, to
    what the button says. Only Esc and the safe button leave it. When it is closed, the search field of the window that
    it stood before has the focus, whatever had it then.
    """

    def __init__(self, *, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._lines: tuple[QLineEdit, ...] = ()
        self._safe: QPushButton | None = None
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        # Each dialog gets its size when it is made; following every change of the contents makes windows jump.
        self._outer.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        body = QWidget()
        self.column = QVBoxLayout(body)
        self.column.setContentsMargins(20, 18, 20, 16)
        self.column.setSpacing(10)
        # Below what may be scrolled, so that the buttons are always seen.
        self._foot = Flow()
        self._foot.setContentsMargins(20, 0, 20, 16)
        self.contents = Reachable(body)
        self._outer.addWidget(self.contents)
        self._outer.addLayout(self._foot)
        self.column.addWidget(ToneLabel(title, bold=True, scale=1.25))

    def done(self, result: int) -> None:
        """Close, however that comes about."""
        super().done(result)
        before = self.parentWidget()
        if before is not None and before.focusProxy() is not None:
            before.setFocus()

    def add_close(self, text: str = "", *, beside: Sequence[QWidget] = ()) -> None:
        """Add the button that closes, ``beside`` before it; it has the focus, and Enter presses it."""
        close = button(text or phrase("kit.close"), self.reject)
        close.setDefault(True)
        between = QWidget(minimumHeight=close.sizeHint().height())
        between.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for part in (*beside, between, close):
            self._foot.addWidget(part)
        close.setFocus()
        self._safe = close

    def add_buttons(self, deed: str, *, safe: str = "", beside: Sequence[QWidget] = ()) -> QPushButton:
        """Add a button that does something behind the one that does nothing, and give it back."""
        self.add_close(safe or phrase("kit.cancel"), beside=beside)
        agree = button(deed, self.accept, style="primary")
        self._foot.addWidget(agree)
        self._agree = agree
        return agree

    def ask_for(self, *lines: QLineEdit) -> None:
        """Demand that these lines are filled in, in this order; the first one that is empty has the focus."""
        self._lines = lines
        self._agree.setDefault(True)
        for line, following in pairwise((*lines, self._agree)):
            self.setTabOrder(line, following)
        self._first_lacking.setFocus()

    @property
    def _first_lacking(self) -> QLineEdit:
        return next((line for line in self._lines if self.lacks(line)), self._lines[0])

    def lacks(self, line: QLineEdit) -> bool:
        """Whether the line is not filled in as it must be."""
        return not line.text().strip()

    def tell_lacking(self, line: QLineEdit) -> None:
        """Say what must be typed there."""
        raise NotImplementedError

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = self.focusWidget()
        if event.key() not in ENTER or not isinstance(focus, QLineEdit | QAbstractSpinBox):
            super().keyPressEvent(event)
        elif any(focus is line for line in self._lines):
            self._go_on_from(focus)
        elif self._safe is not None and self._safe.isDefault():
            # Whoever ends a number with Enter does not mean to leave.
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def _go_on_from(self, focus: QWidget) -> None:
        line = self._first_lacking
        if not self.lacks(line):
            self.accept()
        elif line is focus:
            self.tell_lacking(line)
            line.selectAll()
        else:
            line.setFocus()

    def fit(self, *, characters: int, lines: int = 0) -> None:
        """Take the size that the contents need: so many characters wide, and at least so many lines high."""
        metrics = self.fontMetrics()
        wanted = max(metrics.averageCharWidth() * characters, self.column.minimumSize().width())
        # As wide as all buttons beside each other, where the screen is.
        width = on_screen(QSize(max(wanted, self._foot.sizeHint().width()), 0)).width()
        height = self.column.totalHeightForWidth(width) + self._outer.spacing() + self._foot.heightForWidth(width)
        self.resize(on_screen(QSize(width, max(metrics.height() * lines, height))))


def read_only(text: str, *, name: str) -> QPlainTextEdit:
    """A long text to read, and to copy from."""
    box = QPlainTextEdit(text)
    box.setReadOnly(True)
    box.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    box.setTabChangesFocus(True)
    box.setAccessibleName(name)
    return box


class CrashDialog(Dialog):
    """A mistake in the program: says so, and gives the details to copy."""

    def __init__(self, details: str, *, log: str, parent: QWidget | None = None) -> None:
        super().__init__(title=phrase("kit.crash.title"), parent=parent)
        self.column.addWidget(ToneLabel(phrase("kit.crash.told")))
        if log:
            self.column.addWidget(ToneLabel(phrase("kit.crash.file", file=log), tone=Tone.MUTED))
        self._details = read_only(details, name=phrase("kit.crash.details"))
        self.column.addWidget(self._details, 1)
        self.copy = button(phrase("kit.crash.copy"), self._copy)
        self.column.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_close()
        self.fit(characters=90, lines=22)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details.toPlainText())


_HEADING_LINES = 2
KeyGroup = tuple[str, Sequence[tuple[str, str]]]
"""A heading, and below it keys with what they do."""


class KeySheet(Dialog):
    """All keys on one page, in two columns."""

    def __init__(self, groups: Sequence[KeyGroup], *, parent: QWidget | None) -> None:
        super().__init__(title=phrase("kit.keys.title"), parent=parent)
        columns = (QVBoxLayout(), QVBoxLayout())
        heights = [len(keys) + _HEADING_LINES for _title, keys in groups]
        for number, (title, keys) in enumerate(groups):
            # A group stands where its middle is.
            is_right = sum(heights[:number]) + heights[number] / 2 >= sum(heights) / 2
            columns[is_right].addLayout(_key_form(title, keys))
        beside = QHBoxLayout()
        beside.setSpacing(36)
        for column in columns:
            column.addStretch(1)
            beside.addLayout(column, 1)
        self.column.addLayout(beside, 1)
        self.add_close()
        self.fit(characters=112, lines=32)


def _key_form(title: str, keys: Sequence[tuple[str, str]]) -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(20)
    form.setVerticalSpacing(2)
    form.setContentsMargins(0, 0, 0, 4)
    form.addRow(ToneLabel(title, tone=Tone.MUTED))
    for key, text in keys:
        form.addRow(ToneLabel(key, bold=True), ToneLabel(text))
    return form


class PasteDialog(Dialog):
    """Takes many army numbers, for example a column of a spreadsheet.

    Signals:
        pasted: the text.
    """

    pasted = Signal(str)

    def __init__(self, *, parent: QWidget | None) -> None:
        super().__init__(title=phrase("kit.paste.title"), parent=parent)
        self.column.addWidget(ToneLabel(phrase("kit.paste.told"), tone=Tone.MUTED))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(phrase("kit.paste.numbers"))
        self.column.addWidget(self.text, 1)
        self.add_buttons(phrase("kit.paste.deed"))
        self.text.setFocus()
        self.fit(characters=58, lines=20)

    def accept(self) -> None:
        super().accept()
        self.pasted.emit(self.text.toPlainText())


class AboutDialog(Dialog):
    """What this program is, and what is new in it."""

    def __init__(self, *, parent: QWidget | None) -> None:
        super().__init__(title=f"desktop-admin {__version__}", parent=parent)
        self.column.addWidget(ToneLabel(phrase("kit.about.told")))
        self.column.addWidget(ToneLabel(phrase("kit.about.licence")))
        self.column.addWidget(ToneLabel(phrase("kit.about.new"), bold=True))
        self.changes = read_only(phrase("kit.about.changes"), name=phrase("kit.about.new"))
        self.column.addWidget(self.changes, 1)
        self.add_close()
        self.fit(characters=90, lines=28)
