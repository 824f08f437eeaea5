"""The confirmation ladder and its dialog: what a plan would do, the typed count, a supervisor's release."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from desktop_admin.controllers.plans import Actor, Line, Plan
from desktop_admin.errors import AdminError
from desktop_admin.gui import messages
from desktop_admin.gui.credential_fields import CredentialFields
from desktop_admin.gui.dialogs import Dialog
from desktop_admin.gui.messages import Words
from desktop_admin.gui.table_models import Impact, ImpactModel
from desktop_admin.gui.tables import Table
from desktop_admin.gui.themes import Tone
from desktop_admin.gui.widgets import ToneLabel
from desktop_admin.rules import FEW_CANDIDATES, Operation

_LINES, _MOST_LINES = 12, 24
"""How high the dialog is, in lines of text, around the lines of the list and with a list that scrolls."""
_VERDICT_LINES = 2


class Confirmation(Enum):
    """How much a plan asks of the person before it is carried out."""

    NONE = auto()
    DIALOG = auto()
    TYPED = auto()


def confirmation(plan: Plan, *, seen: bool = True) -> Confirmation:
    """The rung of the confirmation ladder on which a plan for candidates stands.

    Nobody is asked for one candidate, because it can be undone; but his typed answers come back only with his page, so
    one who has just started, or who loses another paper's as well, is confirmed.

    Args:
        plan: what would be done.
        seen: whether the person has it before his eyes; what he has not seen is never carried out at once.
    """
    if plan.applied > FEW_CANDIDATES or (plan.override and plan.applied):
        return Confirmation.TYPED
    if plan.applied > 1 or any(line.keeps_writing or (line.recent and line.cleared) for line in plan.lines):
        return Confirmation.DIALOG
    if plan.operation is Operation.REOPEN or not seen:
        return Confirmation.DIALOG
    if plan.operation is Operation.UNDO and plan.refused:
        # Whoever is left as he is must be seen before the others are put back.
        return Confirmation.DIALOG
    return Confirmation.NONE


class ImpactDialog(Dialog):
    """What an operation would do, candidate by candidate, before it is done.

    Args:
        typed: the count must be typed.
        release: a supervisor must give his user name and password.

    Signals:
        confirmed: the plan, and the supervisor who released it or None, when the person confirmed it.
        release_asked: ``Credentials`` of the supervisor, each time they are given; ``release`` or ``show_refused``
            answers.
    """

    confirmed = Signal(object, object)
    release_asked = Signal(object)

    def __init__(self, plan: Plan, *, words: Words, typed: bool, release: bool, parent: QWidget | None) -> None:
        deed = words.effect(plan)
        super().__init__(title=deed, parent=parent)
        self._plan = plan
        self._count = str(plan.applied)
        self.column.addWidget(ToneLabel(words.what_happens(plan)))
        if plan.refused:
            text = self.tr("{n} will be refused; they keep everything.").format(n=messages.candidates(plan.refused))
            self.column.addWidget(ToneLabel("▲ " + text, tone=Tone.OVERDUE, bold=True))
        self.column.addWidget(self._table(plan, words), 1)
        for message in (*plan.notes, plan.screen):
            if message is not None:
                self.column.addWidget(ToneLabel(words.say(message), tone=Tone.MUTED))
        self.typed = self._typed_count() if typed else None
        self.supervisor = self._credentials(words) if release else None
        self._button = self.add_buttons(safe=self.tr("Cancel"), deed=deed)
        if self._button is not None and self.supervisor is not None:
            # Enter does nothing until everything is typed, and then no stray key did that.
            self._button.setDefault(True)
        for line in (self.supervisor.user if self.supervisor else None, self.typed):
            if line is not None:
                line.setFocus()
        self._follow()
        self.fit(characters=115, lines=min(_LINES + len(plan.lines), _MOST_LINES))

    def _table(self, plan: Plan, words: Words) -> Table:
        table = Table(ImpactModel(words), widths=(30, 9, 40), stretch=2, name=self.tr("What happens to each candidate"))
        table.refresh(tuple(Impact(line, plan.operation, planned=True) for line in _worst_first(plan.lines)))
        return table

    def _typed_count(self) -> QLineEdit:
        row = QHBoxLayout()
        label = QLabel(self.tr("Type {count} to confirm").format(count=self._count))
        box = QLineEdit()
        box.setObjectName("field")
        box.setAccessibleName(label.text())
        box.setMaximumWidth(140)
        box.textChanged.connect(self._follow)
        label.setBuddy(box)
        row.addWidget(label)
        row.addWidget(box)
        row.addStretch(1)
        self.column.addLayout(row)
        return box

    def _credentials(self, words: Words) -> CredentialFields:
        text = self.tr(
            "A supervisor releases this with his password: for this one operation, and both names are recorded."
        )
        self.column.addWidget(ToneLabel(text, bold=True))
        fields = CredentialFields(words=words, lines=_VERDICT_LINES)
        fields.changed.connect(self._follow)
        self.column.addWidget(fields)
        return fields

    @property
    def _complete(self) -> bool:
        counted = self.typed is None or self.typed.text().strip() == self._count
        return counted and (self.supervisor is None or self.supervisor.complete)

    @Slot()
    def _follow(self) -> None:
        if self._button is not None:
            self._button.setEnabled(self._complete)

    def accept(self) -> None:
        """Confirm; a release is checked first, and the dialog stays open until it is right."""
        if not self._complete:
            return
        if self.supervisor is not None:
            self.release_asked.emit(self.supervisor.check())
        else:
            self._confirm(None)

    @Slot(object)
    def release(self, supervisor: Actor) -> None:
        """The password was right; where the dialog was left meanwhile, nothing is confirmed."""
        if self.isVisible():
            self._confirm(supervisor)

    @Slot(object)
    def show_refused(self, error: AdminError) -> None:
        """Say why it is no release; the supervisor may try again."""
        if self.supervisor is not None:
            self.supervisor.show_refused(error)

    def _confirm(self, supervisor: Actor | None) -> None:
        self.done(Dialog.DialogCode.Accepted)
        self.confirmed.emit(self._plan, supervisor)

    def done(self, result: int) -> None:
        """Close, however that comes about; no password stays."""
        if self.supervisor is not None:
            self.supervisor.forget()
        super().done(result)


def _worst_first(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Refused lines first, then those that lose something more than the session."""
    return tuple(sorted(lines, key=lambda line: (line.outcome == "applied", not line.keeps_writing, not line.recent)))
