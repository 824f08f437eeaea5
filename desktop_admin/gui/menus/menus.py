"""The window's menus: every entry is one action, shared with the button that does the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPlainTextEdit, QWidget

from desktop_admin.controllers.values.records import REASONS
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.desk.candidate_actions import CandidateActions
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.dialogs import AboutDialog, KeySheet
from desktop_admin.gui.menus.backup_actions import BackupActions
from desktop_admin.gui.menus.help import FindingsDialog, key_groups
from desktop_admin.gui.menus.openings import Openings
from desktop_admin.gui.menus.problem_reports import ProblemReports
from desktop_admin.gui.menus.updates import Updates
from desktop_admin.gui.menus.upkeep_actions import UpkeepActions
from desktop_admin.gui.paper.guide_dialog import GuideDialog
from desktop_admin.gui.paper.guides import GUIDES
from desktop_admin.gui.paper.paper_actions import PaperActions
from desktop_admin.gui.register.register_actions import RegisterActions
from desktop_admin.gui.settings.preferences import Preferences
from desktop_admin.gui.tables.table import Table
from desktop_admin.messages import phrase

if TYPE_CHECKING:
    from desktop_admin.gui.menus.selfcheck_dialog import SelfCheckDialog


class WindowActions(QObject):
    """The entries that are of no pane, and the menus in which all entries stand.

    Args:
        looked_at: gives the kind of finding that is looked at, or None.

    Attributes:
        findings: the page of the help that says what each kind of finding means.
        sign_out, lock, quit, paste, search, refresh, settings, full_screen: for the window to listen to.
        panes: of the navigation, in order.

    Signals:
        reason_asked: the number of a reason.
    """

    reason_asked = Signal(int)

    def __init__(
        self,
        *,
        panes: Sequence[QAction],
        papers: PaperActions,
        upkeep: UpkeepActions,
        backups: BackupActions,
        register: RegisterActions,
        reports: ProblemReports,
        updates: Updates,
        not_back: QAction,
        cases: QAction,
        carrying_out: CarryingOut,
        looked_at: Callable[[], FindingKind | None],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._carrying_out = carrying_out
        self._looked_at = looked_at
        self._window = window
        self._menus: Sequence[QMenu] = ()
        self.panes = panes
        self.papers = papers
        self.upkeep = upkeep
        self.backups = backups
        self.register = register
        self.reports = reports
        self.updates = updates
        self.not_back = not_back
        self.cases = cases
        self.sign_out = entry(phrase("window.sign_out"), self, hint=phrase("window.sign_out_tip"))
        self.lock = entry(phrase("window.lock"), self, key="Ctrl+L", hint=phrase("window.lock_tip"))
        self.quit = entry(phrase("window.quit"), self, key="Ctrl+Q")
        self.paste = entry(phrase("window.paste"), self)
        self.copy = entry(phrase("window.copy"), self, self._copy)
        self.select_all = entry(phrase("window.select_all"), self, self._select_all)
        self.search = entry(phrase("window.search_field"), self, key="Ctrl+K")
        self.refresh = entry(phrase("window.read_again"), self, key="F5")
        self.settings = entry(phrase("window.settings"), self, key="Ctrl+,")
        self.full_screen = entry(phrase("window.full_screen"), self, key="F11")
        self.findings = entry(phrase("window.findings"), self, self._show_findings, key="Shift+F1")

    def set_open(self, is_open: bool, *, signed_in: bool, reachable: bool) -> None:
        """Switch the entries off that need a database, one that can be reached, or somebody who has signed in."""
        for action in (self.sign_out, self.lock):
            action.setEnabled(is_open and signed_in)
        upkeep = (self.upkeep.guard, self.upkeep.policies, self.upkeep.roles, self.backups.make, self.backups.restore)
        for action in (*self.panes, self.not_back, self.refresh, self.search):
            action.setEnabled(is_open)
        for action in (self.paste, *upkeep, self.register.open, *self.papers.all):
            action.setEnabled(is_open and reachable)

    def fill(
        self,
        menus: Sequence[QMenu],
        *,
        openings: Openings,
        preferences: Preferences,
        candidate: CandidateActions,
        undo: QAction,
    ) -> None:
        """Put all entries into the menus."""
        self._menus = menus
        file, edit, desk, view, about = menus
        file.addActions([openings.connect_server, openings.open_file, openings.create, openings.demo])
        file.addMenu(openings.known)
        file.addActions(openings.on_copies)
        _separate(file, [self.upkeep.guard, self.upkeep.policies, self.upkeep.roles])
        _separate(file, [self.backups.make, self.backups.restore, self.backups.read_closed])
        _separate(file, [self.register.open])
        file.addSeparator()
        self.papers.fill(file)
        _separate(file, [self.lock, self.sign_out, self.quit])
        desk.addActions(candidate.every_action)
        edit.addActions([undo, self.copy, self.paste, self.select_all, self.search])
        desk.addSeparator()
        self._add_reasons(desk)
        view.addActions(self.panes)
        zoom = [preferences.larger, preferences.smaller, preferences.usual_size, self.full_screen]
        reading = [self.not_back, self.cases, self.refresh]
        for group in (reading, zoom, preferences.themes, preferences.languages, [self.settings]):
            _separate(view, group)
        about.addAction(self.findings)
        about.addAction(entry(phrase("window.keys"), self, self._show_keys, key="F1"))
        readers = [entry(phrase(f"window.guide_{name}"), self, partial(self._show_guide, name)) for name in GUIDES]
        about.addMenu(phrase("window.guides")).addActions(readers)
        about.addAction(entry(phrase("window.selfcheck"), self, self.self_check))
        about.addActions([self.reports.make, self.updates.ask])
        about.addAction(entry(phrase("window.about"), self, self._show_about))

    @Slot()
    def _copy(self) -> None:
        """Copy what is selected where the focus is: a text, or rows of a list."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit | QPlainTextEdit | Table):
            focus.copy()

    @Slot()
    def _select_all(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, Table):
            focus.select_everything()
        elif isinstance(focus, QLineEdit | QPlainTextEdit):
            focus.selectAll()

    def _add_reasons(self, menu: QMenu) -> None:
        inner = menu.addMenu(phrase("kit.reason"))
        for number, reason in enumerate(REASONS, start=1):
            action = entry(phrase(reason), self, key=f"Alt+{number}")
            action.setData(number)
            inner.addAction(action)
        inner.triggered.connect(self._ask_reason)

    @Slot(QAction)
    def _ask_reason(self, action: QAction) -> None:
        self.reason_asked.emit(action.data())

    @Slot()
    def _show_keys(self) -> None:
        KeySheet(key_groups(self._menus, window=self._window.window()), parent=self._window).open()

    @Slot()
    def _show_findings(self) -> None:
        FindingsDialog(self._looked_at(), parent=self._window).open()

    def _show_guide(self, name: str) -> None:
        dialog = GuideDialog(name, parent=self._window)
        dialog.pages_asked.connect(self.papers.preview)
        dialog.open()

    @Slot()
    def _show_about(self) -> None:
        AboutDialog(parent=self._window).open()

    @Slot()
    def self_check(self) -> SelfCheckDialog:
        """Open the self-check and run it."""
        # Nobody waits for its portal of tables before the desk is there.
        from desktop_admin.gui.menus.selfcheck_dialog import SelfCheckDialog

        dialog = SelfCheckDialog(tasks=self._carrying_out.tasks, words=self._carrying_out.words, parent=self._window)
        dialog.open()
        dialog.run()
        return dialog


def _separate(menu: QMenu, actions: Sequence[QAction]) -> None:
    """Add a group of entries below a line."""
    menu.addSeparator()
    menu.addActions(actions)
