"""The link to the open database: opening it, watching it, and noticing that it is lost or back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from desktop_admin import journal, secrets
from desktop_admin.errors import AdminError, DatabaseBusy, DatabaseUnusable, OwnTablesMissing
from desktop_admin.gui.core.sentences import Sentences
from desktop_admin.gui.core.tasks import Report, Rest, TaskRunner
from desktop_admin.journal import Event
from desktop_admin.messages import Message
from desktop_admin.server_url import ServerUrl
from desktop_admin.stop import Stop

if TYPE_CHECKING:
    from desktop_admin.database.backends.backend import Description
    from desktop_admin.database.engine import Database

POLL_MS = 1_000
SILENT_MS = 2_500
"""A server that has not answered its ping for so long is told as lost, at the next poll: 5 s after it froze at most."""
LEAVE_MS = 1_000
"""So long after it was left a server may still answer what was asked of it before."""
UNANSWERED_MS = 500
"""Whoever leaves the database waits no longer for it where a sign of life has been wanted for so long."""
GIVE_UP_MS = 10_000
"""After so long nobody waits for its answers any more; a link that only faltered is back before."""
FILE_MS, SERVER_MS = 100, 250
"""So soon it is looked again whether others have written; of a file that is known in microseconds."""
SHARE = 100
"""A server spends no more than a hundredth of the time on answering, unless once in ``POLL_MS`` is more."""
AGED_EVERY = 10
"""After so many polls what was read is old, even if nobody has written: time goes by in it."""


class DatabaseLink(QObject):
    """Holds the database that the window works on.

    Attributes:
        asked: path or URL of the database that was asked for last.

    Signals:
        opening: a database is about to be opened.
        opened: it was; ``description`` says which.
        refused: an ``AdminError``: ``asked`` could not be opened, and what was open before stays open.
        lost: the database cannot be reached; ``lost_since`` and ``lost_because`` say since when and why.
        restored: it can be reached again.
        changed_outside: someone else has written.
        allowed: what is open has become view only, or is no longer, because its server's part among several changed.
        aged: ten more seconds have passed, and the database still answers.
        ticked: another second has passed, and the age of the data with it.
    """

    opening = Signal()
    opened = Signal()
    refused = Signal(object)
    lost = Signal()
    restored = Signal()
    changed_outside = Signal()
    allowed = Signal()
    aged = Signal()
    ticked = Signal()

    def __init__(self, *, tasks: TaskRunner, words: Sentences, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._words = words
        self._polls = 0
        self._asked = False
        self._own = self._changed = self._told = False
        self._opening = 0
        self._stop: Stop | None = None
        self._age = QElapsedTimer()
        self._ping = QElapsedTimer()
        self._silent = False
        self.asked = ""
        self._view_only: Message | None = None
        self.lost_since: datetime | None = None
        self.lost_because: Message | None = None
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._ask_soon)

    @property
    def description(self) -> Description | None:
        """What is open, or None."""
        return self._tasks.database.description if self._tasks.database else None

    @property
    def age(self) -> int:
        """For how many seconds the database has not answered."""
        return self._age.elapsed() // 1000 if self._age.isValid() else 0

    @property
    def writable(self) -> bool:
        """Whether operations can be carried out now."""
        description = self.description
        return description is not None and description.view_only is None and self.lost_since is None

    def open(self, target: str, *, stage: str, password: str | None = None) -> None:
        """Open what this path or URL names, instead of the database that is open.

        Args:
            stage: what is shown while it takes long.
            password: of a server's database user; without it the keyring is asked.
        """
        stop = Stop()
        job = partial(open_database, target, password=password, stop=stop)
        self._begin(target, job, stage, told=True, stop=stop)

    def open_demo(self, path: Path, *, stage: str) -> None:
        """Make the demo's exam day if it is not there, and open it."""
        stop = Stop()
        self._begin(str(path), partial(_open_demo, path, stop=stop), stage, told=True, stop=stop)

    def rehearse(self, *, stage: str, with_cases: bool = False) -> None:
        """Copy what a rehearsal needs of the database that is open, perhaps with cases, and open the copy instead."""
        source = self._tasks.database
        assert source is not None, "no database is open"
        self._begin(source.backend.name, partial(_rehearse, source, with_cases), stage, told=True)

    def create(self, path: Path, *, stage: str) -> None:
        """Make an empty local database and open it."""
        self._begin(str(path), partial(_create, path), stage)

    def abandon(self) -> None:
        """Open nothing after all: what is under way is stopped, or closed again when it comes."""
        self._opening += 1
        if self._stop is not None:
            self._tasks.stop(self._stop)
            self._stop = None

    def _begin(
        self, target: str, job: Callable[..., Database], stage: str, *, told: bool = False, stop: Stop | None = None
    ) -> None:
        self.opening.emit()
        self.asked = target
        self.abandon()
        self._stop = stop
        done, failed = partial(self._take, self._opening), partial(self._refuse, self._opening)
        self._tasks.call(job, done, failed, on_report=self._staged if told else None, stage=stage, stop=stop)

    def close(self) -> None:
        """Give the database back, and end."""
        self._timer.stop()
        self._free()
        # Who still waits on a connection would have to be waited for.
        if self._tasks.close() and self._tasks.database is not None:
            self._tasks.database.close()

    def leave(self) -> None:
        """Give the database back and open no other; an operation that is under way is finished first."""
        self.abandon()
        self._timer.stop()
        self._close_open()
        self._tasks.leave()
        self._forget()
        self._age.invalidate()

    @Slot()
    def look_at_everything(self) -> None:
        """Somebody wants to see everything as it is by now, also what would rest for a while."""
        if self._tasks.database is not None:
            self._tasks.database.forget()

    @Slot()
    def note_own(self) -> None:
        """This window has written. What others wrote until now is seen by whoever reads from now on."""
        self._own = True
        self._ask()

    @Slot(object)
    def note(self, error: AdminError) -> None:
        """Take note of a failure: the database may be lost."""
        still_there = isinstance(error, OwnTablesMissing | DatabaseBusy)
        if not isinstance(error, DatabaseUnusable) or still_there or self.description is None:
            return
        self._lose(error.message)

    def _lose(self, reason: Message, *, after_ms: int = 0) -> None:
        if self.lost_since is None:
            self.lost_since = datetime.now(UTC) - timedelta(milliseconds=after_ms)
            journal.note(Event.LOST, level=logging.WARNING, code=reason.code)
        self.lost_because = reason
        self.lost.emit()

    @Slot(int, object)
    def _take(self, number: int, database: Database) -> None:
        if number != self._opening:
            self._tasks.call(database.close, self._closed, kept=True)
            return
        self._close_open()
        self._tasks.database = database
        self._view_only = database.description.view_only
        self._forget()
        self._age.start()
        # Before anything is read, so that whatever is written from now on counts as a change.
        self._poll()
        self.opened.emit()
        self._timer.start()

    def _forget(self) -> None:
        """Begin anew: nothing is asked, and nothing lost."""
        self.lost_since = None
        self._polls = 0
        self._asked = self._own = self._changed = self._told = self._silent = False
        self._ping.invalidate()

    def _free(self) -> None:
        """Let what waits in vain end, so that the thread in which it waits has time for something else."""
        # An operation that is under way is given the time that it has otherwise, too.
        unanswered = self._ping.isValid() and self._ping.elapsed() > UNANSWERED_MS and not self._tasks.stage
        if (self.lost_since is not None or unanswered) and self._tasks.database is not None:
            self._tasks.drop()
            self._tasks.database.hang_up()

    def _close_open(self) -> None:
        left = self._tasks.database
        if left is None:
            return
        self._free()
        # In the database's own thread, after whatever still works on it.
        self._tasks.use(lambda database: database.close(), self._closed, kept=True)
        if left.description.host is not None and not self._tasks.stage:
            # Nothing but looks is under way there, and a server that has just fallen silent would never answer them.
            QTimer.singleShot(LEAVE_MS, left.hang_up)

    @Slot(object)
    def _closed(self, _nothing: None) -> None:
        """Nothing is to be done."""

    @Slot(int, object)
    def _refuse(self, number: int, error: AdminError) -> None:
        if number == self._opening:
            self.refused.emit(error)

    @Slot(object)
    def _staged(self, stage: Message) -> None:
        self._tasks.show_stage(self._words.say(stage))

    @Slot()
    def _poll(self) -> None:
        self._polls += 1
        # What is written all the time is read once a second.
        self._told = False
        self._watch()
        self.ticked.emit()
        self._ask()

    # Whether the database answers at all

    def _watch(self) -> None:
        """Ask for a sign of life, or notice that the last question had no answer.

        It is asked beside everything else, so that whoever waits for a lock is not taken for one whom nobody answers.
        """
        database = self._tasks.database
        if database is None or database.description.host is None:
            return
        if not self._ping.isValid():
            self._ping.start()
            done, failed = partial(self._pinged, database), partial(self._ping_failed, database)
            self._tasks.ping(done, failed, on_broken=self._ping.invalidate)
            return
        waited = self._ping.elapsed()
        if waited >= SILENT_MS and not self._silent:
            self._silent = True
            self._lose(Message.of("server_silent"), after_ms=waited)
        if waited >= GIVE_UP_MS:
            database.hang_up()

    @Slot(object, object)
    def _pinged(self, database: Database, _nothing: None) -> None:
        if database is not self._tasks.database:
            return
        self._ping.invalidate()
        if self._silent:
            self._silent = False
            self._come_back()

    @Slot(object, object)
    def _ping_failed(self, database: Database, error: AdminError) -> None:
        if database is not self._tasks.database:
            return
        if isinstance(error, DatabaseBusy):
            # It has no room for one more, and said so.
            self._pinged(database, None)
            return
        silent = self._ping.elapsed() >= SILENT_MS
        self._ping.invalidate()
        self._silent = True
        if silent:
            # Not even a new link was answered: nobody will be on an older one.
            database.hang_up()
        self.note(error)

    def _come_back(self) -> None:
        if self.lost_since is not None:
            self.lost_since = None
            journal.note(Event.RESTORED)
            self.restored.emit()

    # What others have written

    def _ask(self) -> None:
        # Each answer tells of changes since the one before, so none may be dropped for a newer question.
        if self._asked:
            self._tasks.wake()
            return
        self._asked = True
        database = self._tasks.database
        done, failed = partial(self._polled, database), partial(self._poll_failed, database)
        self._tasks.watch(_look, done, failed, on_broken=self._note_broken)

    @Slot()
    def _note_broken(self) -> None:
        """A mistake of the program ended a look: the next one is asked for as usual."""
        self._asked = False

    @Slot()
    def _ask_soon(self) -> None:
        if self._timer.isActive() and self.lost_since is None:
            self._ask()

    @Slot(object, object)
    def _polled(self, database: Database | None, answer: tuple[bool, int]) -> None:
        if database is not self._tasks.database:
            # It is told of what is being left.
            return
        changed, pause_ms = answer
        own, self._asked, self._own = self._own, False, False
        self._age.start()
        self._changed = (self._changed or changed) and not own
        before, self._view_only = self._view_only, self.description.view_only if self.description else None
        if before != self._view_only:
            # A change that was tried may have noticed it before this look did.
            self.allowed.emit()
        if self.lost_since is not None and not self._silent:
            self._changed = False
            self._come_back()
        elif self._changed and not self._told:
            self._changed, self._told = False, True
            self.changed_outside.emit()
        elif self._polls >= AGED_EVERY:
            self._polls = 0
            self.aged.emit()
        if self._timer.isActive():
            self._soon.start(pause_ms)

    @Slot(object, object)
    def _poll_failed(self, database: Database | None, error: AdminError) -> None:
        """Shows as the band, not as a message every second."""
        if database is not self._tasks.database:
            return
        self._asked = self._own = False
        self.note(error)


