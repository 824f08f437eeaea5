"""Looking at a database past the program: with its driver alone, so that no mapping hides anything.

A file is named by its path, a file or a server's database by the open ``Database``. Statements have ``?`` for values
on every engine, and ``:minute`` for a duration of a minute.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from desktop_admin.database.engine import Database
from tests import servers

Place = Path | Database
Row = dict[str, Any]
Content = dict[str, list[Row]]

OWN = "desktop_admin_"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    "mysql": "SELECT table_name FROM information_schema.tables "
    "WHERE table_schema = database() AND table_type = 'BASE TABLE'",
}
_NUMBERS = {
    "sqlite": "SELECT name, seq FROM sqlite_sequence",
    "postgresql": "SELECT sequencename::text, last_value FROM pg_sequences WHERE schemaname = 'public'",
    "mysql": "SELECT table_name, auto_increment FROM information_schema.tables WHERE table_schema = database()",
}
_AS_ON_A_FILE = {
    "postgresql": ("SET TIME ZONE 'UTC'", "SET session_replication_role = replica"),
    "mysql": ("SET SESSION time_zone = '+00:00'", "SET SESSION FOREIGN_KEY_CHECKS = 0"),
}
"""What makes a connection to a server as one of sqlite3 is: times in UTC, foreign keys not looked at."""


@dataclass(frozen=True)
class Change:
    """What happened to one table between two contents: rows gone and rows come (a changed row is in both)."""

    gone: list[Row]
    come: list[Row]


def engine(place: Place) -> str:
    """``sqlite``, ``postgresql`` or ``mysql`` (MariaDB, too)."""
    return "sqlite" if isinstance(place, Path) else place.backend.writer.dialect.name


def path(database: Database) -> Path:
    """The file of a database in a file."""
    found = database.description.path
    assert found is not None, "a server's database has no file"
    return found


def stored(place: Place, value: Any) -> Any:
    """A value as the engine's driver takes it from the portal's tables, and gives it back."""
    kind = engine(place)
    if isinstance(value, timedelta):
        return value if kind == "postgresql" else value // timedelta(microseconds=1)
    if not isinstance(value, datetime) or kind == "postgresql":
        return value
    naive = value.astimezone(UTC).replace(tzinfo=None)
    return naive.isoformat(" ") if kind == "sqlite" else naive


def moment(value: Any) -> datetime:
    """The moment that a driver's value means."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    assert isinstance(found, datetime)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def query(place: Place, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Rows of one statement on a connection of its own."""
    with _connected(place, mode="ro") as cursor:
        _execute(place, cursor, sql, values)
        return list(cursor.fetchall())


def change(place: Place, *statements: str, values: Sequence[Any] = ()) -> None:
    """Change the database as somebody else would, and commit; values belong to a single statement."""
    with _connected(place, mode="rwc") as cursor:
        for statement in statements:
            _execute(place, cursor, statement, values)
        cursor.connection.commit()


def content(place: Place) -> Content:
    """Every row of every table; of a file also the numbering of rows and the schema."""
    with _connected(place, mode="ro") as cursor:
        _execute(place, cursor, _TABLES[engine(place)])
        tables = sorted(name for (name,) in cursor.fetchall())
        schema = ["sqlite_master"] if engine(place) == "sqlite" else []
        return {table: _rows(place, cursor, table) for table in schema + tables}


def numbering(place: Place) -> dict[str, int | None]:
    """The highest number that each of the portal's tables has given, in the engine's own words."""
    return {table: number for table, number in query(place, _NUMBERS[engine(place)]) if not table.startswith(OWN)}


def _rows(place: Place, cursor: Any, table: str) -> list[Row]:
    _execute(place, cursor, f"SELECT * FROM {table}" + ("" if engine(place) == "sqlite" else " ORDER BY 1"))
    names = [column[0] for column in cursor.description]
    return [
        dict(zip(names, row, strict=True)) for row in cursor.fetchall() if not str(row[0]).startswith("sqlite_stat")
    ]


