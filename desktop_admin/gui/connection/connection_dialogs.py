"""The two dialogs for databases on servers: a new connection, and the password of a known one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from desktop_admin import secrets
from desktop_admin.gui.connection.fields import EncryptionFields, Fields, FieldsDialog, hint, with_room
from desktop_admin.gui.connection.link import open_database
from desktop_admin.gui.core.sentences import DONE, Sentences
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import candidates
from desktop_admin.gui.kit.parts import in_row, named, side_button
from desktop_admin.gui.kit.widgets import PlainLabel, ToneLabel
from desktop_admin.messages import phrase, shortened
from desktop_admin.server_url import PORTS, ServerUrl

if TYPE_CHECKING:
    from desktop_admin.database.backends.backend import Description

_KINDS = {
    "portal": "connection.portal",
    "local": "connection.local",
    "demo": "connection.demo",
    "rehearsal": "connection.rehearsal",
    "demo_rehearsal": "connection.demo_rehearsal",
    "scratch": "connection.scratch",
}


@dataclass(frozen=True, slots=True)
class Login:
    """What was asked for in a dialog.

    Attributes:
        url: of the database.
        server: what the URL says.
        password: as it was typed; empty where the keyring is to be asked.
        keep: whether the password goes into the keyring.
        name: of a new connection; empty for a known one.
    """

    url: str
    server: ServerUrl
    password: str = field(repr=False)
    keep: bool
    name: str = ""


class LoginDialog(FieldsDialog):
    """Asks for a password, and stays open until the server has taken it; ``asked`` gives a ``Login``."""

    characters = 78

    def __init__(self, *, title: str, tasks: TaskRunner, words: Sentences, parent: QWidget | None) -> None:
        super().__init__(title=title, fields=Fields(words=words, lines=3), parent=parent)
        self._tasks = tasks
        self.keep = named(QCheckBox(phrase("connection.keep_password")), phrase("connection.keep_password"))
        self.keep.setEnabled(False)
        self.no_keyring = with_room(ToneLabel(tone=Tone.MUTED), lines=1)

    def accept(self) -> None:
        """Connect; the dialog is closed when the database is open."""
        login = self.login()
        if login is None or self.fields.busy:
            return
        self.fields.wait(phrase("connection.connecting", host=shortened(login.server.host)))
        self.asked.emit(login)

    def login(self) -> Login | None:
        """What was asked for, or None while something is missing."""
        raise NotImplementedError

    @property
    def complete(self) -> bool:
        return not self.fields.busy and self.login() is not None

    def end_form(self, *, about: str, beside: Sequence[QWidget] = ()) -> None:
        """Put the password below the other fields, and everything else in its place."""
        self.fields.add(self.password)
        self.fields.form.addRow("", self.keep)
        self.fields.form.addRow("", self.no_keyring)
        self.finish(about=about, deed=phrase("connection.connect"), beside=beside)
        self._tasks.call(secrets.available, self._show_keyring)

    @Slot(object)
    def _show_keyring(self, available: bool) -> None:
        self.keep.setEnabled(available)
        if not available:
            self.no_keyring.show_text(phrase("connection.no_keyring"))


class ConnectionDialog(LoginDialog):
    """Asks for a server, tries it out on request, and connects to it.

    Args:
        known: path or URL of each connection that is known already, by its name.
    """

    lines = 35

    def __init__(
        self, *, tasks: TaskRunner, words: Sentences, known: Mapping[str, str], parent: QWidget | None
    ) -> None:
        super().__init__(title=phrase("connection.title"), tasks=tasks, words=words, parent=parent)
        self._known = known
        line = self.fields.line
        self.name = self.fields.add(line(phrase("connection.name")))
        self.kind = named(QComboBox(), phrase("connection.server_kind"))
        self.kind.addItem("PostgreSQL", "postgresql")
        self.kind.addItem(phrase("connection.mariadb"), "mariadb")
        self.kind.setMinimumHeight(self.name.sizeHint().height())
        self.fields.form.add(self.kind.accessibleName(), self.kind)
        self.host = line(phrase("connection.host"))
        hint(self.host, phrase("connection.host_hint"))
        self.port = line(phrase("connection.port"))
        self.port.setMaximumWidth(self.port.fontMetrics().averageCharWidth() * 12)
        self.port.setValidator(QIntValidator(1, 65535, self.port))
        port = PlainLabel(self.port.accessibleName())
        self.fields.form.add(self.host.accessibleName(), in_row((self.host, 1), port, self.port, spacing=8))
        self.database = self.fields.add(line(phrase("connection.database")))
        self.user = self.fields.add(line(phrase("connection.user")))
        self.encryption = EncryptionFields(self.fields)
        self.test = side_button(phrase("connection.test"), self._test, name=phrase("connection.test_name"))
        self._usual_port = ""
        self._follow_kind()
        self.end_form(about=phrase("connection.about"), beside=(self.test,))
        self.kind.currentIndexChanged.connect(self._follow_kind)
        self.name.setFocus()

    def login(self) -> Login | None:
        if not self.port.hasAcceptableInput():
            return None
        server = ServerUrl(
            kind=self.kind.currentData(),
            host=self.host.text().strip(),
            port=int(self.port.text()),
            database=self.database.text().strip(),
            user=self.user.text().strip(),
            authority=self.encryption.authority,
        )
        if not (server.host and server.database and server.user and self.encryption.complete):
            return None
        name = self.name.text().strip() or _name_of(server)
        return Login(
            url=server.url, server=server, password=self.password.text(), keep=self.keep.isChecked(), name=name
        )

    @Slot()
    def _follow_kind(self) -> None:
        usual = str(PORTS[self.kind.currentData()])
        if self.port.text() == self._usual_port:
            self.port.setText(usual)
        self._usual_port = usual

    @Slot()
    def follow(self) -> None:
        super().follow()
        login = self.login()
        self.test.setEnabled(self.complete)
        self.name.setPlaceholderText(_name_of(login.server) if login else phrase("connection.name_hint"))
        if self.fields.busy:
            return
        if login is None:
            missing = "connection.missing" if self.encryption.complete else "connection.ca_file_missing"
            self.fields.say(phrase(missing), Tone.MUTED)
        elif self._known.get(login.name, login.url) != login.url:
            self.fields.say(phrase("connection.name_taken", name=shortened(login.name)), Tone.OVERDUE)
        else:
            self.fields.say("", Tone.MUTED)

    @Slot()
    def _test(self) -> None:
        login = self.login()
        if login is None:
            return
        self.fields.wait(phrase("connection.testing", host=shortened(login.server.host)))
        job = partial(_try_out, login.url, password=login.password or None)
        self._tasks.call(job, self._show_tested, self.fields.show_refused)

    @Slot(object)
    def _show_tested(self, found: tuple[Description, int]) -> None:
        self.fields.answer()
        description, count = found
        text = phrase(
            "connection.tested",
            engine=description.engine,
            kind=phrase(_KINDS.get(description.kind, "connection.portal")),
            candidates=candidates(count),
            encryption=self.encryption.found(description),
        )
        if description.view_only is not None:
            self.fields.say(f"{text} " + phrase("view_only", why=description.view_only), Tone.OVERDUE)
        else:
            self.fields.say(f"{DONE} {text}", Tone.RUNNING)


def _try_out(target: str, *, password: str | None) -> tuple[Description, int]:
    """Open a database, count its candidates, and close it again."""
    from desktop_admin.controllers.portal import candidates

    database = open_database(target, password=password)
    try:
        return database.description, database.read(candidates.count)
    finally:
        database.close()


def _name_of(server: ServerUrl) -> str:
    """What a connection is called that nobody gave a name."""
    return phrase("connection.name_of", database=server.database, host=server.host)


class PasswordDialog(LoginDialog):
    """Asks for the password of a database user whom the server did not let in."""

    lines = 21

    def __init__(
        self, *, url: str, server: ServerUrl, tasks: TaskRunner, words: Sentences, parent: QWidget | None
    ) -> None:
        super().__init__(title=phrase("connection.password_title"), tasks=tasks, words=words, parent=parent)
        self._url = url
        self._server = server
        names = {"host": server.host, "user": server.user, "database": server.database}
        self.end_form(about=phrase("connection.not_let_in", **{key: shortened(name) for key, name in names.items()}))
        self.password.setFocus()

    def login(self) -> Login | None:
        password = self.password.text()
        if not password:
            return None
        return Login(url=self._url, server=self._server, password=password, keep=self.keep.isChecked())
