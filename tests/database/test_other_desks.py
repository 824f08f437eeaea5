"""What another desk does to our own tables while this one has the database open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop_admin.controllers.log import history
from desktop_admin.controllers.operations.slots import ASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.tables import own
from desktop_admin.errors import DatabaseUnusable, OwnTablesMissing
from tests import raw
from tests.controllers import doing
from tests.newer_program import newer_program, step_back


@pytest.fixture
def without_ours(any_target: str) -> Iterator[Database]:
    """The small portal without our tables, open; they are there again afterwards."""
    database = Database.open(any_target)
    if raw.engine(database) == "sqlite":
        raw.change(database, *(f"DROP TABLE {name}" for name in raw.content(database) if name.startswith(own.PREFIX)))
    else:
        raw.drop_own(database)
    database.close()
    database = Database.open(any_target)
    yield database
    database.prepare()
    database.close()


@pytest.fixture
def other_desk(any_target: str) -> Iterator[Database]:
    """The same database, open at another desk."""
    database = Database.open(any_target)
    yield database
    database.close()


def test_tables_that_another_desk_made_are_read_and_written_without_asking_again(
    without_ours: Database, other_desk: Database, actor: Actor
) -> None:
    assert without_ours.read(history.operations) == ()
    with pytest.raises(OwnTablesMissing):
        doing.slot(without_ours, actor, RESET, "T-STUCK")
    other_desk.prepare()
    doing.slot(other_desk, actor, RESET, "T-STUCK")
    assert [record.operation for record in without_ours.read(history.operations)] == ["reset-slots"]
    assert without_ours.has_own_tables
    assert doing.slot(without_ours, actor, RESET, "T-FINE").applied == 1


def test_a_write_finds_the_tables_that_another_desk_made_a_moment_ago(
    without_ours: Database, other_desk: Database, actor: Actor
) -> None:
    other_desk.prepare()
    assert doing.slot(without_ours, actor, RESET, "T-STUCK").applied == 1


def test_tables_that_another_desk_brought_up_to_date_are_used(any_target: str, actor: Actor) -> None:
    with newer_program():
        here, there = Database.open(any_target), Database.open(any_target)
        try:
            assert not here.has_own_tables
            there.prepare()
            assert doing.slot(here, actor, RESET, "T-STUCK").applied == 1
        finally:
            there.prepare()
            step_back(there)
            here.close()
            there.close()


def test_tables_that_another_desk_made_newer_leave_this_one_view_only(
    any_database: Database, other_desk: Database, actor: Actor
) -> None:
    doing.slot(any_database, actor, ASSIGN, "T-NONE")
    with newer_program():
        other_desk.prepare()
    content = raw.content(any_database)
    try:
        for _ in range(2):
            with pytest.raises(DatabaseUnusable, match="newer version of this program") as told:
                doing.slot(any_database, actor, RESET, "T-STUCK")
            assert told.value.code == "view_only"
        assert any_database.description.view_only is not None
        assert raw.differences(content, raw.content(any_database), own=True) == {}
        assert doing.sessions_of(any_database, "T-STUCK")
    finally:
        with newer_program():
            step_back(any_database)
