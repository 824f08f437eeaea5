"""Columns that this program does not know are archived and come back, to the byte, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_admin.controllers.log import chain
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import DatabaseUnusable
from desktop_admin.rules import Paper
from tests import raw, servers
from tests.controllers import doing
from tests.controllers.operations.test_reopening import reopen, undo

TABLES = ("questions_examsession", "questions_examquestion", "django_session", "results_candidateanswer")
TEXT = "'देवनागरी, \"quoted\" \\ [1]'"
COLUMNS = {
    "sqlite": {
        "a_text TEXT": TEXT,
        "a_number INTEGER NOT NULL DEFAULT 1": "7",
        "a_real REAL": "0.1 + 0.2",
        "some_bytes BLOB": "x'00ff27'",
        "with_a_zero TEXT": "CAST(x'41004220' AS TEXT)",
        "no_utf8 TEXT": "CAST(x'636166e9' AS TEXT)",
        "cut_off TEXT": "CAST(x'e0a4c300ff' AS TEXT)",
        "doubled INTEGER GENERATED ALWAYS AS (a_number * 2) VIRTUAL": "",
    },
    "postgresql": {
        "a_text text": f"E{TEXT}".replace("\\", "\\\\"),
        "a_number integer NOT NULL DEFAULT 1": "7",
        "a_real real": "0.1",
        "a_double double precision": "0.1 + 0.2e0",
        "a_decimal numeric": "12345678901234567890.123456789",
        "some_bytes bytea": "'\\x00ff27'",
        "a_moment timestamptz": "'2026-01-02 03:04:05.678901+05:30'",
        "a_while interval": "'1 month 2 days 3.5 seconds'",
        "some_texts text[]": "ARRAY['a,b', NULL, '\"']",
        "some_json jsonb": """'{"a": [1, null]}'""",
        "doubled integer GENERATED ALWAYS AS (a_number * 2) STORED": "",
    },
    "mariadb": {
        "a_text text CHARACTER SET utf8mb4": TEXT.replace("\\", "\\\\"),
        "a_number integer NOT NULL DEFAULT 1": "7",
        "a_real float": "0.1",
        "a_double double": "0.1e0 + 0.2e0",
        "a_decimal decimal(40, 9)": "12345678901234567890.123456789",
        "some_bytes blob": "x'00ff27'",
        "some_bits bit(9)": "b'100000001'",
        "some_json json": """'{"a" : [1.0, null]}'""",
        "a_moment timestamp(6) NULL": "'2026-01-02 03:04:05.678901'",
        "doubled integer AS (a_number * 2) VIRTUAL": "",
    },
}
"""Columns that a newer portal might have, each with a value; a generated one has none."""


@pytest.fixture
def newer(engine_name: str, portal_file: Path) -> Iterator[Database]:
    """The small portal with further columns where rows are archived, all filled; T-DONE has answered."""
    if engine_name == "sqlite":
        database = Database.open(portal_file)
        yield extended(database, engine_name)
        database.close()
        return
    with servers.small_portal(engine_name) as url:
        database = Database.open(servers.target(url))
        yield extended(database, engine_name)
        database.close()


def extended(database: Database, engine: str) -> Database:
    raw.change(
        database,
        "INSERT INTO results_candidateanswer (answer, submitted_at, candidate_id, paper_id, question_id, exam_type) "
        "SELECT 'b', ?, c.id, p.id, 1, 'PRIMARY' FROM registration_candidateprofile c, questions_questionpaper p "
        "WHERE c.army_no = 'T-DONE' AND p.question_paper = 'PRIMARY'",
        values=[raw.LONG_AGO],
    )
    for table in TABLES:
        for column, value in COLUMNS[engine].items():
            raw.change(database, f"ALTER TABLE {table} ADD COLUMN {column}")
            if value:
                raw.change(database, f"UPDATE {table} SET {column.split()[0]} = {value}")
    return database


def test_whatever_is_cleared_comes_back_with_columns_that_nobody_knows(newer: Database, actor: Actor) -> None:
    before = raw.content(newer)
    cleared = doing.slot(newer, actor, RESET, "T-STUCK", "T-SECOND")
    reopened = reopen(newer, actor, "T-DONE", paper=Paper.PRIMARY)
    assert len(raw.differences(before, raw.content(newer))) >= 4
    for done in (reopened, cleared):
        assert undo(newer, actor, done).refused == 0
    assert raw.differences(before, raw.content(newer)) == {}
    assert newer.read(chain.verify).intact


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")
def test_a_type_without_a_lossless_text_is_refused_by_name(newer: Database, actor: Actor) -> None:
    raw.change(newer, "ALTER TABLE questions_examquestion ADD COLUMN place point")
    before = raw.content(newer)
    with pytest.raises(DatabaseUnusable, match=r"questions_examquestion\.place") as told:
        doing.slot(newer, actor, RESET, "T-STUCK")
    assert told.value.code == "portal_type_unknown"
    assert raw.differences(before, raw.content(newer), own=True) == {}
