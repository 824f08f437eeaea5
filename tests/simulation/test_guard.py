"""With the guard in the database, whoever switches, starts or submits past the desk leaves nothing stale behind."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import URL, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.log import chain, history
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.controllers.values.records import GUARD_CLEARING, HistoryFilters, OperationRecord
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.tables.own import ArchivedSession, GuardClearing
from desktop_admin.database.tables.portal import (
    ActivateSets,
    CandidateAnswer,
    CandidateProfile,
    ExamQuestion,
    ExamSession,
    Question,
)
from desktop_admin.practice import sample
from desktop_admin.rules import Paper
from tests import guard, planning, servers
from tests.conftest import choose
from tests.simulation import invariants
from tests.simulation.portal_simulator import POINTS, Pause, Refused, SimulatedPortal
from tests.simulation.test_races import carry_out, only_session, stuck_kinds
from tests.simulation.test_stress import stress

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")


@pytest.fixture(scope="module")
def _guard(engine_name: str, _portal_on: Callable[[str], tuple[URL, servers.Rows]]) -> Iterator[None]:
    """The guard for all tests of this module: making triggers takes longer than what is tried with them."""
    url, _rows = _portal_on(engine_name)
    database = Database.open(servers.target(url))
    with guard.installed(database):
        yield
    database.close()


@pytest.fixture
def guarded(_guard: None, any_database: Database) -> Database:
    """The small portal database with the guard."""
    return any_database


@pytest.fixture
def portal(any_target: str) -> Iterator[SimulatedPortal]:
    """The portal's own connections."""
    opened = SimulatedPortal(any_target)
    yield opened
    opened.close()


class Request(threading.Thread):
    """One request of the portal, beside the test; its failure is kept."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self._work = work
        self.failure: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._work()
        except BaseException as failure:
            self.failure = failure

    @property
    def went(self) -> str:
        """``done``, ``refused`` by the guard, or the failure in words."""
        self.join(120)
        assert not self.is_alive()
        if self.failure is None:
            return "done"
        return "refused" if guard.is_refusal(self.failure) else repr(self.failure)


def user_of(database: Database, army_no: str) -> int:
    (user_id,) = choose(database, army_no).user_ids or ()
    return user_id


def trade_of(database: Database, name: str) -> int:
    return database.read(partial(sample.trade_id, name=name))


def switch_by_desk(session: Session, *, choice: PaperChoice, actor: Actor) -> Changes:
    plan = planning.plan_activate(session, choices=[choice])
    return apply.apply(session, plan=plan, actor=actor, shown=False)


def clearings(database: Database) -> list[OperationRecord]:
    return [one for one in database.read(history.operations) if one.operation == GUARD_CLEARING]


def hold_and_switch(
    database: Database, portal: SimulatedPortal, point: str, switch: Callable[[], object], army_no: str = "T-SLOT"
) -> tuple[str, str]:
    """Hold a starting candidate at the point, switch, let him go on; how the start and the switch went."""
    pause = Pause(point)
    starting = Request(partial(portal.start, user_of(database, army_no), pause=pause))
    assert pause.reached.wait(60)
    switching = Request(switch)
    # It finishes at once, or waits for the candidate's transaction.
    switching.join(0.4)
    pause.go.set()
    return starting.went, switching.went


@pytest.mark.parametrize("point", POINTS)
def test_a_plain_update_leaves_nobody_on_the_old_set(guarded: Database, portal: SimulatedPortal, point: str) -> None:
    switch = partial(portal.switch, "A", trade_id=trade_of(guarded, "TTC"))
    started, switched = hold_and_switch(guarded, portal, point, switch)
    assert switched == "done"
    assert started in ("done", "refused")
    assert invariants.stuck_on_another_set(guarded) == []
    assert stuck_kinds(guarded, "T-SLOT") == []


def test_without_the_guard_the_same_update_leaves_him_on_the_old_set(
    guarded: Database, portal: SimulatedPortal
) -> None:
    guard.remove(guarded)
    try:
        switch = partial(portal.switch, "A", trade_id=trade_of(guarded, "TTC"))
        assert hold_and_switch(guarded, portal, "questions", switch) == ("done", "done")
        assert stuck_kinds(guarded, "T-SLOT") == [FindingKind.OTHER_SET]
    finally:
        guard.install(guarded)


def test_a_switch_of_all_trades_clears_who_was_starting_in_a_later_one(
    guarded: Database, portal: SimulatedPortal
) -> None:
    """The trigger has read for the first trade before it waits for the second one's start."""
    in_occ = {"trade_id": trade_of(guarded, "OCC"), "has_exam_slot": True}
    portal.write(update(CandidateProfile).where(CandidateProfile.army_no == "T-NONE").values(in_occ))
    went = hold_and_switch(guarded, portal, "finishing", partial(portal.switch, "C"), "T-NONE")
    assert went == ("done", "done")
    assert invariants.stuck_on_another_set(guarded) == []
    cleared = [one for record in clearings(guarded) for one in record.sessions if one.army_no == "T-NONE"]
    assert [(one.trade, one.set, len(one.questions)) for one in cleared] == [("OCC", "A", 54)]


