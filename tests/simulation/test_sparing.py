"""A switch that spares chosen candidates, beside the portal: they go on, hand in, and are named by nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.controllers.values.sessions import QUIET_KINDS
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.practice import sample
from desktop_admin.rules import Paper
from tests import planning, raw
from tests.conftest import choose
from tests.simulation import invariants
from tests.simulation.portal_simulator import POINTS, Pause, SimulatedPortal
from tests.simulation.test_races import only_session, run, stuck_kinds

SPARED = "T-FINE"


@pytest.fixture
def portal(any_target: str) -> Iterator[SimulatedPortal]:
    """The portal's own connections."""
    opened = SimulatedPortal(any_target)
    yield opened
    opened.close()


def switch(database: Database, actor: Actor, *spared: str, letter: str = "A") -> Changes:
    """Activate a set of TTC PRIMARY, sparing these candidates, planned under the lock."""

    def work(session: Session) -> Changes:
        choice = PaperChoice(sample.trade_id(session, name="TTC"), Paper.PRIMARY, letter)
        plan = planning.plan_activate(session, choices=[choice], let_finish=users)
        return apply.apply(session, plan=plan, actor=actor, shown=False)

    users = choose(database, *spared).user_ids or () if spared else ()
    return database.write(work)


def named(database: Database, army_no: str) -> list[str]:
    """What the candidate is named for; of sessions that are finished as well."""
    seen = database.read(health.survey)
    return [one.kind for one in seen.findings if one.army_no == army_no and one.kind not in QUIET_KINDS]


def user_of(database: Database, army_no: str) -> int:
    (user_id,) = choose(database, army_no).user_ids or ()
    return user_id


def meanwhile(work: Callable[[], object], pause: Pause, other: Callable[[], object]) -> list[BaseException]:
    """Hold some work at a point while another begins, and let it go on; gives back what failed."""
    failures: list[BaseException] = []

    def kept(doing: Callable[[], object]) -> None:
        try:
            doing()
        except BaseException as failure:
            failures.append(failure)

    first: threading.Thread = run(partial(kept, work))
    assert pause.reached.wait(60)
    second = run(partial(kept, other))
    # It finishes at once, or waits for the other's transaction.
    second.join(0.5)
    pause.go.set()
    first.join(120)
    second.join(120)
    return failures


def test_a_spared_session_is_resumed_on_its_set_and_submitted_and_named_by_nothing(
    any_database: Database, portal: SimulatedPortal, actor: Actor
) -> None:
    user_id = user_of(any_database, SPARED)
    session_id, page = only_session(any_database, user_id)
    switch(any_database, actor, SPARED)
    assert named(any_database, SPARED) == []
    assert portal.start(user_id) == session_id
    assert only_session(any_database, user_id) == (session_id, page)
    assert portal.submit(user_id, login=f"login{session_id}", questions=page) == session_id
    assert named(any_database, SPARED) == []
    of_candidate = f"SELECT id FROM registration_candidateprofile WHERE user_id = {user_id}"
    answers = f"SELECT count(*) FROM results_candidateanswer WHERE candidate_id IN ({of_candidate})"
    assert raw.query(any_database, answers) == [(len(page),)]


def test_without_being_spared_the_same_session_is_cleared_and_a_new_one_is_of_the_new_set(
    any_database: Database, portal: SimulatedPortal, actor: Actor
) -> None:
    user_id = user_of(any_database, SPARED)
    session_id, page = only_session(any_database, user_id)
    assert session_id in switch(any_database, actor).session_ids
    started, questions = portal.start(user_id), only_session(any_database, user_id)[1]
    assert started != session_id
    assert not set(page) & set(questions)


@pytest.mark.parametrize("point", POINTS)
def test_a_start_beside_a_switch_that_spares_leaves_nobody_on_the_old_set_who_was_not_spared(
    any_database: Database, portal: SimulatedPortal, actor: Actor, point: str
) -> None:
    session_id, page = only_session(any_database, user_of(any_database, SPARED))
    pause = Pause(point)
    starting = partial(portal.start, user_of(any_database, "T-SLOT"), pause=pause)
    assert meanwhile(starting, pause, partial(switch, any_database, actor, SPARED)) == []
    assert stuck_kinds(any_database, "T-SLOT") == []
    assert invariants.sessions_in_portal(any_database)[session_id] == frozenset(page)
    assert named(any_database, SPARED) == []


@pytest.mark.parametrize("point", ["checked", "looked", "answered"])
def test_a_submit_beside_the_switch_that_spares_it_keeps_its_answers(
    any_database: Database, portal: SimulatedPortal, actor: Actor, point: str
) -> None:
    user_id = user_of(any_database, SPARED)
    session_id, page = only_session(any_database, user_id)
    pause = Pause(point)
    submitting = partial(portal.submit, user_id, login=f"login{session_id}", questions=page, pause=pause)
    assert meanwhile(submitting, pause, partial(switch, any_database, actor, SPARED)) == []
    seen = any_database.read(health.survey)
    assert [row.incomplete for row in seen.sessions if row.id == session_id] == [False]
    assert named(any_database, SPARED) == []


def test_a_plan_that_was_shown_spares_nobody_who_started_since(
    any_database: Database, portal: SimulatedPortal, actor: Actor
) -> None:
    users = choose(any_database, SPARED, "T-SLOT").user_ids or ()
    choice = PaperChoice(any_database.read(partial(sample.trade_id, name="TTC")), Paper.PRIMARY, "A")
    shown = any_database.read(partial(planning.plan_activate, choices=[choice], let_finish=users))
    started = portal.start(user_of(any_database, "T-SLOT"))
    changes = any_database.write(partial(apply.apply, plan=shown, actor=actor))
    assert started in changes.session_ids
    assert len(changes.accepted_ids) == 1
    assert invariants.stuck_on_another_set(any_database) == []
