"""The two dialogs for databases on servers: a new connection, and the password of a known one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QIntValidator, QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QPushButton, QWidget

from desktop_admin import secrets
from desktop_admin.errors import AdminError
from desktop_admin.gui.connection import opening
from desktop_admin.gui.connection.encryption_fields import EncryptionFields, beside
from desktop_admin.gui.kit import words as messages
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import Form, PlainLabel, ToneLabel
from desktop_admin.gui.kit.words import Words
from desktop_admin.server_url import PORTS, ServerUrl

_WIDTH = 78
"""Of the dialogs, in characters."""


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


class LoginDialog(Dialog):
    """Asks for a password; stays open until the server has taken it.

    Signals:
        asked: a ``Login``, each time Connect is pressed.
    """

    asked = Signal(object)

    def __init__(self, *, title: str, tasks: TaskRunner, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=title, parent=parent)
        self._tasks = tasks
        self._words = words
        self._busy = False
        self._about = ToneLabel(tone=Tone.MUTED)
        self.form = Form()
        self.form.setHorizontalSpacing(16)
        self.form.setVerticalSpacing(8)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.password = self._line(self.tr("Password"))
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.keep = QCheckBox(self.tr("Keep the password in this computer's keyring"))
        self.keep.setAccessibleName(self.keep.text())
        self.keep.setEnabled(False)
        self.no_keyring = _with_room(ToneLabel(tone=Tone.MUTED), lines=1)
        self._verdict = _with_room(ToneLabel(), lines=3)
        self._connect: QPushButton | None = None

    @property
    def verdict(self) -> str:
        """What the dialog says of the connection."""
        return self._verdict.text()

    def show_refused(self, error: AdminError) -> None:
        """Say why it could not be opened; the person may correct it and try again."""
        self._set_busy(False)
        self._verdict.show_text(f"{messages.OVERDUE} " + self._words.say(error.message), Tone.STUCK)
        self.password.setFocus()
        self.password.selectAll()

    def accept(self) -> None:
        """Connect; the dialog is closed when the database is open."""
        login = self._login()
        if login is None or self._busy:
            return
        self._set_busy(True)
        self._verdict.show_text(self.tr("Connecting to {host} …").format(host=login.server.host), Tone.MUTED)
        self.asked.emit(login)

    def _login(self) -> Login | None:
        """What was asked for, or None while something is missing."""
        raise NotImplementedError

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit()
        line.setObjectName("field")
        line.setAccessibleName(name)
        line.textChanged.connect(self._follow)
        return line

    def _finish(self, *, about: str, beside: QPushButton | None = None) -> None:
        """Put everything in its place, once the form has its rows."""
        self._about.show_text(about)
        self.form.add(self.tr("Password"), self.password)
        self.form.addRow("", self.keep)
        self.form.addRow("", self.no_keyring)
        self.column.addWidget(self._about)
        self.column.addLayout(self.form)
        self.column.addWidget(self._verdict, 1)
        self._connect = self.add_buttons(safe=self.tr("Cancel"), deed=self.tr("Connect"), beside=beside)
        if self._connect is not None:
            # Connecting changes nothing, so Enter may do it.
            self._connect.setDefault(True)
        self._follow()
        self._tasks.call(secrets.available, self._show_keyring)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Only now have all parts the size that the look gives them.
        for part in self.findChildren(QWidget):
            part.ensurePolished()
            part.updateGeometry()
        width = self.fontMetrics().averageCharWidth() * _WIDTH
        self.resize(width, max(self.minimumSizeHint().height(), self.column.totalHeightForWidth(width)))

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._follow()

    @Slot()
    def _follow(self) -> None:
        if self._connect is not None:
            self._connect.setEnabled(not self._busy and self._login() is not None)

    @Slot(object)
    def _show_keyring(self, available: bool) -> None:
        self.keep.setEnabled(available)
        if not available:
            self.no_keyring.show_text(self.tr("There is no keyring here: the password is asked for at each start."))


def _with_room(label: ToneLabel, *, lines: int) -> ToneLabel:
    """Room for so many lines, so that nothing moves when they are told."""
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    label.setMinimumHeight(lines * label.fontMetrics().lineSpacing())
    return label


class ConnectionDialog(LoginDialog):
    """Asks for a server, tries it out on request, and connects to it."""

    def __init__(self, *, tasks: TaskRunner, words: Words, known: Mapping[str, str], parent: QWidget | None) -> None:
        title = QCoreApplication.translate("ConnectionDialog", "Connect to the portal's database")
        super().__init__(title=title, tasks=tasks, words=words, parent=parent)
        self._known = known
        self.name = self._line(self.tr("Name"))
        self.kind = QComboBox()
        self.kind.setAccessibleName(self.tr("Kind of server"))
        self.kind.addItem("PostgreSQL", "postgresql")
        self.kind.addItem(self.tr("MariaDB or MySQL"), "mariadb")
        self.host = self._line(self.tr("Host"))
        self.host.setPlaceholderText(self.tr("name or address of the server"))
        self.kind.setMinimumHeight(self.host.sizeHint().height())
        self.port = self._line(self.tr("Port"))
        self.port.setMaximumWidth(self.port.fontMetrics().averageCharWidth() * 12)
        self.port.setValidator(QIntValidator(1, 65535, self.port))
        self.database = self._line(self.tr("Database"))
        self.user = self._line(self.tr("User"))
        self._usual_port = ""
        self._follow_kind()
        self.form.add(self.tr("Name"), self.name)
        self.form.add(self.tr("Kind of server"), self.kind)
        self.form.add(self.tr("Host"), beside(self.host, PlainLabel(self.tr("Port")), self.port))
        self.form.add(self.tr("Database"), self.database)
        self.form.add(self.tr("User"), self.user)
        self.encryption = EncryptionFields(self.form, file=self._line(self.tr("CA file")))
        self.test = QPushButton(self.tr("Test"))
        self.test.setObjectName("secondary")
        self.test.setAccessibleName(self.tr("Test the connection"))
        self.test.setAutoDefault(False)
        self._finish(
            about=self.tr("The portal's own settings say all of this. Connecting changes nothing in the database."),
            beside=self.test,
        )
        self.test.clicked.connect(self._test)
        self.kind.currentIndexChanged.connect(self._follow_kind)
        self.encryption.changed.connect(self._follow)
        self.name.setFocus()

    def _login(self) -> Login | None:
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
        name = self.name.text().strip() or self._name_of(server)
        return Login(
            url=server.url, server=server, password=self.password.text(), keep=self.keep.isChecked(), name=name
        )

    def _name_of(self, server: ServerUrl) -> str:
        return self.tr("{database} on {host}").format(database=server.database, host=server.host)

    @Slot()
    def _follow_kind(self) -> None:
        usual = str(PORTS[self.kind.currentData()])
        if self.port.text() == self._usual_port:
            self.port.setText(usual)
        self._usual_port = usual

    @Slot()
    def _follow(self) -> None:
        super()._follow()
        if self._connect is None:
            return
        login = self._login()
        self.test.setEnabled(not self._busy and login is not None)
        self.name.setPlaceholderText(self._name_of(login.server) if login else self.tr("as you call it"))
        if self._busy:
            return
        if login is None:
            self._verdict.show_text(self._missing(), Tone.MUTED)
        elif self._known.get(login.name, login.url) != login.url:
            text = self.tr("There is another connection with the name “{name}”: Connect replaces it.")
            self._verdict.show_text(f"{messages.OVERDUE} " + text.format(name=login.name), Tone.OVERDUE)
        else:
            self._verdict.show_text("")

    def _missing(self) -> str:
        if self.encryption.complete:
            return self.tr("Host, port, database and user are needed.")
        return self.tr("The CA file is needed: the server's administrator gives it out.")

    @Slot()
    def _test(self) -> None:
        login = self._login()
        if login is None:
            return
        self._set_busy(True)
        self._verdict.show_text(
            self.tr("Testing the connection to {host} …").format(host=login.server.host), Tone.MUTED
        )
        job = partial(opening.try_out, login.url, password=login.password or None)
        self._tasks.call(job, self._show_tested, self.show_refused)

    @Slot(object)
    def _show_tested(self, found: opening.Tested) -> None:
        self._set_busy(False)
        description = found.description
        kinds = {
            "portal": self.tr("portal database"),
            "local": self.tr("local database"),
            "demo": self.tr("demo database"),
            "rehearsal": self.tr("rehearsal database"),
            "scratch": self.tr("scratch database"),
        }
        text = self.tr("Connected: {engine}, {kind}, {candidates}, {encryption}.").format(
            engine=description.engine,
            kind=kinds.get(description.kind, description.kind),
            candidates=messages.candidates(found.candidates),
            encryption=self.encryption.found(description),
        )
        if description.view_only is not None:
            view_only = self.tr("View only: {reason}").format(reason=self._words.say(description.view_only))
            self._verdict.show_text(f"{messages.OVERDUE} {text} {view_only}", Tone.OVERDUE)
        else:
            self._verdict.show_text(f"✓ {text}", Tone.RUNNING)


class PasswordDialog(LoginDialog):
    """Asks for the password of a database user whom the server did not let in."""

    def __init__(self, *, url: str, server: ServerUrl, tasks: TaskRunner, words: Words, parent: QWidget | None) -> None:
        title = QCoreApplication.translate("PasswordDialog", "Password of the database user")
        super().__init__(title=title, tasks=tasks, words=words, parent=parent)
        self._url = url
        self._server = server
        text = self.tr(
            "The server {host} did not let the database user {user} into the database {database}. Type the password."
        )
        self._finish(about=text.format(host=server.host, user=server.user, database=server.database))
        self.password.setFocus()

    def _login(self) -> Login | None:
        password = self.password.text()
        if not password:
            return None
        return Login(url=self._url, server=self._server, password=password, keep=self.keep.isChecked())
