"""Attacks on an installed guard: what a plain login may not do with it, and alterations that the check must see."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import event

from desktop_admin.controllers.upkeep.guard import check as check_guard
from desktop_admin.controllers.values.guard_state import GuardState
from desktop_admin.database.engine import Database
from desktop_admin.database.guard import NAMES
from tests import guard, raw, servers

on_postgresql = pytest.mark.parametrize("engine_name", ["postgresql as a desk"], indirect=True, scope="session")
on_mariadb = pytest.mark.parametrize("engine_name", ["mariadb"], indirect=True, scope="session")

OF_SESSION, OF_SWITCH = (f"EXECUTE FUNCTION desktop_admin_{name}()" for name in ("guard_session", "clear_on_switch"))
SESSION_TRIGGER = "CREATE TRIGGER desktop_admin_guard_session BEFORE INSERT ON questions_examsession FOR EACH ROW"
SWITCH_TRIGGER = "CREATE TRIGGER desktop_admin_clear_on_switch AFTER {when} ON questions_activatesets FOR EACH ROW"
DROP_SESSION = "DROP TRIGGER desktop_admin_guard_session ON questions_examsession"
DROP_SWITCH = "DROP TRIGGER desktop_admin_clear_on_switch ON questions_activatesets"
UPDATE_OF = f"{SWITCH_TRIGGER.format(when='INSERT OR UPDATE OF last_updated')} {OF_SWITCH}"
CLEARING = "FUNCTION desktop_admin_clear_on_switch()"

ALTERATIONS = {
    "a condition that never holds": (
        "trigger desktop_admin_guard_session",
        [DROP_SESSION, f"{SESSION_TRIGGER} WHEN (false) {OF_SESSION}"],
    ),
    "another column only": ("trigger desktop_admin_clear_on_switch", [DROP_SWITCH, UPDATE_OF]),
    "another event": (
        "trigger desktop_admin_clear_on_switch",
        [DROP_SWITCH, f"{SWITCH_TRIGGER.format(when='INSERT')} {OF_SWITCH}"],
    ),
    "for replicas only": (
        "trigger desktop_admin_guard_session",
        ["ALTER TABLE questions_examsession ENABLE REPLICA TRIGGER desktop_admin_guard_session"],
    ),
    "the rights of whoever writes": ("function desktop_admin_clear_on_switch", [f"ALTER {CLEARING} SECURITY INVOKER"]),
    "any search path": ("function desktop_admin_clear_on_switch", [f"ALTER {CLEARING} RESET search_path"]),
    "temporary tables first": (
        "function desktop_admin_clear_on_switch",
        [f"ALTER {CLEARING} SET search_path = pg_temp, public"],
    ),
    "the bypass in a function": (
        "function desktop_admin_guard_session",
        ["ALTER FUNCTION desktop_admin_guard_session() SET desktop_admin.bypass = 'on'"],
    ),
    "open to everybody": ("function desktop_admin_clear_on_switch", [f"GRANT EXECUTE ON {CLEARING} TO PUBLIC"]),
    "used for another table": (
        "trigger somebodys",
        [
            "CREATE TABLE somebodys (trade_id bigint)",
            f"CREATE TRIGGER somebodys BEFORE INSERT ON somebodys FOR EACH ROW {OF_SESSION}",
        ],
    ),
}
PASSING = {"ALTER ROLE {role}": "of {role}", "ALTER DATABASE {database}": "in {database}"}


@pytest.fixture
def owner(any_database: Database) -> Iterator[Database]:
    """The database with the guard, open with the owner's account; nothing of the guard is left afterwards."""
    url = servers.of_owner(any_database.backend.writer.url)
    with closing(Database.open(servers.target(url))) as opened, guard.installed(opened):
        yield opened


@pytest.fixture
def plain(owner: Database) -> Iterator[psycopg.Connection]:
    """A login of the server that was given nothing."""
    name = f"plain_{uuid.uuid4().hex[:8]}"
    raw.change(owner, f"CREATE ROLE {name} LOGIN")
    url = owner.backend.writer.url
    with psycopg.connect(
        host=url.host, port=url.port or 5432, dbname=url.database, user=name, autocommit=True
    ) as login:
        yield login
        login.execute("DROP OWNED BY CURRENT_USER")
    raw.change(owner, f"DROP ROLE {name}")


