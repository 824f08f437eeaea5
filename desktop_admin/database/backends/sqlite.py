"""A SQLite file (write protocol, *SQLite*).

Two engines stand on one file: the reader cannot write (``query_only``) and never holds a transaction open, so that the
portal's commits never wait for us; the writer starts every transaction with ``BEGIN EXCLUSIVE``, so that a plan made
inside it holds until COMMIT, and nobody reads in between.

A portal's Submit reads first and then writes. SQLite refuses that step at once where another connection is on its way
to write, and the candidate's answers are lost. Therefore the writer tries for the whole lock and lets go of it at once,
again and again, and never waits with a part of it in its hand.
"""

from __future__ import annotations

import hashlib
import random
import re
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, NullPool, bindparam, create_engine, event, inspect, text, update
from sqlalchemy.exc import OperationalError

from desktop_admin.database.backends import backup, place
from desktop_admin.database.backends.backend import (
    OTHER_SCHEMA,
    TRIGGER_REFUSED,
    Backend,
    Description,
    Verdict,
    cause,
    counted_by,
)
from desktop_admin.database.compat import mapped_tables
from desktop_admin.database.tables.portal import AppliedMigration, ExamQuestion, ExamSession, PortalLogin
from desktop_admin.database.tables.types import is_readable
from desktop_admin.errors import DatabaseUnusable
from desktop_admin.messages import Message

_BUSY_SECONDS = 5.0
BEGIN = "BEGIN EXCLUSIVE"
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.001, 0.008
"""Seconds between two tries for the lock, by chance, so that two desks do not keep step."""
_SAFE_WAL = (3, 51, 3)
"""The first SQLite version without the corruption bug of WAL mode."""

_OTHER_SCHEMA = re.compile("no such (table|column)|has no column|already exists|is a view")
_WAL_MAGIC = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_CLEARED = (ExamSession.__tablename__, ExamQuestion.__tablename__, PortalLogin.__tablename__)
"""The portal's tables that rows are removed from."""
_SENTENCES = {
    "SQLITE_FULL": "disk_full",
    "SQLITE_READONLY": "became_read_only",
    "SQLITE_IOERR": "disk_error",
    "SQLITE_CANTOPEN": "disk_error",
    "SQLITE_CORRUPT": "file_damaged",
    "SQLITE_NOTADB": "file_damaged",
    "SQLITE_BUSY": "database_busy",
    "SQLITE_LOCKED": "database_busy",
    "SQLITE_INTERRUPT": "cancelled",
    "SQLITE_CONSTRAINT_TRIGGER": TRIGGER_REFUSED,
}


