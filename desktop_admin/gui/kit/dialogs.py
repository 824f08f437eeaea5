"""The few small dialogs there are: consent for our own tables, keys, army numbers, about, a crash."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
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
    QVBoxLayout,
    QWidget,
)

from desktop_admin import __version__
from desktop_admin.gui.kit.keys import ENTER
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import PlainLabel, ToneLabel, button
from desktop_admin.messages import phrase


class Dialog(QDialog):
    """A dialog with a heading, whose safe button is the default and whose other button says what it does.

    Where something must be typed, Enter in a line goes on: to the next line that is empty, and where all is there, to
    what the button says. Only Esc and the safe button leave it.
    """

    def __init__(self, *, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._lines: tuple[QLineEdit, ...] = ()
        self._safe: QPushButton | None = None
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 18, 20, 16)
        self.column.setSpacing(10)
        # Each dialog gets its size when it is made; following every change of the contents makes windows jump.
        self.column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.column.addWidget(ToneLabel(title, bold=True, scale=1.25))

    def add_close(self, text: str = "", *, beside: QWidget | None = None) -> QHBoxLayout:
        """Add the button that closes, ``beside`` before it; it has the focus, and Enter presses it."""
        row = QHBoxLayout()
        if beside is not None:
            row.addWidget(beside)
        row.addStretch(1)
        close = button(text or phrase("kit.close"), self.reject)
        close.setDefault(True)
        row.addWidget(close)
        self.column.addLayout(row)
        close.setFocus()
        self._safe = close
        return row

    def add_buttons(self, deed: str, *, safe: str = "", beside: QWidget | None = None) -> QPushButton:
        """Add a button that does something behind the one that does nothing, and give it back."""
        row = self.add_close(safe or phrase("kit.cancel"), beside=beside)
        agree = button(deed, self.accept, style="primary")
        row.addWidget(agree)
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
        width = max(metrics.averageCharWidth() * characters, self.column.minimumSize().width())
        height = max(metrics.height() * lines, self.column.totalHeightForWidth(width))
        self.resize(width, height)


def _read_only(text: str, *, name: str) -> QPlainTextEdit:
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
        self._details = _read_only(details, name=phrase("kit.crash.details"))
        self.column.addWidget(self._details, 1)
        self.copy = button(phrase("kit.crash.copy"), self._copy)
        self.column.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_close()
        self.fit(characters=90, lines=22)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details.toPlainText())


class KeySheet(Dialog):
    """All keys on one page."""

    def __init__(self, *, parent: QWidget | None) -> None:
        super().__init__(title=phrase("kit.keys.title"), parent=parent)
        form = QFormLayout()
        form.setHorizontalSpacing(28)
        form.setVerticalSpacing(7)
        keys = (
            (phrase("kit.keys.scan"), phrase("kit.keys.scan_does")),
            ("Ctrl+K, Esc", phrase("kit.keys.search")),
            ("Ctrl+1 … 4", phrase("kit.keys.panes")),
            ("F5", phrase("kit.keys.refresh")),
            ("Ctrl+P", phrase("kit.keys.slip")),
            ("F8", phrase("kit.keys.assign")),
            ("F9", phrase("kit.keys.reset")),
            ("Ctrl+F9", phrase("kit.keys.reassign")),
            ("Shift+F9", phrase("kit.keys.clear")),
            ("Ctrl+Z", phrase("kit.keys.undo")),
            ("Alt+1 … 6", phrase("kit.keys.reason")),
            ("Ctrl+V", phrase("kit.keys.paste")),
            ("Ctrl+=, Ctrl+-", phrase("kit.keys.zoom")),
            ("F1", phrase("kit.keys.sheet")),
        )
        for key, text in keys:
            form.addRow(ToneLabel(key, bold=True), PlainLabel(text))
        self.column.addLayout(form)
        self.column.addStretch(1)
        self.add_close()
        self.fit(characters=60)


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
        self.changes = _read_only(phrase("kit.about.changes"), name=phrase("kit.about.new"))
        self.column.addWidget(self.changes, 1)
        self.add_close()
        self.fit(characters=90, lines=28)
