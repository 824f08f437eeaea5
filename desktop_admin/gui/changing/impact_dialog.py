"""The dialog of the confirmation ladder: what a plan would do, the typed count, a supervisor's release."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop_admin.controllers.operations.ladder import to_type
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Actor, Line
from desktop_admin.controllers.values.records import told_reason
from desktop_admin.gui.changing.release_dialog import ReleaseDialog
from desktop_admin.gui.core.sentences import OVERDUE
from desktop_admin.gui.core.speech import announce
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.widgets import PlainLabel, ToneLabel
from desktop_admin.gui.tables.models import Impact, ImpactModel
from desktop_admin.gui.tables.table import Table
from desktop_admin.messages import phrase

_LINES, _MOST_LINES = 12, 24
"""How high the dialog is, in lines of text, around the lines of the list and with a list that scrolls."""


class ImpactDialog(ReleaseDialog):
    """What an operation would do, candidate by candidate, before it is done.

    Args:
        reason: what will stand in the log as the reason, or None.
        typed: the count must be typed.
        release: a supervisor must give user name and password.

    Signals:
        confirmed: the plan, and the supervisor who released it or None, when the person confirmed it.
    """

    confirmed = Signal(object, object)

    def __init__(
        self, plan: Plan, *, words: Words, reason: str | None, typed: bool, release: bool, parent: QWidget | None
    ) -> None:
        deed = words.effect(plan)
        super().__init__(title=deed, parent=parent)
        self._plan = plan
        self._count = to_type(plan)
        self._told = ToneLabel(tone=Tone.STUCK)
        self.column.addWidget(ToneLabel(words.what_happens(plan)))
        for text in _refused(plan):
            self.column.addWidget(ToneLabel(f"{OVERDUE} {text}", tone=Tone.OVERDUE, bold=True))
        self.column.addWidget(self._table(plan, words), 1)
        for message in (*plan.notes, plan.screen):
            if message is not None:
                self.column.addWidget(ToneLabel(words.say(message), tone=Tone.MUTED))
        key = "changing.impact.reason" if reason else "changing.impact.no_reason"
        self.column.addWidget(ToneLabel(phrase(key, reason=told_reason(reason)), tone=Tone.MUTED))
        self.typed = self._typed_count() if typed else None
        if release:
            text = "changing.two_persons" if plan.two_persons else "changing.impact.release"
            self.add_release(phrase(text), words=words)
        self.add_deed(deed)
        self.fit(characters=115, lines=min(_LINES + len(plan.lines), _MOST_LINES))

    def _table(self, plan: Plan, words: Words) -> Table:
        table = Table(ImpactModel(words), stretch="outcome", name=phrase("changing.impact.table"))
        table.refresh(tuple(Impact(line, plan.kind.name, planned=True) for line in _worst_first(plan.lines)))
        return table

    def _typed_count(self) -> QLineEdit:
        row = QHBoxLayout()
        label = PlainLabel(phrase("changing.impact.type", count=self._count))
        box = QLineEdit()
        box.setObjectName("field")
        box.setAccessibleName(label.text())
        box.setMaximumWidth(140)
        box.textChanged.connect(self.follow)
        box.textChanged.connect(self._told.clear)
        label.setBuddy(box)
        row.addWidget(label)
        row.addWidget(box)
        row.addWidget(self._told, 1)
        self.column.addLayout(row)
        return box

    @property
    def complete(self) -> bool:
        return (self.typed is None or not self.lacks(self.typed)) and super().complete

    @property
    def needed(self) -> tuple[QLineEdit, ...]:
        return super().needed if self.typed is None else (self.typed, *super().needed)

    def lacks(self, line: QLineEdit) -> bool:
        return line.text().strip() != self._count if line is self.typed else super().lacks(line)

    def tell_lacking(self, line: QLineEdit) -> None:
        if line is not self.typed:
            super().tell_lacking(line)
            return
        self._told.show_text(f"{OVERDUE} {phrase('kit.not_this', typed=line.text(), count=self._count)}")
        announce(line, self._told.text())

    def agree(self, supervisor: Actor | None) -> None:
        super().agree(supervisor)
        self.confirmed.emit(self._plan, supervisor)


def _refused(plan: Plan) -> Iterable[str]:
    """How many papers stay as they are, and how many candidates."""
    refused = [line for line in plan.lines if line.outcome == "refused"]
    papers = sum(line.is_trade for line in refused)
    counts = (("changing.impact.refused_papers", papers), ("changing.impact.refused", len(refused) - papers))
    return (phrase(key, n=count) for key, count in counts if count)


def _worst_first(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Refused lines first, then those that lose something more than the session."""
    return tuple(sorted(lines, key=lambda line: (line.outcome == "applied", not line.keeps_writing, not line.recent)))
