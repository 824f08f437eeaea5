"""The sign-in: user and password of a staff account, checked before anything of a database is seen."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_admin.controllers.values.lines import new_op_id
from desktop_admin.gui.connection.fields import FieldsDialog
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.people.credential_fields import CredentialFields
from desktop_admin.messages import phrase, shortened


class SignInDialog(FieldsDialog):
    """Asks who is there; ``asked`` gives ``Credentials``.

    Args:
        database: the name of the database.
        locked: the user name of the person for whom the window was locked.
        last: the user name of whoever signed in last, who is likely to come again.
        first: the account is made here, the first one of a local database.
    """

    fields: CredentialFields

    def __init__(
        self,
        *,
        database: str,
        words: Words,
        locked: str = "",
        last: str = "",
        first: bool = False,
        parent: QWidget | None,
    ) -> None:
        title, about, deed = "people.sign_in", "people.about_sign_in", "people.sign_in"
        if locked:
            title, about = "people.locked", "people.about_locked"
        elif first:
            title, about, deed = "people.first_supervisor", "people.about_first", "people.create_first"
        user = "" if first else locked or last
        fields = CredentialFields(words=words, user=user, lines=3)
        super().__init__(title=phrase(title), fields=fields, parent=parent)
        self._first = first
        self._op_id = new_op_id() if first else None
        self.user = fields.user
        self.again: QLineEdit | None = None
        if first:
            self.again = fields.add(fields.line(phrase("people.password_again"), secret=True))
            fields.needed += (self.again,)
        self.finish(about=phrase(about, database=shortened(database)), deed=phrase(deed))
        (self.password if user else self.user).setFocus()

    @property
    def complete(self) -> bool:
        return self.fields.complete and (self.again is None or bool(self.again.text()))

    def accept(self) -> None:
        """Ask; the dialog is closed by whoever lets the person in."""
        if not self.complete:
            return
        if self.again is not None and self.password.text() != self.again.text():
            self.fields.say(phrase("people.passwords_differ"))
            return
        self.asked.emit(self.fields.check(first=self._first, op_id=self._op_id))
