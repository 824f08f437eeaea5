"""A PostgreSQL whose settings and schema are not the usual ones."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import text

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.log import history
from desktop_admin.controllers.operations.deeds import GUARD_INSTALL, guarding
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.upkeep import guard
from desktop_admin.controllers.values.guard_state import GuardState
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.controllers.values.records import HistoryFilters
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from tests import planning, raw, servers
from tests.controllers import doing

SCHEMA = '"Exam Hall\'s 100%"'


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_it_is_worked_with_all_the_same(engine_name: str, actor: Actor) -> None:
    with servers.empty_database(engine_name) as url:
        servers.make_tables(url)
        servers.administer(url, f"ALTER SCHEMA public RENAME TO {SCHEMA}")
        for setting in (
            f"search_path = {SCHEMA}",
            "DateStyle = 'German'",
            "IntervalStyle = 'sql_standard'",
            "standard_conforming_strings = off",
            "TimeZone = 'America/New_York'",
            "bytea_output = 'escape'",
        ):
            servers.administer(url, f"ALTER DATABASE {url.database} SET {setting}")
        servers.fill(url)
        database = Database.open(servers.target(url))
        install = partial(guarding.change, kind=GUARD_INSTALL, actor=actor, op_id=new_op_id())
        assert database.write(install)
        assert database.read(guard.check).state is GuardState.INSTALLED
        done = doing.slot(database, actor, RESET, "T-STUCK", "T-FINE")
        assert doing.applied(done.lines) == ["T-FINE", "T-STUCK"]
        assert raw.query(database, "SELECT count(*) FROM desktop_admin_archived_session") == [(2,)]
        doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or ""))
        assert len(database.read(health.survey).stuck) == 2
        # The archive alone knows the number by now, and is searched with backslashes in the statement's text.
        raw.change(database, "UPDATE registration_candidateprofile SET army_no = 'T-NEW' WHERE army_no = 'T-FINE'")
        found = database.read(partial(history.operations, filters=HistoryFilters(text="T-FINE")))
        assert [record.op_id for record in found][-1] == done.op_id
        database.close()


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_no_statement_is_compiled_whatever_the_database_says(engine_name: str) -> None:
    def asked(session: Session) -> object:
        return session.execute(text("SHOW jit")).scalar_one()

    with servers.small_portal(engine_name) as url:
        servers.administer(url, f"ALTER DATABASE {url.database} SET jit = on")
        database = Database.open(servers.target(url))
        assert (database.read(asked), database.write(asked)) == ("off", "off")
        database.close()
