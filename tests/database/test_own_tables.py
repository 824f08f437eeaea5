"""Our own tables: made by migrations as they are mapped, after a back-up, all or none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, inspect

from desktop_admin.controllers.operations.slots import REASSIGN
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database import migrations
from desktop_admin.database.backends import backup
from desktop_admin.database.engine import Database
from desktop_admin.database.tables import own
from desktop_admin.errors import DatabaseUnusable
from desktop_admin.settings import data_folder
from tests import raw, servers
from tests.controllers import doing
from tests.newer_program import newer_program, step_back


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER))
    return ScriptDirectory.from_config(config)


@pytest.fixture
def untouched(portal_file: Path) -> Path:
    """The small portal before this program ever wrote to it."""
    tables = [name for (name,) in raw.query(portal_file, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    raw.change(portal_file, *(f"DROP TABLE {name}" for name in tables if name.startswith(own.PREFIX)))
    raw.change(portal_file, "VACUUM")
    return portal_file


@pytest.fixture
def alone(engine_name: str, portal_file: Path) -> Iterator[Database]:
    """The small portal on each engine, open, in a database that no other test uses."""
    with ExitStack() as kept:
        target = str(portal_file)
        if engine_name != "sqlite":
            target = servers.target(kept.enter_context(servers.small_portal(engine_name)))
        yield kept.enter_context(closing(Database.open(target)))


def own_tables(path: Path) -> set[str]:
    names = raw.query(path, "SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name for (name,) in names if name.startswith(own.PREFIX)}


def test_the_newest_revision_is_the_one_that_the_program_asks_for() -> None:
    assert scripts().get_heads() == [own.REVISION]


def test_every_revision_can_be_run_again_and_loses_nothing(any_database: Database, actor: Actor) -> None:
    """MariaDB cannot roll a table or a view back, so each step of a revision that failed must be possible again."""
    doing.slot(any_database, actor, REASSIGN, "T-STUCK")
    before = raw.content(any_database)
    raw.change(any_database, f"DELETE FROM {own.VERSION_TABLE}")
    any_database.migrate()
    assert any_database.has_own_tables
    assert raw.differences(before, raw.content(any_database), own=True) == {}
    assert_as_mapped(any_database)


def test_every_revision_has_a_way_back(alone: Database) -> None:
    before = raw.content(alone)
    step_back(alone, "base")
    left = raw.content(alone)
    assert {name for name in left if name.startswith(own.PREFIX)} == {own.VERSION_TABLE}
    assert left[own.VERSION_TABLE] == []
    assert raw.differences(before, left) == {}
    with alone.backend.reader.connect() as connection:
        alone.look_again(connection)
    alone.prepare()
    assert_as_mapped(alone)


def test_the_migrations_make_what_is_mapped(any_database: Database) -> None:
    assert_as_mapped(any_database)


def assert_as_mapped(database: Database) -> None:
    with database.backend.reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_own})
        assert compare_metadata(context, own.Own.metadata) == []
        inspector = inspect(connection)
        # What Alembic does not compare.
        for name, table in own.Own.metadata.tables.items():
            key = inspector.get_pk_constraint(name)["constrained_columns"]
            assert key == table.primary_key.columns.keys(), name


def test_a_file_describes_our_tables_in_the_same_words_as_the_mapping(portal_file: Path, tmp_path: Path) -> None:
    """Also what no inspection tells: numbering of rows, and none where the key is all that a row is found by."""
    mapped = tmp_path / "mapped.sqlite3"
    engine = create_engine(f"sqlite:///{mapped}")
    own.Own.metadata.create_all(engine)
    engine.dispose()
    described = f"SELECT name, sql FROM sqlite_master WHERE name LIKE '{own.PREFIX}%' ORDER BY name"
    made = [row for row in raw.query(portal_file, described) if row[0] != own.VERSION_TABLE]
    assert made == raw.query(mapped, described)


def is_own(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or bool(name and name.startswith(own.PREFIX) and name != own.VERSION_TABLE)


def test_every_table_of_ours_carries_the_prefix_and_no_key_into_the_portals(portal_file: Path) -> None:
    assert all(name.startswith(own.PREFIX) for name in own.Own.metadata.tables)
    assert own_tables(portal_file) == {*own.Own.metadata.tables, own.VERSION_TABLE}
    assert raw.query(portal_file, "SELECT name FROM sqlite_master WHERE type IN ('view', 'trigger')") == []
    for name in own_tables(portal_file):
        assert raw.query(portal_file, f"SELECT * FROM pragma_foreign_key_list('{name}')") == []


def test_a_backup_is_made_and_verified_before_our_tables_are_first_created(untouched: Path) -> None:
    before = raw.content(untouched)
    database = Database.open(untouched)
    assert not database.has_own_tables
    copy = database.prepare()
    assert copy is not None
    assert copy.parent == data_folder() / "backups"
    assert raw.differences(before, raw.content(copy), own=True) == {}
    assert raw.query(copy, "PRAGMA integrity_check") == [("ok",)]
    assert database.has_own_tables
    assert raw.differences(before, raw.content(untouched)) == {}
    assert own_tables(untouched) == {*own.Own.metadata.tables, own.VERSION_TABLE}
    database.close()
    Database.open(copy).close()


def test_preparing_twice_makes_no_second_backup(untouched: Path) -> None:
    database = Database.open(untouched)
    database.prepare()
    assert database.prepare() is None
    database.close()
    assert len(list((data_folder() / "backups").iterdir())) == 1


def test_without_a_verified_backup_nothing_is_created(untouched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_path: Path) -> Path:
        raise DatabaseUnusable("no_room_for_backup", path="x", megabytes=1)

    monkeypatch.setattr(backup, "make", fail)
    before = raw.digest(untouched)
    database = Database.open(untouched)
    with pytest.raises(DatabaseUnusable):
        database.prepare()
    database.close()
    assert raw.digest(untouched) == before


def test_a_backup_of_a_damaged_file_is_refused(portal_file: Path) -> None:
    ((page,),) = raw.query(portal_file, "SELECT rootpage FROM sqlite_master WHERE name = 'questions_examquestion'")
    ((size,),) = raw.query(portal_file, "PRAGMA page_size")
    content = bytearray(portal_file.read_bytes())
    content[(page - 1) * size : page * size] = b"\xaa" * size
    portal_file.write_bytes(content)
    with pytest.raises(DatabaseUnusable) as told:
        backup.make(portal_file)
    assert told.value.code == "file_damaged"


def test_a_backup_without_room_is_refused_before_it_is_made(portal_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 10})())
    with pytest.raises(DatabaseUnusable) as told:
        backup.make(portal_file)
    assert told.value.code == "no_room_for_backup"
    assert list((data_folder() / "backups").iterdir()) == []


class Strike:
    """Raises at one statement, counted from 0, as long as nothing is committed."""

    def __init__(self, number: int) -> None:
        self.left = number
        self.committed = False

    def statement(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.left -= 1
        if self.left == -1 and not self.committed:
            raise RuntimeError(statement)

    def commit(self, _connection: Any) -> None:
        self.committed = True


def test_a_failure_at_any_statement_leaves_no_table_of_ours_behind(untouched: Path) -> None:
    before = raw.content(untouched)
    for number in range(1000):
        strike, database = Strike(number), Database.open(untouched)
        event.listen(Engine, "after_cursor_execute", strike.statement)
        event.listen(Engine, "commit", strike.commit)
        try:
            database.migrate()
        except RuntimeError:
            unchanged = raw.differences(before, raw.content(untouched), own=True) == {}
            assert unchanged, f"after statement {number}"
        else:
            assert number > 10, "it struck each statement before"
            break
        finally:
            event.remove(Engine, "after_cursor_execute", strike.statement)
            event.remove(Engine, "commit", strike.commit)
            database.close()
    assert own_tables(untouched) == {*own.Own.metadata.tables, own.VERSION_TABLE}


def test_tables_of_an_older_version_are_updated_and_their_rows_kept(portal_file: Path, actor: Actor) -> None:
    raw.change(portal_file, "INSERT INTO desktop_admin_operation_candidate VALUES ('earlier', 1)")
    before = raw.content(portal_file)
    with newer_program(), closing(Database.open(portal_file)) as database:
        assert not database.has_own_tables
        assert database.description.view_only is None
        with pytest.raises(DatabaseUnusable):
            doing.slot(database, actor, REASSIGN, "T-STUCK")
        copy = database.prepare()
        assert copy is not None
        assert raw.content(copy) == before
        assert doing.slot(database, actor, REASSIGN, "T-STUCK").applied == 1
    assert "desktop_admin_note" in own_tables(portal_file)
    assert ("earlier", 1) in raw.query(portal_file, "SELECT op_id, user_id FROM desktop_admin_operation_candidate")


def test_two_desks_that_create_our_tables_at_once_do_no_harm(untouched: Path) -> None:
    first, second = Database.open(untouched), Database.open(untouched)
    first.prepare()
    second.prepare()
    assert first.has_own_tables
    assert second.has_own_tables
    first.close()
    second.close()
    with closing(sqlite3.connect(untouched)) as connection:
        assert connection.execute("SELECT count(*) FROM desktop_admin_version").fetchone() == (1,)
