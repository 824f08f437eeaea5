"""The sign-in: user and password of a staff account, checked before anything of a database is seen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from desktop_admin.errors import AdminError
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.kit.words import Words
from desktop_admin.gui.people.credential_fields import CredentialFields

_WIDTH = 66
"""In characters."""
_VERDICT_LINES = 3


class SignInDialog(Dialog):
    """Asks who is there; stays open until the password was right.

    Signals:
        asked: ``Credentials``, each time they are given.

    Args:
        database: the name of the database.
        locked: the user name of the person for whom the window was locked.
        first: the account is made here, the first one of a local database.
    """

    asked = Signal(object)

    def __init__(
        self, *, database: str, words: Words, locked: str = "", first: bool = False, parent: QWidget | None
    ) -> None:
        title = QCoreApplication.translate("SignInDialog", "Sign in")
        if locked:
            title = QCoreApplication.translate("SignInDialog", "Locked")
        elif first:
            title = QCoreApplication.translate("SignInDialog", "The first supervisor")
        super().__init__(title=title, parent=parent)
        self._first = first
        self._deed: QPushButton | None = None
        self._fields = CredentialFields(words=words, user=locked, lines=_VERDICT_LINES)
        self.user, self.password = self._fields.user, self._fields.password
        self.again: QLineEdit | None = None
        if first:
            self.again = self._fields.add_line(self.tr("Password again"), secret=True)
        self._build(database, locked=bool(locked))
        (self.password if locked else self.user).setFocus()

    def _build(self, database: str, *, locked: bool) -> None:
        about = self.tr("{database}: sign in with your staff account of the portal.")
        if locked:
            about = self.tr(
                "{database}: nobody has used this window for a while. Sign in to go on, or let somebody else."
            )
        elif self._first:
            about = self.tr(
                "{database}: nobody can sign in to this database yet. Choose a user name and a password; with them you "
                "become its first supervisor."
            )
        self.column.addWidget(ToneLabel(about.format(database=database), tone=Tone.MUTED))
        self.column.addWidget(self._fields, 1)
        deed = self.tr("Create this account and sign in") if self._first else self.tr("Sign in")
        self._deed = self.add_buttons(safe=self.tr("Cancel"), deed=deed)
        if self._deed is not None:
            # Signing in changes nothing, so Enter may do it.
            self._deed.setDefault(True)
        self._fields.changed.connect(self._follow)
        self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Only now have all parts the size that the look gives them.
        for part in self.findChildren(QWidget):
            part.ensurePolished()
            part.updateGeometry()
        width = self.fontMetrics().averageCharWidth() * _WIDTH
        self.resize(width, max(self.minimumSizeHint().height(), self.column.totalHeightForWidth(width)))

    @property
    def verdict(self) -> str:
        """What the dialog says of what was typed."""
        return self._fields.verdict

    def show_refused(self, error: AdminError) -> None:
        """Say why nobody was let in; the person may try again."""
        self._fields.show_refused(error)

    def accept(self) -> None:
        """Ask; the dialog is closed by whoever lets the person in."""
        if not self._complete():
            return
        if self.again is not None and self.password.text() != self.again.text():
            self._fields.say(self.tr("The two passwords differ. Type them again."))
            return
        self.asked.emit(self._fields.check(first=self._first))

    def _complete(self) -> bool:
        return self._fields.complete and (self.again is None or bool(self.again.text()))

    @Slot()
    def _follow(self) -> None:
        if self._deed is not None:
            self._deed.setEnabled(self._complete())
