"""A MariaDB or MySQL server (write protocol, *MariaDB / MySQL*)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pymysql.constants import CLIENT
from sqlalchemy import URL, Connection, Engine, NullPool, bindparam, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from desktop_admin.database.backends import encryption
from desktop_admin.database.backends.backend import (
    NO_NODE_NAMED,
    OTHER_NODE,
    OTHER_SCHEMA,
    TRIGGER_REFUSED,
    Description,
    Server,
    Verdict,
    cause,
)
from desktop_admin.database.backends.encryption import Authority
from desktop_admin.database.compat import mapped_tables
from desktop_admin.database.guard import Guard
from desktop_admin.database.guard.mariadb import REFUSED, guard
from desktop_admin.messages import Message

_CONNECT_SECONDS, _STATEMENT_SECONDS = 5, 30
_CONNECT = {
    "connect_timeout": _CONNECT_SECONDS,
    "read_timeout": _CONNECT_SECONDS,
    "write_timeout": _STATEMENT_SECONDS,
    "charset": "utf8mb4",
}
# A session's questions are read and archived as one text: it must never be cut, and never in silence.
_SETTINGS = "SET SESSION time_zone='+00:00', SESSION group_concat_max_len=16777216"
_READING = (_SETTINGS, "SET SESSION TRANSACTION READ ONLY")
_WRITING = (
    # The server's own engine may be one without transactions.
    f"{_SETTINGS}, SESSION innodb_lock_wait_timeout=3, SESSION default_storage_engine=InnoDB, "
    "SESSION sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'",
)
_NOT_READY = "node_not_ready"
"""The code of the sentence for a node that does not belong to the greater part of its cluster, or not yet again."""
# 3572 is MySQL's word for what MariaDB calls 1205 where nobody waits.
_AGAIN = (1213, 1205, 3572, 1020, 1040, 1203)
_LINK_LOST = (2006, 2013, 1053, 1927, 2002, 2003)
_SENTENCES = {
    "database_busy": (1213, 1205, 3572),
    "server_full": (1040, 1203),
    "statement_too_long": (1969,),
    "cancelled": (1317,),
    "login_refused": (1045, 1698, 1044, 1130, 1820, 1862, 4151),
    # The last two: the owner's view cannot be used any more, as its maker's account, or one of its rights, is gone.
    "not_granted": (1142, 1143, 1356, 1449),
    "server_read_only": (1792, 1290),
    "no_such_database": (1049,),
    "server_disk_full": (1021, 1114),
    "guard_needs_trust": (1419,),
    TRIGGER_REFUSED: (REFUSED,),
    OTHER_SCHEMA: (1146, 1054, 1050, 1288, 1347, 1348, 1471),
    "server_not_reached": (2003, 2002, 2005, 1129),
    "no_encryption": (2026,),
    _NOT_READY: (1047,),
}
_WITHOUT_TRANSACTIONS = text("""
SELECT t.table_name, t.engine FROM information_schema.tables t
 WHERE t.table_schema = database() AND t.table_type = 'BASE TABLE'
   AND (t.table_name IN :tables OR t.table_name LIKE 'desktop\\_admin\\_%')
   AND t.engine NOT IN (SELECT e.engine FROM information_schema.engines e WHERE e.transactions = 'YES')
 ORDER BY t.table_name LIMIT 1
