"""The ways to a database: the demo, a server, a file, a new one, known connections; and the page that shows them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QFrame, QMenu, QScrollArea, QVBoxLayout, QWidget

from desktop_admin import settings as desk_settings
from desktop_admin.gui.connection.connections import Connections
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.parts import in_column
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel
from desktop_admin.gui.settings.preferences import Preferences
from desktop_admin.messages import phrase

DEMO_FILE = "demo.sqlite3"
WIDTH = 70
"""How many characters wide the card is."""
MOST_CONNECTIONS = 4
"""The others are in the File menu."""


class Openings(QObject):
    """The entries that open a database, for the File menu and for the first page.

    Attributes:
        known: the menu of the known connections.

    Signals:
        asked: path or URL of a database that is to be opened.
        creation_asked: path of a database that is to be created and opened.
        listed: other connections are known, or another was used last.
    """

    asked = Signal(str)
    creation_asked = Signal(str)
    listed = Signal()

    def __init__(
        self, *, link: DatabaseLink, connections: Connections, preferences: Preferences, window: QWidget
    ) -> None:
        super().__init__(window)
        self._link = link
        self._connections = connections
        self._preferences = preferences
        self._window = window
        self.demo = entry(phrase("window.demo"), self, self._open_demo, hint=phrase("window.demo_tip"))
        hint = phrase("window.connect_tip")
        self.connect_server = entry(phrase("window.connect"), self, self._connect_server, hint=hint)
        hint = phrase("window.open_file_tip")
        self.open_file = entry(phrase("window.open_file"), self, self._open_file, key="Ctrl+O", hint=hint)
        self.create = entry(phrase("window.create"), self, self._create, hint=phrase("window.create_tip"))
        self.rehearse = entry(phrase("window.rehearse"), self, self._rehearse, hint=phrase("window.rehearse_tip"))
        hint = phrase("window.practise_tip")
        self.practise = entry(phrase("window.practise"), self, self._practise, hint=hint)
        self.on_copies = (self.rehearse, self.practise)
        self.offer_copies(False)
        self.known = QMenu(phrase("window.open_connection"), window)
        self.known.triggered.connect(self._open_known)
        preferences.connections_changed.connect(self._list_known)
        self._list_known()

    @Slot()
    def _list_known(self) -> None:
        self.known.clear()
        connections = self._preferences.settings.connections
        for name, target in connections.items():
            # An ampersand would underline the next letter.
            action = QAction(name.replace("&", "&&"), self)
            action.setData(target)
            action.setStatusTip(target)
            self.known.addAction(action)
        self.known.setEnabled(bool(connections))
        self.listed.emit()

    @Slot()
    def _open_demo(self) -> None:
        path = desk_settings.data_folder() / DEMO_FILE
        self._link.open_demo(path, stage=phrase("window.making_demo"))

    @Slot()
    def _rehearse(self) -> None:
        self._link.rehearse(stage=phrase("window.making_rehearsal"))

    @Slot()
    def _practise(self) -> None:
        self._link.rehearse(stage=phrase("window.making_rehearsal"), with_cases=True)

    def offer_copies(self, possible: bool) -> None:
        """Whether there is a database that may be looked at, and so may be copied."""
        for action in self.on_copies:
            action.setEnabled(possible)

    @Slot()
    def _connect_server(self) -> None:
        self._connections.ask(self._preferences.settings.connections)

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


class FirstRun(QScrollArea):
    """What is seen while no database is open, and no wizard; it scrolls where the window is small or the text large."""

    def __init__(self, openings: Openings) -> None:
        super().__init__()
        self._openings = openings
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(phrase("window.ways"))
        self._card = QFrame()
        self._card.setObjectName("card")
        self._inner = QVBoxLayout(self._card)
        self._inner.setContentsMargins(32, 18, 32, 14)
        self._inner.setSpacing(9)
        self._inner.addWidget(ToneLabel(phrase("window.no_database_open"), bold=True, scale=1.5))
        self._inner.addWidget(ToneLabel(phrase("window.choose")))
        self._inner.addSpacing(8)
        self._known = QWidget()
        self._inner.addWidget(self._known)
        self._buttons = [
            ActionButton(way) for way in (openings.demo, openings.connect_server, openings.open_file, openings.create)
        ]
        for one in self._buttons:
            self._inner.addWidget(one)
            self._inner.addWidget(ToneLabel(one.action.statusTip(), tone=Tone.MUTED))
            self._inner.addSpacing(6)
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(self._card, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        self.setWidget(page)
        self._list()
        openings.listed.connect(self._list)

    @Slot()
    def _list(self) -> None:
        """List the known connections, the one used last first and most prominent; without any, the demo is."""
        known = self._openings.known.actions()[:MOST_CONNECTIONS]
        listing = QWidget()
        heading = [ToneLabel(phrase("window.saved_connections"), tone=Tone.MUTED)] if known else []
        styles = ("primary", *["secondary"] * MOST_CONNECTIONS)
        buttons = [ActionButton(action, style=style) for action, style in zip(known, styles, strict=False)]
        in_column(*heading, *buttons, inside=listing, margins=(0, 0, 0, 14 if known else 0), spacing=9)
        self._inner.replaceWidget(self._known, listing)
        self._known.hide()
        self._known.deleteLater()
        self._known = listing
        for one, following in pairwise([*buttons, *self._buttons]):
            QWidget.setTabOrder(one, following)
        demo = self._buttons[0]
        demo.setObjectName("secondary" if known else "primary")
        demo.style().polish(demo)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        self._card.setFixedWidth(self.fontMetrics().averageCharWidth() * WIDTH)
        # Texts that wrap do not tell their height to what scrolls.
        self._card.setMinimumHeight(self._inner.totalHeightForWidth(self._card.width()))
