"""The guard's installation: by supervisors, on servers, recorded, told as it is, and no harm if interrupted."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, make_url

from desktop_admin.controllers.log import history
from desktop_admin.controllers.operations.deeds import GUARD_INSTALL, guarding
from desktop_admin.controllers.upkeep.guard import check as check_guard
from desktop_admin.controllers.values.guard_state import GuardCheck, GuardState
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.database.guard import NAMES
from desktop_admin.errors import AdminError, DatabaseBusy, NotPermitted, OwnTablesMissing
from desktop_admin.rules import Role
from tests import guard, portal, raw, servers
from tests.controllers import doing

on_servers = pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")


def check(database: Database) -> GuardCheck:
    return database.read(check_guard)


def drop(database: Database, name: str, table: str) -> None:
    on = f" ON {table}" if raw.engine(database) == "postgresql" else ""
    raw.change(database, f"DROP TRIGGER {name}{on}")


def triggers(database: Database) -> set[str]:
    """The triggers on the portal's tables, past the program."""
    listed = {
        "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
        "mysql": "SELECT trigger_name, event_object_table FROM information_schema.triggers "
        "WHERE trigger_schema = database()",
    }
    found = raw.query(database, listed[raw.engine(database)])
    return {name for name, table in found if not table.startswith(raw.OWN)}


@pytest.fixture
def server(any_database: Database) -> Iterator[Database]:
    """The small portal database on a server; nothing of the guard is left in it afterwards."""
    yield any_database
    guard.remove(any_database)
    assert triggers(any_database) == set()


@on_servers
def test_it_is_installed_once_recorded_and_removed(server: Database, actor: Actor) -> None:
    assert check(server) == GuardCheck(GuardState.ABSENT)
    assert guard.install(server, actor)
    found = check(server)
    assert (found.state, found.person, found.alarming) == (GuardState.INSTALLED, actor.name, False)
    assert set(NAMES) <= triggers(server)
    assert not guard.install(server, actor), "there is nothing to do"
    assert guard.remove(server, actor)
    assert check(server) == GuardCheck(GuardState.ABSENT)
    assert triggers(server) == set()
    assert not guard.remove(server, actor)
    records = server.read(history.operations)
    assert [(one.operation, one.person, one.applied) for one in records] == [
        ("guard-remove", actor.name, 0),
        ("guard-install", actor.name, 0),
    ]


@on_servers
def test_a_second_attempt_with_the_same_id_does_nothing_more(server: Database, actor: Actor) -> None:
    op_id = new_op_id()
    for _ in range(2):
        assert server.write(partial(guarding.change, kind=GUARD_INSTALL, actor=actor, op_id=op_id))
    assert len(server.read(history.operations)) == 1


@on_servers
def test_a_missing_or_altered_part_is_named_and_made_anew(server: Database, actor: Actor) -> None:
    guard.install(server, actor)
    drop(server, "desktop_admin_guard_session", "questions_examsession")
    if raw.engine(server) == "postgresql":
        raw.change(server, "ALTER TABLE questions_examquestion DISABLE TRIGGER desktop_admin_guard_question")
    else:
        raw.change(
            server,
            "DROP TRIGGER desktop_admin_guard_question",
            "CREATE TRIGGER desktop_admin_guard_question BEFORE INSERT ON questions_examquestion FOR EACH ROW "
            "BEGIN END",
        )
    found = check(server)
    assert (found.state, found.alarming) == (GuardState.INCOMPLETE, True)
    assert set(found.differing) == {"trigger desktop_admin_guard_session", "trigger desktop_admin_guard_question"}
    assert "trigger desktop_admin_guard_question" in found.told.english()
    assert guard.install(server, actor)
    assert check(server).state is GuardState.INSTALLED


@on_servers
def test_a_guard_that_somebody_else_removed_is_missed(server: Database, actor: Actor) -> None:
    guard.install(server, actor)
    wanted = server.backend.guard()
    assert wanted is not None
    parts = server.read(lambda session: wanted.parts(session.connection()))
    raw.change(server, *(part.drop for part in reversed(parts)))
    found = check(server)
    assert (found.state, found.alarming) == (GuardState.ABSENT, True)
    assert f"was installed by {actor.name}" in found.told.english()
    assert guard.remove(server, actor), "recorded, so that the log agrees"
    assert not check(server).alarming


