"""Who was to start again and has not yet: the list that empties itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import event, insert

from desktop_admin.controllers.operations import not_back
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.people import NotBack
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from desktop_admin.database.tables.own import GivenTime
from desktop_admin.practice.sample_sessions import finish
from desktop_admin.rules import Paper
from tests import accounts, planning, raw
from tests.controllers import doing
from tests.simulation.portal_simulator import SimulatedPortal

MORE_ACCOUNTS = accounts.AS_A_SUPERVISOR


def listed(database: Database, *, now: datetime | None = None) -> dict[str, NotBack]:
    return {one.army_no: one for one in database.read(partial(not_back.find, now=now))}


def undo(database: Database, actor: Actor, done: Changes) -> Changes:
    return doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or ""))


def clear(database: Database, actor: Actor, army_no: str = "T-FINE") -> Changes:
    return doing.clear(database, actor, *doing.sessions_of(database, army_no))


@pytest.fixture
def portal(any_target: str) -> Iterator[SimulatedPortal]:
    """The portal that candidates start in."""
    running = SimulatedPortal(any_target)
    yield running
    running.close()


def test_nobody_is_waited_for_where_nothing_was_done(database: Database) -> None:
    assert listed(database) == {}


def test_who_was_cleared_is_listed_with_what_was_done_by_whom_and_since_when(database: Database, actor: Actor) -> None:
    clear(database, actor)
    clear(database, actor, "T-SECOND")
    later = database.read(server_now) + timedelta(minutes=7, seconds=5)
    found = database.read(partial(not_back.find, now=later))
    assert [(one.army_no, one.name, one.trade, one.paper, one.operation, one.person, one.minutes) for one in found] == [
        ("T-FINE", "Suresh Yadav", "TTC", Paper.PRIMARY, "clear-sessions", "tester", 7),
        ("T-SECOND", "K. Rao", "TTC", Paper.SECONDARY, "clear-sessions", "tester", 7),
    ]


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql", "mariadb"], indirect=True, scope="session")
def test_who_starts_again_in_the_portal_leaves_it(database: Database, actor: Actor, portal: SimulatedPortal) -> None:
    clear(database, actor)
    assert set(listed(database)) == {"T-FINE"}
    portal.start(doing.user(database, "T-FINE"))
    assert listed(database) == {}


def test_a_new_session_counts_though_the_portals_clock_is_slow_and_so_does_one_that_was_handed_in(
    database: Database, actor: Actor
) -> None:
    clear(database, actor)
    clear(database, actor, "T-STUCK")
    doing.start(database, "T-FINE", trade_name="TTC", letter="E", minutes=30)
    done = doing.start(database, "T-STUCK", trade_name="TTC", letter="E", minutes=30)
    user_id, at = doing.user(database, "T-STUCK"), database.read(server_now)
    accounts.write(database, lambda session: finish(session, session_id=done, user_id=user_id, at=at))
    assert listed(database) == {}


def test_who_keeps_another_session_goes_on_with_it_after_a_login(database: Database, actor: Actor) -> None:
    doing.start(database, "T-FINE", trade_name="TTC", letter="A", paper=Paper.SECONDARY, minutes=40)
    primary = min(doing.sessions_of(database, "T-FINE"))
    doing.clear(database, actor, primary)
    assert listed(database)["T-FINE"].paper is Paper.PRIMARY
    log_in(database, "T-FINE")
    assert listed(database) == {}


def log_in(database: Database, army_no: str) -> None:
    now = database.read(server_now) + timedelta(seconds=1)
    raw.change(
        database,
        "UPDATE accounts_user SET last_login = ? WHERE id = ?",
        values=[now.replace(tzinfo=None), doing.user(database, army_no)],
    )


def taken_back(database: Database, actor: Actor, done: Changes) -> None:
    undo(database, actor, done)


def put_back(database: Database, actor: Actor, done: Changes) -> None:
    doing.apply_now(database, actor, partial(planning.plan_restore, session_ids=done.session_ids))


def reset(database: Database, actor: Actor, _done: Changes) -> None:
    doing.slot(database, actor, RESET, "T-FINE")


def reset_and_assigned(database: Database, actor: Actor, done: Changes) -> None:
    reset(database, actor, done)
    doing.slot(database, actor, ASSIGN, "T-FINE")


def slot_lost_in_the_portal(database: Database, _actor: Actor, _done: Changes) -> None:
    raw.change(database, "UPDATE registration_candidateprofile SET has_exam_slot = FALSE WHERE army_no = 'T-FINE'")


@pytest.mark.parametrize("since", [taken_back, put_back, reset, reset_and_assigned, slot_lost_in_the_portal])
def test_whoever_need_not_start_again_leaves_it(
    database: Database, actor: Actor, since: Callable[[Database, Actor, Changes], None]
) -> None:
    done = clear(database, actor)
    other = clear(database, actor, "T-STUCK")
    since(database, actor, done)
    assert set(listed(database)) == {"T-STUCK"}, other


def test_a_reset_that_was_undone_leaves_whoever_waited_waiting(database: Database, actor: Actor) -> None:
    clear(database, actor)
    undo(database, actor, doing.slot(database, actor, RESET, "T-FINE"))
    assert set(listed(database)) == {"T-FINE"}


def test_a_slot_that_is_given_anew_meanwhile_does_not_begin_the_waiting_again(database: Database, actor: Actor) -> None:
    clear(database, actor)
    before = listed(database)["T-FINE"].at
    doing.slot(database, actor, REASSIGN, "T-FINE")
    assert (listed(database)["T-FINE"].at, listed(database)["T-FINE"].operation) == (before, "clear-sessions")


def test_a_slot_that_is_reassigned_while_somebody_writes_is_one_to_wait_for_and_a_reset_is_not(
    database: Database, actor: Actor
) -> None:
    doing.slot(database, actor, REASSIGN, "T-FINE", "T-SLOT")
    doing.slot(database, actor, RESET, "T-STUCK")
    assert {army_no: one.operation for army_no, one in listed(database).items()} == {"T-FINE": "reassign-slots"}


def test_whoever_is_cleared_once_more_is_waited_for_since_then(database: Database, actor: Actor) -> None:
    clear(database, actor)
    doing.start(database, "T-FINE", trade_name="TTC", letter="E")
    second = clear(database, actor)
    assert set(listed(database)) == {"T-FINE"}
    undo(database, actor, second)
    # The first clearing was answered by the session that is back now.
    assert listed(database) == {}


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql", "mariadb"], indirect=True, scope="session")
def test_a_switch_is_one_to_wait_for_and_so_is_its_undo_for_whoever_started_between(
    database: Database, actor: Actor
) -> None:
    done = doing.activate(database, actor, ("TTC", "C"))
    assert {army_no: one.operation for army_no, one in listed(database).items()} == dict.fromkeys(
        ("T-FINE", "T-MOVED"), "activate-set"
    )
    # One of them gets back what was cleared by the switch.
    for army_no in ("T-SLOT", "T-FINE"):
        doing.start(database, army_no, trade_name="TTC", letter="C", minutes=0)
    undo(database, actor, done)
    assert {army_no: one.operation for army_no, one in listed(database).items()} == {"T-SLOT": "undo"}


def give_time(database: Database, actor: Actor, army_no: str) -> Changes:
    """What is left in the tables by an operation that ended somebody's logins and gave the session time."""
    done = doing.sign_out(database, actor, army_no)
    (session_id,), user_id = doing.sessions_of(database, army_no), doing.user(database, army_no)
    row = {"op_id": done.op_id, "session_id": session_id, "user_id": user_id, "minutes": 30, "planned": False}
    now = database.read(server_now)
    accounts.write(database, lambda session: session.execute(insert(GivenTime).values(**row, given_at=now)))
    return done


