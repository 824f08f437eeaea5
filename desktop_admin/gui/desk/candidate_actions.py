"""What can be done to the selected candidates: one action per operation, and a primary button."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from PySide6.QtCore import QElapsedTimer, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QWidget

from desktop_admin.controllers.operations.card import Card
from desktop_admin.controllers.operations.clear import CLEAR
from desktop_admin.controllers.operations.kind import Operation, Place
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.sign_out import SIGN_OUT
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.operations.table import OPERATIONS
from desktop_admin.controllers.values.people import Candidate, Shift
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.changing.paper_action import PaperAction
from desktop_admin.gui.changing.time_action import Giving, PlannedTime, TimeAction
from desktop_admin.gui.core.keys import CALM_MS
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words, candidates, operation_name
from desktop_admin.gui.kit.actions import entry
from desktop_admin.gui.kit.parts import allow, dotted, in_column, tell
from desktop_admin.gui.kit.reason_box import ReasonBox
from desktop_admin.gui.kit.room import Flow
from desktop_admin.gui.kit.widgets import ActionButton, ToneLabel
from desktop_admin.messages import phrase
from desktop_admin.rules import Paper, SlotState

KINDS = tuple(kind for kind in OPERATIONS if kind.place in (Place.CARD, Place.SESSIONS))
PAPERS: dict[Place, Callable[[Candidate], Collection[Paper]]] = {
    Place.SUBMITTED: lambda one: one.submitted,
    Place.SUBMITTED_NOT_COMPLETED: lambda one: one.submitted - one.completed,
    Place.COMPLETED_BY_MARKS: lambda one: one.completed - one.submitted,
}
"""At which of a candidate's papers an operation is offered, by its place."""
PAPER_KINDS = tuple(kind for kind in OPERATIONS if kind.place in PAPERS)


