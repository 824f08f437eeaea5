"""Who works at the window: signing in and out, and locking the window that nobody uses."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QInputEvent
from PySide6.QtWidgets import QDialog, QWidget

from desktop_admin.controllers.values.lines import Actor
from desktop_admin.errors import AdminError
from desktop_admin.gui.connection.link import DatabaseLink
from desktop_admin.gui.core import watching
from desktop_admin.gui.core.tasks import TaskRunner
from desktop_admin.gui.core.words import Words
from desktop_admin.gui.people import sign_in_jobs
from desktop_admin.gui.people.sign_in_dialog import SignInDialog
from desktop_admin.gui.people.sign_in_jobs import Credentials, Entry
from desktop_admin.messages import phrase

_EVENTS = QEvent.Type
_SIGNS_OF_LIFE = frozenset(
    {_EVENTS.KeyPress, _EVENTS.MouseMove, _EVENTS.MouseButtonPress, _EVENTS.Wheel, _EVENTS.TouchBegin}
)


class Entrance(QObject):
    """Lets a person in who has signed in, and out again.

    While nobody is inside, nothing of the database may be seen. It watches the whole application for a sign that
    somebody is there.

    Attributes:
        actor: who works; the operating system's user where nobody need sign in.
        inside: whether the window may show what is in the database.
        last: the user name of whoever signed in last at this desk, or an empty text.

    Signals:
        covered: nobody is inside any more; True where whatever was shown is forgotten as well.
        entered: somebody else than before is inside.
        returned: the person for whom the window was locked is back.
        recognised: the user name of somebody who has just signed in.
        left: nobody signed in: the database is to be closed.
        remarked: what the person should know besides.
    """

    covered = Signal(bool)
    entered = Signal()
    returned = Signal()
    recognised = Signal(str)
    left = Signal()
    remarked = Signal(str)

    def __init__(self, *, tasks: TaskRunner, link: DatabaseLink, words: Words, person: Actor, window: QWidget) -> None:
        super().__init__(window)
        self._tasks = tasks
        self._link = link
        self._words = words
        self._person = person
        self._window = window
        self._dialog: SignInDialog | None = None
        self._username = ""
        self.actor = person
        self.inside = False
        self.last = ""
        self._idle = QTimer(self, singleShot=True)
        self._idle.setTimerType(Qt.TimerType.PreciseTimer)
        self._idle.timeout.connect(self.lock)
        link.opened.connect(self._knock)
        watching.watch().add(self._heed)

    def _heed(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QInputEvent) and event.type() in _SIGNS_OF_LIFE and self._idle.isActive():
            self._idle.start()
        return False

    def left_ms(self) -> int:
        """How many milliseconds are left until the window is locked, if nothing happens; -1 where it never is."""
        return self._idle.remainingTime()

    @Slot()
    def sign_out(self) -> None:
        """Let somebody else sign in; nothing of what was shown stays."""
        self._cover(forget=True)
        self._ask()

    @Slot()
    def lock(self) -> None:
        """Cover the window until somebody signs in; an operation that is under way goes on."""
        if not self.inside or not self.actor.verified:
            return
        self._cover(forget=False)
        self._ask(locked=self._username)

    @Slot()
    def _knock(self) -> None:
        """A database was opened: what does it take to work on it?"""
        self._cover(forget=True)
        self._tasks.use(sign_in_jobs.entry, self._answered, self._not_answered, key="entry")

    def _cover(self, *, forget: bool) -> None:
        self._idle.stop()
        self.inside = False
        if forget:
            self.actor, self._username = self._person, ""
        # Whoever was asked before is not asked any more, which is not the same as not signing in.
        self._dialog = None
        # What they show is not for whoever passes by, and neither are their buttons.
        for dialog in self._window.findChildren(QDialog):
            if dialog.isVisible():
                dialog.reject()
        self.covered.emit(forget)

    @Slot(object)
    def _answered(self, entry: Entry) -> None:
        if entry is Entry.FREE:
            self._let_in(self._person)
        else:
            self._ask(first=entry is Entry.FIRST_SUPERVISOR)

    @Slot(object)
    def _not_answered(self, error: AdminError) -> None:
        self._ask()
        self._refused(error)

    def _ask(self, *, locked: str = "", first: bool = False) -> None:
        description = self._link.description
        if description is None:
            return
        self._dialog = SignInDialog(
            database=description.name,
            words=self._words,
            locked=locked,
            last=self.last,
            first=first,
            parent=self._window,
        )
        self._dialog.asked.connect(self._check)
        self._dialog.rejected.connect(self._give_up)
        self._dialog.open()

    @Slot(object)
    def _check(self, typed: Credentials) -> None:
        job = partial(sign_in_jobs.sign_in, typed=typed, desk=self._person.desk)
        self._tasks.use(job, partial(self._signed_in, typed), self._refused)

    @Slot(object)
    def _refused(self, error: AdminError) -> None:
        if self._dialog is not None:
            self._dialog.fields.show_refused(error)

    def _signed_in(self, typed: Credentials, found: tuple[Actor, int]) -> None:
        if self._dialog is None:
            return
        actor, lock_after_ms = found
        self._idle.setInterval(lock_after_ms)
        self._dialog.done(SignInDialog.DialogCode.Accepted)
        self._dialog = None
        same = bool(self._username) and actor == self.actor
        self._username = self.last = typed.username
        self.recognised.emit(typed.username)
        self._let_in(actor, same=same)
        if typed.first:
            self.remarked.emit(phrase("people.first_is", name=actor.name))

    def _let_in(self, actor: Actor, *, same: bool = False) -> None:
        self.actor = actor
        self.inside = True
        if actor.verified:
            self._idle.start()
        (self.returned if same else self.entered).emit()

    @Slot()
    def _give_up(self) -> None:
        """Nobody signed in."""
        if self._dialog is None:
            return
        self._cover(forget=True)
        self.left.emit()
