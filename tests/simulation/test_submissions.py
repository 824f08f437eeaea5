"""SQLite: candidates hand in while a desk resets others; none of them loses answers to the desk (write protocol).

A portal's Submit begins deferred, reads, and then writes. SQLite refuses that step at once while another connection is
on its way to write, whatever the portal's patience, and with it go the candidate's answers.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.backends import sqlite
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import ExamQuestion, ExamSession
from tests import planning, portal
from tests.conftest import choose
from tests.simulation.portal_simulator import SimulatedPortal

pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")

WRITING = [f"W{number}" for number in range(60)]
THINKING = 0.004
"""Seconds that the portal works between its reading and its writing."""

BREATH = 0.05
"""Seconds between two operations of the desk."""


class Hall:
    """Sixty candidates of TTC who write, beside one of OCC whom a desk reassigns again and again."""

    def __init__(self, file: Path) -> None:
        portal.add_writing(file, *WRITING)
        self._file = file
        database = Database.open(file)
        users = choose(database, *WRITING).user_ids or ()
        self._pages = {user: database.read(partial(_page, user_id=user)) for user in users}
        self._logins = dict(zip(users, (f"login of {number}" for number in WRITING), strict=True))
        self._other = choose(database, "T-MOVED")
        database.close()

    def hand_in(self, actor: Actor) -> tuple[int, int]:
        """All hand in, one after the other, in a process of the portal's own.

        Returns:
            How many lost their answers, and how often the desk reassigned the other candidate meanwhile.
        """
        answer, told = os.pipe()
        # A fork must not take an open database along.
        child = os.fork()
        if child == 0:
            # From here on this is the portal: nothing may return into the test runner.
            try:
                os.write(told, b"%d" % sum(not self._submitted(user) for user in self._pages))
                os._exit(0)
            except BaseException:
                os._exit(1)
        os.close(told)
        database, reassigned = Database.open(self._file), 0
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            assert database.write(partial(self._reassign, actor=actor)).applied == 1
            reassigned += 1
            # No desk works without a breath, and a portal's patience would end if one did.
            time.sleep(BREATH)
        database.close()
        with os.fdopen(answer) as said:
            return int(said.read()), reassigned

    def _submitted(self, user_id: int) -> bool:
        server = SimulatedPortal(self._file)
        try:
            server.submit(user_id, login=self._logins[user_id], questions=self._pages[user_id], thinking=THINKING)
        except OperationalError:
            return False
        finally:
            server.close()
        return True

    def _reassign(self, session: Session, actor: Actor) -> Changes:
        plan = planning.plan_reassign(session, chosen=self._other)
        return apply.apply(session, plan=plan, actor=actor, shown=False)


def _page(session: Session, *, user_id: int) -> list[int]:
    """The questions that the candidate's page shows."""
    of_user = select(ExamSession.id).where(ExamSession.user_id == user_id)
    return list(session.execute(select(ExamQuestion.question_id).where(ExamQuestion.session_id.in_(of_user))).scalars())


def test_a_desk_costs_nobody_else_the_answers(portal_file: Path, actor: Actor) -> None:
    lost, reassigned = Hall(portal_file).hand_in(actor)
    # How often a desk comes to it is the machine's matter; once shows that the two were at it at the same time.
    assert reassigned > 0
    assert lost == 0


def test_a_lock_that_others_may_read_beside_costs_them(
    portal_file: Path, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BEGIN", "BEGIN IMMEDIATE")
    lost, _reassigned = Hall(portal_file).hand_in(actor)
    assert lost > 0


@pytest.mark.long
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_twenty_halls(fresh: Callable[[], str], actor: Actor) -> None:
    lost = [Hall(Path(fresh())).hand_in(actor)[0] for _ in range(20)]
    print(f"lost their answers, of {len(WRITING)} in each of {len(lost)} runs: {lost}")
    assert sum(lost) <= 1
