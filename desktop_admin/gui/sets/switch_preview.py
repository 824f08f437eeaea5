"""The preview of a set switch, in place: whom it meets, what it refuses, and what it takes to apply it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QVBoxLayout

from desktop_admin.controllers.operations.activate.preview import Switch
from desktop_admin.controllers.operations.ladder import Confirmation, confirmation, to_type
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Line
from desktop_admin.gui.kit import words as messages
from desktop_admin.gui.kit.table_models import Fate, PreviewModel
from desktop_admin.gui.kit.tables import Table
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import PlainLabel, ReasonBox, ToneLabel, tip
from desktop_admin.gui.kit.words import OVERDUE, Words, by_count
from desktop_admin.messages import Message
from desktop_admin.rules import Refusal

REFUSED_LINES = 5


class SwitchPanel(QFrame):
    """Shows the plan of a set switch and asks for its confirmation.

    Signals:
        confirmed: the plan, when Apply is pressed.
        discarded: the drafts are given up.
        allowance_changed: whether sets with too few questions are let through.
    """

    confirmed = Signal(object)
    discarded = Signal()
    allowance_changed = Signal()

    def __init__(self, *, words: Words) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._words = words
        self._plan: Plan | None = None
        self._available = False
        self._title = ToneLabel(bold=True, scale=1.15)
        self._effect = ToneLabel(bold=True)
        self._screen = ToneLabel()
        self._untouched = ToneLabel(tone=Tone.MUTED)
        self._refused = ToneLabel(tone=Tone.OVERDUE)
        self.refused_area = QScrollArea()
        self._refused.setObjectName("cardBody")
        self.refused_area.setWidget(self._refused)
        self.refused_area.setWidgetResizable(True)
        self.refused_area.setMaximumHeight(self.fontMetrics().height() * REFUSED_LINES)
        self.refused_area.setAccessibleName(self.tr("Refused trades"))
        self.table = Table(
            PreviewModel(words), widths=(30, 9, 12, 8, 16, 10, 20), stretch=6, name=self.tr("Sessions in progress")
        )
        self.allow_too_few = QCheckBox(self.tr("Allow sets with too few questions"))
        self.reason_box = ReasonBox()
        # No buddy of the field, which would underline what follows an ampersand: the field has the same text as name.
        self._typed_label = PlainLabel()
        self.typed = QLineEdit()
        self.typed.setObjectName("field")
        self.typed.setMaximumWidth(160)
        self.discard = QPushButton(self.tr("Discard"))
        self.discard.setObjectName("secondary")
        self.apply = QPushButton()
        self.apply.setObjectName("primary")
        self._build()
        self.typed.textChanged.connect(self._check)
        self.typed.returnPressed.connect(self._confirm)
        self.discard.clicked.connect(self.discarded)
        self.apply.clicked.connect(self._confirm)
        self.allow_too_few.toggled.connect(self.allowance_changed)

    def _build(self) -> None:
        self.allow_too_few.setAccessibleName(self.allow_too_few.text())
        self.discard.setAccessibleName(self.tr("Discard the drafts"))
        self.apply.setAccessibleName(self.tr("Apply the drafts"))
        self.typed.setAccessibleName(self.tr("Confirmation"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 14, 10)
        column.setSpacing(5)
        labels = (self._title, self._effect, self._screen, self._untouched)
        for widget in (*labels, self.refused_area, self.allow_too_few):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.reason_box, 1)
        row.addWidget(self._typed_label)
        row.addWidget(self.typed)
        row.addStretch(1)
        row.addWidget(self.discard)
        row.addWidget(self.apply)
        column.addLayout(row)

    @property
    def text(self) -> str:
        """Everything that the preview says, for tests and for reading aloud."""
        labels = (self._title, self._effect, self._screen, self._untouched, self._refused)
        return "\n".join(label.text() for label in labels if label.text())

    @property
    def expected(self) -> str:
        """What must be typed to confirm; empty where nothing is cleared."""
        plan = self._plan
        return to_type(plan) if plan is not None and confirmation(plan) is Confirmation.TYPED else ""

    def set_available(self, available: bool, *, why: str = "") -> None:
        """Switch Apply on or off; ``why`` says why the person may not."""
        self._available = available
        self.apply.setToolTip(tip(why))
        self.apply.setAccessibleDescription(why)
        self.allow_too_few.setEnabled(not why)
        self.allow_too_few.setToolTip(tip(why))
        self._check()

    def show_switch(self, switch: Switch) -> None:
        """Show what the switch would do.

        Args:
            switch: the plan with the sessions in progress that it meets.
        """
        plan = switch.plan
        before, self._plan = self.expected, plan
        applied, refused = _applied(plan), [line for line in plan.lines if line.is_trade and line.reason]
        switches = ", ".join(self._words.switch(line) for line in (applied or refused)[:6])
        self._title.show_text(
            self.tr("Preview: {switches}").format(switches=switches + (" …" if len(applied) > 6 else ""))
        )
        self._effect.show_text(self._what(plan))
        self._screen.show_text(self._words.say(plan.screen) if plan.screen and plan.cleared_sessions else "")
        self._screen.setVisible(bool(self._screen.text()))
        self._untouched.show_text(self._rest(switch))
        self._refused.show_text(self._refusals(refused))
        self.refused_area.setVisible(bool(refused))
        self._show_sessions(switch)
        too_few = any(_code(line) == Refusal.TOO_FEW for line in refused)
        self.allow_too_few.setVisible(too_few or plan.asked.overrides)
        if self.expected != before:
            self.typed.clear()
        self._label_apply(plan, applied)
        self._check()

    def forget(self) -> None:
        """Show nothing any more, and let the next preview begin without allowances."""
        self._plan = None
        self.typed.clear()
        self.allow_too_few.blockSignals(True)
        self.allow_too_few.setChecked(False)
        self.allow_too_few.blockSignals(False)

    def _what(self, plan: Plan) -> str:
        if not plan.applied:
            return self.tr("Nothing can be activated.")
        return by_count(
            plan.cleared_sessions,
            one=self.tr("1 session in progress will be cleared and kept in the archive."),
            many=self.tr("{n} sessions in progress will be cleared and kept in the archive."),
        )

    def _refusals(self, refused: list[Line]) -> str:
        """Why trades are refused; those of which there is no more to say than that the set is empty share a line."""
        empty = [line for line in refused if _code(line) == Refusal.NO_QUESTIONS and not line.notes]
        texts = [
            f"{OVERDUE} {line.trade}: {self._words.lines([*_reasons(line), *line.notes])}"
            for line in refused
            if line not in empty
        ]
        if len(empty) == 1:
            texts.append(f"{OVERDUE} {empty[0].trade}: {self._words.lines(_reasons(empty[0]))}")
        elif empty:
            text = self.tr("Refused, because they have no questions of this set: {trades}.")
            texts.append(f"{OVERDUE} " + text.format(trades=", ".join(line.trade or line.name for line in empty)))
        return "\n".join(texts)

    def _rest(self, switch: Switch) -> str:
        """Who is left alone, and why: of a paper that is switched, only the sessions on its new set stay."""
        switched = {(line.choice.trade_id, line.choice.paper) for line in _applied(switch.plan) if line.choice}
        preview = switch.preview
        already = sum((row.trade_id, row.paper) in switched for row in preview.spared)
        other_paper = len(preview.spared) - already
        texts = []
        if already:
            texts.append(
                by_count(
                    already,
                    one=self.tr("1 session is on the new set already: not touched."),
                    many=self.tr("{n} sessions are on the new set already: not touched."),
                )
            )
        if other_paper:
            texts.append(
                by_count(
                    other_paper,
                    one=self.tr("1 session on the other paper: not touched."),
                    many=self.tr("{n} sessions on the other paper: not touched."),
                )
            )
        if preview.not_started:
            texts.append(
                by_count(
                    preview.not_started,
                    one=self.tr("1 candidate with a slot has not started and gets the new set."),
                    many=self.tr("{n} candidates with a slot have not started and get the new set."),
                )
            )
        return " ".join(texts)

    def _show_sessions(self, switch: Switch) -> None:
        choices = [line.choice for line in _applied(switch.plan) if line.choice]
        letters = {(choice.trade_id, choice.paper): choice.letter for choice in choices}
        fates = [
            Fate(row, cleared=True, new_set=letters.get((row.trade_id or 0, row.paper), row.active_set), at=switch.at)
            for row in switch.preview.cleared
        ]
        fates += [Fate(row, cleared=False, new_set="", at=switch.at) for row in switch.preview.spared]
        self.table.refresh(tuple(fates))
        self.table.setVisible(bool(fates))

    def _label_apply(self, plan: Plan, applied: list[Line]) -> None:
        letters = {line.choice.letter for line in applied if line.choice}
        text = self.tr("Activate {n} sets").format(n=len(applied))
        if len(applied) == 1:
            text = self.tr("Activate set {letter}").format(letter=letters.pop())
        if plan.cleared_sessions:
            text = self.tr("{deed}, clear {sessions}").format(
                deed=text, sessions=messages.sessions(plan.cleared_sessions)
            )
        self.apply.setText(text)
        self.apply.setAccessibleName(text)
        shown = bool(self.expected)
        self._typed_label.setText(self.tr("Type {text} to confirm").format(text=self.expected))
        self.typed.setAccessibleName(self._typed_label.text())
        self._typed_label.setVisible(shown)
        self.typed.setVisible(shown)

    @Slot()
    def _check(self) -> None:
        plan = self._plan
        typed = self.typed.text().strip().casefold() == self.expected.casefold()
        self.apply.setEnabled(self._available and plan is not None and plan.applied > 0 and typed)

    @Slot()
    def _confirm(self) -> None:
        if self._plan is not None and self.apply.isEnabled():
            self.confirmed.emit(self._plan)


def _applied(plan: Plan) -> list[Line]:
    return [line for line in plan.lines if line.is_trade and line.outcome == "applied"]


def _reasons(line: Line) -> list[Message]:
    return [line.reason] if line.reason is not None else []


def _code(line: Line) -> str | None:
    return line.reason.code if line.reason is not None else None
