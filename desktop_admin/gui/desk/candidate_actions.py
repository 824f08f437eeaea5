"""What can be done to the selected candidates: one action per operation, and a primary button."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QElapsedTimer, QObject, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_admin.controllers.operations.card import Card
from desktop_admin.controllers.operations.clear import CLEAR
from desktop_admin.controllers.operations.kind import Operation, Place
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.operations.sign_out import SIGN_OUT
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.operations.table import OPERATIONS
from desktop_admin.gui.changing.carrying_out import CarryingOut
from desktop_admin.gui.changing.paper_action import PaperAction
from desktop_admin.gui.kit import words as messages
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ActionButton, ReasonBox, ToneLabel
from desktop_admin.gui.kit.words import Words
from desktop_admin.rules import Paper, SlotState

CALM_MS = 300
"""After the candidate changed, keys do nothing for this long: the press was meant for the one before."""

KINDS = tuple(kind for kind in OPERATIONS if kind.place in (Place.CARD, Place.SESSIONS))
PAPER_KINDS = tuple(kind for kind in OPERATIONS if kind.place is Place.SUBMITTED)


class OperationAction(QAction):
    """The action of one operation, which knows which operation it is.

    Signals:
        asked: the operation, when the action is triggered.
    """

    asked = Signal(object)

    def __init__(self, kind: Operation, parent: QObject) -> None:
        super().__init__(messages.operation_name(kind.name), parent)
        self.kind = kind
        self.setShortcut(QKeySequence(kind.key))
        self.setAutoRepeat(False)
        self.setEnabled(False)
        self.triggered.connect(self._ask)

    @Slot()
    def _ask(self) -> None:
        self.asked.emit(self.kind)


class CandidateActions(QWidget):
    """Reason, primary button, the other operations, and the sentence about the candidate's screen."""

    def __init__(self, *, tasks: TaskRunner, carrying_out: CarryingOut, words: Words) -> None:
        super().__init__()
        self._carrying_out = carrying_out
        self._words = words
        self._card: Card | None = None
        self._available = False
        self.calm = QElapsedTimer()
        self.actions_by_operation = {kind: OperationAction(kind, self) for kind in KINDS}
        self.reason_box = ReasonBox()
        self.primary = ActionButton(self.actions_by_operation[RESET], style="primary")
        self.paper_actions = [
            (paper, PaperAction(kind, tasks=tasks, carrying_out=carrying_out, reason_box=self.reason_box, parent=self))
            for kind in PAPER_KINDS
            for paper in Paper
        ]
        self._others = [ActionButton(action, short=True) for action in self.actions_by_operation.values()]
        self._screen = ToneLabel(tone=Tone.MUTED)
        self._build()
        for action in self.actions_by_operation.values():
            action.asked.connect(self._start)
        carrying_out.busy_changed.connect(self._update)

    def _build(self) -> None:
        self._buttons = QWidget()
        buttons = QVBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(8)
        buttons.addWidget(self.primary)
        # Rows of two, not a grid, in which both rows would take the width of the widest button of each column.
        self._rows = [QHBoxLayout() for _ in self._others[::2]]
        for row in self._rows:
            row.setSpacing(8)
            buttons.addLayout(row)
        for place, button in enumerate(self._others):
            # Without a parent a button that is made visible would be a window of its own.
            self._rows[place // 2].addWidget(button)
        self._paper_buttons = [ActionButton(action) for _paper, action in self.paper_actions]
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in self._paper_buttons:
            row.addWidget(button)
        buttons.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.reason_box, self._buttons, self._screen):
            column.addWidget(widget)

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

    @Slot()
    def _update(self) -> None:
        ready = self._available and self._card is not None and not self._carrying_out.busy
        for kind, action in self.actions_by_operation.items():
            plan = self._plan(kind)
            applies = plan is not None and plan.applied > 0
            forbidden = self._carrying_out.why_not(plan) if plan and applies else ""
            action.setEnabled(ready and applies and not forbidden)
            action.setText(self._words.effect(plan) if plan and applies else messages.operation_name(kind.name))
            action.setIconText(
                self._words.short_effect(plan) if plan and applies else messages.operation_name(kind.name)
            )
            why = self._words.reasons(plan.lines) if plan and not applies else forbidden
            release = self._carrying_out.release_tip(plan) if plan and applies else ""
            screen = self._words.say(plan.screen) if plan and applies and plan.screen else ""
            action.setStatusTip(why or release or screen)
        self._offer_papers(ready)
        self._arrange(self._best())

    def _offer_papers(self, ready: bool) -> None:
        candidate = self._card.reading.candidate if self._card and self._card.reading else None
        for paper, action in self.paper_actions:
            submitted = candidate is not None and paper in candidate.submitted
            action.offer(candidate.user_id if candidate else None, paper if submitted else None, ready=ready)
        for button in self._paper_buttons:
            button.setVisible(button.action.isVisible())

    def _arrange(self, best: Operation) -> None:
        self.primary.set_action(self.actions_by_operation[best])
        rest = [button for button in self._others if button.action is not self.primary.action]
        for button in self._others:
            button.setVisible(button in rest)
            for row in self._rows:
                row.removeWidget(button)
        for place, button in enumerate(rest):
            self._rows[place // 2].addWidget(button)
        plan = self._plan(best)
        text = ""
        if plan is not None and plan.applied and plan.screen is not None:
            text = self._words.say(plan.screen)
        elif plan is not None:
            text = self._words.reasons(plan.lines)
        self._screen.show_text(text)
        self._screen.setVisible(bool(text))

    def _best(self) -> Operation:
        """The operation that the primary button offers: the cure, else the next sensible step."""
        if self._card is None:
            return RESET
        reading = self._card.reading
        order = (RESET, ASSIGN, SIGN_OUT)
        if reading is not None and reading.stuck:
            order = (CLEAR, RESET, REASSIGN)
        elif reading is not None and reading.candidate.slot is SlotState.NONE:
            order = (ASSIGN, RESET, SIGN_OUT)
        elif reading is not None and reading.incomplete:
            order = (SIGN_OUT, RESET, REASSIGN)
        applying = [kind for kind in order if (plan := self._plan(kind)) and plan.applied]
        return applying[0] if applying else order[0]

    def _plan(self, kind: Operation) -> Plan | None:
        return self._card.plans.get(kind) if self._card else None

    @Slot(object)
    def _start(self, kind: Operation) -> None:
        plan = self._plan(kind)
        if plan is None or not plan.applied or self._carrying_out.busy or self.calm.elapsed() < CALM_MS:
            return
        # A second press is not meant for what the first one has left.
        self.calm.start()
        self._carrying_out.ask_and_apply(plan, reason=self.reason_box.reason, on_changed_plan=self._plan_changed)

    def _plan_changed(self, plan: Plan) -> None:
        """Offer the plan as it stands now; the message bar says why nothing was written."""
        if self._card is not None:
            self.show_card(replace(self._card, plans=self._card.plans | {plan.kind: plan}))
