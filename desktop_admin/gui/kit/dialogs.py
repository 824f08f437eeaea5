"""The few small dialogs there are: consent for our own tables, keys, army numbers, about, a crash."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop_admin import __version__
from desktop_admin.gui.kit.parts import ScrolledPage, in_row, named
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel, button
from desktop_admin.messages import phrase


class Dialog(QDialog):
    """A dialog with a heading, whose safe button is the default and whose other button says what it does."""

    def __init__(self, *, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
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
        return row

    def add_buttons(self, deed: str, *, safe: str = "", beside: QWidget | None = None) -> QPushButton:
        """Add a button that does something behind the one that does nothing, and give it back."""
        row = self.add_close(safe or phrase("kit.cancel"), beside=beside)
        agree = button(deed, self.accept, style="primary")
        agree.setAutoDefault(False)
        row.addWidget(agree)
        return agree

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
        page = named(ScrolledPage(in_row(*((column, 1) for column in columns), spacing=36)), self.windowTitle())
        for column in columns:
            column.addStretch(1)
        self.column.addWidget(page, 1)
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
        self.changes = _read_only(phrase("kit.about.changes"), name=phrase("kit.about.new"))
        self.column.addWidget(self.changes, 1)
        self.add_close()
        self.fit(characters=90, lines=28)
