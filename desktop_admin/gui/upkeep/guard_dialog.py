"""The guard: whether it is in the database, what it does in words, and the button that installs or removes it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Signal, Slot
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
from desktop_admin.messages import Message


def glyph_and_tone(found: GuardCheck) -> tuple[str, Tone]:
    """Glyph and tone of what was found."""
    if found.alarming:
        return f"{OVERDUE} ", Tone.OVERDUE
    return (f"{RUNNING} ", Tone.RUNNING) if found.state is GuardState.INSTALLED else ("", Tone.PLAIN)


class GuardDialog(Dialog):
    """Shows the guard of the database that is open.

    Signals:
        found: a ``GuardCheck``, whenever it was looked at.
        changed: it was installed or removed.
    """

    found = Signal(object)
    changed = Signal()

    def __init__(self, *, tasks: TaskRunner, actor: Actor, words: Words, parent: QWidget | None) -> None:
        super().__init__(title=QCoreApplication.translate("GuardDialog", "Guard"), parent=parent)
        self._tasks = tasks
        self._actor = actor
        self._words = words
        self._kind = GUARD_INSTALL
        self._asked = False
        self._state = ToneLabel(self.tr("Looking …"), bold=True)
        self.column.addWidget(self._state)
        text = self.tr("With the guard, the database itself refuses stale sessions, whoever writes:")
        self.column.addWidget(ToneLabel(text))
        for sentence in DOES:
            self.column.addWidget(ToneLabel("•  " + words.say(sentence)))
        self.column.addWidget(ToneLabel(words.say(COSTS), tone=Tone.MUTED))
        self.column.addStretch(1)
        self._question = ToneLabel(bold=True)
        self.column.addWidget(self._question)
        self._remove = QPushButton()
        self._remove.setObjectName("secondary")
        self._remove.setAutoDefault(False)
        self._remove.clicked.connect(self._press_remove)
        install = self.add_buttons(safe=self.tr("Close"), deed=self.tr("Install the guard"), beside=self._remove)
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
        self._asked = False
        glyph, tone = glyph_and_tone(found)
        self._state.show_text(glyph + self._words.say(found.told), tone)
        here = found.state not in (GuardState.NOT_HERE, GuardState.UNSEEN)
        why = self._why_not() if here else None
        self._question.show_text(self._words.say(why) if why else "", Tone.MUTED)
        installable = found.state in (GuardState.ABSENT, GuardState.INCOMPLETE)
        removable = found.state in (GuardState.INSTALLED, GuardState.INCOMPLETE) or found.alarming
        self._offer(self._install, self.tr("Install the guard"), shown=here and installable, enabled=why is None)
        self._offer(self._remove, self.tr("Remove the guard"), shown=here and removable, enabled=why is None)
        self.found.emit(found)

    def _offer(self, button: QPushButton, text: str, *, shown: bool, enabled: bool) -> None:
        button.setText(text)
        button.setAccessibleName(text)
        button.setVisible(shown)
        button.setEnabled(enabled)

    def _why_not(self) -> Message | None:
        """Why this person cannot change the guard here, or None."""
        try:
            check_may(role=self._actor.role, kind=self._kind, candidates=0)
        except NotPermitted as refused:
            return refused.message
        database = self._tasks.database
        return database.description.view_only if database is not None else None

    def _press(self, kind: Kind) -> None:
        """The first press asks in place, the second one carries out."""
        if not self._asked or kind is not self._kind:
            self._ask(kind)
            return
        self._asked = False
        for button in (self._install, self._remove):
            button.setEnabled(False)
        self._question.show_text("")
        job = partial(_change, kind=kind, actor=self._actor, op_id=new_op_id())
        self._tasks.use(job, self._done, self._failed, stage=self._state_while(kind))

    def _ask(self, kind: Kind) -> None:
        self._asked, self._kind = True, kind
        button, other = self._install, self._remove
        if kind is GUARD_REMOVE:
            button, other = other, button
            question = self.tr("The portal then works as it did before, and what it leaves stale is only reported.")
            text = self.tr("Remove it now")
        else:
            question = self.tr("The portal waits for a moment while the triggers are made. Choose a quiet minute.")
            database = self._tasks.database
            if database is not None and not database.has_own_tables:
                question += " " + self.tr("This program's own tables are created first, for the archive.")
            text = self.tr("Install it now")
        self._question.show_text(question, Tone.PLAIN)
        button.setText(text)
        button.setAccessibleName(text)
        other.hide()

    def _state_while(self, kind: Kind) -> str:
        if kind is GUARD_INSTALL:
            return self.tr("Installing the guard …")
        return self.tr("Removing the guard …")

    @Slot(object)
    def _done(self, found: GuardCheck) -> None:
        self._show(found)
        self.changed.emit()

    @Slot(object)
    def _failed(self, error: AdminError) -> None:
        """Say what happened; what is there now is looked at again."""
        self._state.show_text(f"{OVERDUE} " + self._words.say(error.message), Tone.STUCK)
        for button in (self._install, self._remove):
            button.setEnabled(True)
        self._question.show_text("")
        self._asked = False


def _change(database: Database, *, kind: Kind, actor: Actor, op_id: str) -> GuardCheck:
    """Install or remove the guard, creating our own tables first, and look at it again."""
    tables.prepare(database, actor=actor)
    database.write(partial(guarding.change, kind=kind, actor=actor, op_id=op_id))
    return database.read(guard.check)
