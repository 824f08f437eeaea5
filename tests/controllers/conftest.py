"""The controllers are tested on every engine: ``database`` is a portal on SQLite, PostgreSQL and MariaDB in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_admin.database.engine import Database


@pytest.fixture
def database(any_database: Database) -> Database:
    """The small portal database, open, on each engine."""
    return any_database


@pytest.fixture
def file_database(portal_file: Path) -> Iterator[Database]:
    """The small portal database in a file, for what is about files alone."""
    opened = Database.open(portal_file)
    yield opened
    opened.close()


@pytest.fixture
def other_desk(any_target: str) -> Iterator[Database]:
    """The same database, open at another desk."""
    opened = Database.open(any_target)
    yield opened
    opened.close()