@on_servers
def test_what_the_guard_refuses_is_told_as_the_guards(server: Database, actor: Actor) -> None:
    guard.install(server, actor)
    with pytest.raises(DatabaseBusy) as told:
        doing.start(server, "T-NONE", trade_name="TTC", letter="A")
    assert told.value.code == "guard_refused"


@on_servers
@pytest.mark.parametrize("role", [Role.STAFF, Role.INVIGILATOR])
def test_only_supervisors_may(any_database: Database, actor: Actor, role: Role) -> None:
    for deed in (guard.install, guard.remove):
        with pytest.raises(NotPermitted):
            deed(any_database, replace(actor, role=role))
    assert triggers(any_database) == set()


def test_a_file_gets_none_and_is_told_why(portal_file: Path, actor: Actor) -> None:
    before, database = raw.digest(portal_file), Database.open(portal_file)
    for deed in (guard.install, guard.remove):
        with pytest.raises(AdminError, match="no guard for a database file"):
            deed(database, actor)
    assert check(database).state is GuardState.NOT_HERE
    database.close()
    assert raw.digest(portal_file) == before


@pytest.mark.parametrize("engine", ["postgresql", "mariadb"])
def test_without_an_archive_there_is_no_guard(engine: str, actor: Actor) -> None:
    with servers.empty_portal(engine) as url, closing(Database.open(servers.target(url))) as database:
        database.write(lambda session: portal.fill(session, datetime.now(UTC)))
        assert check(database) == GuardCheck(GuardState.ABSENT)
        with pytest.raises(OwnTablesMissing):
            guard.install(database, actor)


class Interrupted(Exception):
    """The power went."""


@on_servers
def test_an_installation_may_be_interrupted_after_any_statement(server: Database, actor: Actor) -> None:
    engine, there = server.backend.writer, set()
    for last in itertools.count(1):
        numbers = itertools.count(1)

        def strike(_connection: object, _cursor: object, text: str, *_more: object, last: int = last) -> None:
            if text.startswith(("CREATE", "DROP", "INSERT")) and next(numbers) == last:  # noqa: B023
                raise Interrupted

        event.listen(engine, "after_cursor_execute", strike)
        try:
            guard.install(server, actor)
        except Interrupted:
            there.add(check(server).state)
            assert server.read(history.operations) == ()
        else:
            break
        finally:
            event.remove(engine, "after_cursor_execute", strike)
        # Begun anew each time, so that each statement is reached.
        guard.remove(server, actor)
        raw.change(server, "DELETE FROM desktop_admin_operation")
    assert check(server).state is GuardState.INSTALLED
    # PostgreSQL does all or nothing; on MariaDB the last statement before the record leaves all triggers.
    expected = {GuardState.ABSENT} if raw.engine(server) == "postgresql" else {*there, GuardState.INCOMPLETE}
    assert there == expected


@pytest.mark.parametrize("engine_name", ["mariadb"], indirect=True, scope="session")
def test_an_account_without_the_right_is_told_which_one_to_take(
    server: Database, any_target: str, actor: Actor
) -> None:
    url = make_url(any_target)
    with servers.database_user(servers.server_url("mariadb").set(database=url.database), password="desk") as name:
        for host in ("localhost", "%"):
            raw.change(server, f"REVOKE TRIGGER ON {url.database}.* FROM '{name}'@'{host}'")
        desk = Database.open(servers.target(url.set(username=name)), password="desk")
        with pytest.raises(DatabaseBusy, match="account that owns the portal's tables"):
            guard.install(desk, actor)
        guard.install(server, actor)
        found = check(desk)
        assert (found.state, found.alarming) == (GuardState.INSTALLED, False)
        assert "may not look at what they do" in found.told.english()
        with pytest.raises(DatabaseBusy, match="account that owns the portal's tables"):
            guard.remove(desk, actor)
        desk.close()
    assert len(server.read(history.operations)) == 1
