"""Looking at a database file past the program: with sqlite3 alone, so that no mapping hides anything."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Content = dict[str, list[Row]]

OWN = "desktop_admin_"


@dataclass(frozen=True)
class Change:
    """What happened to one table between two contents: rows gone and rows come (a changed row is in both)."""

    gone: list[Row]
    come: list[Row]


def query(path: Path, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Rows of one statement on a connection of its own."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(sql, tuple(values)).fetchall()


def change(path: Path, *statements: str, values: Sequence[Any] = ()) -> None:
    """Change the file as somebody else would, and commit; values belong to a single statement."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement, tuple(values))
        connection.commit()


def content(path: Path) -> Content:
    """Every row of every table, the numbering of rows and the schema included."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: _rows(connection, table) for table in ["sqlite_master", *sorted(tables)]}


def _rows(connection: sqlite3.Connection, table: str) -> list[Row]:
    found = connection.execute(f'SELECT * FROM "{table}"')
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found if not str(row[0]).startswith("sqlite_stat")]


def differences(before: Content, after: Content, *, own: bool = False) -> dict[str, Change]:
    """The tables whose rows differ; without our own tables and the numbering of rows unless asked for."""
    found = {}
    for table in sorted(before.keys() | after.keys()):
        if not own and (table.startswith(OWN) or table in ("sqlite_sequence", "sqlite_master")):
            continue
        old, new = before.get(table, []), after.get(table, [])
        counted_old, counted_new = Counter(map(_key, old)), Counter(map(_key, new))
        gone = [dict(key) for key in (counted_old - counted_new).elements()]
        come = [dict(key) for key in (counted_new - counted_old).elements()]
        if gone or come:
            found[table] = Change(gone, come)
    return found


def _key(row: Row) -> tuple[tuple[str, Any], ...]:
    return tuple(row.items())


def digest(path: Path) -> str:
    """SHA-256 of the file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def folder(path: Path) -> set[str]:
    """Names of everything that lies beside the file."""
    return {one.name for one in path.parent.iterdir()}
