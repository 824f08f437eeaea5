"""Portal databases on servers: what is refused in which words, what is stored how, and what opening leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, make_url

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.tables import own
from desktop_admin.errors import DatabaseBusy, DatabaseUnusable
from desktop_admin.practice import starting
from tests import locks, portal, raw, servers
from tests.catalogues import TEXTS
from tests.cli import runs
from tests.controllers import doing

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")

INDIA = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"host": "no-such-host.invalid"}, "server_not_reached"),
        ({"port": 1}, "server_not_reached"),
        ({"database": "no_such_database"}, "no_such_database"),
        ({"username": "nobody_of_that_name"}, "login_refused"),
    ],
    ids=["host", "port", "database", "user"],
)
def test_a_wrong_address_is_told_in_one_sentence(any_target: str, wrong: dict[str, Any], code: str) -> None:
    target = make_url(any_target).set(**wrong).render_as_string()
    with pytest.raises(DatabaseUnusable) as refused:
        Database.open(target)
    assert refused.value.code == code
    told = runs.complaint(runs.run(None, "--db", target, "sessions"), code=69)
    assert told == str(refused.value)
    assert str(wrong.get("database") or make_url(any_target).database) in told


def test_a_server_without_the_portals_tables_is_refused(engine_name: str) -> None:
    with servers.empty_database(engine_name) as url:
        told = runs.complaint(runs.run(None, "--db", servers.target(url), "sessions"), code=69)
        assert "not an exam portal" in told


# Locks of others ----------------------------------------------------------------------------------------------------

_TAKEN = ("SELECT desktop_admin_lock()", "SELECT id FROM questions_questionpaper ORDER BY id FOR UPDATE")


@pytest.fixture
def impatient(any_target: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The small portal, waiting for a lock for the shortest time that the server knows."""
    locks.be_impatient(monkeypatch)
    opened = Database.open(any_target)
    yield opened
    opened.close()


@pytest.fixture
def held(impatient: Database) -> Iterator[Any]:
    """Somebody else's connection that holds the creation lock."""
    with locks.held(impatient) as other:
        yield other


