"""SQLite: how its two engines on one file are made (write protocol, *SQLite*)."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event

SAFE_WAL = (3, 51, 3)
"""The first SQLite version without the corruption bug of WAL mode."""

_BUSY_SECONDS = 5.0


def engine(path: Path, *, writing: bool) -> Engine:
    """An engine that only reads, without transactions, or one whose every transaction takes the write lock first."""
    # mode=rw never creates a file; a read-only file is opened for reading by SQLite itself.
    address = f"file:{quote(str(path.resolve()))}?mode=rw"
    engine = create_engine(
        URL.create("sqlite", database=address, query={"uri": "true"}),
        connect_args={"isolation_level": None, "timeout": _BUSY_SECONDS},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_up_writer if writing else _set_up_reader)
    if writing:
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _set_up_reader(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def _set_up_writer(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    # Clearing a whole trade touches more index pages than SQLite keeps by itself (2 MB); 64 MB avoid writing twice.
    connection.execute("PRAGMA cache_size=-65536")
    journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
    connection.execute(f"PRAGMA synchronous={'EXTRA' if journal == 'delete' else 'FULL'}")
    connection.create_function("sha256_hex", 1, _sha256_hex, deterministic=True)


def _sha256_hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
