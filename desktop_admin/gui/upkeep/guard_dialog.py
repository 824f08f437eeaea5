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
from desktop_admin.gui.kit.dialogs import Dialog
from desktop_admin.gui.kit.tasks import TaskRunner
from desktop_admin.gui.kit.themes import Tone
from desktop_admin.gui.kit.widgets import ToneLabel
from desktop_admin.gui.kit.words import OVERDUE, RUNNING, Words
from desktop_admin.messages import Message, phrase


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
        self._state = ToneLabel(phrase("upkeep.looking"), bold=True)
        self.column.addWidget(self._state)
        self.column.addWidget(ToneLabel(phrase("upkeep.about_guard")))
        for sentence in DOES:
            self.column.addWidget(ToneLabel("•  " + self._words.say(sentence)))
        self.column.addWidget(ToneLabel(self._words.say(COSTS), tone=Tone.MUTED))
        self.column.addStretch(1)
        self._question = ToneLabel(bold=True)
        self.column.addWidget(self._question)
        self._remove = QPushButton()
        self._remove.setObjectName("secondary")
        self._remove.setAutoDefault(False)
        self._remove.clicked.connect(self._press_remove)
        install = self.add_buttons(
            safe=phrase("upkeep.close"), deed=phrase("upkeep.install_guard"), beside=self._remove
        )
        assert install is not None
        self._install = install
        for button in (self._install, self._remove):
            button.hide()
        self.resize(680, 520)

    @property
    def state_text(self) -> str:
        """What is said about the guard."""
        return self._state.text()

    @property
    def question_text(self) -> str:
        """What is asked, or why nothing can be done."""
        return self._question.text()

    def look(self) -> None:
        """Ask the database."""
        self._tasks.read(guard.check, self._show, self._failed, key="guard")

    def accept(self) -> None:
        """The deed's button was pressed; the dialog stays, to show what came of it."""
        self._press(GUARD_INSTALL)

    @Slot()
    def _press_remove(self) -> None:
        self._press(GUARD_REMOVE)

    @Slot(object)
    def _show(self, found: GuardCheck) -> None:
        self._asked = None
        text = self._words.say(found.told)
        if found.alarming:
            self._state.show_text(f"{OVERDUE} {text}", Tone.OVERDUE)
        elif found.state is GuardState.INSTALLED:
            self._state.show_text(f"{RUNNING} {text}", Tone.RUNNING)
        else:
            self._state.show_text(text, Tone.PLAIN)
        here = found.state not in {GuardState.NOT_HERE, GuardState.UNSEEN}
        why = why_not(GUARD_INSTALL, actor=self._actor, database=self._tasks.database) if here else None
        self._question.show_text(self._words.say(why) if why else "", Tone.MUTED)
        installable = found.state in {GuardState.ABSENT, GuardState.INCOMPLETE}
        removable = found.state in {GuardState.INSTALLED, GuardState.INCOMPLETE} or found.alarming
        _name(self._install, phrase("upkeep.install_guard"))
        _name(self._remove, phrase("upkeep.remove_guard"))
        self._install.setVisible(here and installable)
        self._remove.setVisible(here and removable)
        self._allow(why is None)
        self.found.emit(found)

    def _allow(self, allowed: bool) -> None:
        for button in (self._install, self._remove):
            button.setEnabled(allowed)

    def _press(self, kind: Kind) -> None:
        """The first press asks in place, the second one carries out."""
        if self._asked is not kind:
            self._ask(kind)
            return
        self._asked = None
        self._allow(False)
        self._question.show_text("")
        stage = phrase("upkeep.installing" if kind is GUARD_INSTALL else "upkeep.removing")
        job = partial(_change, kind=kind, actor=self._actor, op_id=new_op_id())
        self._tasks.use(job, self._done, self._failed, stage=stage)

    def _ask(self, kind: Kind) -> None:
        self._asked = kind
        if kind is GUARD_REMOVE:
            question = phrase("upkeep.after_removing")
            _name(self._remove, phrase("upkeep.remove_now"))
            self._install.hide()
        else:
            database = self._tasks.database
            prepared = database is None or database.has_own_tables
            question = phrase("upkeep.quiet_minute" if prepared else "upkeep.quiet_minute_and_tables")
            _name(self._install, phrase("upkeep.install_now"))
            self._remove.hide()
        self._question.show_text(question, Tone.PLAIN)

    @Slot(object)
    def _done(self, found: GuardCheck) -> None:
        self._show(found)
        self.changed.emit()

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        self._state.show_text(f"{OVERDUE} {self._words.say(error.message)}", Tone.STUCK)
        self._allow(True)
        self._question.show_text("")
        self._asked = None


def _name(button: QPushButton, text: str) -> None:
    button.setText(text)
    button.setAccessibleName(text)


def _change(database: Database, *, kind: Kind, actor: Actor, op_id: str) -> GuardCheck:
    """Install or remove the guard, creating our own tables first, and look at it again."""
    tables.prepare(database, actor=actor)
    database.write(partial(guarding.change, kind=kind, actor=actor, op_id=op_id))
    return database.read(guard.check)
