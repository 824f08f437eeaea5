"""The guard, the rules of the centre, the roles, the check of the log and its daily checkpoint."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.log import checkpoints
from desktop_admin.controllers.upkeep import guard as guarding
from desktop_admin.controllers.upkeep.policies import KEEP_LOGINS
from desktop_admin.controllers.values.guard_state import GuardCheck
from desktop_admin.errors import AdminError
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.core.sentences import OVERDUE
from desktop_admin.gui.history.log_dialog import LogDialog
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.bars import About, MessageBar
from desktop_admin.gui.upkeep.guard_dialog import GuardDialog
from desktop_admin.gui.upkeep.policies_dialog import PoliciesDialog, change_rules
from desktop_admin.gui.upkeep.roles_dialog import RolesDialog
from desktop_admin.messages import phrase


class UpkeepActions(QObject):
    """The entries for what is done to the database itself.

    Signals:
        guard_seen: a ``GuardCheck``, whenever somebody looked at the guard.
        changed: the guard, the rules or a role was changed.
        log_checked: a ``Verification``: what a look at the whole log found.
    """

    guard_seen = Signal(object)
    changed = Signal()
    log_checked = Signal(object)

    def __init__(self, *, carrying_out: CarryingOut, bar: MessageBar, window: QWidget) -> None:
        super().__init__(window)
        self._tasks = carrying_out.tasks
        self._carrying_out = carrying_out
        self._words = carrying_out.words
        self._bar = bar
        self._window = window
        self.guard = entry(phrase("window.guard"), self, self._show_guard, hint=phrase("window.guard_tip"))
        self.policies = entry(phrase("window.rules"), self, self._show_policies, hint=phrase("window.rules_tip"))
        self.roles = entry(phrase("window.roles"), self, self._show_roles, hint=phrase("window.roles_tip"))

    def _at_work(self) -> dict[str, Any]:
        """What a dialog about the open database is given."""
        actor = self._carrying_out.actor
        return {"tasks": self._tasks, "actor": actor, "words": self._words, "parent": self._window}

    def look_at_guard(self, *, first: bool = False) -> None:
        """Ask the database whether the guard is there; who has just come in is told as well what is wrong with it."""
        key = "guard at start" if first else "guard"
        self._tasks.read(guarding.check, partial(self._tell_guard, first), key=key)

    def _tell_guard(self, first: bool, found: GuardCheck) -> None:
        self.guard_seen.emit(found)
        if first and found.alarming:
            self._bar.show_bad(self._words.say(found.told), About.MORE)

    @Slot()
    def _show_guard(self) -> None:
        dialog = GuardDialog(**self._at_work())
        dialog.found.connect(self.guard_seen)
        dialog.changed.connect(self.changed)
        dialog.open()
        dialog.look()

    @Slot()
    def _show_policies(self) -> None:
        dialog = PoliciesDialog(**self._at_work())
        dialog.changed.connect(self.changed)
        dialog.changed.connect(self._tell_rules)
        dialog.open()
        dialog.look()

    @Slot()
    def _show_roles(self) -> None:
        dialog = RolesDialog(**self._at_work())
        dialog.changed.connect(self.changed)
        dialog.open()
        dialog.look()

    @Slot()
    def keep_logins(self) -> None:
        """Turn the rule on that lets logins last as long as their candidates write."""
        actor, values = self._carrying_out.actor, {KEEP_LOGINS.name: "on"}
        job = partial(change_rules, values=values, actor=actor, released_by=None)
        self._tasks.use(job, self._kept, stage=phrase("upkeep.setting_rules"))

    @Slot(object)
    def _kept(self, _nothing: None) -> None:
        self.changed.emit()
        self._tell_rules()

    @Slot()
    def _tell_rules(self) -> None:
        self._bar.show_good(phrase("window.rules_set"))

    @Slot()
    def check_log(self) -> None:
        """Open the dialog that checks the log, and let it look."""
        dialog = LogDialog(**self._at_work())
        dialog.checked.connect(self.log_checked)
        dialog.open()
        dialog.run()


class CheckpointKeeper(QObject):
    """Keeps a checkpoint of the log every day, when somebody comes in or after an operation, without being asked."""

    def __init__(self, *, bar: MessageBar, carrying_out: CarryingOut) -> None:
        super().__init__(bar)
        self._bar = bar
        self._tasks = carrying_out.tasks
        self._words = carrying_out.words
        self._told = False
        carrying_out.entrance.entered.connect(self._begin)
        carrying_out.changed.connect(self._keep)

    @Slot()
    def _begin(self) -> None:
        self._told = False
        self._keep()

    @Slot()
    def _keep(self) -> None:
        # An operation may be finished after whoever began it has left the database.
        if self._tasks.database is not None:
            self._tasks.read(checkpoints.keep_daily, self._kept, self._not_kept, key="checkpoint")

    @Slot(object)
    def _kept(self, _nothing: None) -> None:
        self._told = False

    @Slot(object)
    def _not_kept(self, error: AdminError) -> None:
        """Said once, beside whatever is said already: the same folder would fail after every operation."""
        if not self._told:
            self._told = True
            self._bar.add(f"{OVERDUE} {self._words.say(error.message)}", About.MORE)
