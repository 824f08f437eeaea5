"""Undo and restore in the window: planned, shown as the ladder asks, and carried out as every operation is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Slot

from desktop_admin.controllers.plans import Changes, Plan
from desktop_admin.gui import history_jobs
from desktop_admin.gui.bars import MessageBar
from desktop_admin.gui.messages import Words
from desktop_admin.gui.operations import Operations
from desktop_admin.gui.tasks import TaskRunner
from desktop_admin.rules import Operation


class TakingBack(QObject):
    """Takes operations back, the last one from the message bar and any one from the history."""

    def __init__(self, *, bar: MessageBar, tasks: TaskRunner, operations: Operations, words: Words) -> None:
        super().__init__(bar)
        self._bar = bar
        self._tasks = tasks
        self._operations = operations
        self._words = words
        self._last = ""
        operations.changed.connect(self._note)
        operations.busy_changed.connect(bar.hold_undo)
        bar.undo.triggered.connect(self._undo_last)

    def undo(self, op_id: str) -> None:
        """Undo this operation, in the person's own name."""
        self._tasks.read(partial(history_jobs.plan_undo, op_id=op_id), self._ask, key="undo plan")

    def restore(self, session_ids: Sequence[int], *, op_id: str, override: bool) -> None:
        """Put sessions back that this operation cleared.

        Args:
            session_ids: as the archive knows them.
            op_id: of the operation that cleared them.
            override: let an old archive, or a set that is not active any more, through.
        """
        job = partial(history_jobs.plan_restore, session_ids=tuple(session_ids), op_id=op_id, override=override)
        self._tasks.read(job, self._ask, key="restore plan")

    @Slot(object)
    def _note(self, changes: Changes) -> None:
        self._last = changes.op_id or ""
        # What has just been taken back is done again by doing it, with what holds then.
        if changes.op_id is not None and changes.operation is not Operation.UNDO:
            self._bar.offer_undo()

    @Slot()
    def _undo_last(self) -> None:
        if self._last and not self._operations.busy:
            self.undo(self._last)

    @Slot(object)
    def _ask(self, plan: Plan) -> None:
        if not plan.applied:
            text = self.tr("Nothing was changed: {reason}")
            self._bar.show_bad(text.format(reason=self._words.reasons(plan.lines)))
        elif why := self._operations.why_not(plan):
            self._bar.show_bad(why)
        else:
            self._operations.ask_and_apply(plan, reason=None, on_changed_plan=self._ask)
