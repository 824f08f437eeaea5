"""Killed at any statement, an operation is applied as a whole or not at all: on two journal modes and both servers."""

from __future__ import annotations

import itertools
import os
import random
import signal
import sqlite3
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import event

from desktop_admin.controllers.log import chain
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.deeds import keeping, rules
from desktop_admin.controllers.operations.papers import PapersAsked
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Actor, Chosen, PaperChoice, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.practice import sample
from desktop_admin.rules import Paper
from tests import planning, raw, registers
from tests.conftest import choose
from tests.simulation import invariants
from tests.simulation.portal_simulator import SimulatedPortal

pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
"""The child of a process with threads does nothing but the operation, on connections of its own."""

CLEARED = 4
"""How many sessions resetting everyone clears in the small portal."""


def plan_everyone(database: Database, op_id: str) -> Plan:
    """Reset everyone: the operation that touches most tables."""
    return database.read(partial(planning.plan_reset, chosen=Chosen(everyone=True), op_id=op_id))


def killed_after(target: str, plan: Plan, actor: Actor, *, statement: int) -> bool:
    """Apply the plan in a child that kills itself after the statement, which is before the next one.

    False where it came to its end before.
    """
    return killed_at(target, partial(apply.apply, plan=plan, actor=actor), statement=statement)


def killed_at(target: str, work: Callable[[Session], object], *, statement: int) -> bool:
    """The same of any write."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in (0, -signal.SIGKILL), "the child failed by itself"
        return code != 0
    # From here on this is the child: nothing may return into the test runner.
    numbers = itertools.count(1)

    def strike(*_args: object) -> None:
        if next(numbers) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        engine = (database := Database.open(target)).backend.writer
        event.listen(engine, "after_cursor_execute", strike)
        # The last strike is at COMMIT, before it is sent.
        event.listen(engine, "commit", strike)
        database.write(work)
        os._exit(0)
    except BaseException:
        os._exit(1)


@pytest.fixture(params=["as it is", "wal"])
def journal(request: pytest.FixtureRequest, engine_name: str, any_target: str) -> str:
    """SQLite's journal mode; servers have none."""
    mode: str = request.param
    if mode == "wal":
        if engine_name != "sqlite":
            pytest.skip("a journal mode is SQLite's")
        connection = sqlite3.connect(any_target)
        connection.execute("PRAGMA journal_mode=wal")
        connection.close()
    return mode


@pytest.mark.usefixtures("journal")
def test_killed_at_any_statement_all_or_nothing(any_target: str, engine_name: str, actor: Actor) -> None:
    database = Database.open(any_target)
    ever = invariants.sessions_in_portal(database)
    # Each process needs seconds on a server, so that there every other statement is tried.
    for statement in itertools.count(1, 2):
        op_id = new_op_id()
        plan = plan_everyone(database, op_id)
        if not killed_after(any_target, plan, actor, statement=statement):
            break
        assert invariants.sessions_in_portal(database) == ever
        invariants.check_log(database)
    assert statement > 15
    invariants.check_nothing_lost(database, ever)
    invariants.check_log(database, applied=[op_id])
    assert len(invariants.sessions_in_archive(database)) == CLEARED
    database.close()


def test_killed_while_time_is_given_all_or_nothing(any_target: str, engine_name: str, actor: Actor) -> None:
    database = Database.open(any_target)
    # As one by one, so that who is stuck gets it as well.
    everyone = partial(planning.plan_time, chosen=Chosen(everyone=True), minutes_left=33, named=True)
    before = raw.content(database)
    # Each process needs seconds on a server.
    for statement in itertools.count(1, 2 if engine_name == "sqlite" else 6):
        plan = database.read(partial(everyone, op_id=new_op_id()))
        if not killed_after(any_target, plan, actor, statement=statement):
            break
        assert raw.differences(before, raw.content(database), own=True) == {}
    assert statement > 12
    invariants.check_log(database, applied=[plan.op_id])
    changed = raw.differences(before, raw.content(database))
    assert set(changed) == {"questions_examsession", "django_session"}
    assert len(changed["questions_examsession"].gone) == plan.applied >= 3
    database.close()


def test_killed_while_papers_are_set_all_or_nothing(any_target: str, engine_name: str, actor: Actor) -> None:
    database = Database.open(any_target)
    ttc, music = (database.read(partial(sample.trade_id, name=name)) for name in ("TTC", "Musician"))
    choices = (PaperChoice(ttc, Paper.PRIMARY, "A", minutes=45), PaperChoice(music, Paper.SECONDARY, opens=True))
    asked, before = PapersAsked(choices), raw.content(database)
    for statement in itertools.count(1, 3 if engine_name == "sqlite" else 9):
        plan = database.read(partial(planning.plan_papers, asked=asked, op_id=new_op_id()))
        if not killed_after(any_target, plan, actor, statement=statement):
            break
        assert raw.differences(before, raw.content(database), own=True) == {}
    assert statement > 40
    invariants.check_log(database, applied=[plan.op_id])
    changed = raw.differences(before, raw.content(database)).keys()
    assert changed >= {"questions_activatesets", "questions_tradepaperactivation", "questions_globalpapertypecontrol"}
    database.close()


