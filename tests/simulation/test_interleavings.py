"""Every forced interleaving of a set switch with a candidate who is starting leaves nobody stuck, on every engine."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from sqlalchemy import Connection

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.database.backends.postgresql import PostgresqlServer
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.practice import sample
from desktop_admin.rules import Paper
from tests import planning
from tests.simulation.portal_simulator import POINTS, Pause, SimulatedPortal

STARTING = "T-SLOT"


def switch(database: Database, actor: Actor) -> None:
    """Activate TTC PRIMARY set A, planned under the lock."""

    def work(session: Session) -> object:
        choice = PaperChoice(sample.trade_id(session, name="TTC"), Paper.PRIMARY, "A")
        plan = planning.plan_activate(session, choices=[choice])
        return apply.apply(session, plan=plan, actor=actor, shown=False)

    database.write(work)


def interleave(database: Database, target: str, actor: Actor, point: str, *, patience: float = 0.7) -> list[str | None]:
    """Hold a starting candidate at the point, switch, let him go on; gives back who of TTC is stuck on another set.

    The switch finishes within the patience, in seconds, or else waits for the candidate's transaction.
    """
    user_id = database.read(partial(candidates.require, army_nos=[STARTING]))[0]
    portal, pause = SimulatedPortal(target), Pause(point)
    failures: list[BaseException] = []

    def run(work: partial[object]) -> None:
        try:
            work()
        except BaseException as failure:
            failures.append(failure)

    starting = threading.Thread(target=run, args=[partial(portal.start, user_id, pause=pause)])
    switching = threading.Thread(target=run, args=[partial(switch, database, actor)])
    starting.start()
    assert pause.reached.wait(60)
    switching.start()
    switching.join(patience)
    pause.go.set()
    starting.join(120)
    switching.join(120)
    portal.close()
    assert failures == []
    stuck = database.read(partial(health.survey, finished=0)).stuck
    return [row.army_no for row in stuck if row.trade == "TTC"]


@pytest.mark.parametrize("point", POINTS)
def test_nobody_is_left_on_the_old_set(any_database: Database, any_target: str, actor: Actor, point: str) -> None:
    assert interleave(any_database, any_target, actor, point) == []


class RowLocksOnly(PostgresqlServer):
    """The weak variant: the row of the active set is locked, the tables are not."""

    def lock(self, connection: Connection) -> None:
        connection.exec_driver_sql("SELECT trade_id FROM questions_activatesets ORDER BY trade_id FOR UPDATE")


def test_row_locks_alone_leave_candidates_stuck_so_these_tests_can_see_them(
    any_database: Database, any_target: str, actor: Actor, engine_name: str
) -> None:
    if engine_name != "postgresql":
        pytest.skip("the weak variant is of PostgreSQL")
    weak = RowLocksOnly(any_database.backend.writer.url)
    any_database.backend.writer = weak.writer
    any_database.backend.lock = weak.lock  # type: ignore[method-assign]
    # This switch waits for nobody.
    assert interleave(any_database, any_target, actor, "questions", patience=120) == [STARTING]
