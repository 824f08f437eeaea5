"""Desks and portals at once: nothing is lost, nothing applied twice, nobody left on an old set."""

from __future__ import annotations

import random
import threading
import time
from functools import partial

import pytest

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.values.lines import Actor, Chosen, PaperChoice, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.practice import sample
from desktop_admin.rules import Paper
from tests import planning
from tests.conftest import choose
from tests.simulation import invariants
from tests.simulation.portal_simulator import Refused, SimulatedPortal

CANDIDATES = ("T-STUCK", "T-FINE", "T-SLOT", "T-NONE")


class Desk(threading.Thread):
    """One desk that reassigns candidates and switches sets, and keeps what it was told."""

    def __init__(self, target: str, users: tuple[int, ...], actor: Actor, *, seed: int, work: int) -> None:
        super().__init__()
        self._target, self._users, self._actor = target, users, actor
        self._random = random.Random(seed)
        self._work = work
        self.applied: list[str] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        database = Database.open(self._target)
        try:
            for _ in range(self._work):
                changes = database.write(partial(self._operate, op_id=new_op_id(), choice=self._random.random()))
                if changes.op_id is not None:
                    self.applied.append(changes.op_id)
                # No desk works without a breath; a file's one lock is given to whoever happens to ask next.
                time.sleep(0.01)
        except BaseException as failure:
            self.failure = failure
        finally:
            database.close()

    def _operate(self, session: Session, *, op_id: str, choice: float) -> Changes:
        if choice < 0.5:
            letter = "ACE"[int(choice * 6) % 3]
            wanted = PaperChoice(sample.trade_id(session, name="TTC"), Paper.PRIMARY, letter)
            plan = planning.plan_activate(session, choices=[wanted], op_id=op_id)
        else:
            chosen = Chosen(user_ids=(self._users[int(choice * 1000) % len(self._users)],))
            plan = planning.plan_reassign(session, chosen=chosen, op_id=op_id)
        return apply.apply(session, plan=plan, actor=self._actor, shown=False)


class Portal(threading.Thread):
    """One web process whose candidates press Start again and again."""

    def __init__(self, target: str, users: tuple[int, ...], *, seed: int, stop: threading.Event) -> None:
        super().__init__()
        self._portal = SimulatedPortal(target)
        self._users, self._ended = users, stop
        self._random = random.Random(seed)
        self.started: set[int] = set()
        self.failures: list[BaseException] = []

    def run(self) -> None:
        while not self._ended.is_set():
            try:
                self.started.add(self._portal.start(self._random.choice(self._users)))
            except Refused:
                continue
            except BaseException as failure:
                self.failures.append(failure)
        self._portal.close()


def stress(database: Database, target: str, actor: Actor, *, seed: int, work: int) -> int:
    """Let two desks and two portals work at once, then check everything; gives back how many were applied."""
    print(f"seed {seed}")
    users = choose(database, *CANDIDATES).user_ids or ()
    before = invariants.sessions_in_portal(database)
    stop = threading.Event()
    # Each portal has its own candidates: two requests of one candidate at once are another test.
    portals = [Portal(target, users[half::2], seed=seed + half, stop=stop) for half in (0, 1)]
    desks = [Desk(target, users, actor, seed=seed + number, work=work) for number in (10, 11)]
    for thread in (*portals, *desks):
        thread.start()
    for desk in desks:
        desk.join()
    stop.set()
    for portal in portals:
        portal.join()
    assert [desk.failure for desk in desks] == [None, None]
    # No deadlock, no error of the database reaches the portal's candidates.
    assert [failure for portal in portals for failure in portal.failures] == []
    applied = [op_id for desk in desks for op_id in desk.applied]
    invariants.check_log(database, applied=applied)
    archive, left = invariants.sessions_in_archive(database), invariants.sessions_in_portal(database)
    assert not archive.keys() & left.keys()
    assert archive.keys() | left.keys() == before.keys() | {one for portal in portals for one in portal.started}
    assert _stuck_of(database, users) == []
    return len(applied)


def _stuck_of(database: Database, users: tuple[int, ...]) -> list[int]:
    from desktop_admin.controllers.findings import health

    stuck = database.read(partial(health.survey, finished=0)).stuck
    return [row.id for row in stuck if row.user_id in users and row.sets != (row.active_set,)]


def test_two_desks_and_two_portals(any_database: Database, any_target: str, actor: Actor) -> None:
    assert stress(any_database, any_target, actor, seed=random.randrange(10**6), work=15) > 10


@pytest.mark.long
def test_two_thousand_operations(any_database: Database, any_target: str, actor: Actor) -> None:
    assert stress(any_database, any_target, actor, seed=random.randrange(10**6), work=1000) > 1900
