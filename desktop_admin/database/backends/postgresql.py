"""A PostgreSQL server (write protocol, *PostgreSQL*)."""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError

from desktop_admin.database.backends import encryption
from desktop_admin.database.backends.backend import (
    OTHER_SCHEMA,
    TRIGGER_REFUSED,
    Description,
    Server,
    Verdict,
    cause,
    counted_by,
)
from desktop_admin.database.backends.encryption import Authority
from desktop_admin.database.guard import Guard
from desktop_admin.database.guard.postgresql import REFUSED, guard
from desktop_admin.database.statements import sql
from desktop_admin.errors import DatabaseUnusable
from desktop_admin.messages import Message
from desktop_admin.server_url import PORTS

_CONNECT_SECONDS = 5
_CONNECT = {
    "connect_timeout": _CONNECT_SECONDS,
    "application_name": "desktop_admin",
    # A cable that is pulled out must not leave a desk waiting for minutes.
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
_TEXTS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "standard_conforming_strings": "on",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
"""In which words values are read, and archived; a database or an account may have others."""
# PostgreSQL guesses far too many rows for a list that is sent along, and takes longer to compile than to answer.
_EVERYWHERE = _TEXTS | {"jit": "off"}
_READING = _EVERYWHERE | {"default_transaction_read_only": "on", "statement_timeout": "60s"}
_WRITING = _EVERYWHERE | {
    "lock_timeout": "3s",
    "statement_timeout": "20s",
    "idle_in_transaction_session_timeout": "10s",
    # The questions of some thousand sessions are sorted in memory.
    "work_mem": "64MB",
}
"""What holds for one transaction, in which it is set: so it holds wherever a pooler carries that out."""
_POOLED = "pooled_by_transaction"
_ASKED_WHETHER_POOLED = 12
_AGAIN = ("40001", "40P01", "55P03")
_LINK_LOST = ("57P01", "57P02", "57P03", "25P03", "08")
_SENTENCES = {
    "55P03": "database_busy",
    "40": "database_busy",
    "57014": "statement_too_long",
    "25006": "server_read_only",
    "28": "login_refused",
    "42501": "not_granted",
    "3D000": "no_such_database",
    "53100": "server_disk_full",
    REFUSED: TRIGGER_REFUSED,
    "P0001": TRIGGER_REFUSED,
    "42P01": OTHER_SCHEMA,
    "42703": OTHER_SCHEMA,
    "42P07": OTHER_SCHEMA,
    "42809": OTHER_SCHEMA,
}
_NO_ANSWER = "server_not_reached"
_FULL = "server_full"
_UNTRUSTED = "certificate_untrusted"
_BEFORE_SESSION = (
    ("certificate verify failed", _UNTRUSTED),
    ("does not match host name", "certificate_of_another"),
    ("server does not support SSL", "no_encryption"),
    ("root certificate file", "authority_gone"),
    ("SSL error: unexpected eof", _NO_ANSWER),
    ("SSL error", "encryption_not_agreed"),
    ("too many|remaining connection slots|no more connections allowed|query_wait_timeout", _FULL),
    ("statement pooling", _POOLED),
    ("password|authentication failed|no pg_hba.conf entry|role|no such user", "login_refused"),
    ("does not exist|no such database", "no_such_database"),
    ("could not translate host name|failed to resolve host|connection failed|connection timeout", _NO_ANSWER),
)
"""What the words of a failure to connect mean, or of a pooler; the first that fits."""
_OF_POOLER = "08P01"
"""What PgBouncer gives as the state of everything that it refuses itself."""
_MAY_I_ENCRYPT = struct.pack("!ii", 8, 80877103)
_LOCK = "LOCK TABLE results_candidateanswer, questions_examsession IN SHARE ROW EXCLUSIVE MODE"
"""In the portal's own order. With the sessions alone a submission in flight lost its answers; row locks do not close
the race at any isolation level, because the portal's foreign keys are deferred."""
_OWNERS_LOCK = "desktop_admin_lock()"
"""The same, as the owner of our own tables made it for desks that may not do it themselves."""

_SEEN = "SELECT CASE WHEN NOT pg_is_in_recovery() THEN CAST(txid_current_snapshot() AS text) END"


def _setting(values: Mapping[str, str], *asked: str, for_transaction: bool) -> str:
    """The one statement that sets all of these, on the connection or until its transaction ends; and what is asked."""
    calls = (f"set_config('{name}', '{value}', {for_transaction})" for name, value in values.items())
    return f"SELECT {', '.join((*asked, *calls))}"


_MAY_CALL = f"has_function_privilege(to_regprocedure('{_OWNERS_LOCK}'), 'EXECUTE')"
_THROUGH_OWNER = "desktop_admin_through_owner"
_MAY_DELETE = """
ARRAY(SELECT relname::text FROM pg_class
       WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind IN ('r', 'p')
         AND has_table_privilege(oid, 'DELETE'))
"""
_BEGIN = _setting(_WRITING, _MAY_CALL, _MAY_DELETE, for_transaction=True)
"""The settings of a write, and in the same statement what its account may do."""


class PostgresqlServer(Server):
    """The portal's database on a PostgreSQL server."""

    def __init__(self, url: URL, authority: Authority | None = None) -> None:
        super().__init__(url.set(drivername="postgresql+psycopg"), authority)
        if authority is not None:
            # The whole path: libpq would take the word “system” for every authority that the system trusts.
            self.url = self.url.set(query={"sslmode": "verify-full", "sslrootcert": str(authority.file)})
        # Always the same connection, as long as one is enough: see ``data_version``.
        self.reader = _engine(self.url, isolation_level="AUTOCOMMIT", pool_pre_ping=True, pool_use_lifo=True)
        self.writer = _engine(self.url, isolation_level="READ COMMITTED", poolclass=NullPool)
        self.pulse = _engine(self.url, isolation_level="AUTOCOMMIT", pool_size=1)
        for engine in (self.reader, self.pulse):
            event.listen(engine, "connect", _read_only)
        for engine in (self.reader, self.writer, self.pulse):
            self.remember_links(engine)

    def about(self, connection: Connection, *, thorough: bool) -> Description:
        version = connection.execute(text("SHOW server_version")).scalar_one()
        driver: Any = connection.connection.driver_connection
        # A pooler, between this program and the server, has numbers of its own.
        if driver.pgconn.backend_pid != _process(connection):
            self._refuse_where_transactions_are_pooled(connection)
        return self._described(f"PostgreSQL {version.split()[0]}", tls=driver.pgconn.ssl_in_use)

    def _refuse_where_transactions_are_pooled(self, first: Connection) -> None:
        """Refuse a pooler that gives the server's connection to somebody else after each transaction.

        There, what is set or prepared on a connection is found on another one. A second client that begins a
        transaction is then given the server's connection that the first one had, and the first one another; or, where
        others work through it as well, either of them one that it did not have before.

        Raises:
            DatabaseUnusable: it is one.
        """
        with self.pulse.connect() as second, _preparing_nothing(first, second):
            of_first, of_second = {_process(first)}, set[int]()
            for _ in range(_ASKED_WHETHER_POOLED):
                second.exec_driver_sql("BEGIN")
                of_second.add(_process(second))
                of_first.add(_process(first))
                second.exec_driver_sql("ROLLBACK")
                if len(of_first) > 1 or len(of_second) > 1 or of_first & of_second:
                    raise DatabaseUnusable(_POOLED, path=self.name)

    def standing(self, connection: Connection, *, writing_node: Callable[[], str]) -> Message | None:
        on_standby = connection.execute(text("SELECT pg_is_in_recovery()")).scalar_one()
        return Message.of("on_standby", path=self.name) if on_standby else None

    def data_version(self, connection: Connection) -> object | None:
        # Which transactions are seen is told by the first that is not yet begun and those that are under way. On a
        # standby the latter are missing. Another server after a lost link may count from the same number again.
        seen = connection.exec_driver_sql(_SEEN).scalar_one()
        return None if seen is None else (counted_by(connection), seen)

    def begin(self, connection: Connection) -> None:
        through_owner, deletes, *_ = connection.exec_driver_sql(_BEGIN).one()
        connection.info[_THROUGH_OWNER] = through_owner
        connection.info[sql.DELETES] = frozenset(deletes)

    def lock(self, connection: Connection) -> None:
        through_owner = connection.info.get(_THROUGH_OWNER)
        connection.exec_driver_sql(f"SELECT {_OWNERS_LOCK}" if through_owner else _LOCK)

    def guard(self) -> Guard:
        return guard()

    def now(self, connection: Connection) -> datetime:
        moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return moment.astimezone(UTC)

    def last_ids(self, connection: Connection, tables: Sequence[str]) -> dict[str, int]:
        # Gives NULL as long as no number was given.
        wanted = text(
            "SELECT name, pg_sequence_last_value(pg_get_serial_sequence(name, 'id')::regclass) "
            "FROM unnest(CAST(:tables AS text[])) AS name"
        )
        return {name: number or 0 for name, number in connection.execute(wanted, {"tables": list(tables)})}

    def line(self, link: Any) -> int:
        number: int = link.fileno()
        return number

    def interrupt(self, running: Any) -> None:
        running.cancel_safe(timeout=2.0)

    def verdict(self, failure: BaseException) -> Verdict:
        state = _state(failure)
        if state.startswith(_AGAIN) or _named(failure, "constraint_name").endswith("prev_hash"):
            return Verdict.AGAIN
        # The driver gives no state where it was the link, or making it, that failed.
        lost = (
            isinstance(failure, OperationalError)
            and not state
            and _before_session(failure) in (None, _NO_ANSWER, _FULL)
        )
        return Verdict.LINK_LOST if lost or state.startswith(_LINK_LOST) else Verdict.FINAL

    def told(self, failure: BaseException) -> str | None:
        state = _state(failure)
        found = next((code for prefix, code in _SENTENCES.items() if state.startswith(prefix)), None)
        if found is None and state in ("", _OF_POOLER) and isinstance(failure, OperationalError):
            found = _before_session(failure)
        if found == _UNTRUSTED and self.authority is not None:
            found = _refusal(self.url, self.authority) or found
        return found

    def words(self, failure: BaseException) -> str:
        return _named(failure, "message_primary")

    def referring(self, failure: BaseException) -> tuple[str, str | None] | None:
        if _state(failure) != "23503":
            return None
        return _named(failure, "table_name"), _named(failure, "constraint_name")


def _before_session(failure: DBAPIError) -> str | None:
    """What the words say of a failure to connect; only they tell, before there is a session."""
    told = str(failure.orig)
    return next((code for words, code in _BEFORE_SESSION if re.search(words, told)), None)


def _refusal(url: URL, authority: Authority) -> str | None:
    """What is wrong with the server's certificate, of which libpq does not tell; None where nothing can be seen.

    Asks the server as libpq does (PostgreSQL's manual, *Message Flow*, *SSL Session Encryption*), and goes no further.
    """
    port = url.port or PORTS["postgresql"]
    try:
        with socket.create_connection((url.host, port), timeout=_CONNECT_SECONDS) as link:
            link.sendall(_MAY_I_ENCRYPT)
            if link.recv(1) == b"S":
                authority.context.wrap_socket(link, server_hostname=url.host).close()
    except OSError as problem:
        return encryption.refusal(problem)
    return None


def _state(failure: BaseException) -> str:
    return getattr(cause(failure), "sqlstate", None) or ""


def _named(failure: BaseException, what: str) -> str:
    """What the server names besides its words: a table or a constraint."""
    return getattr(getattr(cause(failure), "diag", None), what, None) or ""


def _process(connection: Connection) -> int:
    """The number of the server's process that works for this connection."""
    number: int = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    return number


@contextmanager
def _preparing_nothing(*connections: Connection) -> Iterator[None]:
    """The driver prepares what is asked often; where transactions are pooled, another process never heard of it."""
    links: list[Any] = [connection.connection.driver_connection for connection in connections]
    usual = [link.prepare_threshold for link in links]
    for link in links:
        link.prepare_threshold = None
    try:
        yield
    finally:
        for link, threshold in zip(links, usual, strict=True):
            link.prepare_threshold = threshold


def _engine(url: URL, **options: Any) -> Engine:
    engine = create_engine(url, connect_args=_CONNECT, hide_parameters=True, **options)
    event.listen(engine, "connect", _read_what_never_comes)
    return engine


def _read_only(connection: Any, _record: object) -> None:
    """Set up a connection that only reads; a pooler refuses, or forgets, what is asked for while it is made."""
    connection.execute(_setting(_READING, for_transaction=False))
    connection.commit()


def _read_what_never_comes(connection: Any, _record: object) -> None:
    """Let the driver give the text of a time or a duration that Python has not, such as *infinity*, to our types.

    By itself it fails, and one such row hides all others.
    """
    # The driver is imported only where it is used.
    from psycopg import DataError
    from psycopg.adapt import Loader

    def lenient(kind: str) -> type[Loader]:
        known = connection.adapters.get_loader(connection.adapters.types[kind].oid, 0)

        class Lenient(Loader):
            def __init__(self, oid: int, context: Any = None) -> None:
                super().__init__(oid, context)
                self._known = known(oid, context)

            def load(self, data: Any) -> Any:
                try:
                    return self._known.load(data)
                except (DataError, OverflowError):
                    return bytes(data).decode()

        return Lenient

    for kind in ("timestamptz", "interval"):
        connection.adapters.register_loader(kind, lenient(kind))
