"""What differs between the three kinds of database, behind one description; ``engine.Database`` uses nothing else."""

from __future__ import annotations

import socket
import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, false, update
from sqlalchemy.exc import DBAPIError

from desktop_admin.database.backends.encryption import Authority
from desktop_admin.database.guard import Guard
from desktop_admin.database.tables.portal import CandidateProfile
from desktop_admin.messages import Message, phrase

TRIGGER_REFUSED = "trigger_refused"
"""The code of the sentence for what a trigger refused that is not the guard's."""
OTHER_SCHEMA = "other_schema"
"""The code of the sentence for a table or column that is gone, is there already, or is a view."""
NO_NODE_NAMED, OTHER_NODE = "no_node_named", "other_node"
"""The codes of the sentences for a cluster of which no node is named to be written to, and for another than that."""


class Verdict(Enum):
    """What a failure of the database means for the work that met it (write protocol, *Retry*)."""

    AGAIN = auto()
    """The transaction was undone: the same work may be tried again in a new one."""
    LINK_LOST = auto()
    """Nobody knows whether a COMMIT arrived: connect again; the work finds its own ``op_id`` there, or not."""
    FINAL = auto()
    """Trying again would not help."""


PRACTICE_REHEARSAL = "demo_rehearsal"
"""The kind of a rehearsal that was made of a database in which nothing is real."""
PRACTICE = frozenset({"demo", "scratch", PRACTICE_REHEARSAL})
"""Kinds of database in which nothing is real."""
REHEARSALS = frozenset({"rehearsal", PRACTICE_REHEARSAL})
"""Kinds of database that are a copy of another one, to try everything on."""


@dataclass(frozen=True, slots=True)
class Description:
    """What the status bar says about a database.

    Attributes:
        engine: the server's or library's name and version.
        name: of the file or of the database.
        host: the server, or None for a file.
        tls: whether the connection is encrypted, or None for a file.
        authority: the certificate (CA) by which the server proved to be the one that is meant, or None.
        path: the file, or None for a server.
        view_only: why nothing may be written, or None.
        warnings: what the person should know.
        kind: ``portal``, or one of ``compat.KINDS``, as the database itself says.
        made_here: whether it is a file that this program made for this user, and has listed.
    """

    engine: str
    name: str
    host: str | None = None
    tls: bool | None = None
    authority: Path | None = None
    path: Path | None = None
    view_only: Message | None = None
    warnings: tuple[Message, ...] = ()
    kind: str = "portal"
    made_here: bool = False

    @property
    def needs_sign_in(self) -> bool:
        """Whether somebody must sign in: everywhere but where nothing is real, and not because a row says so."""
        return self.kind not in PRACTICE or not self.made_here

    @property
    def is_rehearsal(self) -> bool:
        """Whether it is a copy of another database, to try everything on."""
        return self.kind in REHEARSALS


def cause(failure: BaseException) -> BaseException:
    """The driver's own failure, inside the one that SQLAlchemy makes of it."""
    return failure.orig or failure if isinstance(failure, DBAPIError) else failure


def counted_by(connection: Connection) -> object:
    """What tells the driver's connection from every other that there was or will be."""
    found: object = connection.info.setdefault(counted_by, object())
    return found


