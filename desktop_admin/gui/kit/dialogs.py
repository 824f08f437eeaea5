"""The few small dialogs there are: consent for our own tables, keys, army numbers, about, a crash."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
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

from desktop_admin import __version__, resources
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import PlainLabel, ToneLabel


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

    def add_buttons(self, *, safe: str, deed: str = "", beside: QWidget | None = None) -> QPushButton | None:
        """Add the buttons: the safe one has the focus and is pressed by Enter.

        Args:
            safe: the text of the button that changes nothing.
            deed: the text of the button that does what the dialog is for.
            beside: further buttons, to the left of both.
        """
        row = QHBoxLayout()
        if beside is not None:
            row.addWidget(beside)
        row.addStretch(1)
        cancel = QPushButton(safe)
        cancel.setObjectName("secondary")
        cancel.setAccessibleName(safe)
        cancel.setDefault(True)
        cancel.clicked.connect(self.reject)
        row.addWidget(cancel)
        button = None
        if deed:
            button = QPushButton(deed)
            button.setObjectName("primary")
            button.setAccessibleName(deed)
            button.setAutoDefault(False)
            button.clicked.connect(self.accept)
            row.addWidget(button)
        self.column.addLayout(row)
        cancel.setFocus()
        return button

    def fit(self, *, characters: int, lines: int = 0) -> None:
        """Take the size that the contents need, whatever the size of the text.

        Args:
            characters: how wide the dialog is.
            lines: how high it is at least.
        """
        metrics = self.fontMetrics()
        width = max(metrics.averageCharWidth() * characters, self.column.minimumSize().width())
        height = max(metrics.height() * lines, self.column.totalHeightForWidth(width))
        self.resize(width, height)


class CrashDialog(Dialog):
    """A mistake in the program: says so, and gives the details to copy."""

    def __init__(self, details: str, *, log: str, parent: QWidget | None = None) -> None:
        super().__init__(title=QCoreApplication.translate("CrashDialog", "The program made a mistake"), parent=parent)
        text = self.tr(
            "This is a mistake in desktop-admin, not yours. A change that was under way is either complete or was not "
            "made at all; press F5 to see which. Please send these details to whoever looks after the program."
        )
        self.column.addWidget(ToneLabel(text))
        if log:
            self.column.addWidget(ToneLabel(self.tr("They are also in {file}").format(file=log), tone=Tone.MUTED))
        self._details = QPlainTextEdit(details)
        self._details.setReadOnly(True)
        self._details.setAccessibleName(self.tr("Details of the mistake"))
        self.column.addWidget(self._details, 1)
        self.copy = QPushButton(self.tr("Copy the details"))
        self.copy.setObjectName("secondary")
        self.copy.setAccessibleName(self.copy.text())
        self.copy.clicked.connect(self._copy)
        self.column.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        self.add_buttons(safe=self.tr("Close"))
        self.fit(characters=90, lines=22)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details.toPlainText())


class KeySheet(Dialog):
    """All keys on one page."""

    def __init__(self, *, parent: QWidget | None) -> None:
        super().__init__(title=QCoreApplication.translate("KeySheet", "Keys"), parent=parent)
        form = QFormLayout()
        form.setHorizontalSpacing(28)
        form.setVerticalSpacing(7)
        for key, text in self._keys():
            label = PlainLabel(key)
            font = label.font()
            font.setBold(True)
            label.setFont(font)
            form.addRow(label, PlainLabel(text))
        self.column.addLayout(form)
        self.column.addStretch(1)
        self.add_buttons(safe=self.tr("Close"))
        self.fit(characters=60)

    def _keys(self) -> tuple[tuple[str, str], ...]:
        return (
            (self.tr("Scan"), self.tr("select the candidate, wherever the focus is")),
            ("Ctrl+K, Esc", self.tr("to the search field")),
            ("Ctrl+1 … 4", self.tr("Desk, Sessions, Question sets, History")),
            ("F5", self.tr("read everything again")),
            ("Ctrl+P", self.tr("print the slip of the operation or candidate")),
            ("F8", self.tr("assign a slot")),
            ("F9", self.tr("reset the slot")),
            ("Ctrl+F9", self.tr("reassign: reset and assign in one step")),
            ("Shift+F9", self.tr("clear the open sessions only")),
            ("Ctrl+Z", self.tr("undo what you did last")),
            ("Alt+1 … 6", self.tr("reason")),
            ("Ctrl+V", self.tr("in the list: look for the pasted army numbers")),
            ("Ctrl+=, Ctrl+-", self.tr("larger, smaller text")),
            ("F1", self.tr("this sheet")),
        )


class PasteDialog(Dialog):
    """Takes many army numbers, for example a column of a spreadsheet.

    Signals:
        pasted: the text.
    """

    pasted = Signal(str)

    def __init__(self, *, parent: QWidget | None) -> None:
        super().__init__(title=QCoreApplication.translate("PasteDialog", "Paste army numbers"), parent=parent)
        self.column.addWidget(ToneLabel(self.tr("One to a line, or separated by blanks or commas."), tone=Tone.MUTED))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("Army numbers"))
        self.column.addWidget(self.text, 1)
        self.add_buttons(safe=self.tr("Cancel"), deed=self.tr("Select these candidates"))
        self.text.setFocus()
        self.fit(characters=58, lines=20)

    def accept(self) -> None:
        super().accept()
        self.pasted.emit(self.text.toPlainText())


class AboutDialog(Dialog):
    """What this program is, and what is new in it."""

    def __init__(self, *, parent: QWidget | None) -> None:
        super().__init__(title=f"desktop-admin {__version__}", parent=parent)
        text = self.tr(
            "Puts slots, question sets and sessions of the exam portal right, in one transaction, planned before it is "
            "applied.\n\nLicence: MIT. Fonts: Noto Sans and Noto Sans Devanagari, SIL Open Font License 1.1."
        )
        self.column.addWidget(ToneLabel(text))
        self.column.addWidget(ToneLabel(self.tr("What is new in this version"), bold=True))
        self.changes = QPlainTextEdit(resources.newest_changes())
        self.changes.setReadOnly(True)
        self.changes.setTabChangesFocus(True)
        self.changes.setAccessibleName(self.tr("What is new in this version"))
        self.column.addWidget(self.changes, 1)
        self.add_buttons(safe=self.tr("Close"))
        self.fit(characters=90, lines=28)
