"""The connection to one database: how it is opened, read, and written.

This is the one place that knows transactions and retries (write protocol, *Order inside every write* and *Retry*);
what differs between a file and the two servers stands in ``sqlite``, ``postgresql`` and ``mariadb``.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, event, select
from sqlalchemy.exc import DBAPIError

from desktop_admin import journal
from desktop_admin.database import compat, migrations, pulse
from desktop_admin.database.attempts import Attempts, Told
from desktop_admin.database.backends import address, place
from desktop_admin.database.backends.backend import (
    NO_NODE_NAMED,
    OTHER_NODE,
    OTHER_SCHEMA,
    TRIGGER_REFUSED,
    Backend,
    Verdict,
)
from desktop_admin.database.backends.backup import SafetyCopyWanted
from desktop_admin.database.guard import REFUSAL
from desktop_admin.database.session import Opened, Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import WRITING_NODE, Setting
from desktop_admin.database.tables.portal import CandidateProfile
from desktop_admin.errors import AdminError, Cancelled, DatabaseBusy, DatabaseUnusable, TryAgain
from desktop_admin.journal import Event
from desktop_admin.messages import Message
from desktop_admin.stop import Stop

T = TypeVar("T")

_BUSY = (
    "database_busy",
    "server_full",
    "disk_full",
    "server_disk_full",
    "statement_too_long",
    "not_granted",
    "guard_needs_trust",
)
"""Sentences of a database that is there all the same."""
_STANDING_SECONDS = 5.0
"""So often an open database is asked what part its server has among several."""
_NAMED_NODE = select(Setting.value).where(Setting.name == WRITING_NODE)


class Database(Opened):
    """One open database. Every reading and every change goes through ``read`` and ``write``."""

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self._running: Any = None
        self._standing: Message | None = None
        self._looked_at_standing = time.monotonic()
        self._cancelled = threading.Event()
        self._mark: object = None
        self._watcher: Connection | None = None
        for engine in (backend.reader, backend.writer):
            event.listen(engine, "before_cursor_execute", self._stop_if_cancelled)

    @classmethod
    def open(
        cls,
        target: str | Path,
        *,
        thorough: bool = False,
        password: str | None = None,
        stop: Stop | None = None,
    ) -> Database:
        """Open an existing portal database; nothing is ever created or changed by opening.

        Args:
            target: a path, or a URL (``sqlite:///…``, ``postgresql://…``, ``mariadb://…``).
            thorough: also let SQLite check the whole file (the window and ``check`` do; it reads every page).
            password: of a server's database user, where one is needed.
            stop: may be asked for meanwhile.

        Raises:
            Cancelled: it was stopped.
            UsageProblem: the URL makes no sense or carries a password.
            DatabaseUnusable: not a portal database, damaged, older than this program needs, or not reachable.
        """
        database = cls(address.backend(target, password=password))
        stop = stop or Stop()
        try:
            with pulse.watched(database), database._explaining(), stop.reaching(database.cancel):
                database._examine(thorough=thorough)
                if database.description.path is None:
                    # A file tells by itself that it is read-only; a server tells only what is asked to write.
                    database.probe()
                stop.heed()
        except BaseException:
            database.close()
            raise
        database._note()
        return database

    def _note(self) -> None:
        """Note in the journal which kind of database was opened, and its version."""
        version = map(int, re.findall(r"\d+", self.description.engine)[:2])
        journal.note(Event.OPENED, engine=type(self.backend), **dict(zip(("major", "minor"), version, strict=False)))

    def _examine(self, *, thorough: bool) -> None:
        with self.backend.reader.connect() as connection, self._interruptible(connection):
            about = self.backend.about(connection, thorough=thorough)
            self.compatibility = compat.examine(connection, name=self.backend.name)
            standing = self.backend.standing(connection, writing_node=partial(self._writing_node, connection))
        self._standing = standing
        view_only = Message.of("own_tables_newer") if self.compatibility.own_newer else about.view_only or standing
        path, marked_at = about.path, self.compatibility.marked_at
        made_here = path is not None and marked_at is not None and place.is_listed(path, marked_at)
        self.description = replace(about, view_only=view_only, kind=self.compatibility.kind, made_here=made_here)

    def _writing_node(self, connection: Connection) -> str:
        """The name of the one node of a cluster that the centre's rule lets be written to, or an empty text."""
        if not self.has_own_tables:
            return ""
        return connection.execute(_NAMED_NODE).scalar_one_or_none() or ""

    def _look_at_standing(self, connection: Connection) -> None:
        """Notice that the server may be written to by now, or no longer, as its part among several has changed."""
        self._looked_at_standing = time.monotonic()
        standing = self.backend.standing(connection, writing_node=partial(self._writing_node, connection))
        # Where it is view only for another reason, it stays so.
        if self.description.view_only == self._standing:
            self.description = replace(self.description, view_only=standing)
        lifted, self._standing = standing is None and self._standing is not None, standing
        if lifted:
            self.probe()

    def read(self, job: Callable[[Session], T], *, as_of_one_moment: bool = False) -> T:
        """Run a job that only reads, outside any transaction, and give back its result.

        Args:
            job: takes the session.
            as_of_one_moment: nothing that others commit meanwhile is seen, on a server; a file would be locked by it.

        Raises:
            AdminError: what the person can understand (busy, damaged, replaced, cancelled …).
        """
        self._look_for_it()
        options = {"isolation_level": "REPEATABLE READ"} if as_of_one_moment else {}
        with (
            self._explaining(),
            self.backend.reader.connect().execution_options(**options) as connection,
            Session(connection, self) as session,
            self._interruptible(connection),
        ):
            return job(session)

    def write(
        self, job: Callable[[Session], T], *, told: Told | None = None, creating: bool = True, on_any_node: bool = False
    ) -> T:
        """Run a job in one write transaction: all of it or nothing.

        The transaction takes the creation lock first. Where the database was busy, or the link was lost (also while
        the COMMIT was on its way), the same job is tried again, up to 8 times with jittered back-off: the job finds
        its operation's id, if it was applied after all. A job that wants a safety copy of the file is begun again once
        it is made, without the lock.

        Args:
            job: takes the session.
            told: takes, in this thread, what each further attempt waits for.
            creating: whether the creation lock is needed; what touches no session and no log row can do without.
            on_any_node: also on a node of a cluster that is not named to be written to; for what names it.

        Raises:
            OwnTablesMissing: by the job, when it must record something and our tables are not there.
            ResultUnknown: the link was lost at COMMIT and did not come back: applied as a whole or not at all.
            DatabaseUnusable: view-only, full, lost, damaged, busy for too long, or not granted to this account;
                nothing is written then.
            AdminError: whatever the job raises; nothing is written then.
        """
        with self._explaining():
            if self._standing is not None:
                with self.backend.reader.connect() as connection:
                    self._look_at_standing(connection)
            self._refuse_view_only(on_any_node=on_any_node)
            attempts = Attempts(self.backend, stopped=self._cancelled, told=told)
            once = partial(self._write_once, job, attempts, creating=creating, on_any_node=on_any_node)
            try:
                return self._write_safely(once, attempts, told)
            except DBAPIError as failure:
                if not self.has_own_tables and self.backend.sentence(failure) == "not_granted":
                    raise DatabaseBusy("not_prepared", path=self.backend.name) from failure
                raise

    def _write_safely(self, once: Callable[..., T], attempts: Attempts, told: Told | None) -> T:
        try:
            return attempts.run(once)
        except SafetyCopyWanted:
            if told is not None:
                told(Message.of("stage_safety_copy"))
            copy = self.backend.safety_copy()
        return attempts.run(partial(once, copy=copy))

    def _refuse_view_only(self, *, on_any_node: bool = False) -> None:
        why = self.description.view_only
        if why is not None and not (on_any_node and why.code in (NO_NODE_NAMED, OTHER_NODE)):
            raise DatabaseUnusable("view_only", why=why)

    def _write_once(
        self,
        job: Callable[[Session], T],
        attempts: Attempts,
        *,
        creating: bool,
        on_any_node: bool,
        copy: Path | None = None,
    ) -> T:
        self._stop_if_cancelled()
        self._look_for_it()
        # Looked for before any lock is held: the computer may ask its user to unlock the keyring.
        self.look_for_log_key()
        with (
            self.backend.writer.connect() as connection,
            Session(connection, self, made_before=copy) as session,
        ):
            with self._interruptible(connection):
                self.backend.begin(session.connection())
                if attempts.held:
                    sql.lock_keys(session, CandidateProfile, sorted(attempts.held))
                if creating:
                    self.backend.lock(session.connection())
                self.look_again(session.connection())
                if self.backend.in_cluster:
                    self._look_at_standing(session.connection())
                self._refuse_view_only(on_any_node=on_any_node)
                result = job(session)
                session.flush()
            # From here on nothing can be cancelled any more: the person is told what was done.
            try:
                session.commit()
            except BaseException as failure:
                attempts.note_failed_commit(failure)
                # SQLAlchemy takes a transaction whose COMMIT failed for ended, but the lock is still held: closing the
                # driver's connection undoes it.
                connection.invalidate()
                raise
            finally:
                # This desk sees at once what it has written itself; also a COMMIT that failed may have come through.
                self.wake()
            if not self.backend.committed_here():
                # It is looked for in what has the name, by its id, as after a lost link.
                self.close()
                raise TryAgain
            return result

    def _look_for_it(self) -> None:
        """Work on what has the name now; connections that know of something else are given back."""
        if not self.backend.still_there():
            self.close()

    def cancel(self) -> None:
        """Stop the statement that is running now, from another thread; too late once COMMIT has begun."""
        self._cancelled.set()
        running = self._running
        if running is not None:
            # Where the server cannot be reached there is nothing left to stop.
            with suppress(DBAPIError, self.backend.reader.dialect.loaded_dbapi.Error):
                self.backend.interrupt(running)

    def stoppable(self) -> Callable[[], bool]:
        """For long work that is no statement: what tells whether ``cancel`` was called from now on."""
        self._cancelled.clear()
        return self._cancelled.is_set

    def _stop_if_cancelled(self, *_statement: object) -> None:
        """Before each statement: one that was asked to stop between two statements does not begin the next."""
        if self._cancelled.is_set():
            raise Cancelled

    @contextmanager
    def _interruptible(self, connection: Connection) -> Iterator[None]:
        self._running = connection.connection.driver_connection
        try:
            yield
            self._stop_if_cancelled()
        finally:
            self._running = None

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        self._cancelled.clear()
        try:
            yield
        except DBAPIError as failure:
            if self._cancelled.is_set():
                raise Cancelled from failure
            sentence = self._explained(failure)
            if sentence is None:
                raise
            raise sentence from failure
        except (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as failure:
            # What looks like a mistake of ours may come of a damage that nobody has looked for.
            if not self.backend.is_damaged():
                raise
            raise DatabaseUnusable("file_damaged", path=self.backend.name) from failure

    def _explained(self, failure: DBAPIError) -> AdminError | None:
        """The failure as a sentence for the person, or None where it is a bug."""
        referring = self.backend.referring(failure)
        if referring is not None and referring[0] not in compat.mapped_tables():
            return DatabaseUnusable("portal_refers", what=".".join(filter(None, referring)))
        code = self.backend.sentence(failure)
        if code is None:
            return DatabaseUnusable("file_damaged", path=self.backend.name) if self.backend.is_damaged() else None
        if code == OTHER_SCHEMA:
            words = self.backend.words(failure)
            # That something is not there which nobody has ever made is a mistake of the program.
            return DatabaseUnusable(code, path=self.backend.name, words=words) if compat.names_known(words) else None
        if code == "cancelled":
            return Cancelled()
        if code == TRIGGER_REFUSED:
            words = self.backend.words(failure)
            if words.startswith(REFUSAL):
                return DatabaseBusy("guard_refused", path=self.backend.name)
            return DatabaseBusy(code, path=self.backend.name, words=words)
        kind = DatabaseBusy if code in _BUSY else DatabaseUnusable
        return kind(code, path=self.backend.name)

    def prepare(self) -> Path | None:
        """Create or update our own tables, after a back-up of a file; with the person's consent only.

        Returns:
            The back-up, or None where nothing had to be done or the server's administrator makes back-ups.
        """
        if self.has_own_tables:
            return None
        # Nodes of a cluster make tables in one order; without these no node could be named.
        self._refuse_view_only(on_any_node=True)
        copy = self.backend.back_up()
        self.migrate()
        return copy

    def migrate(self) -> None:
        """Bring our own tables to the newest revision, in one transaction where the database can."""

        def upgrade(session: Session) -> None:
            self.backend.lock_creation(session.connection())
            migrations.upgrade(session.connection())

        self.write(upgrade, on_any_node=True)
        self.forget_log_key()
        with self.backend.reader.connect() as connection:
            self.compatibility = compat.examine(connection, name=self.backend.name)

    def probe(self) -> None:
        """Find out by a rolled-back UPDATE whether the database can really be written; view-only if not.

        A file stays identical to the byte.
        """
        if self.description.view_only is not None:
            return
        try:
            with self.backend.writer.connect() as connection:
                self.backend.try_to_write(connection)
                connection.rollback()
        except DBAPIError as failure:
            sentence = self._explained(failure)
            if sentence is None or self.backend.verdict(failure) is not Verdict.FINAL:
                return
            self.description = replace(self.description, view_only=sentence.message)

    def changed_by_others(self) -> bool:
        """Whether another connection has committed since the last call; a few microseconds on a file.

        To be called from one thread only.
        """
        with self._explaining():
            if self._watcher is None:
                self._watcher = self.backend.reader.connect()
            try:
                mark = self.backend.mark(self._watcher)
                if time.monotonic() - self._looked_at_standing >= _STANDING_SECONDS:
                    self._look_at_standing(self._watcher)
            except DBAPIError:
                # A broken link is not kept: the next question opens a new one.
                self._watcher.close()
                self._watcher = None
                raise
        changed = self._mark is not None and mark != self._mark
        self._mark = mark
        return changed

    def ping(self) -> None:
        """Have the database answer, while other threads may wait for it; comes back when it has.

        Raises:
            AdminError: it cannot be reached.
        """
        try:
            self.backend.ping()
        except DBAPIError as failure:
            sentence = self._explained(failure)
            if sentence is None:
                raise
            raise sentence from failure

    def hang_up(self) -> None:
        """Let nobody wait any longer: what was asked of a silent server fails as on a lost link, where it was asked.

        What is asked from then on is asked on new connections.
        """
        self.backend.hang_up()

    def close(self) -> None:
        """Give every connection back; whoever asks again gets a new one."""
        if self._watcher is not None:
            # A link that is broken already has nothing to give back.
            with suppress(DBAPIError):
                self._watcher.close()
            self._watcher = None
        self.backend.close()
