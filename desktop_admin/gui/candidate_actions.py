"""What can be done to the selected candidates: one action per operation, a primary button, confirmation in place."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_admin.controllers.plans import Plan
from desktop_admin.gui import messages
from desktop_admin.gui.jobs import Card
from desktop_admin.gui.messages import Words
from desktop_admin.gui.operations import Confirmation, Operations, confirmation
from desktop_admin.gui.themes import Tone
from desktop_admin.gui.widgets import ActionButton, ReasonBox, ToneLabel
from desktop_admin.rules import Operation, SlotState

CALM_MS = 300
"""After the candidate changed, keys do nothing for this long: the press was meant for the one before."""

KEYS = {
    Operation.ASSIGN: "F8",
    Operation.RESET: "F9",
    Operation.REASSIGN: "Ctrl+F9",
    Operation.CLEAR: "Shift+F9",
    Operation.SIGN_OUT: "",
}


class OperationAction(QAction):
    """The action of one operation, which knows which operation it is.

    Signals:
        asked: the operation, when the action is triggered.
    """

    asked = Signal(object)

    def __init__(self, operation: Operation, parent: QObject) -> None:
        super().__init__(messages.operation_name(operation), parent)
        self.operation = operation
        self.setShortcut(QKeySequence(KEYS[operation]))
        self.setAutoRepeat(False)
        self.setEnabled(False)
        self.triggered.connect(self._ask)

    @Slot()
    def _ask(self) -> None:
        self.asked.emit(self.operation)


class ConfirmStrip(QFrame):
    """Confirmation in place for one candidate: what will happen, Cancel with the focus, and the deed."""

    confirmed = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("confirm")
        self._title = ToneLabel(bold=True)
        self._text = ToneLabel()
        self._cancel = QPushButton(self.tr("Cancel"))
        self._cancel.setObjectName("secondary")
        self._cancel.setAccessibleName(self.tr("Cancel"))
        self.deed = QPushButton()
        self.deed.setObjectName("primary")
        self.deed.setAccessibleName(self.tr("Confirm"))
        self._cancel.clicked.connect(self.cancelled)
        self.deed.clicked.connect(self.confirmed)
        buttons = QHBoxLayout()
        buttons.addWidget(self._cancel)
        buttons.addWidget(self.deed, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(self._title)
        column.addWidget(self._text)
        column.addLayout(buttons)
        self.hide()

    def has_focus(self) -> bool:
        """Whether one of its buttons has the focus."""
        return self._cancel.hasFocus() or self.deed.hasFocus()

    def ask(self, plan: Plan, *, words: Words) -> None:
        """Show what the plan does and wait for the person."""
        line = next(line for line in plan.lines if line.outcome == "applied")
        key = KEYS[plan.operation]
        effect = words.effect(plan)
        self._title.show_text(f"{effect}: {words.line_name(line)}")
        self._text.show_text(words.lines([*line.notes, *([plan.screen] if plan.screen else [])]))
        self.deed.setText(self.tr("{effect}   {key} again").format(effect=effect, key=key) if key else effect)
        self.deed.setAccessibleName(effect)
        self.setAccessibleName(self._title.text())
        self.show()
        self._cancel.setFocus()


class CandidateActions(QWidget):
    """Reason, primary button, the other operations, and the sentence about the candidate's screen."""

    def __init__(self, *, operations: Operations, words: Words) -> None:
        super().__init__()
        self._operations = operations
        self._words = words
        self._card: Card | None = None
        self._available = False
        self.calm = QElapsedTimer()
        self._asked: Plan | None = None
        self.actions_by_operation = {operation: OperationAction(operation, self) for operation in KEYS}
        self.reason_box = ReasonBox()
        self.primary = ActionButton(self.actions_by_operation[Operation.RESET], style="primary")
        self._others = [ActionButton(action, short=True) for action in self.actions_by_operation.values()]
        self._screen = ToneLabel(tone=Tone.MUTED)
        self.strip = ConfirmStrip()
        self._build()
        for action in self.actions_by_operation.values():
            action.asked.connect(self._start)
        self.strip.confirmed.connect(self._confirm)
        self.strip.cancelled.connect(self.cancel)
        operations.busy_changed.connect(self._update)

    def _build(self) -> None:
        self._buttons = QWidget()
        buttons = QVBoxLayout(self._buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(8)
        buttons.addWidget(self.primary)
        self._rows = (QHBoxLayout(), QHBoxLayout())
        for row in self._rows:
            row.setSpacing(8)
            buttons.addLayout(row)
        for button in self._others:
            # Without a parent a button that is made visible would be a window of its own.
            self._rows[0].addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.reason_box, self._buttons, self.strip, self._screen):
            column.addWidget(widget)

    @property
    def confirming(self) -> bool:
        """Whether an operation waits for its confirmation in place."""
        return self._asked is not None

    def show_card(self, card: Card | None) -> None:
        """Offer what can be done to these candidates."""
        other = card is None or self._card is None or card.user_ids != self._card.user_ids
        self._card = card
        if other:
            self.calm.start()
            self.cancel()
        self._update()

    def set_available(self, available: bool) -> None:
        """Switch everything off while the pane is not seen or the database cannot be written."""
        self._available = available
        self._update()

    @Slot()
    def cancel(self) -> None:
        """Leave the confirmation without doing anything."""
        self._asked = None
        had_focus = self.strip.has_focus()
        self.strip.hide()
        self._buttons.show()
        if had_focus:
            self.primary.setFocus()

    @Slot()
    def _update(self) -> None:
        ready = self._available and self._card is not None and not self._operations.busy
        for operation, action in self.actions_by_operation.items():
            plan = self._plan(operation)
            applies = plan is not None and plan.applied > 0
            action.setEnabled(ready and applies)
            action.setText(self._words.effect(plan) if plan and applies else messages.operation_name(operation))
            action.setIconText(
                self._words.short_effect(plan) if plan and applies else messages.operation_name(operation)
            )
            why = self._words.reasons(plan.lines) if plan and not applies else ""
            screen = self._words.say(plan.screen) if plan and applies and plan.screen else ""
            action.setStatusTip(why or screen)
        self._arrange(self._best())

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
        self._screen.setVisible(bool(text) and not self.confirming)

    def _best(self) -> Operation:
        """The operation that the primary button offers: the cure, else the next sensible step."""
        if self._card is None:
            return Operation.RESET
        reading = self._card.reading
        order = (Operation.RESET, Operation.ASSIGN, Operation.SIGN_OUT)
        if reading is not None and reading.stuck:
            order = (Operation.CLEAR, Operation.RESET, Operation.REASSIGN)
        elif reading is not None and reading.candidate.slot is SlotState.NONE:
            order = (Operation.ASSIGN, Operation.RESET, Operation.SIGN_OUT)
        elif reading is not None and reading.incomplete:
            order = (Operation.SIGN_OUT, Operation.RESET, Operation.REASSIGN)
        applying = [operation for operation in order if (plan := self._plan(operation)) and plan.applied]
        return applying[0] if applying else order[0]

    def _plan(self, operation: Operation) -> Plan | None:
        return self._card.plans.get(operation) if self._card else None

    @Slot(object)
    def _start(self, operation: Operation) -> None:
        plan = self._plan(operation)
        if plan is None or not plan.applied or self._operations.busy or self.calm.elapsed() < CALM_MS:
            return
        if self._asked is not None:
            # The same key again confirms; another key asks for the other operation instead.
            if self._asked.operation is operation:
                self._confirm()
                return
            self.cancel()
        rung = confirmation(plan)
        if rung is Confirmation.NONE:
            self._apply(plan)
        elif rung is Confirmation.INLINE:
            self._asked = plan
            self._buttons.hide()
            self._screen.hide()
            self.strip.ask(plan, words=self._words)
            self.calm.start()
        else:
            self._operations.confirm_and_apply(plan, reason=self.reason_box.reason, on_changed_plan=self._plan_changed)

    @Slot()
    def _confirm(self) -> None:
        if self._asked is None or self.calm.elapsed() < CALM_MS:
            return
        plan = self._asked
        self.cancel()
        self._apply(plan)

    def _apply(self, plan: Plan) -> None:
        self._operations.apply(plan, reason=self.reason_box.reason, on_changed_plan=self._plan_changed)

    def _plan_changed(self, plan: Plan) -> None:
        """Offer the plan as it stands now; the message bar says why nothing was written."""
        if self._card is not None:
            plans = self._card.plans | {plan.operation: plan}
            self.show_card(Card(user_ids=self._card.user_ids, reading=self._card.reading, plans=plans))