@on_postgresql
@pytest.mark.parametrize("name", [*NAMES, "desktop_admin_before_switch"])
def test_a_plain_login_cannot_let_a_table_of_its_own_run_the_guard(
    owner: Database, plain: psycopg.Connection, name: str
) -> None:
    before = raw.content(owner)
    plain.execute("CREATE TEMPORARY TABLE mine (trade_id bigint, active_primary_set text, active_secondary_set text)")
    when = "AFTER" if name == "desktop_admin_clear_on_switch" else "BEFORE"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        plain.execute(f"CREATE TRIGGER mine {when} INSERT ON mine FOR EACH ROW EXECUTE FUNCTION public.{name}()")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        plain.execute("SELECT public.desktop_admin_active_letter(1, 'PRIMARY')")
    plain.execute("INSERT INTO mine SELECT number, 'D', 'D' FROM generate_series(1, 99) number")
    assert raw.content(owner) == before


@on_postgresql
@pytest.mark.parametrize("attack", ALTERATIONS)
def test_every_alteration_of_a_trigger_or_function_is_seen_by_every_desk(
    any_database: Database, owner: Database, attack: str
) -> None:
    part, statements = ALTERATIONS[attack]
    raw.change(owner, *statements)
    for database in (owner, any_database):
        found = database.read(check_guard)
        assert (found.state, found.differing) == (GuardState.INCOMPLETE, (part,))
    assert guard.install(owner)
    assert any_database.read(check_guard).state is GuardState.INSTALLED
    raw.change(owner, "DROP TABLE IF EXISTS somebodys")


@on_postgresql
@pytest.mark.parametrize("whose", PASSING)
def test_a_setting_that_lets_everything_pass_is_named(
    any_database: Database, owner: Database, plain: psycopg.Connection, whose: str
) -> None:
    names = {"role": plain.info.user, "database": plain.info.dbname}
    raw.change(owner, f"{whose.format(**names)} SET desktop_admin.bypass = 'on'")
    found = any_database.read(check_guard)
    assert (found.state, found.alarming) == (GuardState.INCOMPLETE, True)
    assert f"setting desktop_admin.bypass=on {PASSING[whose].format(**names)}" in found.told.english()
    raw.change(owner, f"{whose.format(**names)} RESET desktop_admin.bypass")
    assert any_database.read(check_guard).state is GuardState.INSTALLED


@on_mariadb
@pytest.mark.parametrize("attack", ["another moment", "another mode", "a word in its text"])
def test_every_alteration_of_a_trigger_is_seen(owner: Database, attack: str) -> None:
    name = "desktop_admin_guard_session"
    ((_, mode, create, *_),) = raw.query(owner, f"SHOW CREATE TRIGGER {name}")
    altered = {
        "another moment": create.replace("BEFORE INSERT", "BEFORE UPDATE"),
        "another mode": create,
        "a word in its text": create.replace("IF NOT v_slot THEN", "IF NOT v_slot AND FALSE THEN"),
    }[attack]
    mode = "ANSI" if attack == "another mode" else mode
    raw.change(owner, f"SET SESSION sql_mode = '{mode}'", f"DROP TRIGGER {name}", altered)
    found = owner.read(check_guard)
    assert (found.state, found.differing) == (GuardState.INCOMPLETE, (f"trigger {name}",))
    assert guard.install(owner)
    assert owner.read(check_guard).state is GuardState.INSTALLED


@on_mariadb
def test_a_server_that_lets_every_connection_begin_past_the_guard_is_named(owner: Database) -> None:
    # The setting is the whole server's, so it is not made: other tests run there at the same time.
    def as_if(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> tuple[str, object]:
        return statement.replace("@@GLOBAL.init_connect", "'SET @desktop_admin_bypass = 1'"), values

    event.listen(owner.backend.reader, "before_cursor_execute", as_if, retval=True)
    found = owner.read(check_guard)
    assert (found.state, found.differing) == (GuardState.INCOMPLETE, ("setting init_connect",))