""").bindparams(bindparam("tables", expanding=True))


class MariadbServer(Server):
    """The portal's database on a MariaDB or MySQL server."""

    def __init__(self, url: URL, authority: Authority | None = None) -> None:
        super().__init__(url.set(drivername="mysql+pymysql", query={}), authority)
        self._encryption: dict[str, object] = {"ssl": authority.context} if authority else {}
        self.reader = self._engine(_READING, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        # Not the server's own REPEATABLE READ: there the locking read saw a session that the plain read did not.
        self.writer = self._engine(_WRITING, isolation_level="READ COMMITTED", poolclass=NullPool)
        self.pulse = self._engine(_READING, isolation_level="AUTOCOMMIT", pool_size=1)
        for engine in (self.reader, self.writer, self.pulse):
            self.remember_links(engine)

    def _engine(self, settings: Sequence[str], **options: Any) -> Engine:
        engine = create_engine(self.url, connect_args=_CONNECT, hide_parameters=True, **options)

        def encrypt(_dialect: object, _record: object, _args: object, asked: dict[str, object]) -> None:
            # With an authority the driver gives up, before it has said who asks, where the server does not encrypt.
            asked.update(self._encryption)

        def set_up(connection: Any, _record: object) -> None:
            if not self._encryption:
                # Making ready to encrypt takes longer than most statements, so the first connection does it for all.
                encrypted = connection.server_capabilities & CLIENT.SSL
                self._encryption = {"ssl": connection.ctx} if encrypted else {"ssl_disabled": True}
            with connection.cursor() as cursor:
                for statement in settings:
                    cursor.execute(statement)
            # Until here the driver waited as it does for a link to be made: its own time-out ends before the greeting
            # of the server, and a frozen one never gives that.
            connection._read_timeout = _STATEMENT_SECONDS

        event.listen(engine, "do_connect", encrypt)
        event.listen(engine, "connect", set_up)
        return engine

    def about(self, connection: Connection, *, thorough: bool) -> Description:
        version = connection.execute(text("SELECT version()")).scalar_one()
        cipher = connection.execute(text("SHOW STATUS LIKE 'Ssl_cipher'")).one()[1]
        kind = "MariaDB" if "mariadb" in version.casefold() else "MySQL"
        described = self._described(f"{kind} {version.split('-')[0]}", tls=bool(cipher))
        found = connection.execute(_WITHOUT_TRANSACTIONS, {"tables": mapped_tables()}).one_or_none()
        if found is None:
            return described
        return replace(described, view_only=Message.of("no_transactions", table=found[0], engine=found[1]))

    def standing(self, connection: Connection, *, writing_node: Callable[[], str]) -> Message | None:
        # A server that knows no Galera answers with no rows.
        node = _shown(connection, "VARIABLES", "wsrep_on", "wsrep_node_name", "wsrep_provider")
        # One that was taken out of a cluster may be left switched on, and works alone as any other.
        self.in_cluster = node.get("wsrep_on") == "ON" and node["wsrep_provider"] not in ("", "none")
        if not self.in_cluster:
            return None
        cluster = _shown(connection, "STATUS", "wsrep_ready", "wsrep_cluster_status", "wsrep_cluster_size")
        if (cluster["wsrep_ready"], cluster["wsrep_cluster_status"]) != ("ON", "Primary"):
            return Message.of(_NOT_READY, path=self.name)
        this, named = node["wsrep_node_name"], writing_node()
        # Neither the creation lock nor the locks of rows reach another node.
        if named and named != this:
            return Message.of(OTHER_NODE, node=this, named=named)
        size = int(cluster["wsrep_cluster_size"])
        return Message.of(NO_NODE_NAMED, node=this, n=size) if size > 1 and not named else None

    def begin(self, connection: Connection) -> None:
        """All that a transaction needs was set when the connection was made."""

    def lock(self, connection: Connection) -> None:
        # The portal's INSERT of a session takes a shared lock on its paper's row, so these rows hold it back.
        connection.exec_driver_sql("SELECT id FROM questions_questionpaper ORDER BY id FOR UPDATE")

    def guard(self) -> Guard:
        return guard()

    def now(self, connection: Connection) -> datetime:
        moment: datetime = connection.execute(text("SELECT utc_timestamp(6)")).scalar_one()
        return moment.replace(tzinfo=UTC)

    def last_ids(self, connection: Connection, tables: Sequence[str]) -> dict[str, int]:
        wanted = text(
            "SELECT table_name, auto_increment FROM information_schema.tables "
            "WHERE table_schema = database() AND table_name IN :tables"
        ).bindparams(bindparam("tables", expanding=True))
        return {name: (number or 1) - 1 for name, number in connection.execute(wanted, {"tables": list(tables)})}

    def line(self, link: Any) -> int:
        # The driver has no word for it. Its thread may be closing it now: it is closed first, and None after that.
        sock = link._sock
        number: int = -1 if sock is None else sock.fileno()
        if number < 0:
            raise OSError
        return number

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

    def told(self, failure: BaseException) -> str | None:
        number = _number(failure)
        return _refusal(failure) or next((code for code, numbers in _SENTENCES.items() if number in numbers), None)

    def words(self, failure: BaseException) -> str:
        return str(cause(failure).args[1])

    def referring(self, failure: BaseException) -> tuple[str, str | None] | None:
        # Only the words of the error name the table: (`database`.`table`, CONSTRAINT `name` FOREIGN KEY …).
        named = re.search(r"`([^`]+)`, CONSTRAINT `([^`]+)`", str(failure)) if _number(failure) == 1451 else None
        return (named[1], named[2]) if named else None


def _shown(connection: Connection, what: str, *names: str) -> dict[str, str]:
    """The server's variables, or what it tells of its state, by their names."""
    listed = ", ".join(f"'{name}'" for name in names)
    shown = connection.exec_driver_sql(f"SHOW {what} WHERE variable_name IN ({listed})")
    return {row[0]: row[1] for row in shown}


def _number(failure: BaseException) -> int:
    number, *_ = (*cause(failure).args, 0)
    return number if isinstance(number, int) else 0


def _refusal(failure: BaseException) -> str | None:
    """What kept the connection from being encrypted, if that is what failed; the driver keeps it inside its own."""
    return encryption.refusal(getattr(cause(failure), "original_exception", None))