def test_killed_while_logins_are_kept_alive_all_or_nothing(any_target: str, engine_name: str, actor: Actor) -> None:
    database = Database.open(any_target)
    database.write(partial(rules.change, name="keep-logins", value="on", actor=actor))
    before = raw.content(database)
    for statement in itertools.count(1, 2 if engine_name == "sqlite" else 4):
        work = partial(keeping.keep, desk="desk-1", op_id=new_op_id())
        if not killed_at(any_target, work, statement=statement):
            break
        assert raw.differences(before, raw.content(database), own=True) == {}
    assert statement > 6
    assert set(raw.differences(before, raw.content(database))) == {"django_session"}
    written = [operation for (operation,) in raw.query(database, "SELECT operation FROM desktop_admin_operation")]
    assert sorted(written) == ["keep-logins", "set-policy"]
    assert database.read(chain.verify).intact
    database.close()


def test_killed_while_a_register_is_imported_nobody_is_half_registered(
    any_target: str, engine_name: str, actor: Actor
) -> None:
    database = Database.open(any_target)
    before = raw.content(database)
    wanted = registers.asked(registers.rows_of([registers.sound(number) for number in range(3)]))
    for statement in itertools.count(1, 2 if engine_name == "sqlite" else 6):
        plan = registers.plan(database, wanted)
        if not killed_after(any_target, plan, actor, statement=statement):
            break
        assert raw.differences(before, raw.content(database), own=True) == {}
    assert statement > 12
    invariants.check_log(database, applied=[plan.op_id])
    changed = raw.differences(before, raw.content(database))
    assert {name: len(change.come) for name, change in changed.items()} == {
        "accounts_user": 3,
        "registration_candidateprofile": 3,
    }
    database.close()


def plan_to_accept(database: Database) -> Plan:
    """T-STUCK may finish on another set."""
    return database.read(partial(planning.plan_accept, chosen=choose(database, "T-STUCK")))


def plan_to_spare(database: Database) -> Plan:
    """TTC PRIMARY is switched, T-FINE is spared, and the others are cleared."""
    choice = PaperChoice(database.read(partial(sample.trade_id, name="TTC")), Paper.PRIMARY, "A")
    spared = choose(database, "T-FINE").user_ids or ()
    return database.read(partial(planning.plan_activate, choices=[choice], let_finish=spared))


@pytest.mark.parametrize("planner", [plan_to_accept, plan_to_spare])
def test_killed_at_any_statement_a_session_is_accepted_with_all_else_or_not_at_all(
    any_target: str, engine_name: str, actor: Actor, planner: Callable[[Database], Plan]
) -> None:
    database = Database.open(any_target)
    ever, accepted = invariants.sessions_in_portal(database), "SELECT session_id FROM desktop_admin_accepted_session"
    for statement in itertools.count(1, 2 if engine_name == "sqlite" else 5):
        plan = planner(database)
        if not killed_after(any_target, plan, actor, statement=statement):
            break
        assert invariants.sessions_in_portal(database) == ever
        assert raw.query(database, accepted) == []
        invariants.check_log(database)
    assert statement > 10
    assert raw.query(database, accepted) == [(session_id,) for session_id in plan.accepted_ids]
    invariants.check_nothing_lost(database, ever)
    invariants.check_log(database, applied=[plan.op_id])
    database.close()


@pytest.mark.long
@pytest.mark.usefixtures("journal")
def test_killed_at_a_thousand_random_statements(any_target: str, actor: Actor) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    pick = random.Random(seed)
    database, portal = Database.open(any_target), SimulatedPortal(any_target)
    users = choose(database, "T-STUCK", "T-FINE", "T-SLOT", "T-NONE").user_ids or ()
    ever = invariants.sessions_in_portal(database)
    applied: list[str] = []
    kills = 0
    while kills < 1000:
        # Reassigned in between, and started again, so that there is something to clear.
        plan = database.read(partial(planning.plan_reassign, chosen=Chosen(user_ids=users), op_id=new_op_id()))
        if killed_after(any_target, plan, actor, statement=pick.randint(1, 30)):
            kills += 1
        else:
            applied.append(plan.op_id)
            for user_id in users:
                portal.start(user_id)
            ever |= invariants.sessions_in_portal(database)
        if kills % 20 == 0:
            invariants.check_nothing_lost(database, ever)
            invariants.check_log(database, applied=applied)
    portal.close()
    database.close()
