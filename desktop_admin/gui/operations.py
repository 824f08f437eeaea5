"""The one way in which the window changes data: a plan that was shown, confirmed as the ladder asks, carried out."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.plans import Actor, Changes, Plan, PlanChanged
from desktop_admin.errors import AdminError, NotPermitted, OwnTablesMissing, ResultUnknown
from desktop_admin.gui import jobs
from desktop_admin.gui.dialogs import ConsentDialog, ImpactDialog
from desktop_admin.gui.entrance import Entrance
from desktop_admin.gui.messages import Words
from desktop_admin.gui.tasks import TaskRunner
from desktop_admin.messages import Message
from desktop_admin.rules import FEW_CANDIDATES, Operation, check_may, check_own

if TYPE_CHECKING:
    from desktop_admin.database.engine import Description


class Confirmation(Enum):
    """How much a plan asks of the person before it is carried out."""

    NONE = auto()
    DIALOG = auto()
    TYPED = auto()


def confirmation(plan: Plan) -> Confirmation:
    """The rung of the confirmation ladder on which a plan for candidates stands.

    Nobody is asked for one candidate, because it can be undone; but his typed answers come back only with his page, so
    one who has just started, or who loses another paper's as well, is confirmed.
    """
    if plan.applied > FEW_CANDIDATES or (plan.override and plan.applied):
        return Confirmation.TYPED
    if plan.applied > 1 or any(line.keeps_writing or (line.recent and line.cleared) for line in plan.lines):
        return Confirmation.DIALOG
    if plan.operation is Operation.UNDO and plan.refused:
        # Whoever is left as he is must be seen before the others are put back.
        return Confirmation.DIALOG
    return Confirmation.NONE


class Operations(QObject):
    """Carries out plans, one at a time, and tells everyone once what has changed.

    Signals:
        changed: ``Changes``, after each operation that was carried out.
        not_known: in words: whether an operation was applied is not known yet.
        not_applied: in words: an operation whose result was not known was not applied.
        prepared: the back-up's path, after the operation for which our own tables were created.
        busy_changed: whether an operation is under way.
    """

    changed = Signal(object)
    not_known = Signal(str)
    not_applied = Signal(str)
    prepared = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, *, tasks: TaskRunner, entrance: Entrance, words: Words, window: QWidget) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._entrance = entrance
        self._words = words
        self._window = window
        self._plan: Plan | None = None
        self._reason: str | None = None
        self._on_changed_plan: Callable[[Plan], None] | None = None
        self._where: Description | None = None
        self._in_doubt: Description | None = None
        self._backup: Path | None = None

    @property
    def actor(self) -> Actor:
        """Who carries operations out."""
        return self._entrance.actor

    def why_not(self, plan: Plan) -> str:
        """Why this person's role may not carry the plan out, in a sentence; empty where it may."""
        return self.why_not_for(plan.undone or plan.operation, candidates=len(plan.user_ids)) or (
            self.why_not_own(plan.undone_by) if plan.undone_by else ""
        )

    def why_not_own(self, by: tuple[str, int | None]) -> str:
        """Why this person may not undo what somebody did, given as (name, account's id); empty where it may be."""
        try:
            check_own(role=self.actor.role, by=by, person=(self.actor.name, self.actor.user_id))
        except NotPermitted as refused:
            return self._words.say(refused.message)
        return ""

    def why_not_for(self, operation: Operation, *, candidates: int) -> str:
        """Why this person's role may not do this for so many candidates, in a sentence; empty where it may."""
        try:
            check_may(role=self.actor.role, operation=operation, candidates=candidates)
        except NotPermitted as refused:
            return self._words.say(refused.message)
        return ""

    @property
    def busy(self) -> bool:
        """Whether an operation is under way; one whose result is not known yet still is."""
        return self._plan is not None

    def ask_and_apply(self, plan: Plan, *, reason: str | None, on_changed_plan: Callable[[Plan], None]) -> None:
        """Carry the plan out once it is confirmed as the ladder asks; arguments as for ``apply``."""
        if self.busy:
            return
        rung = confirmation(plan)
        if rung is Confirmation.NONE:
            self.apply(plan, reason=reason, on_changed_plan=on_changed_plan)
            return
        dialog = ImpactDialog(plan, words=self._words, typed=rung is Confirmation.TYPED, parent=self._window)
        dialog.confirmed.connect(partial(self.apply, reason=reason, on_changed_plan=on_changed_plan))
        dialog.open()

    def apply(self, plan: Plan, *, reason: str | None, on_changed_plan: Callable[[Plan], None]) -> None:
        """Carry out a confirmed plan.

        Args:
            plan: as it was shown.
            reason: what is recorded as the reason.
            on_changed_plan: takes the new plan where the shown one no longer holds; nothing was written then.
        """
        if self.busy:
            return
        assert self._tasks.database is not None
        self._plan, self._reason, self._on_changed_plan = plan, reason, on_changed_plan
        self._where = self._tasks.database.description
        self.busy_changed.emit(True)
        self._write()

    def _write(self) -> None:
        assert self._plan is not None
        job = partial(jobs.carry_out, plan=self._plan, actor=self.actor, reason=self._reason)
        waiting = self.tr("{effect}: waiting for the database …").format(effect=self._words.effect(self._plan))
        self._tasks.write(job, self._done, self._failed, on_report=self._staged, stage=waiting)

    @Slot(object)
    def _staged(self, stage: Message | None) -> None:
        if self._plan is not None:
            text = self._words.effect(self._plan) if stage is None else self._words.say(stage)
            self._tasks.show_stage(f"{text} …")

    def _end(self) -> None:
        self._plan = None
        self._in_doubt = None
        self.busy_changed.emit(False)

    def _tell_backup(self) -> None:
        """After everything else is told, say where the back-up is."""
        backup, self._backup = self._backup, None
        if backup is not None:
            self.prepared.emit(backup)

    @Slot(object)
    def _done(self, changes: Changes) -> None:
        self._end()
        self.changed.emit(changes)
        self._tell_backup()

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
        if isinstance(error, ResultUnknown):
            self._wait_for_answer(error)
            return
        self._end()
        if isinstance(error, PlanChanged) and self._on_changed_plan is not None:
            self._on_changed_plan(error.plan)
        self._tasks.failed.emit(error)
        self._tell_backup()

    # An operation whose result is not known

    def _wait_for_answer(self, error: ResultUnknown) -> None:
        assert self._plan is not None
        self._in_doubt = self._where
        self._tasks.failed.emit(error)
        text = self.tr("{effect}: the result is not known yet, checking as soon as the database is back.")
        self.not_known.emit(text.format(effect=self._words.effect(self._plan)))

    @Slot()
    def look_up(self) -> None:
        """The database answers: look there whether the operation was applied whose result is not known."""
        doubted, database = self._in_doubt, self._tasks.database
        if doubted is None or self._plan is None or database is None:
            return
        here = database.description
        if (here.host, here.name, here.path) != (doubted.host, doubted.name, doubted.path):
            text = self.tr("{effect}: the result is not known. The history of {name} says whether it was applied.")
            self.not_known.emit(text.format(effect=self._words.effect(self._plan), name=doubted.name))
            self._end()
            return
        job = partial(jobs.look_up, op_id=self._plan.op_id)
        stage = self.tr("The result is not known yet, checking …")
        # Until the answer is there, it is not asked again.
        self._in_doubt = None
        self._tasks.write(job, self._looked_up, partial(self._not_looked_up, doubted), stage=stage)

    @Slot(object)
    def _looked_up(self, changes: Changes | None) -> None:
        assert self._plan is not None
        effect = self._words.effect(self._plan)
        self._end()
        if changes is not None:
            self.changed.emit(changes)
        else:
            text = self.tr("{effect}: not applied, because the link was lost. Nothing was changed.")
            self.not_applied.emit(text.format(effect=effect))
        self._tell_backup()

    def _not_looked_up(self, doubted: Description, _error: AdminError) -> None:
        """The next survey that the database answers leads to another look."""
        self._in_doubt = doubted

    # The first write

    @Slot()
    def _prepare(self) -> None:
        stage = self.tr("Creating this program's own tables …")
        self._tasks.use(jobs.prepare, self._prepared, self._prepare_failed, stage=stage)

    @Slot(object)
    def _prepared(self, backup: Path | None) -> None:
        self._backup = backup
        self._write()

    @Slot(object)
    def _prepare_failed(self, error: AdminError) -> None:
        self._end()
        self._tasks.failed.emit(error)