class Backend(ABC):
    """One kind of database: its two engines, its locks, and what its failures mean.

    Attributes:
        name: how the database is called in sentences.
        reader: an engine that cannot write and holds no transaction open.
        writer: an engine for transactions that take their lock first.
        marked_by: the statement that gives ``mark``.
        in_cluster: whether the server was one of several that take changes, when its ``standing`` was asked for last.
    """

    in_cluster = False
    marked_by = (
        "SELECT * FROM (SELECT max(id), count(*), count(completed_at) FROM questions_examsession) AS sessions, "
        "(SELECT max(slot_assigned_at), max(slot_attempting_at) FROM registration_candidateprofile) AS slots"
    )
    name: str
    reader: Engine
    writer: Engine

    @abstractmethod
    def about(self, connection: Connection, *, thorough: bool) -> Description:
        """Describe the database, but for its kind.

        Args:
            connection: of the reader.
            thorough: also look for damage, where the database can tell.

        Raises:
            DatabaseUnusable: it is damaged.
        """

    def standing(self, connection: Connection, *, writing_node: Callable[[], str]) -> Message | None:
        """Why nothing may be written here because of the part that this server has among several; None where it may.

        That part may change while the database is open: a standby is promoted, a second node joins.

        Args:
            connection: any.
            writing_node: the name of the one node that a supervisor lets be written to, or an empty text.
        """
        return None

    @abstractmethod
    def begin(self, connection: Connection) -> None:
        """Make a transaction of the writer's ready: that no statement of it waits for long, and what it may do."""

    @abstractmethod
    def lock(self, connection: Connection) -> None:
        """Take the creation lock (L0): from here to COMMIT nobody else makes, submits or clears a session."""

    def lock_creation(self, connection: Connection) -> None:
        """Let only one desk at a time create our own tables; where CREATE is part of the transaction, ``lock`` does."""
        self.lock(connection)

    def guard(self) -> Guard | None:
        """The guard for this kind of server; None for a file."""
        return None

    def bypass_guard(self, connection: Connection) -> None:
        """Let what this transaction still writes pass the guard's triggers, where there are any.

        On PostgreSQL it ends with the transaction, on MariaDB with the connection: writers keep none.
        """
        guard = self.guard()
        if guard is not None:
            connection.exec_driver_sql(guard.bypass)

    @abstractmethod
    def now(self, connection: Connection) -> datetime:
        """The database server's time, UTC."""

    @abstractmethod
    def last_ids(self, connection: Connection, tables: Sequence[str]) -> dict[str, int]:
        """The highest id that the portal's numbering of each table has ever given; without those where it gave none."""

    @abstractmethod
    def interrupt(self, running: Any) -> None:
        """Stop the statement that runs on a driver's connection; called from another thread."""

    @abstractmethod
    def ping(self) -> None:
        """Have the database answer, on a connection of its own, whatever the others wait for."""

    @abstractmethod
    def hang_up(self) -> None:
        """Cut every connection, so that whoever waits for an answer fails at once; called from another thread."""

    def mark(self, connection: Connection) -> object:
        """A value that changes when somebody else has committed something that matters."""
        # It is asked for several times in a second, and by SQLAlchemy would take many times as long.
        try:
            cursor = connection.connection.cursor()
            cursor.execute(self.marked_by)
            return cursor.fetchone()
        except connection.dialect.loaded_dbapi.Error:
            # SQLAlchemy knows what a failure means, and gives a broken link back.
            return tuple(connection.exec_driver_sql(self.marked_by).one())

    def data_version(self, connection: Connection) -> object | None:
        """What is equal at two moments only where nobody has committed anything between them; None where none tells.

        Args:
            connection: of the reader, which itself commits nothing.
        """
        return None

    def try_to_write(self, connection: Connection) -> None:
        """Run an UPDATE that is refused where nothing can be written; the caller rolls it back.

        Of what every desk's account may write, and of no row: a server refuses the statement itself.
        """
        connection.execute(update(CandidateProfile).where(false()).values(has_exam_slot=False))

    @abstractmethod
    def verdict(self, failure: BaseException) -> Verdict:
        """What a failure means."""

    @abstractmethod
    def sentence(self, failure: BaseException) -> str | None:
        """The code of the sentence for a failure that is not a bug, else None."""

    def words(self, failure: BaseException) -> str:
        """The text of whoever refused, where that is a trigger."""
        return str(cause(failure))

    def is_damaged(self) -> bool:
        """Whether the database itself holds what it cannot hold; a server would say so by itself."""
        return False

    @abstractmethod
    def referring(self, failure: BaseException) -> tuple[str, str | None] | None:
        """The table, and its constraint where the engine names it, that still refers to a row that was to be removed.

        None for any other failure.
        """

    def still_there(self) -> bool:
        """Whether what the open connections know of is still what has the names; with a server it is.

        Raises:
            DatabaseUnusable: the file itself was replaced or removed.
        """
        return True

    def committed_here(self) -> bool:
        """Whether what was committed a moment ago went to where others look for it; on a server it does.

        Raises:
            DatabaseUnusable: it did not, and would not if it were tried again.
        """
        return True

    def free_bytes(self) -> int | None:
        """Room on the disk that a write goes to; None where the server does not tell."""
        return None

    def back_up(self) -> Path | None:
        """Copy the database before our own tables are made; None where that is the server administrator's task."""
        return None

    def safety_copy(self) -> Path | None:
        """Copy the database before an operation that touches many; None where that is the administrator's task."""
        return None

    def close(self) -> None:
        """Give back every connection."""
        self.reader.dispose()
        self.writer.dispose()


class Server(Backend):
    """A database on a server.

    Attributes:
        pulse: an engine whose one connection is only ever asked whether the server still answers.
    """

    pulse: Engine

    def __init__(self, url: URL, authority: Authority | None) -> None:
        self.url = url
        self.authority = authority
        self.name = phrase("database_on_server", database=url.database, host=url.host or "localhost")
        self._links: weakref.WeakSet[Any] = weakref.WeakSet()
        self._listing = threading.Lock()

    def _described(self, engine: str, *, tls: bool) -> Description:
        return Description(
            engine=engine,
            name=str(self.url.database),
            host=self.url.host or "localhost",
            tls=tls,
            authority=self.authority.file if self.authority else None,
        )

    def remember_links(self, engine: Engine) -> None:
        """Know every connection that this engine makes, for as long as it is there."""

        def remember(link: Any, _record: object) -> None:
            with self._listing:
                self._links.add(link)

        event.listen(engine, "connect", remember, insert=True)

    def ping(self) -> None:
        """A statement that waits for no lock."""
        with self.pulse.connect() as connection:
            connection.exec_driver_sql("SELECT 1")

    def hang_up(self) -> None:
        """Shut the connections down where the operating system keeps them, whatever the drivers do with them."""
        with self._listing:
            links = list(self._links)
        for link in links:
            # One that is closed already has nobody who waits on it.
            with suppress(OSError, self.reader.dialect.loaded_dbapi.Error):
                line = socket.socket(fileno=self.line(link))
                try:
                    line.shutdown(socket.SHUT_RDWR)
                finally:
                    # It stays the driver's, which closes it.
                    line.detach()

    @abstractmethod
    def line(self, link: Any) -> int:
        """The number that the operating system knows a driver's connection by; raises where it is closed."""

    def close(self) -> None:
        """Give back every connection, that of the pulse as well."""
        super().close()
        self.pulse.dispose()

    @abstractmethod
    def told(self, failure: BaseException) -> str | None:
        """The code of the sentence for what the server or the driver says, else None."""

    def sentence(self, failure: BaseException) -> str | None:
        """What is told, or that the link was lost."""
        found = self.told(failure)
        return "link_lost" if found is None and self.verdict(failure) is Verdict.LINK_LOST else found