class SqliteFile(Backend):
    """A database in one file on this machine's own disk."""

    marked_by = "PRAGMA data_version"

    def __init__(self, path: Path) -> None:
        """Look at the file from outside.

        Raises:
            DatabaseUnusable: it cannot be a database file.
        """
        place.check_file(path)
        self.path = path
        self.name = str(path)
        self._opened = _identity(path)
        self._wal_path = path.with_name(f"{path.name}-wal")
        self._wal: tuple[int, int] | None = None
        self._logged = False
        # Always the same connection, as long as one is enough: each counts for itself what has changed.
        self.reader = _engine(path, set_up=_set_up_reader, pool_use_lifo=True)
        # A connection for each write, so that it finds what has the file's name by then.
        self.writer = _engine(path, set_up=_set_up_writer, poolclass=NullPool)
        event.listen(self.writer, "begin", _begin)
        event.listen(self.reader, "checkin", self._note_wal)

    def about(self, connection: Connection, *, thorough: bool) -> Description:
        if thorough and connection.execute(text("PRAGMA quick_check(1)")).scalar() != "ok":
            raise DatabaseUnusable("file_damaged", path=self.path)
        warnings = place.warnings(self.path)
        journal = connection.execute(text("PRAGMA journal_mode")).scalar()
        if journal == "wal" and sqlite3.sqlite_version_info < _SAFE_WAL:
            warnings += (Message.of("old_sqlite_with_wal", version=sqlite3.sqlite_version),)
        return Description(
            engine=f"SQLite {sqlite3.sqlite_version}",
            name=self.path.name,
            path=self.path,
            view_only=place.why_not_writable(self.path),
            warnings=warnings,
        )

    def begin(self, connection: Connection) -> None:
        """All that a transaction needs was set when the connection was made."""

    def lock(self, connection: Connection) -> None:
        # BEGIN EXCLUSIVE has taken the one lock that a file has, and has opened the log beside it, where there is one.
        self._logged = connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        self._note_wal()

    def now(self, connection: Connection) -> datetime:
        return datetime.now(UTC)

    def last_ids(self, connection: Connection, tables: Sequence[str]) -> dict[str, int]:
        wanted = text("SELECT name, seq FROM sqlite_sequence WHERE name IN :tables").bindparams(
            bindparam("tables", expanding=True)
        )
        return {name: number or 0 for name, number in connection.execute(wanted, {"tables": list(tables)})}

    def interrupt(self, running: Any) -> None:
        running.interrupt()

    def ping(self) -> None:
        """A file is there, or the next question to it fails."""

    def hang_up(self) -> None:
        """Nobody waits for a file without an end."""

    def data_version(self, connection: Connection) -> object:
        # Each connection counts for itself what all others have committed.
        return counted_by(connection), self.mark(connection)

    def try_to_write(self, connection: Connection) -> None:
        # The lock alone is had on a read-only file, and an UPDATE that changes nothing in a read-only folder.
        connection.execute(update(AppliedMigration).values(app=AppliedMigration.app + "?"))

    def verdict(self, failure: BaseException) -> Verdict:
        return Verdict.AGAIN if _error(failure).startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) else Verdict.FINAL

    def sentence(self, failure: BaseException) -> str | None:
        error = _error(failure)
        if error == "SQLITE_ERROR" and _OTHER_SCHEMA.search(self.words(failure)):
            return OTHER_SCHEMA
        if error == "SQLITE_ERROR" and "JSON cannot hold BLOB" in self.words(failure):
            return "value_not_archived"
        return next((code for prefix, code in _SENTENCES.items() if error.startswith(prefix)), None)

    def is_damaged(self) -> bool:
        try:
            with closing(sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
                return bool(connection.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok")
        except (sqlite3.Error, UnicodeDecodeError):
            return True

    def referring(self, failure: BaseException) -> tuple[str, str | None] | None:
        if _error(failure) != "SQLITE_CONSTRAINT_FOREIGNKEY":
            return None
        # SQLite does not say which; it is a table that this program does not know, because it clears those it knows.
        schema = inspect(self.reader)
        keys = schema.get_multi_foreign_keys(filter_names=sorted({*schema.get_table_names()} - {*mapped_tables()}))
        referring = (
            table for (_, table), listed in keys.items() if any(key["referred_table"] in _CLEARED for key in listed)
        )
        return next(((table, None) for table in referring), None)

    def still_there(self) -> bool:
        if _identity(self.path) != self._opened:
            raise DatabaseUnusable("file_replaced", path=self.path)
        return self._wal in (None, _identity(self._wal_path))

    def committed_here(self) -> bool:
        if _identity(self.path) != self._opened:
            return False
        if not self._logged:
            return True
        if self._wal is None or _identity(self._wal_path) != self._wal:
            return False
        with self._wal_path.open("rb") as wal:
            # Another program has a log without a name open: what was written behind nothing is read by nobody.
            if wal.read(4) not in (b"", *_WAL_MAGIC):
                raise DatabaseUnusable("file_replaced", path=self.path)
        return True

    def close(self) -> None:
        # Where the log was removed, the last connection that knows it writes what is in it into the file.
        super().close()
        self._wal = None

    def _note_wal(self, *_event: object) -> None:
        """Remember which log the connections write to; it stays the same as long as one is open."""
        self._wal = self._wal or _identity(self._wal_path)

    def free_bytes(self) -> int | None:
        return shutil.disk_usage(self.path.parent).free

    def back_up(self) -> Path | None:
        return backup.make(self.path)

    def safety_copy(self) -> Path | None:
        return backup.make_safety_copy(self.path)


def _error(failure: BaseException) -> str:
    """SQLite's name of the error, or an empty text for anything else."""
    return getattr(cause(failure), "sqlite_errorname", "")


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file has this name now; None where none has."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _engine(path: Path, *, set_up: Any, **pool: Any) -> Engine:
    # mode=rw never creates a file; a read-only file is opened for reading by SQLite itself.
    address = f"file:{quote(str(path.resolve()))}?mode=rw"
    engine = create_engine(
        URL.create("sqlite", database=address, query={"uri": "true"}),
        connect_args={"isolation_level": None, "timeout": _BUSY_SECONDS},
        hide_parameters=True,
        **pool,
    )
    event.listen(engine, "connect", set_up)
    return engine


def _begin(connection: Connection) -> None:
    """Take the file's lock as a whole or not at all; whoever cancels is heard before each try."""
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.exec_driver_sql(BEGIN)
            return
        except OperationalError as failure:
            if not _error(failure).startswith("SQLITE_BUSY") or time.monotonic() > until:
                raise
        time.sleep(random.uniform(_SHORTEST_PAUSE, _LONGEST_PAUSE))


def _set_up_reader(connection: sqlite3.Connection, _record: object) -> None:
    _set_up(connection)
    connection.execute("PRAGMA query_only=ON")


def _set_up_writer(connection: sqlite3.Connection, _record: object) -> None:
    _set_up(connection)
    connection.execute("PRAGMA foreign_keys=ON")
    # Clearing a whole trade touches more index pages than SQLite keeps by itself (2 MB); 64 MB avoid writing twice.
    connection.execute("PRAGMA cache_size=-65536")
    journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
    connection.execute(f"PRAGMA synchronous={'EXTRA' if journal == 'delete' else 'FULL'}")
    connection.execute("PRAGMA busy_timeout=0")


def _set_up(connection: sqlite3.Connection) -> None:
    connection.text_factory = _text
    connection.create_function("sha256_hex", 1, _sha256_hex, deterministic=True)
    connection.create_function("is_readable", 2, is_readable, deterministic=True)


def _sha256_hex(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _text(stored: bytes) -> str:
    """A stored text; SQLite lets anybody store bytes that are no UTF-8, and one such name must not hide the rest."""
    return stored.decode(errors="replace")