def handed_in(database: Database, _actor: Actor, _done: Changes) -> None:
    (session_id,), user_id = doing.sessions_of(database, "T-FINE"), doing.user(database, "T-FINE")
    at = database.read(server_now)
    accounts.write(database, lambda session: finish(session, session_id=session_id, user_id=user_id, at=at))


def logged_in(database: Database, _actor: Actor, _done: Changes) -> None:
    log_in(database, "T-FINE")


@pytest.mark.parametrize("since", [logged_in, handed_in, taken_back, slot_lost_in_the_portal])
def test_who_was_given_time_is_waited_for_until_the_next_login(
    database: Database, actor: Actor, since: Callable[[Database, Actor, Changes], None]
) -> None:
    done = give_time(database, actor, "T-FINE")
    give_time(database, actor, "T-STUCK")
    assert {army_no: one.paper for army_no, one in listed(database).items()} == {
        "T-FINE": Paper.PRIMARY,
        "T-STUCK": Paper.PRIMARY,
    }
    since(database, actor, done)
    assert set(listed(database)) == {"T-STUCK"}


def test_nobody_is_waited_for_longer_than_a_day(database: Database, actor: Actor) -> None:
    clear(database, actor)
    now = database.read(server_now)
    assert set(listed(database, now=now + timedelta(hours=23, minutes=59))) == {"T-FINE"}
    assert listed(database, now=now + timedelta(hours=24, minutes=1)) == {}


def statements(database: Database) -> list[str]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(database.backend.reader, "before_cursor_execute", note)
    try:
        database.read(not_back.find)
    finally:
        event.remove(database.backend.reader, "before_cursor_execute", note)
    return seen


def test_the_statements_for_many_are_those_for_nobody(database: Database, actor: Actor) -> None:
    listed(database)
    nobody = statements(database)
    doing.activate(database, actor, ("TTC", "A"))
    give_time(database, actor, "T-SECOND")
    assert len(listed(database)) == 4
    assert statements(database) == nobody
    assert len(nobody) <= 10
