"""The rules of the centre, which hold for every desk on the database; a supervisor sets them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton, QSpinBox, QWidget

from desktop_admin.controllers.operations.deeds import SET_POLICY, rules, tables
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.upkeep.policies import Policies, Policy
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.errors import AdminError
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill, named
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.kit.words import OVERDUE, Words
from desktop_admin.gui.upkeep.guard_dialog import why_not
from desktop_admin.messages import Message, phrase


class PoliciesDialog(Dialog):
    """A number for each rule, and the button that sets those that were changed.

    Signals:
        changed: rules were set.

    Attributes:
        boxes: the number of each rule, by its name.
    """

    changed = Signal()

    def __init__(self, *, tasks: TaskRunner, actor: Actor, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("upkeep.rules"), parent=parent)
        self._tasks = tasks
        self._actor = actor
        self._words = words
        self._before: dict[str, int] = {}
        self.boxes: dict[str, QSpinBox] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(0, 1)
        self.note = ToneLabel(phrase("upkeep.looking"))
        fill(self.column, ToneLabel(phrase("upkeep.about_rules"), tone=Tone.MUTED), self._grid, self.note, None)
        deed = self.add_buttons(phrase("upkeep.set_rules"))
        self._deed: QPushButton = deed
        self._deed.setEnabled(False)
        self.fit(characters=84, lines=17)

    def look(self) -> None:
        """Ask the database."""
        self._tasks.read(policies.read, self._show, self._failed, key="policies")

    def accept(self) -> None:
        """The deed's button was pressed; the dialog closes once the rules are set."""
        self._deed.setEnabled(False)
        job = partial(_change, numbers=self._changed_numbers(), actor=self._actor)
        self._tasks.use(job, self._done, self._failed, stage=phrase("upkeep.setting_rules"))

    @Slot(object)
    def _show(self, found: Policies) -> None:
        self._before = {policy.name: number for policy, number in found.numbers.items()}
        why = self._why_not()
        for policy, number in found.numbers.items():
            box = self.boxes.get(policy.name) or self._add_row(policy)
            box.setValue(number)
            box.setEnabled(why is None)
        # What is stored and makes no sense is set again by the same button.
        self._before |= {str(dict(problem.values)["name"]): 0 for problem in found.damaged}
        if why is not None:
            self.note.show_text(self._words.say(why), Tone.MUTED)
        elif found.damaged:
            told = " ".join(self._words.say(problem) for problem in found.damaged)
            self.note.show_text(f"{OVERDUE} {told}", Tone.OVERDUE)
        else:
            self.note.show_text(phrase("upkeep.from_next_sign_in"), Tone.MUTED)
        self._offer()

    def _add_row(self, policy: Policy) -> QSpinBox:
        row, told = self._grid.rowCount(), phrase(policy.told)
        box = named(QSpinBox(minimum=policy.least, maximum=policy.most), told)
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setMinimumWidth(box.fontMetrics().averageCharWidth() * 20)
        box.valueChanged.connect(self._offer)
        usually = phrase("upkeep.usually", number=policy.default, unit=_unit(policy.name, policy.default))
        for place, part in enumerate((ToneLabel(told), box, ToneLabel(usually, tone=Tone.MUTED))):
            self._grid.addWidget(part, row, place)
        self.boxes[policy.name] = box
        return box

    def _changed_numbers(self) -> dict[str, int]:
        now = {name: box.value() for name, box in self.boxes.items()}
        return {name: number for name, number in now.items() if number != self._before.get(name)}

    @Slot()
    def _offer(self) -> None:
        """Let the button be pressed only where there is something to set, and count in the right form."""
        for name, box in self.boxes.items():
            box.setSuffix(f" {_unit(name, box.value())}")
        self._deed.setEnabled(bool(self._changed_numbers()) and self._why_not() is None)

    def _why_not(self) -> Message | None:
        return why_not(SET_POLICY, actor=self._actor, database=self._tasks.database)

    @Slot(object)
    def _done(self, _found: None) -> None:
        super().accept()
        self.changed.emit()

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        self.note.show_text(f"{OVERDUE} {self._words.say(error.message)}", Tone.STUCK)
        self._deed.setEnabled(bool(self._changed_numbers()))


def _unit(policy: str, number: int) -> str:
    """What so many of the policy's units are called."""
    return phrase("upkeep.hours" if policies.POLICIES[policy].unit == "hours" else "upkeep.minutes", n=number)


def _change(database: Database, *, numbers: Mapping[str, int], actor: Actor) -> None:
    """Set these rules in one transaction, creating our own tables first."""

    def job(session: Session) -> None:
        for name, number in numbers.items():
            rules.change(session, name=name, value=str(number), actor=actor)

    tables.prepare(database, actor=actor)
    database.write(job)