def _execute(place: Place, cursor: Any, sql: str, values: Sequence[Any] = ()) -> None:
    kind = engine(place)
    sql = sql.replace(":minute", "interval '1 minute'" if kind == "postgresql" else "60000000")
    if not values:
        cursor.execute(sql)
        return
    if kind != "sqlite":
        sql = sql.replace("%", "%%").replace("?", "%s")
    cursor.execute(sql, tuple(stored(place, value) for value in values))


@contextmanager
def _connected(place: Place, *, mode: str) -> Iterator[Any]:
    """A cursor on a connection of its own."""
    if engine(place) == "sqlite":
        file = place if isinstance(place, Path) else path(place)
        address = f"file:{file}?mode={mode}" if mode == "ro" else file
        with closing(sqlite3.connect(address, uri=mode == "ro")) as connection:
            # To the byte, also what is no UTF-8.
            connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
            yield connection.cursor()
        return
    assert isinstance(place, Database)
    with closing(driver_connection(place)) as connection, connection.cursor() as cursor:
        yield cursor


def driver_connection(database: Database) -> Any:
    """A server driver's own connection with the server's own account, beside all of the program's."""
    writer = database.backend.writer
    where, how = writer.dialect.create_connect_args(servers.of_owner(writer.url))
    if writer.dialect.name == "mysql":
        # Making ready to encrypt takes longer than the statements.
        how["ssl_disabled"] = True
    connection: Any = writer.dialect.connect(*where, **how)
    with connection.cursor() as cursor:
        for statement in _AS_ON_A_FILE[writer.dialect.name]:
            cursor.execute(statement)
    connection.commit()
    return connection


def drop_own(database: Database) -> None:
    """Take everything that is the program's own out of a server's database."""
    dropped = [f"TABLE {name}" for name in content(database) if name.startswith(OWN)]
    if engine(database) == "postgresql":
        views = query(database, f"SELECT viewname FROM pg_views WHERE viewname LIKE '{OWN}%'")
        dropped = [*(f"VIEW {name}" for (name,) in views), *dropped]
        functions = query(database, f"SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE '{OWN}%'")
        dropped.extend(f"FUNCTION {name}" for (name,) in functions)
    else:
        views = query(database, "SELECT table_name FROM information_schema.views WHERE table_schema = database()")
        dropped.extend(f"VIEW {name}" for (name,) in views)
    change(database, *(f"DROP {what}" for what in dropped))


def differences(before: Content, after: Content, *, own: bool = False) -> dict[str, Change]:
    """The tables whose rows differ; without our own tables and the numbering of rows unless asked for."""
    found = {}
    for table in sorted(before.keys() | after.keys()):
        if not own and (table.startswith(OWN) or table in ("sqlite_sequence", "sqlite_master")):
            continue
        old, new = before.get(table, []), after.get(table, [])
        if old == new:
            continue
        counted_old, counted_new = Counter(map(_key, old)), Counter(map(_key, new))
        gone = [dict(key) for key in (counted_old - counted_new).elements()]
        come = [dict(key) for key in (counted_new - counted_old).elements()]
        if gone or come:
            found[table] = Change(gone, come)
    return found


def _key(row: Row) -> tuple[tuple[str, Any], ...]:
    # Lists and JSON cannot be counted as they are.
    return tuple((name, str(value) if isinstance(value, list | dict) else value) for name, value in row.items())


def digest(place: Place) -> str:
    """SHA-256 of the file's bytes, or of every row of a server's database."""
    if engine(place) != "sqlite":
        return hashlib.sha256(repr(content(place)).encode()).hexdigest()
    file = place if isinstance(place, Path) else path(place)
    return hashlib.sha256(file.read_bytes()).hexdigest()


def folder(path: Path) -> set[str]:
    """Names of everything that lies beside the file."""
    return {one.name for one in path.parent.iterdir()}