def test_a_start_waits_for_a_switch_that_is_not_committed(guarded: Database, portal: SimulatedPortal) -> None:
    pause = Pause("switched")
    switching = Request(partial(portal.switch, "A", trade_id=trade_of(guarded, "TTC"), pause=pause))
    assert pause.reached.wait(60)
    starting = Request(partial(portal.start, user_of(guarded, "T-SLOT")))
    starting.join(0.4)
    assert starting.is_alive()
    pause.go.set()
    assert switching.went == "done"
    assert starting.went in ("done", "refused")
    assert stuck_kinds(guarded, "T-SLOT") == []


@pytest.mark.parametrize("point", POINTS)
def test_the_first_row_of_a_trade_counts_as_a_switch_from_a(
    guarded: Database, portal: SimulatedPortal, point: str
) -> None:
    trade_id = trade_of(guarded, "TTC")
    row = guarded.read(lambda session: session.execute(select(ActivateSets)).scalars().first())
    assert row is not None
    portal.write(delete(ActivateSets).where(ActivateSets.trade_id == trade_id))
    values = {"active_primary_set": "E", "active_secondary_set": "A", "last_updated": row.last_updated}
    first = insert(ActivateSets).values(trade_id=trade_id, updated_by_id=None, **values)
    started, switched = hold_and_switch(guarded, portal, point, partial(portal.write, first))
    assert switched == "done"
    assert started in ("done", "refused")
    assert stuck_kinds(guarded, "T-SLOT") == []
    assert stuck_kinds(guarded, "T-FINE") == []
    assert stuck_kinds(guarded, "T-STUCK") == []


def test_what_the_trigger_clears_is_archived_as_the_desk_archives_it(
    guarded: Database, portal: SimulatedPortal, fresh: Callable[[], str], actor: Actor
) -> None:
    ever = invariants.sessions_in_portal(guarded)

    def archived(session: Session) -> list[Any]:
        kept = ArchivedSession
        rows = session.execute(
            select(kept.session_id, kept.user_id, kept.paper_id, kept.questions, kept.body).order_by(kept.session_id)
        )
        return list(rows)

    choice = PaperChoice(trade_of(guarded, "TTC"), Paper.PRIMARY, "A")
    guarded.write(partial(switch_by_desk, choice=choice, actor=actor))
    by_desk = guarded.read(archived)
    fresh()
    portal.switch("A", trade_id=choice.trade_id)
    assert guarded.read(archived) == by_desk
    assert len(by_desk) == 3
    invariants.check_nothing_lost(guarded, ever)


def test_the_history_tells_of_it_with_the_candidates(guarded: Database, portal: SimulatedPortal) -> None:
    portal.switch("A", trade_id=trade_of(guarded, "TTC"))
    (record,) = clearings(guarded)
    assert record.person.startswith(("postgres", "root"))
    (switch, *candidates) = record.lines
    assert (switch.choice and switch.choice.paper, switch.choice and switch.choice.letter) == ("PRIMARY", "A")
    assert {line.army_no for line in candidates} == {"T-STUCK", "T-FINE", "T-MOVED"}
    his = guarded.read(partial(history.operations, filters=HistoryFilters(user_id=user_of(guarded, "T-FINE"))))
    assert [one.op_id for one in his] == [record.op_id]
    assert guarded.read(partial(history.operations, filters=HistoryFilters(user_id=user_of(guarded, "T-SECOND")))) == ()
    # It writes into the archive without a row of the log, and that is no tampering.
    assert guarded.read(chain.verify).intact


