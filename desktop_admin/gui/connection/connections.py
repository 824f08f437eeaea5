"""Opening databases on servers: asks for what is missing, and keeps what may be kept."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from desktop_admin import secrets
from desktop_admin.errors import AdminError
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.core.sentences import Sentences
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.messages import phrase
from desktop_admin.server_url import ServerUrl

if TYPE_CHECKING:
    from desktop_admin.gui.connection.connection_dialogs import Login, LoginDialog


class Connections(QObject):
    """Shows the two dialogs for servers, and hears from the link how their databases were opened.

    Signals:
        refused: an ``AdminError``: a database could not be opened, and no dialog told it.
        connected: name and URL of a new connection that was opened.
        remarked: what the person should know besides.
    """

    refused = Signal(object)
    connected = Signal(str, str)
    remarked = Signal(str)

    def __init__(self, *, link: DatabaseLink, tasks: TaskRunner, words: Sentences, window: QWidget) -> None:
        super().__init__(window)
        self._link = link
        self._tasks = tasks
        self._words = words
        self._window = window
        self._dialog: LoginDialog | None = None
        self._login: Login | None = None
        link.opened.connect(self._opened)
        link.refused.connect(self._refused)

    def ask(self, known: Mapping[str, str]) -> None:
        """Ask for a server and connect to it; ``known`` as for the dialog."""
        # No start waits for what most starts do not show.
        from desktop_admin.gui.connection.connection_dialogs import ConnectionDialog

        self._show(ConnectionDialog(tasks=self._tasks, words=self._words, known=known, parent=self._window))

    def _show(self, dialog: LoginDialog) -> None:
        self._dialog = dialog
        dialog.asked.connect(self._open)
        dialog.rejected.connect(self._give_up)
        dialog.open()

    @Slot(object)
    def _open(self, login: Login) -> None:
        self._login = login
        stage = phrase("connection.connecting", host=login.server.host)
        self._link.open(login.url, stage=stage, password=login.password or None)

    @Slot()
    def _give_up(self) -> None:
        self._dialog = None
        if self._login is not None:
            self._login = None
            self._link.abandon()

    @Slot()
    def _opened(self) -> None:
        login, self._login = self._login, None
        if login is None or self._dialog is None:
            return
        self._dialog.done(QDialog.DialogCode.Accepted)
        self._dialog = None
        if login.name:
            self.connected.emit(login.name, login.url)
        if login.password:
            self._tasks.call(partial(_keep, login), self._kept)

    @Slot(object)
    def _kept(self, kept: bool) -> None:
        if not kept:
            self.remarked.emit(phrase("connection.not_kept"))

    @Slot(object)
    def _refused(self, error: AdminError) -> None:
        server = ServerUrl.read(self._link.asked)
        if self._login is not None and self._dialog is not None:
            self._login = None
            self._dialog.fields.show_refused(error)
        elif error.code == "login_refused" and server is not None and self._dialog is None:
            from desktop_admin.gui.connection.connection_dialogs import PasswordDialog

            dialog = PasswordDialog(
                url=self._link.asked, server=server, tasks=self._tasks, words=self._words, parent=self._window
            )
            self._show(dialog)
        else:
            self.refused.emit(error)


def _keep(login: Login) -> bool:
    """Keep the password, or keep it nowhere any more, as was asked; whether the keyring did so."""
    if login.keep:
        return secrets.remember(login.url, login.password)
    secrets.forget(login.url)
    return True
