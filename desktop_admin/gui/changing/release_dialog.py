"""A dialog in which a supervisor may have to agree with user name and password to what somebody else is about to do."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from desktop_admin.controllers.values.lines import Actor
from desktop_admin.errors import AdminError
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.people.credential_fields import CredentialFields

_VERDICT_LINES = 2


class ReleaseDialog(Dialog):
    """What is asked, and where the person's role needs it, a supervisor's user name and password.

    Attributes:
        supervisor: what the supervisor types, or None where nobody has to.

    Signals:
        release_asked: ``Credentials`` of the supervisor, each time they are given; ``release`` or ``show_refused``
            answers.
    """

    release_asked = Signal(object)

    def __init__(self, *, title: str, parent: QWidget | None) -> None:
        super().__init__(title=title, parent=parent)
        self.supervisor: CredentialFields | None = None
        self._button: QPushButton | None = None

    def add_release(self, text: str, *, words: Words) -> None:
        """Ask for a supervisor's password, and say what for."""
        self.column.addWidget(ToneLabel(text, bold=True))
        self.supervisor = CredentialFields(words=words, lines=_VERDICT_LINES)
        self.supervisor.changed.connect(self.follow)
        self.column.addWidget(self.supervisor)

    def add_deed(self, deed: str) -> None:
        """Add the buttons, the second of which says what it does."""
        self._button = self.add_buttons(deed)
        if self.needed:
            self.ask_for(*self.needed)
        self.follow()

    @property
    def needed(self) -> tuple[QLineEdit, ...]:
        """The lines that must be filled in."""
        return () if self.supervisor is None else self.supervisor.needed

    def tell_lacking(self, line: QLineEdit) -> None:
        assert self.supervisor is not None, "a supervisor's lines are the only ones here"
        self.supervisor.tell_lacking(line)

    @property
    def complete(self) -> bool:
        """Whether everything is typed that must be."""
        return self.supervisor is None or self.supervisor.complete

    @Slot()
    def follow(self) -> None:
        """Something was typed."""
        if self._button is not None:
            self._button.setEnabled(self.complete)

    def accept(self) -> None:
        """Agree; a release is checked first, and the dialog stays open until it is right."""
        if not self.complete:
            return
        if self.supervisor is not None:
            self.release_asked.emit(self.supervisor.check())
        else:
            self.agree(None)

    @Slot(object)
    def release(self, supervisor: Actor) -> None:
        """The password was right; where the dialog was left meanwhile, nothing is agreed to."""
        if self.isVisible():
            self.agree(supervisor)

    @Slot(object)
    def show_refused(self, error: AdminError) -> None:
        """Say why it is no release; the supervisor may try again."""
        if self.supervisor is not None:
            self.supervisor.show_refused(error)

    def agree(self, _supervisor: Actor | None) -> None:
        """Everything is agreed to, by the supervisor who released it or by the person alone."""
        self.done(Dialog.DialogCode.Accepted)

    def done(self, result: int) -> None:
        """Close, however that comes about; no password stays."""
        if self.supervisor is not None:
            self.supervisor.forget()
        super().done(result)