def test_a_lock_held_for_longer_than_the_time_out_is_tried_for_again(
    impatient: Database, held: Any, actor: Actor
) -> None:
    tries: list[str] = []

    def release(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(_TAKEN):
            tries.append(statement)
            if len(tries) == 2:
                held.rollback()

    plan = impatient.read(doing.slots_plan(RESET, doing.chosen(impatient, "T-STUCK")))
    event.listen(impatient.backend.writer, "before_cursor_execute", release)
    changes = doing.apply_shown(impatient, actor, plan)
    assert (len(tries), changes.cleared_sessions) == (2, 1)


def test_a_lock_that_is_never_released_is_told_and_nothing_changed(
    impatient: Database, held: Any, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop_admin.database.attempts.TRIES", 2)
    before = raw.content(impatient)
    with pytest.raises(DatabaseBusy) as told:
        doing.slot(impatient, actor, RESET, "T-STUCK")
    assert (told.value.code, told.value.exit_code) == ("database_busy", 69)
    assert raw.differences(before, raw.content(impatient), own=True) == {}
    held.rollback()


# Servers that take no changes ----------------------------------------------------------------------------------------


@pytest.fixture
def unchanging(any_database: Database, any_target: str) -> Iterator[Database]:
    """The small portal on a server that takes no changes; MariaDB knows that only for all of its databases."""
    if raw.engine(any_database) == "postgresql":
        with servers.without_changes(make_url(any_target)):
            yield any_database
    else:
        read_only = "SET SESSION TRANSACTION READ ONLY"
        event.listen(any_database.backend.writer, "connect", lambda driver, _record: driver.query(read_only))
        yield any_database


def test_the_first_change_on_a_server_that_takes_none_is_told_in_a_sentence(unchanging: Database, actor: Actor) -> None:
    with pytest.raises(DatabaseUnusable, match="takes no changes now: the server is read-only"):
        doing.slot(unchanging, actor, RESET, "T-STUCK")
    assert doing.sessions_of(unchanging, "T-STUCK")


def test_a_server_that_takes_no_changes_is_open_for_viewing_only(
    unchanging: Database, any_target: str, engine_name: str
) -> None:
    opened = unchanging
    if engine_name == "postgresql":
        opened = Database.open(any_target)
        opened.close()
    else:
        opened.probe()
    assert opened.description.view_only is not None
    assert opened.description.view_only.code == "server_read_only"


@pytest.mark.parametrize(
    ("kept_by", "table"),
    [
        ("MyISAM", "django_session"),
        ("MyISAM", "results_candidateanswer"),
        ("MyISAM", "desktop_admin_operation"),
        ("Aria", "results_candidateanswer"),
    ],
)
def test_a_table_without_transactions_makes_the_database_view_only(
    engine_name: str, actor: Actor, table: str, kept_by: str
) -> None:
    if engine_name != "mariadb":
        pytest.skip("every table of PostgreSQL has transactions")
    with servers.small_portal(engine_name) as url, closing(Database.open(servers.target(url))) as before:
        keys = "SELECT constraint_name FROM information_schema.referential_constraints WHERE table_name = ? "
        for (key,) in raw.query(before, f"{keys} AND constraint_schema = database()", [table]):
            raw.change(before, f"ALTER TABLE {table} DROP FOREIGN KEY {key}")
        raw.change(before, f"ALTER TABLE {table} ENGINE = {kept_by}")
        whole = raw.content(before)
        with closing(Database.open(servers.target(url))) as opened:
            why = opened.description.view_only
            assert why is not None
            assert (why.code, f"table {table} is kept by {kept_by}" in why.english()) == ("no_transactions", True)
            with pytest.raises(DatabaseUnusable, match="open for viewing only"):
                doing.slot(opened, actor, RESET, "T-STUCK")
        assert raw.content(before) == whole
        answer = runs.run(None, "--db", servers.target(url), "check")
        assert f"table {table} is kept by {kept_by}" in answer.output


def test_own_tables_are_made_with_transactions_whatever_the_server_prefers(engine_name: str) -> None:
    if engine_name != "mariadb":
        pytest.skip("every table of PostgreSQL has transactions")
    with servers.empty_portal(engine_name) as url, closing(Database.open(servers.target(url))) as database:
        first = "SET SESSION default_storage_engine=MyISAM"
        event.listen(database.backend.writer, "connect", lambda driver, _: driver.query(first), insert=True)
        database.prepare()
        listed = "SELECT DISTINCT engine FROM information_schema.tables WHERE table_schema = database()"
        assert raw.query(database, f"{listed} AND table_type = 'BASE TABLE' AND table_name LIKE 'desktop_admin_%'") == [
            ("InnoDB",)
        ]


def test_an_account_that_may_only_look_opens_the_database_for_viewing_only(any_target: str, engine_name: str) -> None:
    if engine_name != "mariadb":
        pytest.skip("the rights of PostgreSQL's accounts are tried elsewhere")
    url = make_url(any_target)
    with servers.database_user(url.set(drivername="mysql+pymysql"), password="secret", rights="SELECT") as name:
        opened = Database.open(url.set(username=name).render_as_string(), password="secret")
        assert opened.description.view_only is not None
        assert opened.description.view_only.code == "not_granted"
        assert doing.sessions_of(opened, "T-STUCK")
        opened.close()


# What is stored ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", [UTC, INDIA])
@pytest.mark.parametrize("microsecond", [0, 1, 999_999])
def test_what_an_operation_writes_is_stored_as_the_portal_stores_it(
    any_database: Database, zone: timezone, microsecond: int
) -> None:
    now = datetime(2026, 3, 4, 23, 6, 7, microsecond, tzinfo=zone)
    planner = doing.slots_plan(REASSIGN, doing.chosen(any_database, "T-STUCK"))
    plan = any_database.read(planner)
    person = Actor(name="x", user_id=portal.SUPERVISOR_ID, verified=True)
    any_database.write(partial(apply.apply, plan=plan, actor=person, now=now))
    (stored,) = raw.query(
        any_database,
        "SELECT has_exam_slot, slot_assigned_at, slot_assigned_by_id, slot_attempting_at "
        "FROM registration_candidateprofile WHERE army_no = 'T-STUCK'",
    )
    on_postgresql = raw.engine(any_database) == "postgresql"
    assert stored == (
        True,
        now if on_postgresql else now.astimezone(UTC).replace(tzinfo=None),
        portal.SUPERVISOR_ID,
        None,
    )
    assert type(stored[0]) is (bool if on_postgresql else int)


def test_a_session_is_stored_as_the_portal_stores_it(any_database: Database) -> None:
    now = datetime(2026, 3, 4, 23, 6, 7, 5, tzinfo=INDIA)
    user_id = doing.user(any_database, "T-SLOT")
    session_id = any_database.write(partial(starting.start_or_resume, user_id=user_id, now=now))
    (stored,) = raw.query(
        any_database,
        "SELECT started_at, completed_at, duration, total_questions, score, exam_type "
        "FROM questions_examsession WHERE id = ?",
        [session_id],
    )
    if raw.engine(any_database) == "postgresql":
        assert stored == (now, None, timedelta(hours=3), 43, None, "PRIMARY")
    else:
        assert stored == (datetime(2026, 3, 4, 17, 36, 7, 5), None, 3 * 3_600_000_000, 43, None, "PRIMARY")


# Our own tables ------------------------------------------------------------------------------------------------------


def structure(database: Database) -> set[tuple[Any, ...]]:
    """Columns, indexes and constraints of every table that is not ours."""
    schema = "'public'" if raw.engine(database) == "postgresql" else "database()"
    columns = raw.query(
        database,
        "SELECT table_name, column_name, ordinal_position, column_default, is_nullable, data_type, "
        f"character_maximum_length FROM information_schema.columns WHERE table_schema = {schema}",
    )
    constraints = raw.query(
        database,
        "SELECT table_name, constraint_name, constraint_type FROM information_schema.table_constraints "
        f"WHERE table_schema = {schema} AND constraint_type <> 'CHECK'",
    )
    indexes = raw.query(
        database,
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        if raw.engine(database) == "postgresql"
        else "SELECT table_name, index_name, seq_in_index, column_name, non_unique FROM information_schema.statistics "
        f"WHERE table_schema = {schema}",
    )
    return {row for row in (*columns, *constraints, *indexes) if not row[0].startswith(own.PREFIX)}


def test_our_tables_are_made_without_touching_the_portals(engine_name: str) -> None:
    with servers.empty_portal(engine_name) as url:
        database = Database.open(servers.target(url))
        before, rows = structure(database), raw.content(database)
        assert not database.has_own_tables
        assert database.prepare() is None, "the server's administrator makes the back-ups"
        assert database.has_own_tables
        assert structure(database) == before
        after = raw.content(database)
        assert raw.differences(rows, after) == {}
        assert len(after.keys() - rows.keys()) == len(own.Own.metadata.tables) + 1, "with the table of the version"
        database.close()
        again = Database.open(servers.target(url))
        assert again.prepare() is None
        again.close()


def test_the_first_write_makes_our_tables_and_names_no_back_up(any_database: Database, any_target: str) -> None:
    names = [name for name in raw.content(any_database) if name.startswith(own.PREFIX)]
    raw.drop_own(any_database)
    result = runs.run(None, "--db", any_target, "reset-slots", "--army-no", "T-STUCK", "--yes")
    assert result.exit_code == 0
    assert TEXTS["prepare.told"] in result.stderr
    assert "None" not in result.stderr
    assert raw.query(any_database, "SELECT count(*) FROM desktop_admin_archived_session") == [(1,)]
    assert sorted(name for name in raw.content(any_database) if name.startswith(own.PREFIX)) == sorted(names)


# MariaDB holds letters of both cases to be the same --------------------------------------------------------------


LETTERS_IN_LOWER_CASE = (
    "UPDATE questions_question SET question_set = lower(question_set)",
    "UPDATE questions_activatesets SET active_primary_set = lower(active_primary_set)",
    "UPDATE questions_questionsetactivation SET question_set = lower(question_set)",
    "INSERT INTO questions_questionsetactivation (paper_type, question_set, is_active, activated_at, trade_id) "
    "VALUES ('PRIMARY', 'c', FALSE, '2026-01-01 00:00:00', 1)",
)


def test_numbers_trades_and_letters_are_found_in_either_case(any_database: Database, any_target: str) -> None:
    alike = raw.engine(any_database) == "mysql"
    if alike:
        raw.change(any_database, *LETTERS_IN_LOWER_CASE)
    found = runs.answer(None, "--db", any_target, "sessions", "--stuck")
    assert {row["army_no"] for row in found} == {"T-STUCK", "T-MOVED"}
    runs.answer(None, "--db", any_target, "activate-set", "--paper", "primary", "--set", "c", "--trade", "ttc", "--yes")
    letters = raw.query(any_database, "SELECT active_primary_set FROM questions_activatesets WHERE trade_id = 1")
    assert letters == [("C",)]
    copies = (
        "SELECT question_set, is_active FROM questions_questionsetactivation WHERE paper_type = 'PRIMARY' "
        "AND trade_id = 1 ORDER BY question_set"
    )
    wanted = [("c", True), ("e", False)] if alike else [("C", True), ("E", False)]
    assert raw.query(any_database, copies) == wanted, "no letter has a second copy"
    changes = runs.answer(None, "--db", any_target, "reset-slots", "--army-no", "t-stuck", "--yes")
    assert [line["army_no"] for line in changes["lines"]] == ["T-STUCK"]
    assert doing.sessions_of(any_database, "T-STUCK") == []
