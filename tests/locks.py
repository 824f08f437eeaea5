"""Another program that holds the lock which every write of ours must take."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from desktop_admin.database.backends import mariadb, postgresql
from desktop_admin.database.engine import Database
from tests import raw

LOCK = {
    "postgresql": "LOCK TABLE questions_examsession IN SHARE ROW EXCLUSIVE MODE",
    "mysql": "SELECT id FROM questions_questionpaper FOR UPDATE",
}


@contextmanager
def held(database: Database) -> Iterator[Any]:
    """A connection of the other program; its ``rollback`` releases the lock."""
    if raw.engine(database) == "sqlite":
        other: Any = sqlite3.connect(raw.path(database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        other = raw.driver_connection(database)
        other.cursor().execute(LOCK[raw.engine(database)])
    try:
        yield other
    finally:
        other.close()


def be_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let databases that are opened from now on wait for a lock as short as they can; the waiting itself is real."""
    monkeypatch.setattr("desktop_admin.database.backends.sqlite._BUSY_SECONDS", 0.2)
    sooner = postgresql._BEGIN.replace("'lock_timeout', '3s'", "'lock_timeout', '200ms'")
    assert sooner != postgresql._BEGIN
    monkeypatch.setattr(postgresql, "_BEGIN", sooner)
    settings = (*mariadb._WRITING, "SET SESSION innodb_lock_wait_timeout=1")
    monkeypatch.setattr("desktop_admin.database.backends.mariadb._WRITING", settings)
