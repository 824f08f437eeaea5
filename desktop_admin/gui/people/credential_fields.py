"""User name and password of a staff account, as they are typed to sign in or to release an operation."""

from __future__ import annotations

from PySide6.QtCore import Slot

from desktop_admin.gui.connection.fields import Fields
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.people.sign_in_jobs import Credentials
from desktop_admin.messages import phrase


class CredentialFields(Fields):
    """Two lines to type in.

    Args:
        user: the user name that stands there at first.
        lines: as for ``Fields``.
    """

    def __init__(self, *, words: Words, user: str = "", lines: int) -> None:
        super().__init__(words=words, lines=lines)
        self.user = self.add(self.line(phrase("people.user")))
        self.user.setText(user)
        self.user.returnPressed.connect(self._go_on)
        self.add(self.password)
        self.needed = (self.user, self.password)

    @property
    def complete(self) -> bool:
        """Whether both are typed, and nothing is being checked."""
        return not self.busy and bool(self.user.text().strip() and self.password.text())

    @Slot()
    def _go_on(self) -> None:
        """Enter after the user name leads to the password, unless that is there already."""
        if not self.password.text():
            self.password.setFocus()

    def check(self, *, first: bool = False, op_id: str | None = None) -> Credentials:
        """Give out what is typed, to be checked; ``first`` and ``op_id`` as in ``Credentials``."""
        self.wait(phrase("people.checking"))
        return Credentials(self.user.text().strip(), self.password.text(), first=first, op_id=op_id)

    def forget(self) -> None:
        """Keep nothing of what was typed."""
        self.user.clear()
        self.password.clear()
