"""Undo and restore in the window: planned, shown as the ladder asks, and carried out as every operation is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Slot

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.restore import RESTORE, RestoreAsked
from desktop_admin.controllers.operations.undo import UNDO
from desktop_admin.controllers.operations.undo import work as undoing
from desktop_admin.database.session import Session
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.kit.bars import MessageBar


def plan_undo(session: Session, *, op_id: str) -> Plan:
    """What undoing this operation would do."""
    return apply.plan(session, UNDO, undoing.asked(session, op_id=op_id))


class TakingBack(QObject):
    """Takes operations back: any one from the history, and by one key what the person did last at this window.

    Attributes:
        last: what the person did last here, as the log knows it, or an empty text.
    """

    def __init__(self, *, bar: MessageBar, carrying_out: CarryingOut) -> None:
        super().__init__(bar)
        self._bar = bar
        self._carrying_out = carrying_out
        self.last = ""
        carrying_out.changed.connect(self._changed)
        carrying_out.undoable.connect(self._offer)
        for causes in (carrying_out.busy_changed, carrying_out.link.lost, carrying_out.link.restored):
            causes.connect(self._update)
        carrying_out.entrance.covered.connect(self._covered)
        carrying_out.entrance.entered.connect(self._forget)
        bar.undo.triggered.connect(self._undo_last)

    def undo(self, op_id: str, *, reason: str | None = None, seen: bool = True) -> None:
        """Undo this operation, in the person's own name; what is not ``seen`` by the person is shown first."""
        ask = partial(self._ask, reason=reason, seen=seen)
        self._carrying_out.tasks.read(partial(plan_undo, op_id=op_id), ask, key="undo plan")

    def restore(self, session_ids: Sequence[int], *, op_id: str, override: bool, reason: str | None = None) -> None:
        """Put sessions back that this operation cleared, given as the archive knows them.

        To ``override`` is to let an old archive, or a set that is not active any more, through.
        """
        asked = RestoreAsked(tuple((op_id, session_id) for session_id in session_ids), override=override)
        job = partial(apply.plan, kind=RESTORE, asked=asked)
        self._carrying_out.tasks.read(job, partial(self._ask, reason=reason), key="restore plan")

    def offer(self, op_id: str) -> None:
        """Let the key take this operation back."""
        self.last = op_id
        self._update()

    @Slot(object)
    def _changed(self, changes: Changes) -> None:
        if changes.op_id is not None:
            self._forget()

    @Slot(object)
    def _offer(self, changes: Changes) -> None:
        self._bar.undo.setStatusTip(self._carrying_out.words.done(changes))
        self._bar.offer_undo()
        self.offer(changes.op_id or "")

    @Slot(bool)
    def _covered(self, forget: bool) -> None:
        if forget:
            self._forget()

    @Slot()
    def _forget(self) -> None:
        self.offer("")

    @Slot()
    def _update(self) -> None:
        lost = self._carrying_out.link.lost_since is not None
        self._bar.undo.setEnabled(bool(self.last) and not self._carrying_out.busy and not lost)

    @Slot()
    def _undo_last(self) -> None:
        self.undo(self.last, seen=self._bar.offers_undo)

    def _ask(self, plan: Plan, *, reason: str | None, seen: bool = True) -> None:
        # A plan that no longer held has not been seen as it is now.
        again = partial(self._ask, reason=reason, seen=False)
        self._carrying_out.ask_and_apply(plan, reason=reason, on_changed_plan=again, seen=seen)
