"""What a controller may ask about the database behind its session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import ClauseElement, Connection, Executable, FrozenResult, Table, event, orm, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import visitors

from desktop_admin.database import compat
from desktop_admin.database.backends.backend import Backend, Description, Verdict
from desktop_admin.database.backends.backup import SafetyCopyWanted
from desktop_admin.database.compat import Compatibility
from desktop_admin.database.guard import Guard
from desktop_admin.database.seal import LogKey, kept_key
from desktop_admin.database.statements import catalogue, owners
from desktop_admin.database.tables.own import LOG_KEY, PREFIX, Setting
from desktop_admin.database.tables.portal import User
from desktop_admin.errors import AdminError, DatabaseBusy, DatabaseUnusable, OwnTablesMissing
from desktop_admin.messages import Message

_UNNOTED = "desktop_admin_unnoted"
UNNOTED: Mapping[str, bool] = MappingProxyType({_UNNOTED: True})
"""The execution options of what reads exam questions alone: under the creation lock none comes or goes."""
_LOG_KEY_ID = select(Setting.value).where(Setting.name == LOG_KEY)


class Opened:
    """What is known of an open database: the functions of this module ask it, and ``engine.Database`` is one.

    Attributes:
        kept: what controllers keep of it from one job to the next, by its class.
        woken: how often everything that rests (``unchanged.Rest``) was woken.
    """

    description: Description
    compatibility: Compatibility

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.kept: dict[type[object], object] = {}
        self.woken = 0
        self._log_key: tuple[LogKey | None] | None = None
        self._key_wanted: str | None = None

    def wake(self) -> None:
        """Have everything that rests worked out anew when it is asked for next."""
        self.woken += 1

    def forget(self) -> None:
        """Have everything that is kept read anew when it is asked for next."""
        self.kept.clear()
        self.wake()

    @property
    def has_own_tables(self) -> bool:
        """Whether our own tables are there, in the version that this program needs."""
        return self.compatibility.own_tables

    def look_again(self, connection: Connection) -> None:
        """Notice that another desk has made our own tables, or brought them to another version."""
        revision = compat.own_revision(connection, there=self.compatibility.own_revision is not None)
        self.compatibility = replace(self.compatibility, own_revision=revision)
        if self.compatibility.own_newer:
            self.description = replace(self.description, view_only=Message.of("own_tables_newer"))

    def log_key(self) -> LogKey | None:
        """The key of this database's operation log, where this desk has it; looked for once."""
        if self._log_key is None:
            self._key_wanted = self._wanted()
            self._log_key = (kept_key(self._key_wanted),)
        return self._log_key[0]

    def look_for_log_key(self) -> None:
        """Look for the log's key; once more where there was none and another program of this desk has made it since."""
        if self._log_key == (None,) and self._key_wanted is None and self._wanted() is not None:
            self._log_key = None
        self.log_key()

    def _wanted(self) -> str | None:
        """The id of the log's key, where there is one."""
        if not self.has_own_tables:
            return None
        with self.backend.reader.connect() as connection:
            return connection.execute(_LOG_KEY_ID).scalar_one_or_none()

    def remember_log_key(self, key: LogKey) -> None:
        """The key was made a moment ago, by the write that is under way."""
        self._log_key = (key,)

    def forget_log_key(self) -> None:
        """Look for the log's key again when it is needed next: it was brought a moment ago."""
        self._log_key = None


class Session(orm.Session):
    """A session for set-based work on one connection, which knows the database that it works on.

    Attributes:
        behind: that database; controllers ask it through the functions of this module.
        made_before: the copy of the file that was made before this write and without its lock, where one was.
    """

    def __init__(self, connection: Connection, behind: Opened, *, made_before: Path | None = None) -> None:
        # No statement fetches the rows that it changes.
        super().__init__(bind=connection, execution_options={"synchronize_session": False})
        self.behind = behind
        self.made_before = made_before


