"""User name and password of a staff account, as they are typed to sign in or to release an operation."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFormLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_admin.errors import AdminError
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import Form, ToneLabel
from desktop_admin.gui.kit.words import OVERDUE, Words
from desktop_admin.gui.people.sign_in_jobs import Credentials


class CredentialFields(QWidget):
    """Two lines to type in, and below them what is said of what was typed.

    Args:
        user: the user name that stands there at first.
        lines: how many lines of text what is said may take.

    Signals:
        changed: something was typed, or what was typed was checked.
    """

    changed = Signal()

    def __init__(self, *, words: Words, user: str = "", lines: int) -> None:
        super().__init__()
        self._words = words
        self._busy = False
        self._form = Form()
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._verdict = ToneLabel()
        self._verdict.setMinimumHeight(self._verdict.fontMetrics().height() * lines)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._form)
        column.addWidget(self._verdict, 1)
        self.user = self.add_line(self.tr("User"))
        self.user.setText(user)
        self.password = self.add_line(self.tr("Password"), secret=True)

    def add_line(self, name: str, *, secret: bool = False) -> QLineEdit:
        """Add a line to type in."""
        line = QLineEdit()
        line.setObjectName("field")
        line.setAccessibleName(name)
        line.textChanged.connect(self.changed)
        if secret:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        self._form.add(name, line)
        return line

    @property
    def verdict(self) -> str:
        """What is said of what was typed."""
        return self._verdict.text()

    @property
    def complete(self) -> bool:
        """Whether both are typed, and nothing is being checked."""
        return not self._busy and bool(self.user.text().strip() and self.password.text())

    def check(self, *, first: bool = False) -> Credentials:
        """Give out what is typed, to be checked; ``first`` as in ``Credentials``."""
        self._busy = True
        self._verdict.show_text(self.tr("Checking the password …"), Tone.MUTED)
        self.changed.emit()
        return Credentials(self.user.text().strip(), self.password.text(), first=first)

    def say(self, text: str) -> None:
        """Say what is wrong with what was typed."""
        self._verdict.show_text(f"{OVERDUE} {text}", Tone.STUCK)

    @Slot(object)
    def show_refused(self, error: AdminError) -> None:
        """Say why it was refused; the person may try again."""
        self._busy = False
        self.say(self._words.say(error.message))
        self.changed.emit()
        self.password.setFocus()
        self.password.selectAll()

    def forget(self) -> None:
        """Keep nothing of what was typed."""
        self.user.clear()
        self.password.clear()
