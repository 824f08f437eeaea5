"""Older and newer portals, and own tables of a newer version of this program."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations.slots import REASSIGN
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database import compat
from desktop_admin.database.engine import Database
from desktop_admin.errors import DatabaseUnusable
from tests import raw
from tests.controllers import doing

OLDER = [
    ("registration_candidateprofile", "primary_slot_consumed_at", "registration.0008_"),
    ("registration_candidateprofile", "secondary_slot_consumed_at", "registration.0008_"),
    ("registration_candidateprofile", "primary_bypass_allowed", "registration.0007_"),
    ("registration_candidateprofile", "is_primary_completed", "registration.0006_"),
    ("registration_candidateprofile", "slot_attempting_at", "registration.0005_"),
    ("registration_candidateprofile", "has_exam_slot", "registration.0004_"),
    ("questions_examsession", "exam_type", "questions.0015_"),
]


def drop_column(path: Path, table: str, column: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.commit()


def add_required_column(path: Path, table: str) -> None:
    """A NOT NULL column without a default, as Django's migrations leave it in every row that is there."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"ALTER TABLE {table} ADD COLUMN colour varchar(9) NOT NULL DEFAULT 'red'")
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL DEFAULT ''red''', ' NOT NULL') WHERE name = ?",
            [table],
        )
        connection.commit()
    rows = raw.query(path, "SELECT \"notnull\", dflt_value FROM pragma_table_info(?) WHERE name = 'colour'", [table])
    assert rows == [(1, None)]


@pytest.mark.parametrize(("table", "column", "migration"), OLDER, ids=[column for _, column, _ in OLDER])
def test_an_older_portal_is_refused_with_the_column_and_the_migration(
    portal_file: Path, table: str, column: str, migration: str
) -> None:
    drop_column(portal_file, table, column)
    before = raw.digest(portal_file)
    with pytest.raises(DatabaseUnusable) as told:
        Database.open(portal_file)
    assert told.value.code == "portal_too_old"
    assert f"{table}.{column} is missing" in str(told.value)
    assert f"(migration {migration}" in str(told.value)
    assert raw.digest(portal_file) == before


TABLES = [
    "accounts_user",
    "centers_center",
    "django_session",
    "exams_shift",
    "questions_activatesets",
    "questions_examquestion",
    "questions_examsession",
    "questions_globalpapertypecontrol",
    "questions_question",
    "questions_questionpaper",
    "questions_questionsetactivation",
    "questions_tradepaperactivation",
    "questions_universalsetactivation",
    "reference_trade",
    "results_candidateanswer",
]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_that_is_worked_with_must_be_there(portal_file: Path, table: str) -> None:
    raw.change(portal_file, f"DROP TABLE {table}")
    with pytest.raises(DatabaseUnusable) as told:
        Database.open(portal_file)
    assert told.value.code == "portal_too_old"
    assert f": {table} is missing" in str(told.value)


def test_the_check_knows_every_mapped_table() -> None:
    assert set(compat.mapped_tables()) == {*TABLES, "django_migrations", "registration_candidateprofile"}


def test_a_newer_portal_may_have_further_tables_and_optional_columns(portal_file: Path, actor: Actor) -> None:
    raw.change(
        portal_file,
        "CREATE TABLE questions_new (id INTEGER PRIMARY KEY)",
        "ALTER TABLE questions_activatesets ADD COLUMN note TEXT",
        "ALTER TABLE questions_questionsetactivation ADD COLUMN rank INTEGER NOT NULL DEFAULT 3",
    )
    database = Database.open(portal_file)
    assert doing.activate(database, actor, ("TTC", "C")).applied == 1
    database.close()


def test_in_a_newer_portal_only_what_would_insert_is_refused(portal_file: Path, actor: Actor) -> None:
    add_required_column(portal_file, "questions_questionsetactivation")
    database = Database.open(portal_file)
    before = raw.content(portal_file)
    with pytest.raises(DatabaseUnusable) as told:
        doing.activate(database, actor, ("TTC", "C"))
    assert told.value.code == "portal_newer"
    assert "questions_questionsetactivation.colour" in str(told.value)
    assert raw.differences(before, raw.content(portal_file), own=True) == {}
    assert database.read(health.survey).stuck
    assert doing.slot(database, actor, REASSIGN, "T-STUCK").applied == 1
    database.close()


def test_in_a_newer_portal_a_switch_that_only_updates_is_applied(portal_file: Path, actor: Actor) -> None:
    """TTC has rows of E in every copy, so that nothing has to be inserted."""
    add_required_column(portal_file, "questions_questionsetactivation")
    database = Database.open(portal_file)
    assert doing.activate(database, actor, ("TTC", "E")).applied == 1
    database.close()


# The same on servers -------------------------------------------------------------------------------------------------

on_servers = pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")


@contextmanager
def changed_meanwhile(database: Database, there: str, back: str) -> Iterator[None]:
    raw.change(database, there)
    try:
        yield
    finally:
        raw.change(database, back)


@on_servers
def test_an_older_portal_on_a_server_is_refused_with_what_it_lacks(any_database: Database, any_target: str) -> None:
    lacking = {f"{table}.{column}": f"{table} RENAME COLUMN {column} TO" for table, column, _ in OLDER}
    lacking |= {table: f"{table} RENAME TO" for table in TABLES}
    for what, rename in lacking.items():
        table, name = what.split(".") if "." in what else ("other", what)
        back = f"{table} RENAME COLUMN other TO {name}" if "." in what else f"other RENAME TO {name}"
        with (
            changed_meanwhile(any_database, f"ALTER TABLE {rename} other", f"ALTER TABLE {back}"),
            pytest.raises(DatabaseUnusable) as told,
        ):
            Database.open(any_target)
        assert told.value.code == "portal_too_old"
        assert f": {what} is missing" in str(told.value)


@on_servers
def test_in_a_newer_portal_on_a_server_only_what_would_insert_is_refused(
    any_database: Database, any_target: str, actor: Actor
) -> None:
    table = "questions_questionsetactivation"
    default = " DEFAULT 'red'" if raw.engine(any_database) == "postgresql" else ""
    column = f"ALTER TABLE {table} ADD COLUMN colour varchar(9) NOT NULL{default}"
    with changed_meanwhile(any_database, column, f"ALTER TABLE {table} DROP COLUMN colour"):
        if default:
            raw.change(any_database, f"ALTER TABLE {table} ALTER COLUMN colour DROP DEFAULT")
        database = Database.open(any_target)
        before = raw.content(database)
        with pytest.raises(DatabaseUnusable, match=f"{table}.colour") as told:
            doing.activate(database, actor, ("TTC", "C"))
        assert told.value.code == "portal_newer"
        assert raw.differences(before, raw.content(database), own=True) == {}
        assert database.read(health.survey).stuck
        assert doing.activate(database, actor, ("TTC", "E")).applied == 1, "nothing has to be inserted"
        assert doing.slot(database, actor, REASSIGN, "T-FINE").applied == 1
        database.close()


@on_servers
def test_a_newer_portal_on_a_server_may_have_further_tables_and_optional_columns(
    any_database: Database, any_target: str, actor: Actor
) -> None:
    table = "questions_activatesets"
    with (
        changed_meanwhile(any_database, "CREATE TABLE questions_new (id bigint)", "DROP TABLE questions_new"),
        changed_meanwhile(
            any_database, f"ALTER TABLE {table} ADD COLUMN note text", f"ALTER TABLE {table} DROP COLUMN note"
        ),
    ):
        database = Database.open(any_target)
        assert doing.activate(database, actor, ("TTC", "C")).applied == 1
        database.close()


def test_own_tables_of_a_newer_program_make_the_database_view_only(portal_file: Path, actor: Actor) -> None:
    raw.change(portal_file, "UPDATE desktop_admin_version SET version_num = '9999'")
    before = raw.digest(portal_file)
    database = Database.open(portal_file)
    assert database.description.view_only is not None
    assert database.description.view_only.code == "own_tables_newer"
    assert database.read(health.survey).stuck
    with pytest.raises(DatabaseUnusable, match="newer version of this program"):
        doing.slot(database, actor, REASSIGN, "T-STUCK")
    with pytest.raises(DatabaseUnusable):
        database.prepare()
    database.close()
    assert raw.digest(portal_file) == before
