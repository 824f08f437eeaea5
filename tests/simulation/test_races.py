"""What locks cannot stop is found by session health: requests that had passed their checks before a clearing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations import apply as operations
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import CandidateAnswer, CandidateProfile, ExamSession
from tests import planning
from tests.conftest import choose
from tests.controllers import doing
from tests.simulation import invariants
from tests.simulation.portal_simulator import POINTS, Pause, Refused, SimulatedPortal

Planner = Callable[..., Plan]


def carry_out(database: Database, actor: Actor, planner: Planner, chosen: Chosen) -> None:
    """Plan and apply under the lock."""
    database.write(
        lambda session: operations.apply(session, plan=planner(session, chosen=chosen), actor=actor, shown=False)
    )


def stuck_kinds(database: Database, army_no: str) -> list[FindingKind]:
    """Why the candidate's sessions are stuck."""
    rows = database.read(partial(health.survey, finished=0)).stuck
    return [finding.kind for row in rows if row.army_no == army_no for finding in row.findings if finding.stuck]


def run(work: Callable[[], object]) -> threading.Thread:
    """Start the work beside this test."""
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def only_session(database: Database, user_id: int) -> tuple[int, list[int]]:
    """The candidate's one incomplete session with its questions."""
    survey = database.read(partial(health.survey, finished=0))
    (row,) = [row for row in survey.sessions if row.user_id == user_id and row.incomplete]
    return row.id, sorted(invariants.sessions_in_portal(database)[row.id])


@pytest.mark.parametrize("point", POINTS)
def test_a_reset_that_meets_a_start_clears_it_or_the_session_is_found(
    any_database: Database, any_target: str, actor: Actor, point: str
) -> None:
    chosen = choose(any_database, "T-SLOT")
    assert chosen.user_ids is not None
    portal, pause = SimulatedPortal(any_target), Pause(point)
    starting = run(partial(portal.start, chosen.user_ids[0], pause=pause))
    assert pause.reached.wait(60)
    resetting = run(partial(carry_out, any_database, actor, planning.plan_reset, chosen))
    resetting.join(0.5)
    pause.go.set()
    starting.join(120)
    resetting.join(120)
    portal.close()
    # Cleared; or left without a slot, and named; or the portal's own save gave the slot back, and he simply writes.
    assert stuck_kinds(any_database, "T-SLOT") in ([], [FindingKind.NO_SLOT])
    invariants.check_log(any_database, applied=_recorded(any_database))


def _recorded(database: Database) -> list[str]:
    from desktop_admin.controllers.log import history

    return [record.op_id for record in database.read(history.operations)]


def test_two_starts_at_once_leave_one_session_too_many_and_it_is_named(
    any_database: Database, any_target: str, engine_name: str
) -> None:
    chosen = choose(any_database, "T-SLOT")
    assert chosen.user_ids is not None
    portal = SimulatedPortal(any_target)
    pauses = [Pause("looked"), Pause("looked")]
    threads = [run(partial(portal.start, chosen.user_ids[0], pause=pause)) for pause in pauses]
    assert all(pause.reached.wait(60) for pause in pauses)
    for pause, thread in zip(pauses, threads, strict=True):
        pause.go.set()
        thread.join(120)
    portal.close()
    assert stuck_kinds(any_database, "T-SLOT") == [FindingKind.OLDER_SESSION]


def test_a_page_whose_session_was_cleared_cannot_be_submitted(
    any_database: Database, any_target: str, actor: Actor
) -> None:
    chosen = choose(any_database, "T-FINE")
    assert chosen.user_ids is not None
    session_id, questions = only_session(any_database, chosen.user_ids[0])
    carry_out(any_database, actor, planning.plan_reassign, chosen)
    portal = SimulatedPortal(any_target)
    with pytest.raises(Refused, match="login"):
        portal.submit(chosen.user_ids[0], login=f"login{session_id}", questions=questions)
    portal.close()


def test_a_submit_that_had_passed_the_login_is_found_as_a_late_submission(
    any_database: Database, any_target: str, actor: Actor
) -> None:
    chosen = choose(any_database, "T-STUCK")
    assert chosen.user_ids is not None
    session_id, questions = only_session(any_database, chosen.user_ids[0])
    portal, pause = SimulatedPortal(any_target), Pause("checked")
    submit = partial(portal.submit, chosen.user_ids[0], login=f"login{session_id}", questions=questions, pause=pause)
    submitting = run(submit)
    assert pause.reached.wait(60)
    carry_out(any_database, actor, planning.plan_reassign, chosen)
    pause.go.set()
    submitting.join(120)
    portal.close()
    findings = any_database.read(partial(health.survey, finished=0)).findings
    assert [one.army_no for one in findings if one.kind is FindingKind.LATE_SUBMISSION] == ["T-STUCK"]


