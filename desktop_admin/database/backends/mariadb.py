"""A MariaDB or MySQL server (write protocol, *MariaDB / MySQL*)."""

from __future__ import annotations

import re
import ssl
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from desktop_admin.database.backends import encryption
from desktop_admin.database.backends.backend import About, Backend, Verdict
from desktop_admin.database.backends.encryption import Authority
from desktop_admin.database.guard import Guard
from desktop_admin.database.guard.mariadb import REFUSED, guard

_CONNECT = {"connect_timeout": 5, "read_timeout": 30, "write_timeout": 30, "charset": "utf8mb4"}
_LOCK_SECONDS = 3
_AGAIN = (1213, 1205, 1020, 1040, 1203)
_LINK_LOST = (2006, 2013, 1053, 1927, 2002, 2003)
_SENTENCES = {
    1213: "database_busy",
    1040: "server_full",
    1203: "server_full",
    1205: "database_busy",
    1969: "statement_too_long",
    1317: "cancelled",
    1045: "login_refused",
    1698: "login_refused",
    1044: "login_refused",
    1130: "login_refused",
    1820: "login_refused",
    1862: "login_refused",
    4151: "login_refused",
    1142: "not_granted",
    1143: "not_granted",
    # The owner's view cannot be used any more: its maker's account, or one of that account's rights, is gone.
    1356: "not_granted",
    1449: "not_granted",
    1792: "server_read_only",
    1290: "server_read_only",
    1049: "no_such_database",
    1021: "server_disk_full",
    1114: "server_disk_full",
    1419: "guard_needs_trust",
    REFUSED: "guard_refused",
    2003: "server_not_reached",
    2002: "server_not_reached",
    2005: "server_not_reached",
    1129: "server_not_reached",
    2026: "no_encryption",
}


class MariadbServer(Backend):
    """The portal's database on a MariaDB or MySQL server."""

    def __init__(self, url: URL, authority: Authority | None = None) -> None:
        self._url = url.set(drivername="mysql+pymysql", query={})
        self._authority = authority
        self.name = f"{url.database} on {url.host or 'localhost'}"
        self.reader = _engine(self._url, authority, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        # Not the server's own REPEATABLE READ: there the locking read saw a session that the plain read did not.
        self.writer = _engine(self._url, authority, isolation_level="READ COMMITTED", poolclass=NullPool)
        event.listen(self.reader, "connect", _set_up_reader)
        event.listen(self.writer, "connect", _set_up_writer)

    def about(self, connection: Connection, *, thorough: bool) -> About:
        version = connection.execute(text("SELECT version()")).scalar_one()
        cipher = connection.execute(text("SHOW STATUS LIKE 'Ssl_cipher'")).one()[1]
        kind = "MariaDB" if "mariadb" in version.casefold() else "MySQL"
        return About(
            engine=f"{kind} {version.split('-')[0]}",
            name=str(self._url.database),
            host=self._url.host or "localhost",
            tls=bool(cipher),
            authority=self._authority.file if self._authority else None,
        )

    def lock(self, connection: Connection) -> None:
        # The portal's INSERT of a session takes a shared lock on its paper's row, so these rows hold it back.
        connection.exec_driver_sql("SELECT id FROM questions_questionpaper ORDER BY id FOR UPDATE")

    def guard(self) -> Guard:
        return guard()

    def now(self, connection: Connection) -> datetime:
        moment: datetime = connection.execute(text("SELECT utc_timestamp(6)")).scalar_one()
        return moment.replace(tzinfo=UTC)

    def last_id(self, connection: Connection, table: str) -> int:
        wanted = text(
            "SELECT auto_increment FROM information_schema.tables "
            "WHERE table_schema = database() AND table_name = :table"
        )
        return (connection.execute(wanted, {"table": table}).scalar() or 1) - 1

    def interrupt(self, running: Any) -> None:
        # Past the engine, whose statements stop by themselves once something was cancelled.
        killer = self.writer.raw_connection()
        try:
            killer.cursor().execute(f"KILL QUERY {int(running.thread_id())}")
        finally:
            killer.close()

    def lock_creation(self, connection: Connection) -> None:
        # The first CREATE commits and so gives up every other lock; this one lasts as long as the connection.
        connection.exec_driver_sql("SELECT GET_LOCK('desktop_admin_tables', 30)")

    def verdict(self, failure: BaseException) -> Verdict:
        number = _number(failure)
        if _refusal(failure) is not None:
            return Verdict.FINAL
        if number in _AGAIN or (number == 1062 and "prev_hash" in str(failure)):
            return Verdict.AGAIN
        lost = isinstance(failure, DBAPIError) and failure.connection_invalidated
        return Verdict.LINK_LOST if lost or number in _LINK_LOST else Verdict.FINAL

    def sentence(self, failure: BaseException) -> str | None:
        found = _refusal(failure) or _SENTENCES.get(_number(failure))
        return "link_lost" if found is None and self.verdict(failure) is Verdict.LINK_LOST else found

    def referring(self, failure: BaseException) -> tuple[str, str | None] | None:
        # Only the words of the error name the table: (`database`.`table`, CONSTRAINT `name` FOREIGN KEY …).
        named = re.search(r"`([^`]+)`, CONSTRAINT `([^`]+)`", str(failure)) if _number(failure) == 1451 else None
        return (named[1], named[2]) if named else None


def _number(failure: BaseException) -> int:
    cause = failure.orig if isinstance(failure, DBAPIError) else failure
    args = getattr(cause, "args", ())
    return args[0] if args and isinstance(args[0], int) else 0


def _refusal(failure: BaseException) -> str | None:
    """What kept the connection from being encrypted, if that is what failed; the driver keeps it inside its own."""
    cause = failure.orig if isinstance(failure, DBAPIError) else failure
    problem = getattr(cause, "original_exception", None)
    return encryption.refusal(problem) if isinstance(problem, ssl.SSLError) else None


def _engine(url: URL, authority: Authority | None, **options: Any) -> Engine:
    # The driver gives up, before it has said who asks, where the server does not encrypt.
    encrypted = {"ssl": authority.context} if authority else {}
    return create_engine(url, connect_args=_CONNECT | encrypted, hide_parameters=True, **options)


def _set_up_reader(connection: Any, _record: object) -> None:
    _run(connection, "SET SESSION time_zone='+00:00'", "SET SESSION TRANSACTION READ ONLY")


def _set_up_writer(connection: Any, _record: object) -> None:
    _run(
        connection,
        "SET SESSION time_zone='+00:00'",
        f"SET SESSION innodb_lock_wait_timeout={_LOCK_SECONDS}",
        # A session's questions are archived as one text: it must never be cut, and never in silence.
        "SET SESSION group_concat_max_len=16777216",
        "SET SESSION sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'",
    )


def _run(connection: Any, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
