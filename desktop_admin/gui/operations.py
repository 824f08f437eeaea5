"""The one way in which the window changes data: a plan that was shown, confirmed as the ladder asks, carried out."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.plans import Actor, Changes, Plan, PlanChanged
from desktop_admin.errors import AdminError, OwnTablesMissing
from desktop_admin.gui import jobs
from desktop_admin.gui.dialogs import ConsentDialog, ImpactDialog
from desktop_admin.gui.messages import Words
from desktop_admin.gui.tasks import TaskRunner
from desktop_admin.rules import FEW_CANDIDATES


class Confirmation(Enum):
    """How much a plan asks of the person before it is carried out."""

    NONE = auto()
    INLINE = auto()
    DIALOG = auto()
    TYPED = auto()


def confirmation(plan: Plan) -> Confirmation:
    """The rung of the confirmation ladder on which a plan for candidates stands.

    Whatever clears a session or ends a login is confirmed, since it cannot be undone from the window.
    """
    if plan.applied > FEW_CANDIDATES:
        return Confirmation.TYPED
    if plan.applied > 1 or any(line.keeps_writing or (line.recent and line.cleared) for line in plan.lines):
        return Confirmation.DIALOG
    if plan.cleared_sessions or plan.ended_logins:
        return Confirmation.INLINE
    return Confirmation.NONE


class Operations(QObject):
    """Carries out plans, one at a time, and tells everyone once what has changed.

    Signals:
        changed: ``Changes``, after each operation that was carried out.
        prepared: the back-up's path or None, after our own tables were created.
        busy_changed: whether an operation is under way.
    """

    changed = Signal(object)
    prepared = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, *, tasks: TaskRunner, actor: Actor, words: Words, window: QWidget) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._actor = actor
        self._words = words
        self._window = window
        self._plan: Plan | None = None
        self._reason = ""
        self._on_changed_plan: Callable[[Plan], None] | None = None

    @property
    def busy(self) -> bool:
        """Whether an operation is under way."""
        return self._plan is not None

    def confirm_and_apply(self, plan: Plan, *, reason: str, on_changed_plan: Callable[[Plan], None]) -> None:
        """Show the plan in a dialog, and carry it out if the person confirms; arguments as for ``apply``."""
        dialog = ImpactDialog(
            plan, words=self._words, typed=confirmation(plan) is Confirmation.TYPED, parent=self._window
        )
        dialog.confirmed.connect(partial(self.apply, reason=reason, on_changed_plan=on_changed_plan))
        dialog.open()

    def apply(self, plan: Plan, *, reason: str, on_changed_plan: Callable[[Plan], None]) -> None:
        """Carry out a confirmed plan.

        Args:
            plan: as it was shown.
            reason: what is recorded as the reason.
            on_changed_plan: takes the new plan where the shown one no longer holds; nothing was written then.
        """
        if self.busy:
            return
        self._plan, self._reason, self._on_changed_plan = plan, reason, on_changed_plan
        self.busy_changed.emit(True)
        self._write()

    def _write(self) -> None:
        assert self._plan is not None
        job = partial(jobs.carry_out, plan=self._plan, actor=self._actor, reason=self._reason)
        self._tasks.write(job, self._done, self._failed, stage=self._words.effect(self._plan) + " …")

    def _end(self) -> None:
        self._plan = None
        self.busy_changed.emit(False)

    @Slot(object)
    def _done(self, changes: Changes) -> None:
        self._end()
        self.changed.emit(changes)

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        if isinstance(error, OwnTablesMissing):
            database = self._tasks.database
            of_file = database is not None and database.description.path is not None
            dialog = ConsentDialog(of_file=of_file, parent=self._window)
            dialog.accepted.connect(self._prepare)
            dialog.rejected.connect(self._end)
            dialog.open()
            return
        self._end()
        if isinstance(error, PlanChanged) and self._on_changed_plan is not None:
            self._on_changed_plan(error.plan)
        self._tasks.failed.emit(error)

    @Slot()
    def _prepare(self) -> None:
        stage = self.tr("Creating this program's own tables …")
        self._tasks.use(jobs.prepare, self._prepared, self._prepare_failed, stage=stage)

    @Slot(object)
    def _prepared(self, backup: Path | None) -> None:
        self.prepared.emit(backup)
        self._write()

    @Slot(object)
    def _prepare_failed(self, error: AdminError) -> None:
        self._end()
        self._tasks.failed.emit(error)
