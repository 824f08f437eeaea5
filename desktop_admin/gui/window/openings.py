"""The ways to a database: the demo, a server, a file, a new one, and the connections that are known."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from desktop_admin import settings as desk_settings
from desktop_admin.gui.connection.connections import Connections
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.window.preferences import Preferences
from desktop_admin.messages import phrase

DEMO_FILE = "demo.sqlite3"


class Openings(QObject):
    """The entries that open a database, for the File menu and for the first page.

    Attributes:
        known: the menu of the known connections.

    Signals:
        asked: path or URL of a database that is to be opened.
        creation_asked: path of a database that is to be created and opened.
    """

    asked = Signal(str)
    creation_asked = Signal(str)

    def __init__(
        self, *, link: DatabaseLink, connections: Connections, preferences: Preferences, window: QWidget
    ) -> None:
        super().__init__(window)
        self._link = link
        self._connections = connections
        self._preferences = preferences
        self._window = window
        self.demo = entry(phrase("window.demo"), self, self._open_demo, hint=phrase("window.demo_tip"))
        self.connect_server = entry(
            phrase("window.connect"), self, self._connect_server, hint=phrase("window.connect_tip")
        )
        self.open_file = entry(
            phrase("window.open_file"), self, self._open_file, key="Ctrl+O", hint=phrase("window.open_file_tip")
        )
        self.create = entry(phrase("window.create"), self, self._create, hint=phrase("window.create_tip"))
        self.known = QMenu(phrase("window.open_connection"), window)
        self.known.triggered.connect(self._open_known)
        preferences.connections_changed.connect(self._list_known)
        self._list_known()

    @Slot()
    def _list_known(self) -> None:
        self.known.clear()
        for name, target in self._preferences.connections.items():
            # An ampersand would underline the next letter.
            action = QAction(name.replace("&", "&&"), self)
            action.setData(target)
            action.setStatusTip(target)
            self.known.addAction(action)
        self.known.setEnabled(bool(self._preferences.connections))

    @Slot()
    def _open_demo(self) -> None:
        path = desk_settings.data_folder() / DEMO_FILE
        self._link.open_demo(path, stage=phrase("window.making_demo"))

    @Slot()
    def _connect_server(self) -> None:
        self._connections.ask(self._preferences.connections)

    @Slot()
    def _open_file(self) -> None:
        kinds = f"{phrase('window.sqlite_files')} (*.sqlite3 *.sqlite *.db);;{phrase('window.all_files')} (*)"
        name, _kind = QFileDialog.getOpenFileName(self._window, phrase("window.open_file_title"), "", kinds)
        if name:
            self.asked.emit(name)

    @Slot(QAction)
    def _open_known(self, action: QAction) -> None:
        self.asked.emit(action.data())

    @Slot()
    def _create(self) -> None:
        start = str(desk_settings.data_folder() / "local.sqlite3")
        name, _kind = QFileDialog.getSaveFileName(self._window, phrase("window.create_title"), start)
        if name:
            self.creation_asked.emit(name)