# Jobs for the worker. The window shows its ways to open a database before it has loaded what works on one, so they
# import that themselves.


def open_database(
    target: str, *, password: str | None = None, stop: Stop | None = None, told: Report = lambda _stage: None
) -> Database:
    """Open what this path or URL names; where no password is given, the keyring is asked."""
    from desktop_admin.database.backends.address import database_path
    from desktop_admin.database.engine import Database

    server = ServerUrl.read(target)
    if password is None and server is not None:
        password = secrets.password_for(target)
    if server is None:
        _tell_checking(database_path(target), told)
    return Database.open(target, thorough=True, password=password, stop=stop)


def _tell_checking(path: Path, told: Report) -> None:
    """The whole of a file is read, for damage: of a large one that takes its time."""
    with suppress(OSError):
        megabytes = max(1, round(path.stat().st_size / 1_000_000))
        told(Message.of("stage_every_page", name=path.name, megabytes=megabytes))


def _look(database: Database, rest: Rest) -> tuple[bool, int]:
    """Look until others have written, or somebody wants to know; whether they have, and when to look again, in ms.

    To be asked and to answer costs both threads, and Qt, many times what a look does.
    """
    before, asked = database.description, False
    while True:
        began = time.perf_counter()
        changed = database.changed_by_others()
        took_ms = round(1000 * (time.perf_counter() - began))
        pause_ms = FILE_MS if before.path is not None else min(max(SERVER_MS, SHARE * took_ms), POLL_MS)
        if changed or asked or database.description != before:
            return changed, pause_ms
        asked = rest(pause_ms / 1000)


def _create(path: Path) -> Database:
    from desktop_admin.database.create import create

    return create(path)


def _open_demo(path: Path, *, stop: Stop, told: Report) -> Database:
    if not path.exists():
        from desktop_admin.practice import demo

        def begin(stage: Message) -> None:
            stop.heed()
            told(stage)

        demo.make(path, on_stage=begin)
    return open_database(str(path), stop=stop, told=told)


def _rehearse(source: Database, with_cases: bool, *, told: Report) -> Database:
    from desktop_admin.practice import rehearsal

    return rehearsal.make_newest(source, with_cases=with_cases, on_stage=told)
