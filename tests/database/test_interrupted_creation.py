"""Creating or updating our own tables can be interrupted anywhere, and is then simply done again."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import event

from desktop_admin.database.engine import Database
from tests import raw, servers
from tests.newer_program import newer_program


class Interrupted(Exception):
    """The power went."""


def interrupted_at(database: Database, statement: int) -> bool:
    """Migrate and stop after the statement that creates or numbers something; False where all was done."""
    numbers = itertools.count(1)

    def strike(_connection: object, _cursor: object, text: str, *_more: object) -> None:
        if text.lstrip().startswith(("CREATE", "ALTER", "INSERT", "UPDATE")) and next(numbers) == statement:
            raise Interrupted

    engine = database.backend.writer
    event.listen(engine, "after_cursor_execute", strike)
    try:
        database.migrate()
    except Interrupted:
        return True
    finally:
        event.remove(engine, "after_cursor_execute", strike)
    return False


@pytest.mark.parametrize("engine", ["postgresql", "mariadb"])
def test_creating_our_tables_can_be_interrupted_after_any_statement(engine: str) -> None:
    with servers.empty_portal(engine) as url:
        database = Database.open(servers.target(url))
        statement = 1
        while interrupted_at(database, statement):
            assert not database.has_own_tables
            statement += 1
        assert statement > 3
        assert database.has_own_tables
        database.close()


@pytest.mark.parametrize("engine", ["postgresql", "mariadb"])
def test_updating_our_tables_can_be_interrupted_after_any_statement(engine: str) -> None:
    with servers.small_portal(engine) as url, newer_program():
        statement = 1
        while True:
            database = Database.open(servers.target(url))
            assert not database.has_own_tables
            if not interrupted_at(database, statement):
                break
            database.close()
            statement += 1
        assert statement > 2
        assert database.has_own_tables
        assert raw.query(database, "SELECT name, value, note FROM desktop_admin_setting") == []
        assert raw.query(database, "SELECT id FROM desktop_admin_note") == []
        database.close()
