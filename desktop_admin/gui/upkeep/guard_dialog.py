"""The guard: whether it is in the database, what it does in words, and the button that installs or removes it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from desktop_admin.controllers.operations.deeds import GUARD_INSTALL, GUARD_REMOVE, guarding, tables
from desktop_admin.controllers.operations.kind import Kind
from desktop_admin.controllers.operations.rights import check_may
from desktop_admin.controllers.upkeep import guard
from desktop_admin.controllers.values.guard_state import COSTS, DOES, GuardCheck, GuardState
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, NotPermitted
from desktop_admin.gui.core.sentences import OVERDUE, RUNNING
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.themes import Tone
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.parts import fill, side_button
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.messages import Message, phrase

_OFFERS = {GUARD_INSTALL: "upkeep.install_guard", GUARD_REMOVE: "upkeep.remove_guard"}
_NOW = {GUARD_INSTALL: "upkeep.install_now", GUARD_REMOVE: "upkeep.remove_now"}
_STAGES = {GUARD_INSTALL: "upkeep.installing", GUARD_REMOVE: "upkeep.removing"}


def why_not(kind: Kind, *, actor: Actor, database: Database | None) -> Message | None:
    """Why this person cannot do this to the whole database here, or None."""
    try:
        check_may(role=actor.role, kind=kind, candidates=0)
    except NotPermitted as refused:
        return refused.message
    return database.description.view_only if database is not None else None


class GuardDialog(Dialog):
    """Shows the guard of the database that is open.

    Signals:
        found: a ``GuardCheck``, whenever it was looked at.
        changed: it was installed or removed.
    """

    found = Signal(object)
    changed = Signal()

    def __init__(self, *, tasks: TaskRunner, actor: Actor, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=phrase("upkeep.guard"), parent=parent)
        self._tasks = tasks
        self._actor = actor
        self._words = words
        self._asked: Kind | None = None
        self.state = ToneLabel(phrase("upkeep.looking"), bold=True)
        self.question = ToneLabel(bold=True)
        does = [ToneLabel("•  " + words.say(sentence)) for sentence in DOES]
        costs = ToneLabel(words.say(COSTS), tone=Tone.MUTED)
        fill(self.column, self.state, ToneLabel(phrase("upkeep.about_guard")), *does, costs, None, self.question)
        remove = side_button(phrase("upkeep.remove_guard"), partial(self._press, GUARD_REMOVE))
        install = self.add_buttons(phrase("upkeep.install_guard"), safe=phrase("kit.close"), beside=(remove,))
        self._buttons = {GUARD_INSTALL: install, GUARD_REMOVE: remove}
        for button in self._buttons.values():
            button.hide()
        self.resize(680, 520)

    def look(self) -> None:
        """Ask the database."""
        self._tasks.read(guard.check, self._show, self._failed, key="guard")

    def accept(self) -> None:
        """The deed's button was pressed; the dialog stays, to show what came of it."""
        self._press(GUARD_INSTALL)

    @Slot(object)
    def _show(self, found: GuardCheck) -> None:
        self._asked = None
        glyph, tone = "", Tone.PLAIN
        if found.alarming:
            glyph, tone = f"{OVERDUE} ", Tone.OVERDUE
        elif found.installed:
            glyph, tone = f"{RUNNING} ", Tone.RUNNING
        self.state.show_text(glyph + self._words.say(found.told), tone)
        offered = []
        if found.state in {GuardState.ABSENT, GuardState.INCOMPLETE}:
            offered.append(GUARD_INSTALL)
        if found.state in {GuardState.INSTALLED, GuardState.INCOMPLETE} or found.alarming:
            offered.append(GUARD_REMOVE)
        why = why_not(GUARD_INSTALL, actor=self._actor, database=self._tasks.database) if offered else None
        self.question.show_text(self._words.say(why) if why else "", Tone.MUTED)
        for kind, button in self._buttons.items():
            _name(button, phrase(_OFFERS[kind]))
            button.setVisible(kind in offered)
            button.setEnabled(why is None)
        self.found.emit(found)

    def _press(self, kind: Kind) -> None:
        """The first press asks in place, the second one carries out."""
        if self._asked is not kind:
            self._ask(kind)
            return
        self._asked = None
        for button in self._buttons.values():
            button.setEnabled(False)
        self.question.show_text("")
        job = partial(_change, kind=kind, actor=self._actor, op_id=new_op_id())
        self._tasks.use(job, self._done, self._failed, stage=phrase(_STAGES[kind]))

    def _ask(self, kind: Kind) -> None:
        self._asked = kind
        database = self._tasks.database
        question = "upkeep.after_removing"
        if kind is GUARD_INSTALL:
            prepared = database is None or database.has_own_tables
            question = "upkeep.quiet_minute" if prepared else "upkeep.quiet_minute_and_tables"
        self.question.show_text(phrase(question), Tone.PLAIN)
        for other, button in self._buttons.items():
            button.setVisible(other is kind)
        _name(self._buttons[kind], phrase(_NOW[kind]))

    @Slot(object)
    def _done(self, found: GuardCheck) -> None:
        self._show(found)
        self.changed.emit()

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        self.state.show_text(f"{OVERDUE} {self._words.say(error.message)}", Tone.STUCK)
        for button in self._buttons.values():
            button.setEnabled(True)
        self.question.show_text("")
        self._asked = None


def _name(button: QPushButton, text: str) -> None:
    button.setText(text)
    button.setAccessibleName(text)


def _change(database: Database, *, kind: Kind, actor: Actor, op_id: str) -> GuardCheck:
    """Install or remove the guard, creating our own tables first, and look at it again."""
    tables.prepare(database, actor=actor)
    database.write(partial(guarding.change, kind=kind, actor=actor, op_id=op_id))
    return database.read(guard.check)
