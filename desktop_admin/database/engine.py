"""The connection to one database: how it is opened, read, and written.

This is the one place that knows transactions, locks and retries (write protocol, *Order inside every write* and
*SQLite*). Two engines stand on one SQLite file: the reader cannot write (``query_only``) and never holds a
transaction open, so that the portal's commits never wait for us; the writer starts every transaction with
``BEGIN IMMEDIATE``, so that a plan made inside it holds until COMMIT.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import tenacity
from sqlalchemy import Connection, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from desktop_admin.database import backup, compat, failures, place, sqlite
from desktop_admin.database.portal import AppliedMigration
from desktop_admin.errors import Cancelled, DatabaseUnusable
from desktop_admin.messages import Message

T = TypeVar("T")

_TRIES = 8


@dataclass(frozen=True, slots=True)
class Description:
    """What the status bar says about a database.

    Attributes:
        engine: for example ``SQLite 3.40.1``.
        name: the file's name.
        host: the server, or None for a file.
        tls: whether the connection is encrypted, or None for a file.
        kind: ``portal``, ``local``, ``demo``, ``rehearsal`` or ``scratch``.
        path: the file, or None for a server.
        view_only: why writing is off, or None.
        warnings: what the person should know.
    """

    engine: str
    name: str
    host: str | None
    tls: bool | None
    kind: str
    path: Path | None
    view_only: Message | None
    warnings: tuple[Message, ...]


class Database:
    """One open database. Every reading and every change goes through ``read`` and ``write``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader = sqlite.engine(path, writing=False)
        self._writer = sqlite.engine(path, writing=True)
        self._running: sqlite3.Connection | None = None
        self._cancelled = False
        self._data_version: int | None = None
        self._watcher: Connection | None = None

    @classmethod
    def open(cls, target: str | Path, *, thorough: bool = False) -> Database:
        """Open an existing portal database; nothing is ever created or changed by opening.

        Args:
            target: a path, or a URL (``sqlite:///…``).
            thorough: also let SQLite check the whole file (the window and ``check`` do; it reads every page).

        Raises:
            UsageProblem: the URL makes no sense or carries a password.
            DatabaseUnusable: not a portal database, damaged, older than this program needs, or not reachable.
        """
        path = place.database_path(target)
        place.check_file(path)
        database = cls(path)
        try:
            with database._explaining():
                database._examine(thorough=thorough)
        except BaseException:
            database.close()
            raise
        return database

    def _examine(self, *, thorough: bool) -> None:
        with self._reader.connect() as connection:
            if thorough:
                verdict = connection.execute(text("PRAGMA quick_check(1)")).scalar()
                if verdict != "ok":
                    raise DatabaseUnusable("file_damaged", path=self._path)
            self.compatibility = compat.examine(connection, name=str(self._path))
            journal = str(connection.execute(text("PRAGMA journal_mode")).scalar())
        warnings = list(place.warnings(self._path))
        if journal == "wal" and sqlite3.sqlite_version_info < sqlite.SAFE_WAL:
            warnings.append(Message.of("old_sqlite_with_wal", version=sqlite3.sqlite_version))
        self.description = Description(
            engine=f"SQLite {sqlite3.sqlite_version}",
            name=self._path.name,
            host=None,
            tls=None,
            kind=self.compatibility.kind,
            path=self._path,
            view_only=self._why_view_only(),
            warnings=tuple(warnings),
        )

    def _why_view_only(self) -> Message | None:
        if self.compatibility.own_newer:
            return Message.of("own_tables_newer")
        return place.why_not_writable(self._path)

    @property
    def path(self) -> Path:
        """The database file."""
        return self._path

    @property
    def has_own_tables(self) -> bool:
        """Whether our own tables are there, in the version that this program needs."""
        return self.compatibility.own_tables

    def read(self, job: Callable[[Session], T]) -> T:
        """Run a job that only reads, outside any transaction, and give back its result.

        Raises:
            AdminError: what the person can understand (busy, damaged, cancelled …).
        """
        with self._explaining(), self._reader.connect() as connection, _session(connection) as session:
            session.info["database"] = self
            with self._interruptible(connection):
                return job(session)

    def write(self, job: Callable[[Session], T]) -> T:
        """Run a job in one write transaction: all of it or nothing.

        The transaction takes the write lock first. A busy database is tried again with the same job, up to 8 times
        with jittered back-off; the operation's id makes that safe.

        Raises:
            OwnTablesMissing: by the job, when it must record something and our tables are not there.
            DatabaseUnusable: view-only, full, damaged, or busy for too long.
            AdminError: whatever the job raises; nothing is written then.
        """
        if self.description.view_only is not None:
            raise DatabaseUnusable("view_only", why=self.description.view_only)
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(_TRIES),
            wait=tenacity.wait_random_exponential(multiplier=0.05, max=2),
            retry=tenacity.retry_if_exception(lambda failure: failures.may_be_retried(failure) and not self._cancelled),
            reraise=True,
        )
        with self._explaining():
            result: T = retrying(self._write_once, job)
            return result

    def _write_once(self, job: Callable[[Session], T]) -> T:
        with self._writer.connect() as connection, _session(connection) as session:
            session.info["database"] = self
            with self._interruptible(connection):
                session.connection()
                result = job(session)
                session.flush()
            # From here on nothing can be cancelled any more: the person is told what was done.
            try:
                session.commit()
            except BaseException:
                # SQLAlchemy takes a transaction whose COMMIT failed for ended, but the lock is still held: closing the
                # driver's connection undoes it.
                connection.invalidate()
                raise
            return result

    def cancel(self) -> None:
        """Stop the statement that is running now, from another thread; too late once COMMIT has begun."""
        self._cancelled = True
        running = self._running
        if running is not None:
            running.interrupt()

    @contextmanager
    def _interruptible(self, connection: Connection) -> Iterator[None]:
        self._running = connection.connection.driver_connection
        try:
            yield
            if self._cancelled:
                raise Cancelled
        finally:
            self._running = None

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        self._cancelled = False
        try:
            yield
        except DBAPIError as failure:
            if self._cancelled:
                raise Cancelled from failure
            sentence = failures.explained(failure, name=str(self._path))
            if sentence is None:
                raise
            raise sentence from failure

    def prepare(self) -> Path | None:
        """Create or update our own tables, after a back-up of the file; with the person's consent only.

        Returns:
            The back-up, or None where nothing had to be done.
        """
        if self.has_own_tables:
            return None
        if self.description.view_only is not None:
            raise DatabaseUnusable("view_only", why=self.description.view_only)
        copy = backup.make(self._path)
        self.migrate()
        return copy

    def migrate(self) -> None:
        """Bring our own tables to the newest revision, in one transaction."""
        # Alembic takes a moment to import, and is needed once in a database's life.
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", _config_value(Path(__file__).parent / "migrations"))

        def upgrade(session: Session) -> None:
            config.attributes["connection"] = session.connection()
            command.upgrade(config, "head")

        self.write(upgrade)
        with self._reader.connect() as connection:
            self.compatibility = compat.examine(connection, name=str(self._path))

    def probe(self) -> None:
        """Find out by a rolled-back UPDATE whether the file can really be written; view-only if not.

        BEGIN IMMEDIATE alone succeeds on a read-only file, and an UPDATE that changes nothing in a read-only folder.
        The file stays identical to the byte.
        """
        if self.description.view_only is not None:
            return
        try:
            with self._writer.connect() as connection:
                connection.execute(update(AppliedMigration).values(app=AppliedMigration.app + "?"))
                connection.rollback()
        except DBAPIError as failure:
            sentence = failures.explained(failure, name=str(self._path))
            if sentence is None or failures.may_be_retried(failure):
                return
            self.description = replace(self.description, view_only=sentence.message)

    def changed_by_others(self) -> bool:
        """Whether another connection has committed since the last call; a few microseconds (``data_version``).

        To be called from one thread only.
        """
        if self._watcher is None:
            self._watcher = self._reader.connect()
        version = self._watcher.execute(text("PRAGMA data_version")).scalar()
        changed = self._data_version is not None and version != self._data_version
        self._data_version = version
        return changed

    def close(self) -> None:
        """Give the file back."""
        if self._watcher is not None:
            self._watcher.close()
        self._reader.dispose()
        self._writer.dispose()


def _session(connection: Connection) -> Session:
    """A session for set-based work: no statement fetches the rows that it changes."""
    return Session(bind=connection, execution_options={"synchronize_session": False})


def _config_value(path: Path) -> str:
    """A path for Alembic's configuration, where a percent sign would begin a placeholder."""
    return str(path).replace("%", "%%")