def test_a_switch_of_one_paper_spares_the_other(guarded: Database, portal: SimulatedPortal) -> None:
    portal.switch("B", paper=Paper.SECONDARY)
    (record,) = clearings(guarded)
    assert [one.army_no for one in record.sessions] == ["T-SECOND"]


def test_the_same_letter_again_clears_nothing(guarded: Database, portal: SimulatedPortal) -> None:
    portal.switch("E", trade_id=trade_of(guarded, "TTC"))
    assert clearings(guarded) == []
    assert stuck_kinds(guarded, "T-STUCK") == [FindingKind.OTHER_SET]


@pytest.mark.parametrize("point", POINTS[:3])
def test_a_reset_that_comes_before_the_session_refuses_the_start(
    guarded: Database, portal: SimulatedPortal, actor: Actor, point: str
) -> None:
    pause = Pause(point)
    starting = Request(partial(portal.start, user_of(guarded, "T-SLOT"), pause=pause))
    assert pause.reached.wait(60)
    carry_out(guarded, actor, planning.plan_reset, choose(guarded, "T-SLOT"))
    pause.go.set()
    assert starting.went == "refused"
    assert stuck_kinds(guarded, "T-SLOT") == []


def test_of_two_starts_at_once_one_is_refused(guarded: Database, portal: SimulatedPortal) -> None:
    pauses = [Pause("inserted"), Pause("looked")]
    first, second = (Request(partial(portal.start, user_of(guarded, "T-SLOT"), pause=pause)) for pause in pauses)
    assert all(pause.reached.wait(60) for pause in pauses)
    pauses[1].go.set()
    second.join(0.4)
    assert second.is_alive(), "it waits for the first one's end"
    pauses[0].go.set()
    assert (first.went, second.went) == ("done", "refused")
    assert stuck_kinds(guarded, "T-SLOT") == []


def test_a_submitted_paper_gets_no_new_session(guarded: Database, portal: SimulatedPortal) -> None:
    again = {"has_exam_slot": True, "is_primary_completed": False}
    portal.write(update(CandidateProfile).where(CandidateProfile.army_no == "T-DONE").values(again))
    with pytest.raises(DBAPIError) as refused:
        portal.start(user_of(guarded, "T-DONE"))
    assert guard.is_refusal(refused.value)
    assert "submitted" in str(refused.value)


def test_questions_of_primary_that_are_marked_as_common_are_the_trades_own(
    guarded: Database, portal: SimulatedPortal
) -> None:
    portal.write(update(Question).where(Question.paper_type == Paper.PRIMARY).values(is_common=True))
    portal.start(user_of(guarded, "T-SLOT"))
    portal.write(update(ActivateSets).values(active_primary_set="A"))
    portal.write(update(ActivateSets).values(active_primary_set="E"))
    assert stuck_kinds(guarded, "T-SLOT") == []
    assert stuck_kinds(guarded, "T-FINE") == []


@pytest.mark.parametrize("by", ["desk", "portal"])
def test_a_late_submission_is_refused_and_leaves_no_answer(
    guarded: Database, portal: SimulatedPortal, actor: Actor, by: str
) -> None:
    user_id = user_of(guarded, "T-FINE")
    session_id, questions = only_session(guarded, user_id)
    pause = Pause("checked")
    submit = partial(portal.submit, user_id, login=f"login{session_id}", questions=questions, pause=pause)
    submitting = Request(submit)
    assert pause.reached.wait(60)
    if by == "portal":
        portal.switch("A", trade_id=trade_of(guarded, "TTC"))
    else:
        choice = PaperChoice(trade_of(guarded, "TTC"), Paper.PRIMARY, "A")
        guarded.write(partial(switch_by_desk, choice=choice, actor=actor))
    pause.go.set()
    assert submitting.went == "refused"
    assert late(guarded) == []


def test_a_completed_session_takes_no_more_answers(guarded: Database, portal: SimulatedPortal) -> None:
    def held(session: Session) -> dict[str, Any]:
        row = session.execute(
            select(CandidateProfile.id, ExamSession.paper_id, ExamQuestion.question_id, ExamSession.exam_type)
            .join(ExamSession, ExamSession.user_id == CandidateProfile.user_id)
            .join(ExamQuestion, ExamQuestion.session_id == ExamSession.id)
            .where(CandidateProfile.army_no == "T-DONE")
            .limit(1)
        ).one()
        return dict(zip(("candidate_id", "paper_id", "question_id", "exam_type"), row, strict=True))

    values = {**guarded.read(held), "answer": "b", "submitted_at": datetime.now(UTC)}
    portal.write(delete(CandidateAnswer).where(CandidateAnswer.candidate_id == values["candidate_id"]))
    with pytest.raises(DBAPIError) as refused:
        portal.write(insert(CandidateAnswer).values(values))
    assert guard.is_refusal(refused.value)


