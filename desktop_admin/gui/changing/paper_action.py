"""What is done to one of a candidate's papers, wherever its button stands."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.kind import Operation, PaperAsked
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Chosen
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.core.sentences import said
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.words import operation_name
from desktop_admin.gui.kit.reason_box import ReasonBox
from desktop_admin.rules import Paper


class PaperAction(QAction):
    """Plans an operation on a candidate's paper when it is pressed, and asks with what that would do."""

    def __init__(
        self, kind: Operation, *, tasks: TaskRunner, carrying_out: CarryingOut, reason_box: ReasonBox, parent: QObject
    ) -> None:
        super().__init__(operation_name(kind.name), parent)
        self._kind = kind
        self._tasks = tasks
        self._carrying_out = carrying_out
        self._reason_box = reason_box
        self._user_id: int | None = None
        self._paper: Paper | None = None
        self.setVisible(False)
        self.setEnabled(False)
        self.triggered.connect(self._plan)

    def offer(self, user_id: int | None, paper: Paper | None, *, ready: bool) -> None:
        """Stand for this paper of the candidate, for none be hidden; ``ready`` is whether it can be done now."""
        self._user_id, self._paper = user_id, paper
        why = self._carrying_out.why_not_for(self._kind, candidates=1)
        self.setVisible(paper is not None)
        self.setEnabled(ready and paper is not None and not why)
        if paper is not None:
            self.setText(said(self._kind.say("offer", paper=paper)))
            self.setStatusTip(why or said(self._kind.say("offer_tip", paper=paper)))

    @Slot()
    def _plan(self) -> None:
        if self._user_id is not None and self._paper is not None:
            asked = PaperAsked(Chosen(user_ids=(self._user_id,)), self._paper)
            job = partial(apply.plan, kind=self._kind, asked=asked)
            self._tasks.read(job, self._ask, key=f"plan of {self._kind.name}")

    @Slot(object)
    def _ask(self, plan: Plan) -> None:
        self._carrying_out.ask_and_apply(plan, reason=self._reason_box.reason, on_changed_plan=self._ask)