def test_a_submit_before_the_switch_keeps_its_session(any_database: Database, any_target: str, actor: Actor) -> None:
    chosen = choose(any_database, "T-STUCK")
    assert chosen.user_ids is not None
    session_id, questions = only_session(any_database, chosen.user_ids[0])
    plan = any_database.read(partial(planning.plan_reset, chosen=chosen))
    portal = SimulatedPortal(any_target)
    assert portal.submit(chosen.user_ids[0], login=f"login{session_id}", questions=questions) == session_id
    portal.close()
    changes = any_database.write(partial(operations.apply, plan=plan, actor=actor))
    assert (changes.applied, changes.cleared_sessions) == (0, 0)
    assert session_id in invariants.sessions_in_portal(any_database)


def give_time(database: Database, actor: Actor, chosen: Chosen, done: list[Changes]) -> None:
    """Give 30 minutes, planned under the lock."""

    def work(session: Session) -> Changes:
        plan = planning.plan_time(session, chosen=chosen, minutes_left=30)
        return operations.apply(session, plan=plan, actor=actor, shown=False)

    done.append(database.write(work))


def durations_of(database: Database, user_id: int) -> list[timedelta | None]:
    """Of all the candidate's sessions."""
    wanted = select(ExamSession.duration).where(ExamSession.user_id == user_id)
    return list(database.read(lambda session: session.execute(wanted).scalars().all()))


@pytest.mark.parametrize("point", POINTS)
def test_time_that_meets_a_start_is_given_to_the_whole_session_or_refused(
    any_database: Database, any_target: str, actor: Actor, point: str
) -> None:
    chosen = choose(any_database, "T-SLOT")
    assert chosen.user_ids is not None
    portal, pause = SimulatedPortal(any_target), Pause(point)
    done: list[Changes] = []
    starting = run(partial(portal.start, chosen.user_ids[0], pause=pause))
    assert pause.reached.wait(60)
    giving = run(partial(give_time, any_database, actor, chosen, done))
    giving.join(0.5)
    pause.go.set()
    starting.join(120)
    giving.join(120)
    portal.close()
    (changes,) = done
    _, questions = only_session(any_database, chosen.user_ids[0])
    assert len(questions) == 43
    given = [timedelta(minutes=30 if changes.applied else 90)]
    assert durations_of(any_database, chosen.user_ids[0]) == given
    assert doing.refusals(changes.lines) in ({}, {"T-SLOT": "refused_no_open_session"})
    assert stuck_kinds(any_database, "T-SLOT") == []
    invariants.check_log(any_database, applied=_recorded(any_database))


@pytest.mark.parametrize("point", ["checked", "looked", "answered"])
def test_time_that_meets_a_submission_costs_no_answer(
    any_database: Database, any_target: str, actor: Actor, point: str
) -> None:
    chosen = choose(any_database, "T-FINE")
    assert chosen.user_ids is not None
    (user_id,) = chosen.user_ids
    session_id, questions = only_session(any_database, user_id)
    (before,) = durations_of(any_database, user_id)
    portal, pause = SimulatedPortal(any_target), Pause(point)
    done: list[Changes] = []
    submitting = run(partial(portal.submit, user_id, login=f"login{session_id}", questions=questions, pause=pause))
    assert pause.reached.wait(60)
    giving = run(partial(give_time, any_database, actor, chosen, done))
    giving.join(0.5)
    pause.go.set()
    submitting.join(120)
    giving.join(120)
    portal.close()
    (changes,) = done
    answered = select(CandidateAnswer.question_id).join(
        CandidateProfile, CandidateProfile.id == CandidateAnswer.candidate_id
    )
    answers = any_database.read(
        lambda session: session.execute(answered.where(CandidateProfile.user_id == user_id)).scalars().all()
    )
    assert sorted(answers) == questions
    completed = any_database.read(partial(health.survey, finished=None)).sessions
    assert [row.completed_at is not None for row in completed if row.id == session_id] == [True]
    assert durations_of(any_database, user_id) == [timedelta(minutes=30) if changes.applied else before]
    assert doing.refusals(changes.lines) in ({}, {"T-FINE": "refused_no_open_session"})
    invariants.check_log(any_database, applied=_recorded(any_database))