def late(database: Database) -> list[str | None]:
    findings = database.read(partial(health.survey, finished=0)).findings
    return [one.army_no for one in findings if one.kind is FindingKind.LATE_SUBMISSION]


def test_a_submission_under_way_is_not_cleared_by_a_switch(guarded: Database, portal: SimulatedPortal) -> None:
    user_id = user_of(guarded, "T-FINE")
    session_id, questions = only_session(guarded, user_id)
    pause = Pause("answered")
    submitting = Request(partial(portal.submit, user_id, login=f"login{session_id}", questions=questions, pause=pause))
    assert pause.reached.wait(60)
    switching = Request(partial(portal.switch, "A", trade_id=trade_of(guarded, "TTC")))
    switching.join(0.4)
    pause.go.set()
    assert (submitting.went, switching.went) == ("done", "done")
    assert session_id in invariants.sessions_in_portal(guarded)
    assert late(guarded) == []


def test_the_desks_own_operations_work_as_before_and_the_trigger_finds_nothing(
    guarded: Database, portal: SimulatedPortal, actor: Actor
) -> None:
    choice = PaperChoice(trade_of(guarded, "TTC"), Paper.PRIMARY, "C")
    guarded.write(partial(switch_by_desk, choice=choice, actor=actor))
    for planner in (planning.plan_reset, planning.plan_reassign):
        carry_out(guarded, actor, planner, choose(guarded, "T-FINE"))
    portal.start(user_of(guarded, "T-FINE"))
    session_id, questions = only_session(guarded, user_of(guarded, "T-FINE"))
    assert len(questions) == 43
    assert guarded.read(lambda session: session.execute(select(func.count(GuardClearing.op_id))).scalar_one()) == 0
    assert stuck_kinds(guarded, "T-FINE") == []
    login = f"login{session_id}"
    until = datetime.now(UTC) + timedelta(hours=1)
    guarded.write(partial(sample.add_login, user_id=user_of(guarded, "T-FINE"), key=login, until=until))
    assert portal.submit(user_of(guarded, "T-FINE"), login=login, questions=questions) == session_id


def test_a_bypass_lets_one_transaction_through_and_no_other(guarded: Database, portal: SimulatedPortal) -> None:
    from desktop_admin.database.session import bypass_guard

    user_id = user_of(guarded, "T-NONE")

    def sit(session: Session) -> None:
        one = session.execute(select(ExamSession).where(ExamSession.completed_at.is_(None))).scalars().first()
        assert one is not None
        values = {c.key: getattr(one, c.key) for c in ExamSession.__mapper__.column_attrs if c.key != "id"}
        session.execute(insert(ExamSession).values({**values, "user_id": user_id}))

    def bypassing(session: Session) -> None:
        bypass_guard(session)
        sit(session)

    guarded.write(bypassing)
    assert FindingKind.NO_SLOT in stuck_kinds(guarded, "T-NONE")
    with pytest.raises(Exception, match="The guard in"):
        guarded.write(sit)


def test_desks_and_portals_at_once_work_with_the_guard_as_without(
    guarded: Database, any_target: str, actor: Actor
) -> None:
    stress(guarded, any_target, actor, seed=random.randrange(10**6), work=5)
    assert clearings(guarded) == []


def crowd(target: str, users: tuple[int, ...], trade_id: int, *, seed: int, rounds: int) -> list[str]:
    """Starts and switches at once, by two web processes and an administrator; everything that went wrong."""
    print(f"seed {seed}")
    wrong: list[str] = []
    stop = threading.Event()

    def start(number: int) -> None:
        pick, portal = random.Random(seed + number), SimulatedPortal(target)
        while not stop.is_set():
            try:
                portal.start(pick.choice(users))
            except Refused:
                continue
            except DBAPIError as failure:
                if not guard.is_refusal(failure):
                    wrong.append(repr(failure))
        portal.close()

    def switch() -> None:
        pick, portal = random.Random(seed), SimulatedPortal(target)
        for _ in range(rounds):
            try:
                portal.switch(pick.choice("ACE"), trade_id=pick.choice((trade_id, None)))
            except DBAPIError as failure:
                wrong.append(repr(failure))
        portal.close()

    starts = [threading.Thread(target=start, args=[number]) for number in (1, 2, 3)]
    switches = threading.Thread(target=switch)
    for thread in (*starts, switches):
        thread.start()
    switches.join()
    stop.set()
    for thread in starts:
        thread.join()
    return wrong


