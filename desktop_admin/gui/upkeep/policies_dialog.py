"""The rules of the centre, which hold for every desk on the database; a supervisor sets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QPushButton, QSpinBox, QWidget

from desktop_admin.controllers.operations.deeds import SET_POLICY, rules, tables
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.upkeep.policies import Policies, Policy
from desktop_admin.controllers.values.happened import CATEGORIES
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.errors import AdminError
from desktop_admin.gui.changing.second_person_dialog import SecondPersonDialog
from desktop_admin.gui.core.sentences import OVERDUE
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import dotted, fill, named
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.people import sign_in_jobs
from desktop_admin.gui.people.sign_in_jobs import Credentials
from desktop_admin.gui.upkeep.guard_dialog import why_not
from desktop_admin.messages import Message, phrase
from desktop_admin.rules import clean

_SWITCHED = ("off", "on")
"""What is typed for a box that is ticked, and for one that is not."""


class PoliciesDialog(Dialog):
    """A number for each rule, a box to tick, or words, and the button that sets those that were changed.

    Where that ends the rule of two persons, a second supervisor is asked first.

    Signals:
        changed: rules were set.

    Attributes:
        boxes: the number of each rule that has one, by its name.
        switches: the box of each rule that is on or off, by its name.
        categories: the words of what an incident may be.
    """

    changed = Signal()

    def __init__(self, *, tasks: TaskRunner, actor: Actor, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("upkeep.rules"), parent=parent)
        self._tasks = tasks
        self._actor = actor
        self._words = words
        self._before: dict[str, str] = {}
        self._held: Policies | None = None
        self.boxes: dict[str, QSpinBox] = {}
        self.switches: dict[str, QCheckBox] = {}
        self.categories: QLineEdit | None = None
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(10)
        self._grid.setColumnStretch(0, 1)
        self.note = ToneLabel(phrase("upkeep.looking"))
        fill(self.column, ToneLabel(phrase("upkeep.about_rules"), tone=Tone.MUTED), self._grid, self.note, None)
        deed = self.add_buttons(phrase("upkeep.set_rules"))
        self._deed: QPushButton = deed
        self._deed.setEnabled(False)
        # The rules are read later, and each may take two lines.
        self.fit(characters=104, lines=27)

    def look(self) -> None:
        """Ask the database."""
        self._tasks.read(policies.read, self._show, self._failed, key="policies")

    def accept(self) -> None:
        """The deed's button was pressed; the dialog closes once the rules are set."""
        if self._held is None or not rules.turns_off_two_persons(self._held, self._changed()):
            self._set(None)
            return
        dialog = SecondPersonDialog(phrase("upkeep.set_rules"), words=self._words, parent=self)
        dialog.release_asked.connect(partial(self._check_release, dialog))
        dialog.released.connect(self._set)
        dialog.open()

    def _check_release(self, dialog: SecondPersonDialog, typed: Credentials) -> None:
        job = partial(sign_in_jobs.release, typed=typed, actor=self._actor)
        self._tasks.use(job, dialog.release, dialog.show_refused)

    @Slot(object)
    def _set(self, released_by: Actor | None) -> None:
        self._deed.setEnabled(False)
        job = partial(change_rules, values=self._changed(), actor=self._actor, released_by=released_by)
        self._tasks.use(job, self._done, self._failed, stage=phrase("upkeep.setting_rules"))

    @Slot(object)
    def _show(self, found: Policies) -> None:
        self._held = found
        why = self._why_not()
        for policy, number in found.numbers.items():
            self._field(policy, number).setEnabled(why is None)
        self._words_field(found.categories).setEnabled(why is None)
        self._before = self._typed()
        # What is stored and makes no sense is set again by the same button.
        for problem in found.damaged:
            self._before.pop(str(dict(problem.values)["name"]))
        if why is not None:
            self.note.show_text(self._words.say(why), Tone.MUTED)
        elif found.damaged:
            told = " ".join(self._words.say(problem) for problem in found.damaged)
            self.note.show_text(f"{OVERDUE} {told}", Tone.OVERDUE)
        else:
            self.note.show_text(phrase("upkeep.from_next_sign_in"), Tone.MUTED)
        self._offer()

    def _field(self, policy: Policy, number: int) -> QWidget:
        """The field of a rule, which is made when it is first shown, with what holds."""
        if policy.is_switch:
            switch = self.switches.get(policy.name) or self._add_switch(policy)
            switch.setChecked(bool(number))
            return switch
        box = self.boxes.get(policy.name) or self._add_box(policy)
        box.setValue(number)
        return box

    def _add_box(self, policy: Policy) -> QSpinBox:
        box = named(QSpinBox(minimum=policy.least, maximum=policy.most), phrase(policy.told))
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setMinimumWidth(box.fontMetrics().averageCharWidth() * 20)
        box.valueChanged.connect(self._offer)
        usually = phrase("upkeep.usually", number=policy.default, unit=_unit(policy.name, policy.default))
        self._add_row(policy, box, usually)
        self.boxes[policy.name] = box
        return box

    def _add_switch(self, policy: Policy) -> QCheckBox:
        switch = named(QCheckBox(phrase("rule_on")), phrase(policy.told))
        switch.toggled.connect(self._offer)
        usually = phrase("upkeep.usually_switch", value=self._words.say(policy.counted(policy.default)))
        self._add_row(policy, switch, usually)
        self.switches[policy.name] = switch
        return switch

    def _words_field(self, words: Sequence[str]) -> QLineEdit:
        """The field of the words, which is made when it is first shown, with what holds, in the language spoken."""
        policy = policies.INCIDENT_CATEGORIES
        if self.categories is None:
            self.categories = named(QLineEdit(), phrase(policy.told))
            self.categories.textChanged.connect(self._offer)
            told = dotted(phrase(policy.told), phrase("upkeep.words_with_commas"))
            for part in (ToneLabel(told), self.categories):
                # As long as the words are.
                self._grid.addWidget(part, self._grid.rowCount(), 0, 1, 3)
        self.categories.setText(policy.typing([self._words.category(one) for one in words]))
        self.categories.setCursorPosition(0)
        return self.categories

    def _typed_words(self) -> str:
        """The words as they are stored, whatever the known ones are called in the language spoken."""
        known = {self._words.category(one).casefold(): one for one in CATEGORIES}
        typed = self.categories.text().split(",") if self.categories is not None else []
        return policies.INCIDENT_CATEGORIES.typing([known.get(clean(one).casefold(), clean(one)) for one in typed])

    def _add_row(self, policy: Policy, field: QWidget, usually: str) -> None:
        row = self._grid.rowCount()
        for place, part in enumerate((ToneLabel(phrase(policy.told)), field, ToneLabel(usually, tone=Tone.MUTED))):
            self._grid.addWidget(part, row, place)

    def _typed(self) -> dict[str, str]:
        """What is typed of each rule."""
        typed = {name: str(box.value()) for name, box in self.boxes.items()}
        typed |= {name: _SWITCHED[switch.isChecked()] for name, switch in self.switches.items()}
        return typed | {policies.INCIDENT_CATEGORIES.name: self._typed_words()}

    def _changed(self) -> dict[str, str]:
        return {name: text for name, text in self._typed().items() if text != self._before.get(name)}

    @Slot()
    def _offer(self) -> None:
        """Let the button be pressed only where there is something to set, and count in the right form."""
        for name, box in self.boxes.items():
            box.setSuffix(f" {_unit(name, box.value())}")
        self._deed.setEnabled(bool(self._changed()) and self._why_not() is None)

    def _why_not(self) -> Message | None:
        return why_not(SET_POLICY, actor=self._actor, database=self._tasks.database)

    @Slot(object)
    def _done(self, _found: None) -> None:
        super().accept()
        self.changed.emit()

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        self.note.show_text(f"{OVERDUE} {self._words.say(error.message)}", Tone.STUCK)
        self._deed.setEnabled(bool(self._changed()))


def _unit(policy: str, number: int) -> str:
    """What so many of the policy's units are called."""
    return phrase("upkeep.hours" if policies.POLICIES[policy].unit == "hours" else "upkeep.minutes", n=number)


def change_rules(database: Database, *, values: Mapping[str, str], actor: Actor, released_by: Actor | None) -> None:
    """Set these rules in one transaction, creating our own tables first."""

    def job(session: Session) -> None:
        for name, value in values.items():
            rules.change(session, name=name, value=value, actor=actor, released_by=released_by)

    tables.prepare(database, actor=actor)
    database.write(job)
