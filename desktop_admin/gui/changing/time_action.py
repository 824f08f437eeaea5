"""Giving time, wherever its button stands: how much is asked for, and what was planned for a candidate is offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.time import GIVE_TIME, TimeAsked
from desktop_admin.controllers.values.lines import Chosen
from desktop_admin.controllers.values.people import Shift
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.changing.time_dialog import TimeDialog
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.kit.reason_box import ReasonBox
from desktop_admin.messages import phrase


@dataclass(frozen=True, slots=True)
class Giving:
    """What time is given with: where it is planned, by whom it is carried out, for which reason."""

    tasks: TaskRunner
    carrying_out: CarryingOut
    reason_box: ReasonBox


class _GivingAction(QAction):
    """Plans giving time, and asks with what that would do."""

    def __init__(self, text: str, giving: Giving, *, parent: QObject) -> None:
        super().__init__(text, parent)
        self._giving = giving
        self.setEnabled(False)
        self.triggered.connect(self._press)

    @Slot()
    def _press(self) -> None:
        raise NotImplementedError

    def _allow(self, ready: bool, *, candidates: int, tip: str, why: str = "") -> None:
        why = why or self._giving.carrying_out.why_not_for(GIVE_TIME, candidates=candidates)
        self.setEnabled(ready and not why)
        release = self._giving.carrying_out.release_tip_for(GIVE_TIME.right, candidates=candidates)
        self.setStatusTip(why or release or tip)

    @Slot(object)
    def _plan(self, asked: TimeAsked) -> None:
        job = partial(apply.plan, kind=GIVE_TIME, asked=asked)
        self._giving.tasks.read(job, self._ask, key="time plan")

    @Slot(object)
    def _ask(self, plan: Plan) -> None:
        self._giving.carrying_out.ask_and_apply(plan, reason=self._giving.reason_box.reason, on_changed_plan=self._ask)


class TimeAction(_GivingAction):
    """Asks how much time the selected candidates get, or a whole shift.

    Attributes:
        shifts: to choose from.
        window: the dialog stands before it.
    """

    def __init__(self, giving: Giving, *, window: QWidget) -> None:
        super().__init__(phrase("time.ask"), giving, parent=window)
        self.shifts: Sequence[Shift] = ()
        self.window = window
        self._user_ids: tuple[int, ...] = ()
        self._who = ""

    def offer(self, user_ids: tuple[int, ...], *, who: str, ready: bool, why: str) -> None:
        """Stand for these candidates, named so; ``why`` nothing can be done."""
        self._user_ids, self._who = user_ids, who
        self._allow(ready and bool(user_ids or self.shifts), candidates=len(user_ids), tip=phrase("time.tip"), why=why)

    @Slot()
    def _press(self) -> None:
        dialog = TimeDialog(
            user_ids=self._user_ids,
            who=self._who,
            shifts=self.shifts,
            zone=self._giving.carrying_out.words.zone,
            parent=self.window,
        )
        dialog.asked.connect(self._plan)
        dialog.open()


class PlannedTime(_GivingAction):
    """Gives a candidate the minutes that were planned and are not given in this paper yet."""

    def __init__(self, giving: Giving, *, parent: QObject) -> None:
        super().__init__(phrase("time.give_planned", n=0), giving, parent=parent)
        self._asked: TimeAsked | None = None
        self.setVisible(False)

    def offer(self, user_id: int | None, extra: int | None, *, ready: bool) -> None:
        """Stand for these minutes of the candidate, for none be hidden."""
        self._asked = None
        if user_id is not None and extra is not None:
            self._asked = TimeAsked(Chosen(user_ids=(user_id,)), extra=extra, planned=True)
            self.setText(phrase("time.give_planned", n=extra))
        self.setVisible(self._asked is not None)
        self._allow(ready and self._asked is not None, candidates=1, tip=phrase("time.give_planned_tip"))

    @Slot()
    def _press(self) -> None:
        if self._asked is not None:
            self._plan(self._asked)
