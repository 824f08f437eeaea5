"""The controllers are tested on every engine: ``database`` is a portal on SQLite, PostgreSQL and MariaDB in turn."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_admin.controllers import archive, sessions
from desktop_admin.database.engine import Database
from desktop_admin.database.portal import Question


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


NOT_DISTURBED = ("test_statements", "test_faults")
"""Modules that count or hit single statements, so that none may be added."""


@pytest.fixture(autouse=True)
def _whatever_is_cleared_can_come_back(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every session that any test clears is put back at once, compared column by column, and cleared again."""
    if request.module.__name__.rpartition(".")[2] in NOT_DISTURBED:
        return
    really_clear = sessions.clear

    def clear(session: Session, *, session_ids: Collection[int], op_id: str, **how: bool) -> None:
        before = _rows(session, session_ids)
        really_clear(session, session_ids=session_ids, op_id=op_id, **how)
        with session.begin_nested() as savepoint:
            archived = archive.of_operation(session, op_id=op_id)
            known = set(session.execute(select(Question.id)).scalars())
            whole = [one for one in archived if {part.question_id for part in one.questions} <= known]
            archive.put_back(session, archived=whole, by_op_id="a test")
            assert len(whole) < len(archived) or _rows(session, session_ids) == before
            savepoint.rollback()

    monkeypatch.setattr(sessions, "clear", clear)


def _rows(session: Session, session_ids: Collection[int]) -> list[tuple[object, ...]]:
    """The sessions and their questions as the driver gives them, with no type of ours in between."""
    if not session_ids:
        return []
    listed = ", ".join(map(str, session_ids))
    connection = session.connection()
    tables = (("questions_examsession", "id"), ("questions_examquestion", "session_id"))
    return [
        tuple(row)
        for table, column in tables
        for row in connection.exec_driver_sql(f"SELECT * FROM {table} WHERE {column} IN ({listed}) ORDER BY id")
    ]
