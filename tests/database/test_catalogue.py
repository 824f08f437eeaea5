"""What is known of the portal's tables is what the database says of them now, also while the program is open."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import DatabaseUnusable
from tests import raw
from tests.controllers import doing


def test_a_table_that_comes_while_the_program_is_open_is_noticed_by_the_next_write(
    any_database: Database, actor: Actor
) -> None:
    assert doing.slot(any_database, actor, RESET, "T-FINE").cleared_sessions == 1
    raw.change(any_database, "CREATE TABLE later (id bigint, FOREIGN KEY (id) REFERENCES questions_examsession (id))")
    try:
        with pytest.raises(DatabaseUnusable, match="newer than this program: its later"):
            doing.slot(any_database, actor, RESET, "T-STUCK")
    finally:
        raw.change(any_database, "DROP TABLE later")
    assert doing.slot(any_database, actor, RESET, "T-STUCK").cleared_sessions == 1


def test_a_column_that_comes_while_the_program_is_open_is_archived_and_comes_back(
    any_database: Database, actor: Actor
) -> None:
    assert doing.slot(any_database, actor, RESET, "T-FINE").cleared_sessions == 1
    session_ids = ", ".join(map(str, doing.sessions_of(any_database, "T-STUCK")))
    told = f"SELECT told FROM questions_examsession WHERE id IN ({session_ids})"
    raw.change(any_database, "ALTER TABLE questions_examsession ADD told varchar(9)")
    try:
        raw.change(any_database, f"UPDATE questions_examsession SET told = 'this' WHERE id IN ({session_ids})")
        before = raw.query(any_database, told)
        done = doing.slot(any_database, actor, RESET, "T-STUCK")
        assert raw.query(any_database, told) == []
        doing.undo(any_database, actor, done)
        assert raw.query(any_database, told) == before
        assert before[0] == ("this",)
    finally:
        raw.change(any_database, "ALTER TABLE questions_examsession DROP COLUMN told")


def test_the_tables_are_asked_about_once_in_a_write(any_database: Database, actor: Actor) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.extend(["asked"] if "'referring'" in statement else [])

    event.listen(any_database.backend.writer, "before_cursor_execute", note)
    done = doing.slot(any_database, actor, RESET, "T-FINE")
    assert asked == ["asked"]
    doing.undo(any_database, actor, done)
    assert asked == ["asked", "asked"]
