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
        self.demo = entry(
            self.tr("Open demo data"), self, self._open_demo, hint=self.tr("An invented exam day with 600 candidates.")
        )
        self.connect_server = entry(
            self.tr("Connect to the portal's database…"),
            self,
            self._connect_server,
            hint=self.tr("A portal that runs on a database server: PostgreSQL, MariaDB or MySQL."),
        )
        self.open_file = entry(
            self.tr("Open a portal's database file…"),
            self,
            self._open_file,
            key="Ctrl+O",
            hint=self.tr("The SQLite file of a portal on this computer, or a copy of it."),
        )
        self.create = entry(
            self.tr("Create a local database…"),
            self,
            self._create,
            hint=self.tr("An empty database with the portal's tables, for preparing or trying out."),
        )
        self.known = QMenu(self.tr("Open connection"), window)
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
        self._link.open_demo(path, stage=self.tr("Making the demo's exam day …"))

    @Slot()
    def _connect_server(self) -> None:
        self._connections.ask(self._preferences.connections)

    @Slot()
    def _open_file(self) -> None:
        files = self.tr("SQLite databases (*.sqlite3 *.sqlite *.db);;All files (*)")
        name, _kind = QFileDialog.getOpenFileName(self._window, self.tr("Open a portal's database file"), "", files)
        if name:
            self.asked.emit(name)

    @Slot(QAction)
    def _open_known(self, action: QAction) -> None:
        self.asked.emit(action.data())

    @Slot()
    def _create(self) -> None:
        start = str(desk_settings.data_folder() / "local.sqlite3")
        name, _kind = QFileDialog.getSaveFileName(self._window, self.tr("Create a local database"), start)
        if name:
            self.creation_asked.emit(name)
