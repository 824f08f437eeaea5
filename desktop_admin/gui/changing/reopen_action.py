"""*Reopen PRIMARY…*, wherever it stands: on the card of who has submitted, and beside a late submission."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtGui import QAction

from desktop_admin.controllers.values.plans import Plan
from desktop_admin.gui.changing.carry_out import Operations
from desktop_admin.gui.kit import jobs
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.widgets import ReasonBox
from desktop_admin.rules import Operation, Paper


class ReopenAction(QAction):
    """Plans the reopening of a candidate's paper when it is pressed, and asks with what that would do."""

    def __init__(self, *, tasks: TaskRunner, operations: Operations, reason_box: ReasonBox, parent: QObject) -> None:
        super().__init__(QCoreApplication.translate("ReopenAction", "Reopen"), parent)
        self._tasks = tasks
        self._operations = operations
        self._reason_box = reason_box
        self._user_id: int | None = None
        self._paper: Paper | None = None
        self.setVisible(False)
        self.setEnabled(False)
        self.triggered.connect(self._plan)

    def offer(self, user_id: int | None, paper: Paper | None, *, ready: bool) -> None:
        """Stand for this candidate's submitted paper; for none, be hidden.

        Args:
            user_id: the candidate's account.
            paper: the paper that he has submitted.
            ready: whether anything can be done now.
        """
        self._user_id, self._paper = user_id, paper
        why = self._operations.why_not_for(Operation.REOPEN, candidates=1)
        self.setVisible(paper is not None)
        self.setEnabled(ready and paper is not None and not why)
        if paper is not None:
            self.setText(self.tr("Reopen {paper}…").format(paper=paper))
            tip = self.tr("Lets him sit {paper} again; what he handed in goes into the archive.")
            self.setStatusTip(why or tip.format(paper=paper))

    @Slot()
    def _plan(self) -> None:
        if self._user_id is not None and self._paper is not None:
            job = partial(jobs.plan_reopen, user_id=self._user_id, paper=self._paper)
            self._tasks.read(job, self._ask, key="reopen plan")

    @Slot(object)
    def _ask(self, plan: Plan) -> None:
        self._operations.ask_and_apply(plan, reason=self._reason_box.reason, on_changed_plan=self._ask)