class CandidateActions(QWidget):
    """Reason, primary button, all operations, each in its place, and the sentence about the candidate's screen.

    Signals:
        refused: why a key did nothing.
    """

    refused = Signal(str)

    def __init__(self, *, tasks: TaskRunner, carrying_out: CarryingOut, words: Words) -> None:
        super().__init__()
        self._carrying_out = carrying_out
        self._words = words
        self._card: Card | None = None
        self._available = False
        self._blocked = ""
        self.calm = QElapsedTimer()
        self._group = QActionGroup(self, exclusionPolicy=QActionGroup.ExclusionPolicy.None_)
        self.actions_by_operation = {kind: self._action(kind) for kind in KINDS}
        self.reason_box = ReasonBox()
        self.primary = ActionButton(self.actions_by_operation[RESET], style="primary")
        self.paper_actions = {
            (kind, paper): PaperAction(
                kind, tasks=tasks, carrying_out=carrying_out, reason_box=self.reason_box, parent=self
            )
            for kind in PAPER_KINDS
            for paper in Paper
        }
        giving = Giving(tasks, carrying_out, self.reason_box)
        self.give_time = TimeAction(giving, window=self)
        self.give_planned = PlannedTime(giving, parent=self)
        self._others = [ActionButton(action, short=True) for action in self.actions_by_operation.values()]
        self._paper_buttons = [ActionButton(action) for action in self.paper_actions.values()]
        self._planned_button = ActionButton(self.give_planned)
        self._screen = ToneLabel(tone=Tone.MUTED)
        time = (ActionButton(self.give_time), self._planned_button)
        others = Flow(*self._others, *time, *self._paper_buttons, most=2, spacing=6)
        in_column(self.reason_box, self.primary, others, self._screen, inside=self, spacing=6)
        self._group.triggered.connect(self._start)
        carrying_out.busy_changed.connect(self._update)

    def _action(self, kind: Operation) -> QAction:
        action = entry(operation_name(kind.name), self._group, key=kind.key)
        action.setData(kind)
        action.setAutoRepeat(False)
        action.setEnabled(False)
        return action

    def show_card(self, card: Card | None) -> None:
        """Offer what can be done to these candidates."""
        other = card is None or self._card is None or card.user_ids != self._card.user_ids
        self._card = card
        if other:
            self.calm.start()
        self._update()

    def set_available(self, available: bool) -> None:
        """Switch everything off while the pane is not seen or the database cannot be written."""
        self._available = available
        self._update()

    def block(self, why: str) -> None:
        """Switch everything off for this reason; an empty one switches it on again."""
        if why != self._blocked:
            self._blocked = why
            self._update()

    def why_off(self, kind: Operation) -> str:
        """Why the key of an operation that is off does nothing, in a sentence."""
        if not self.isVisible():
            return phrase("desk.only_here", operation=operation_name(kind.name))
        if self._carrying_out.busy:
            return phrase("desk.busy")
        if not self._available:
            return phrase("desk.not_writable")
        plan = self._plan(kind)
        nothing = "desk.nothing_to_clear" if self._card is not None else "desk.nobody_for_key"
        return self._blocked or (phrase(nothing) if plan is None else self._why_not(plan))

    @Slot()
    def _update(self) -> None:
        blocked = bool(self._blocked) or self._carrying_out.busy
        ready = self._available and self._card is not None and not blocked
        for kind, action in self.actions_by_operation.items():
            plan, name = self._plan(kind), operation_name(kind.name)
            applies = plan is not None and plan.applied > 0
            action.setText(self._words.effect(plan) if plan and applies else name)
            action.setIconText(self._words.short_effect(plan) if plan and applies else name)
            release = self._carrying_out.release_tip(plan) if plan else ""
            why = self._blocked or self._why_not(plan)
            allow(action, ready and applies, why=why, hint=release or self._on_screen(plan))
        self._offer_papers(ready)
        self._offer_time(ready, blocked=blocked)
        self._arrange(self._best())

    def _why_not(self, plan: Plan | None) -> str:
        """Why the plan cannot be carried out here, in a sentence; empty where it can."""
        if plan is None:
            return ""
        return self._carrying_out.why_not(plan) if plan.applied else self._words.reasons(plan.lines)

    def _on_screen(self, plan: Plan | None) -> str:
        return self._words.say(plan.screen) if plan and plan.screen else ""

    def _offer_papers(self, ready: bool) -> None:
        candidate = self._card.reading.candidate if self._card and self._card.reading else None
        for ((kind, paper), action), button in zip(self.paper_actions.items(), self._paper_buttons, strict=True):
            offered = candidate is not None and paper in PAPERS[kind.place](candidate)
            action.offer(candidate.user_id if candidate else None, paper if offered else None, ready=ready)
            button.setVisible(action.isVisible())

    def _offer_time(self, ready: bool, *, blocked: bool) -> None:
        """Time for whoever is selected or for a shift, and what was planned for the one candidate."""
        card = self._card
        free = ready if card is not None else self._available and not blocked
        user_ids = card.user_ids if card else ()
        who = ""
        if card is not None:
            one = card.reading.candidate if card.reading else None
            who = candidates(len(user_ids)) if one is None else dotted(one.army_no, one.name)
        self.give_time.offer(user_ids, who=who, ready=free, why=self._blocked)
        found = card.reading.findings if card and card.reading else ()
        extra = next((one.extra for one in found if one.extra is not None), None)
        self.give_planned.offer(user_ids[0] if user_ids else None, extra, ready=ready)
        self._planned_button.setVisible(self.give_planned.isVisible())

    def offer_shifts(self, shifts: Sequence[Shift]) -> None:
        """The shifts to choose from where time is given."""
        self.give_time.shifts = shifts
        self._update()

    @property
    def every_action(self) -> list[QAction]:
        """All that can be done, as menus list it."""
        operations = self.actions_by_operation.values()
        return [*operations, self.give_time, self.give_planned, *self.paper_actions.values()]

    def _arrange(self, best: Operation) -> None:
        self.primary.set_action(self.actions_by_operation[best])
        plan = self._plan(best)
        refused = self._words.reasons(plan.lines) if plan else ""
        tell(self._screen, self._blocked or self._why_not(plan) or self._on_screen(plan) or refused)

    def _best(self) -> Operation:
        """The operation that the primary button offers: the cure, else the next sensible step."""
        reading = self._card.reading if self._card else None
        order = (RESET, ASSIGN, SIGN_OUT)
        if reading is not None and reading.stuck:
            order = (CLEAR, RESET, REASSIGN)
        elif reading is not None and reading.candidate.slot is SlotState.NONE:
            order = (ASSIGN, RESET, SIGN_OUT)
        elif reading is not None and reading.incomplete:
            order = (SIGN_OUT, RESET, REASSIGN)
        return next((kind for kind in order if (plan := self._plan(kind)) and plan.applied), order[0])

    def _plan(self, kind: Operation) -> Plan | None:
        return self._card.plans.get(kind) if self._card else None

    @Slot(QAction)
    def _start(self, action: QAction) -> None:
        plan = self._plan(action.data())
        if plan is None or not plan.applied or self._carrying_out.busy:
            return
        if self.calm.elapsed() < CALM_MS:
            self.refused.emit(phrase("desk.too_soon"))
            return
        # A second press is not meant for what the first one has left.
        self.calm.start()
        self._carrying_out.ask_and_apply(plan, reason=self.reason_box.reason, on_changed_plan=self._plan_changed)

    def _plan_changed(self, plan: Plan) -> None:
        """Offer the plan as it stands now; the message bar says why nothing was written."""
        if self._card is not None:
            self.show_card(replace(self._card, plans=self._card.plans | {plan.kind: plan}))
