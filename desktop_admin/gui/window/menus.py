"""The window's menus: every entry is one action, shared with the button that does the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog

from desktop_admin import settings as desk_settings
from desktop_admin.errors import AdminError
from desktop_admin.gui.history.log_dialog import LogDialog
from desktop_admin.gui.kit import looks
from desktop_admin.gui.kit.dialogs import AboutDialog, KeySheet, PasteDialog
from desktop_admin.gui.paper.paper_actions import PaperActions
from desktop_admin.gui.upkeep.guard_dialog import GuardDialog
from desktop_admin.gui.upkeep.policies_dialog import PoliciesDialog
from desktop_admin.gui.window.selfcheck_dialog import SelfCheckDialog
from desktop_admin.settings import LARGEST_ZOOM, SMALLEST_ZOOM, Settings, Theme

if TYPE_CHECKING:
    from desktop_admin.gui.window.main_window import MainWindow

ZOOM_STEP = 0.1
DEMO_FILE = "demo.sqlite3"


class NumberedAction(QAction):
    """One of several actions of a kind, which knows its number.

    Signals:
        asked: the number, when the action is triggered.
    """

    asked = Signal(int)

    def __init__(self, text: str, *, number: int, key: str, parent: QObject) -> None:
        super().__init__(text, parent)
        self._number = number
        self.setShortcut(QKeySequence(key))
        self.triggered.connect(self._ask)

    @Slot()
    def _ask(self) -> None:
        self.asked.emit(self._number)


class WindowActions(QObject):
    """All entries of the menu bar and what they do.

    Attributes:
        known: the menu of the connections in the desk's settings.
        panes: the actions of the navigation, in order.
    """

    def __init__(self, window: MainWindow, *, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self.demo = self._action(
            self.tr("Open demo data"), self._open_demo, hint=self.tr("An invented exam day with 600 candidates.")
        )
        self.connect_server = self._action(
            self.tr("Connect to the portal's database…"),
            window.connections.ask,
            hint=self.tr("A portal that runs on a database server: PostgreSQL, MariaDB or MySQL."),
        )
        self.open_file = self._action(
            self.tr("Open a portal's database file…"),
            self._open_file,
            key="Ctrl+O",
            hint=self.tr("The SQLite file of a portal on this computer, or a copy of it."),
        )
        self.create = self._action(
            self.tr("Create a local database…"),
            self._create,
            hint=self.tr("An empty database with the portal's tables, for preparing or trying out."),
        )
        names = (self.tr("Desk"), self.tr("Sessions"), self.tr("Question sets"), self.tr("History"))
        self.panes = [
            NumberedAction(name, number=number, key=f"Ctrl+{number}", parent=self)
            for number, name in enumerate(names, start=1)
        ]
        group = QActionGroup(self)
        for pane in self.panes:
            pane.setCheckable(True)
            pane.asked.connect(window.show_pane)
            group.addAction(pane)
        self.guard = self._action(
            self.tr("Guard…"),
            self.show_guard,
            hint=self.tr("Triggers with which a server's database itself refuses stale sessions."),
        )
        self.policies = self._action(
            self.tr("Rules of this centre…"),
            self.show_policies,
            hint=self.tr("After how long a window locks, and how old a session may be to be restored."),
        )
        self.sign_out = self._action(
            self.tr("Sign out…"), window.entrance.sign_out, hint=self.tr("Lets another person sign in.")
        )
        self.refresh = self._action(self.tr("Read again"), window.refresh, key="F5")
        self.search = self._action(self.tr("Search field"), window.focus_search, key="Ctrl+K")
        self.paste = self._action(self.tr("Paste army numbers…"), self._paste)
        self.papers = PaperActions(window)
        self.themes = self._theme_actions()
        self._fill_menus()
        self.known.triggered.connect(self._open_known)
        window.connections.connected.connect(self._remember)
        window.history.check_asked.connect(self.check_log)

    def _action(self, text: str, run: Callable[[], object], *, key: str = "", hint: str = "") -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        action.setStatusTip(hint)
        action.triggered.connect(run)
        return action

    def _theme_actions(self) -> list[QAction]:
        group = QActionGroup(self)
        names: tuple[tuple[Theme, str], ...] = (
            ("system", self.tr("Look of the desktop")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
        )
        for choice, name in names:
            action = group.addAction(name)
            action.setCheckable(True)
            action.setData(choice)
            action.setChecked(choice == self._settings.theme)
        group.triggered.connect(self._choose_theme)
        return group.actions()

    def _fill_menus(self) -> None:
        bar = self._window.menuBar()
        menu = bar.addMenu(self.tr("&File"))
        menu.addActions([self.connect_server, self.open_file, self.create, self.demo])
        self.known = menu.addMenu(self.tr("Open connection"))
        self._list_connections()
        menu.addSeparator()
        menu.addActions([self.guard, self.policies])
        menu.addSeparator()
        self.papers.fill(menu)
        menu.addSeparator()
        menu.addAction(self.sign_out)
        menu.addAction(self._action(self.tr("Quit"), self._quit, key="Ctrl+Q"))
        menu = bar.addMenu(self.tr("&Candidate"))
        menu.addActions(list(self._window.desk.operations.actions_by_operation.values()))
        menu.addActions([action for _paper, action in self._window.desk.operations.paper_actions])
        menu.addSeparator()
        menu.addAction(self._window.messages.undo)
        menu.addSeparator()
        reasons = menu.addMenu(self.tr("Reason"))
        for number, reason in enumerate(self._window.desk.operations.reason_box.reasons(), start=1):
            action = NumberedAction(reason, number=number, key=f"Alt+{number}", parent=self)
            action.asked.connect(self._window.operation_reason)
            reasons.addAction(action)
        menu.addAction(self.paste)
        menu = bar.addMenu(self.tr("&View"))
        menu.addActions(list(self.panes))
        menu.addSeparator()
        menu.addActions([self.search, self.refresh])
        menu.addSeparator()
        menu.addAction(self._action(self.tr("Larger text"), self._larger, key="Ctrl+="))
        menu.addAction(self._action(self.tr("Smaller text"), self._smaller, key="Ctrl+-"))
        menu.addSeparator()
        menu.addActions(self.themes)
        menu = bar.addMenu(self.tr("&Help"))
        menu.addAction(self._action(self.tr("Keys"), self._show_keys, key="F1"))
        menu.addAction(self._action(self.tr("Self-check…"), self.self_check))
        menu.addAction(self._action(self.tr("About"), self._show_about))

    def _list_connections(self) -> None:
        """Offer the connections that the desk's settings know."""
        self.known.clear()
        for name, target in self._settings.connections.items():
            # An ampersand would underline the next letter.
            action = QAction(name.replace("&", "&&"), self)
            action.setData(target)
            action.setStatusTip(target)
            self.known.addAction(action)
        self.known.setEnabled(bool(self._settings.connections))

    def set_open(self, is_open: bool, *, signed_in: bool) -> None:
        """Switch the entries off that need a database, or somebody who has signed in."""
        self.sign_out.setEnabled(is_open and signed_in)
        for action in (*self.panes, self.refresh, self.search, self.paste, self.guard, self.policies, *self.papers.all):
            action.setEnabled(is_open)

    @property
    def connections(self) -> Mapping[str, str]:
        """Path or URL of each connection in the desk's settings, by its name."""
        return self._settings.connections

    @Slot()
    def _open_demo(self) -> None:
        path = desk_settings.data_folder() / DEMO_FILE
        self._window.link.open_demo(path, stage=self.tr("Making the demo's exam day …"))

    @Slot()
    def _open_file(self) -> None:
        files = self.tr("SQLite databases (*.sqlite3 *.sqlite *.db);;All files (*)")
        name, _kind = QFileDialog.getOpenFileName(self._window, self.tr("Open a portal's database file"), "", files)
        if name:
            self._window.open_database(name)

    @Slot(QAction)
    def _open_known(self, action: QAction) -> None:
        self._window.open_database(action.data())

    @Slot(str, str)
    def _remember(self, name: str, url: str) -> None:
        """Keep a new connection by its name, and open it from now on when none is asked for."""
        known = {**self._settings.connections, name: url}
        self._save(replace(self._settings, connections=known, default_connection=name))
        self._list_connections()

    @Slot()
    def _create(self) -> None:
        start = str(desk_settings.data_folder() / "local.sqlite3")
        name, _kind = QFileDialog.getSaveFileName(self._window, self.tr("Create a local database"), start)
        if name:
            self._window.create_database(name)

    @Slot()
    def _paste(self) -> None:
        dialog = PasteDialog(parent=self._window)
        dialog.pasted.connect(self._window.desk.paste)
        self._window.show_pane(1)
        dialog.open()

    @Slot()
    def _quit(self) -> None:
        self._window.close()

    @Slot(QAction)
    def _choose_theme(self, action: QAction) -> None:
        self._change(replace(self._settings, theme=action.data()))

    @Slot()
    def _larger(self) -> None:
        self._zoom(ZOOM_STEP)

    @Slot()
    def _smaller(self) -> None:
        self._zoom(-ZOOM_STEP)

    def _zoom(self, step: float) -> None:
        zoom = round(min(max(self._settings.zoom + step, SMALLEST_ZOOM), LARGEST_ZOOM), 2)
        self._change(replace(self._settings, zoom=zoom))

    def _change(self, settings: Settings) -> None:
        app = QCoreApplication.instance()
        if isinstance(app, QApplication):
            looks.apply(app, theme=settings.theme, zoom=settings.zoom)
        self._save(settings)

    def _save(self, settings: Settings) -> None:
        self._settings = settings
        try:
            desk_settings.save(settings)
        except AdminError as error:
            self._window.tasks.failed.emit(error)

    @Slot()
    def _show_keys(self) -> None:
        KeySheet(parent=self._window).open()

    @Slot()
    def _show_about(self) -> None:
        AboutDialog(parent=self._window).open()

    @Slot()
    def show_guard(self) -> GuardDialog:
        """Open the guard's dialog and look."""
        window = self._window
        dialog = GuardDialog(tasks=window.tasks, actor=window.operations.actor, words=window.words, parent=window)
        dialog.found.connect(window.show_guard)
        dialog.changed.connect(window.refresh)
        dialog.open()
        dialog.look()
        return dialog

    @Slot()
    def show_policies(self) -> PoliciesDialog:
        """Open the dialog with the rules of the centre."""
        window = self._window
        dialog = PoliciesDialog(tasks=window.tasks, actor=window.operations.actor, words=window.words, parent=window)
        dialog.changed.connect(window.refresh)
        dialog.changed.connect(self._tell_rules)
        dialog.open()
        dialog.look()
        return dialog

    @Slot()
    def _tell_rules(self) -> None:
        self._window.messages.show_good(self.tr("The rules are set; each desk locks by them from the next sign-in."))

    @Slot()
    def check_log(self) -> LogDialog:
        """Open the dialog that checks the log, and let it look."""
        window = self._window
        dialog = LogDialog(tasks=window.tasks, actor=window.operations.actor, words=window.words, parent=window)
        dialog.checked.connect(window.history.show_check)
        dialog.open()
        dialog.run()
        return dialog

    @Slot()
    def self_check(self) -> SelfCheckDialog:
        """Open the self-check and run it."""
        dialog = SelfCheckDialog(tasks=self._window.tasks, words=self._window.words, parent=self._window)
        dialog.open()
        dialog.run()
        return dialog