CROWD = ("T-STUCK", "T-FINE", "T-SLOT", "T-NONE")


def check_crowd(database: Database, target: str, portal: SimulatedPortal, *, rounds: int) -> None:
    users = choose(database, *CROWD).user_ids or ()
    portal.write(update(CandidateProfile).where(CandidateProfile.user_id.in_(users)).values(has_exam_slot=True))
    seed = random.randrange(10**6)
    assert crowd(target, users, trade_of(database, "TTC"), seed=seed, rounds=rounds) == []
    assert invariants.stuck_on_another_set(database) == []
    assert not invariants.sessions_in_archive(database).keys() & invariants.sessions_in_portal(database).keys()
    assert len(clearings(database)) > 0


def test_starts_and_switches_at_once_never_deadlock(
    guarded: Database, any_target: str, portal: SimulatedPortal
) -> None:
    check_crowd(guarded, any_target, portal, rounds=10)


@pytest.mark.long
def test_five_hundred_switches_among_starts_never_deadlock(
    guarded: Database, any_target: str, portal: SimulatedPortal
) -> None:
    check_crowd(guarded, any_target, portal, rounds=500)


def spare(database: Database, actor: Actor, letter: str, *army_nos: str) -> Changes:
    """The desk switches TTC PRIMARY, and spares these candidates."""
    choice = PaperChoice(trade_of(database, "TTC"), Paper.PRIMARY, letter)
    users = choose(database, *army_nos).user_ids or ()

    def work(session: Session) -> Changes:
        plan = planning.plan_activate(session, choices=[choice], let_finish=users)
        return apply.apply(session, plan=plan, actor=actor, shown=False)

    return database.write(work)


def test_whoever_our_switch_spares_survives_it_and_hands_in_and_all_others_are_cleared(
    guarded: Database, portal: SimulatedPortal, actor: Actor
) -> None:
    user_id = user_of(guarded, "T-FINE")
    session_id, page = only_session(guarded, user_id)
    changes = spare(guarded, actor, "A", "T-FINE")
    assert changes.accepted_ids == (session_id,)
    assert set(changes.session_ids).isdisjoint(invariants.sessions_in_portal(guarded))
    # Nothing was left for the trigger to clear.
    assert clearings(guarded) == []
    assert portal.start(user_id) == session_id
    assert portal.submit(user_id, login=f"login{session_id}", questions=page) == session_id
    seen = guarded.read(health.survey)
    assert [one.kind for one in seen.findings if one.army_no == "T-FINE"] == []


def test_a_switch_by_the_portal_asks_again_and_saving_the_same_letter_is_none(
    guarded: Database, portal: SimulatedPortal, actor: Actor
) -> None:
    session_id, _page = only_session(guarded, user_of(guarded, "T-FINE"))
    spare(guarded, actor, "A", "T-FINE")
    portal.switch("A", trade_id=trade_of(guarded, "TTC"))
    portal.switch("B", trade_id=trade_of(guarded, "TTC"), paper=Paper.SECONDARY)
    assert session_id in invariants.sessions_in_portal(guarded)
    portal.switch("C", trade_id=trade_of(guarded, "TTC"))
    assert session_id not in invariants.sessions_in_portal(guarded)
    assert session_id in {one.id for record in clearings(guarded) for one in record.sessions}


def test_what_was_spared_by_a_switch_that_was_taken_back_is_cleared_by_the_portals_own(
    guarded: Database, portal: SimulatedPortal, actor: Actor
) -> None:
    session_id, _page = only_session(guarded, user_of(guarded, "T-FINE"))
    done = spare(guarded, actor, "A", "T-FINE")
    undone = guarded.write(
        lambda session: apply.apply(
            session, plan=planning.plan_undo(session, undoes=done.op_id or ""), actor=actor, shown=False
        )
    )
    assert undone.applied > 0
    portal.switch("A", trade_id=trade_of(guarded, "TTC"))
    assert session_id not in invariants.sessions_in_portal(guarded)
