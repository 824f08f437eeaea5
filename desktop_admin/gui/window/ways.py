"""From one pane to another, to what somebody asked for there."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.log.chain import Verification
from desktop_admin.controllers.values.checks import Amiss, Leads
from desktop_admin.controllers.values.lines import PaperChoice
from desktop_admin.gui.kit.dialogs import PasteDialog
from desktop_admin.gui.menus.backup_actions import BackupActions
from desktop_admin.gui.menus.upkeep_actions import UpkeepActions
from desktop_admin.gui.tables.concerns import State
from desktop_admin.gui.window.panes import DESK, HISTORY, SESSIONS, SETS, Panes
from desktop_admin.gui.window.search_field import SearchField


class Ways(QObject):
    """Shows what one pane, or a menu, leads to in another."""

    def __init__(
        self,
        panes: Panes,
        *,
        search: SearchField,
        upkeep: UpkeepActions,
        backups: BackupActions,
        window: QWidget,
    ) -> None:
        super().__init__(panes)
        self._panes = panes
        self._search = search
        self._upkeep = upkeep
        self._backups = backups
        self._window = window

    @Slot(int, str)
    def show_candidate(self, user_id: int, army_no: str) -> None:
        """Show a candidate on the desk."""
        self._panes.stack.show_pane(DESK)
        self._search.setText(army_no)
        self._panes.desk.select(user_id, army_no=army_no)

    @Slot(str, str)
    def show_operation(self, op_id: str, army_no: str) -> None:
        """Show an operation in the history; ``army_no`` is one of its candidates."""
        self._panes.stack.show_pane(HISTORY)
        self._panes.history.show_operation(op_id, army_no=army_no)

    @Slot(object)
    def show_draft(self, choice: PaperChoice) -> None:
        """Draft a choice among the question sets."""
        self._panes.stack.show_pane(SETS)
        self._panes.sets.propose(choice)

    @Slot(object)
    def show_check(self, found: Verification) -> None:
        """Say beside the history what was found when the log was checked."""
        self._panes.history.show_check(found)

    @Slot(object)
    def lead(self, amiss: Amiss) -> None:
        """Lead to the cure of what the checklist found."""
        if amiss.draft is not None:
            self.show_draft(amiss.draft)
        elif amiss.user_id is not None and amiss.army_no is not None and amiss.leads is Leads.CANDIDATE:
            self.show_candidate(amiss.user_id, amiss.army_no)
        elif amiss.leads is Leads.SESSIONS:
            self._panes.stack.show_pane(SESSIONS)
            self._panes.sessions.narrow_to(State.STUCK)
        elif amiss.leads is Leads.SETS:
            self._panes.stack.show_pane(SETS)
        else:
            opens = {
                Leads.RULES: self._upkeep.policies.trigger,
                Leads.BACKUP: self._backups.make.trigger,
                Leads.GUARD: self._upkeep.guard.trigger,
                Leads.LOG: self._upkeep.check_log,
            }
            opens[amiss.leads]()

    @Slot()
    def write_about(self) -> None:
        """Write down an incident about the operation that is selected in the history."""
        for record in self._panes.history.table.selected()[:1]:
            self._panes.day.incidents.write_down_about(record.op_id)

    @Slot()
    def paste(self) -> None:
        """Ask for the army numbers of many, who are then shown on the desk."""
        dialog = PasteDialog(parent=self._window)
        dialog.pasted.connect(self._panes.desk.paste)
        self._panes.stack.show_pane(DESK)
        dialog.open()