class Noted:
    """Every row of the portal's, with every column of it, that is read while this listens: what a plan was made from.

    What desks alone write stays as it is under the creation lock, and is not read again.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._reads: list[tuple[orm.ORMExecuteState, FrozenResult[Any]]] = []
        event.listen(session, "do_orm_execute", self._note)

    def _note(self, asked: orm.ORMExecuteState) -> object:
        if asked.execution_options.get(_UNNOTED) or _is_of_desks(asked.statement):
            return None
        answered = asked.invoke_statement().freeze()
        self._reads.append((asked, answered))
        return answered()

    def stop(self) -> None:
        """Listen no longer."""
        if event.contains(self._session, "do_orm_execute", self._note):
            event.remove(self._session, "do_orm_execute", self._note)

    def still_hold(self) -> bool:
        """Whether everything that was asked is answered with the same rows by now."""
        self.stop()
        return all(self._ask(asked).data == answered.data for asked, answered in self._reads)

    def _ask(self, asked: orm.ORMExecuteState) -> FrozenResult[Any]:
        return self._session.execute(asked.statement, asked.parameters).freeze()


def _is_of_desks(statement: Executable) -> bool:
    """Whether a statement reads nothing but our own tables."""
    assert isinstance(statement, ClauseElement)
    names = {part.name for part in visitors.iterate(statement) if isinstance(part, Table)}
    return bool(names) and all(name.startswith(PREFIX) for name in names)


def require_own_tables(session: Session) -> None:
    """Raise OwnTablesMissing where a recording controller would find no table to record in."""
    if not has_own_tables(session):
        raise OwnTablesMissing


def has_own_tables(session: Session) -> bool:
    """Whether the database of this session has our own tables; another desk may have made them since it was opened."""
    database = session.behind
    if not database.has_own_tables:
        database.look_again(session.connection())
    return database.has_own_tables


def refuse_unknown_columns(session: Session, *tables: str) -> None:
    """Refuse an insert into tables of a newer portal, whose new NOT NULL columns we do not know.

    Raises:
        DatabaseUnusable: one of the tables has such a column.
    """
    for table in tables:
        column = session.behind.compatibility.unknown_required.get(table)
        if column is not None:
            raise DatabaseUnusable("portal_newer", what=f"{table}.{column}")


def refuse_unknown_referring(session: Session, *tables: str) -> None:
    """Refuse to remove rows of tables that a newer portal's unknown table refers to: those rows would be lost.

    Whatever it says for that (ON DELETE).

    Raises:
        DatabaseUnusable: with the name of that table.
    """
    for name in tables:
        for table, constraint in catalogue.of(session, name).referring:
            if table not in compat.mapped_tables():
                raise DatabaseUnusable("portal_refers", what=".".join(filter(None, (table, constraint))))


def free_bytes(session: Session) -> int | None:
    """Room on the disk that a write goes to, in bytes; None where the database does not tell, as on a server."""
    return session.behind.backend.free_bytes()


def require_room(session: Session, needed: int) -> None:
    """Refuse a write for which the disk has not enough room, before anything is written.

    Args:
        session: the session that is going to write.
        needed: bytes.

    Raises:
        DatabaseUnusable: it says how much to free.
    """
    database = session.behind
    free = free_bytes(session)
    if free is not None and free < needed:
        megabytes = (needed - free) // 1_000_000 + 1
        raise DatabaseUnusable("no_room", path=database.backend.name, megabytes=megabytes)


def safety_copy(session: Session) -> Path | None:
    """The copy of the file that was made before this write, and without its lock.

    None on a server, whose administrator makes back-ups, and for a scratch database, in which nothing is real.

    Raises:
        SafetyCopyWanted: there is none yet; ``Database.write`` makes it and begins again.
    """
    database = session.behind
    if database.description.path is None or database.description.kind == "scratch":
        return None
    if session.made_before is None:
        raise SafetyCopyWanted
    return session.made_before


def kind_of(session: Session) -> str:
    """The kind of this session's database: ``portal``, or one of ``compat.KINDS``."""
    return session.behind.description.kind


def needs_sign_in(session: Session) -> bool:
    """Whether whoever changes this session's database must have signed in."""
    return session.behind.description.needs_sign_in


def may_run(session: Session, query: Executable) -> bool:
    """Whether this database account may ask something; outside a transaction, as everything that only reads is."""
    try:
        session.execute(query)
    except DBAPIError as failure:
        if session.behind.backend.sentence(failure) != "not_granted":
            raise
        return False
    return True


def last_ids(session: Session, *tables: str) -> tuple[int, ...]:
    """The highest id that the portal's numbering of each of these tables has ever given; 0 where it gave none."""
    found = session.behind.backend.last_ids(session.connection(), tables)
    return tuple(found.get(table, 0) for table in tables)


def log_key_of(session: Session) -> LogKey | None:
    """The key of the database's operation log, where this desk has it."""
    return session.behind.log_key()


def remember_log_key(session: Session, key: LogKey) -> None:
    """Note the key that this write has just made."""
    session.behind.remember_log_key(key)


def place_of(session: Session) -> str:
    """Where the database lies, so that a desk knows it again: a file's path, or a server's host, port and database."""
    database = session.behind
    if database.description.path is not None:
        return str(database.description.path.resolve())
    url = database.backend.writer.url
    return f"{url.get_backend_name()}://{url.host}:{url.port or ''}/{url.database}"


def server_now(session: Session) -> datetime:
    """The database server's time, UTC; for a file that is this machine's."""
    return session.behind.backend.now(session.connection())


def stored_password(session: Session, *, user_id: int) -> str | None:
    """The portal's hash of an account's password; a desk's account of a server gets that of staff alone."""
    try:
        return session.execute(select(User.password).where(User.id == user_id)).scalar_one_or_none()
    except DBAPIError as failure:
        if session.behind.backend.sentence(failure) != "not_granted":
            raise
        if not has_own_tables(session):
            raise DatabaseBusy("not_prepared", path=session.behind.backend.name) from failure
    return session.execute(owners.staff_password(session, user_id=user_id)).scalar_one_or_none()


def guard_of(session: Session) -> Guard:
    """The guard for this session's kind of server.

    Raises:
        AdminError: it is a file; there, triggers break the portal's own migrations.
    """
    guard = session.behind.backend.guard()
    if guard is None:
        raise AdminError("guard_not_on_file")
    return guard


def bypass_guard(session: Session) -> None:
    """Let what this transaction still writes pass the guard's triggers (restoring and undoing do)."""
    session.behind.backend.bypass_guard(session.connection())


def is_busy(session: Session, failure: DBAPIError) -> bool:
    """Whether a statement failed only because others hold what it needs."""
    return session.behind.backend.verdict(failure) is Verdict.AGAIN


def define(session: Session, statements: Iterable[str]) -> None:
    """Run statements that define something in the database.

    MariaDB commits at each of them and so gives up every lock; those of a write are taken again afterwards.

    Raises:
        DatabaseBusy: this database account may not do it.
    """
    database = session.behind
    connection = session.connection()
    try:
        for statement in statements:
            connection.execution_options(no_parameters=True).exec_driver_sql(statement)
    except DBAPIError as failure:
        if database.backend.sentence(failure) == "not_granted":
            raise DatabaseBusy("guard_not_granted", path=database.backend.name) from failure
        raise
    database.backend.lock(connection)


def lock_definitions(session: Session) -> None:
    """Let only one desk at a time define something in this database."""
    database = session.behind
    database.backend.lock_creation(session.connection())
