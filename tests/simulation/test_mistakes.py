"""A set activated by mistake for ten minutes, and slots reset by mistake, while the portal goes on; then the undo.

Whoever went on since is named and left exactly as he is. Everybody else has everything back as it was.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import event

from desktop_admin.controllers.findings import sweep
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.portal.logins import account_of
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session, server_now
from desktop_admin.practice import sample
from desktop_admin.practice.sample_sessions import Pool, add_session
from desktop_admin.rules import Paper
from tests import planning, raw
from tests.conftest import choose
from tests.simulation import invariants
from tests.simulation.portal_simulator import SimulatedPortal

TEN_MINUTES = timedelta(minutes=10)
WRITING = ("M-WRITES", "M-AGAIN", "M-SENT")
"""More candidates of TTC who write its set E, each at the page that he logged in for."""
WAITING = ("M-WAITS", "M-LATE", "M-QUICK")
"""More candidates of TTC who wait to restart: a slot that is being attempted, and no session."""
OTHER_TRADE = "M-OTHER"
"""Writes OCC's set A."""


@pytest.fixture
def exam(any_database: Database) -> Database:
    """The small portal with candidates for everything that can happen during a mistake."""
    any_database.write(_fill)
    # The mistake happens ten minutes ago, and the sets were chosen before it.
    raw.change(any_database, "UPDATE questions_activatesets SET last_updated = ?", values=[raw.LONG_AGO])
    return any_database


def _fill(session: Session) -> None:
    now, pick = server_now(session), random.Random(11)
    started, pool = now - 2 * TEN_MINUTES, Pool.read(session)
    for army_no, trade in (*((one, "TTC") for one in (*WRITING, *WAITING)), (OTHER_TRADE, "OCC")):
        trade_id = sample.trade_id(session, name=trade)
        user_id = sample.add_candidate(session, army_no=army_no, name=army_no, trade_id=trade_id, now=now)
        sample.give_slot(session, user_id=user_id, at=started, attempting_at=started)
        sample.add_login(session, user_id=user_id, key=f"first{user_id}", until=now + timedelta(hours=1))
        if army_no not in WAITING:
            letter = "E" if trade == "TTC" else "A"
            whose = {"user_id": user_id, "trade_id": trade_id, "paper": Paper.PRIMARY, "letter": letter}
            add_session(session, pool, **whose, started_at=started, pick=pick)  # type: ignore[arg-type]


@pytest.fixture
def portal(any_target: str) -> Iterator[SimulatedPortal]:
    simulated = SimulatedPortal(any_target)
    yield simulated
    simulated.close()


def user(database: Database, army_no: str) -> int:
    found = choose(database, army_no).user_ids
    assert found is not None
    return found[0]


def go_on(database: Database, portal: SimulatedPortal, army_no: str, *, submits: bool = False) -> None:
    """The candidate logs in again and presses Start; perhaps also Submit."""
    user_id = user(database, army_no)
    key, until = f"second{user_id}", database.read(server_now) + timedelta(hours=1)
    database.write(partial(sample.add_login, user_id=user_id, key=key, until=until))
    started = portal.start(user_id)
    if submits:
        portal.submit(user_id, login=key, questions=sorted(invariants.sessions_in_portal(database)[started]))


def belonging(content: raw.Content) -> dict[int | None, list[tuple[str, raw.Row]]]:
    """The portal's rows by the account that they belong to; under None what is nobody's, as the sets."""
    writers = {row["id"]: row["user_id"] for row in content["questions_examsession"]}
    people = {row["id"]: row["user_id"] for row in content["registration_candidateprofile"]}
    owner: dict[str, Callable[[raw.Row], int | None]] = {
        "registration_candidateprofile": lambda row: people[row["id"]],
        "questions_examsession": lambda row: writers[row["id"]],
        "questions_examquestion": lambda row: writers[row["session_id"]],
        "results_candidateanswer": lambda row: people[row["candidate_id"]],
        "django_session": lambda row: account_of(row["session_data"]),
    }
    found: dict[int | None, list[tuple[str, raw.Row]]] = {}
    for table, rows in content.items():
        if table.startswith((raw.OWN, "sqlite_")):
            continue
        for row in rows:
            found.setdefault(owner[table](row) if table in owner else None, []).append((table, row))
    # A row that comes back need not lie where it lay.
    return {of: sorted(rows, key=repr) for of, rows in found.items()}


def by_mistake(database: Database, actor: Actor, planner: Callable[..., Plan]) -> Changes:
    """What somebody did ten minutes ago."""

    def job(session: Session) -> Changes:
        then: datetime = server_now(session) - TEN_MINUTES
        return apply.apply(session, plan=planner(session, now=then), actor=actor, shown=False, now=then)

    return database.write(job)


def take_back(database: Database, actor: Actor, done: Changes) -> Changes:
    """Undo it, in exactly one transaction."""
    commits: list[object] = []
    event.listen(database.backend.writer, "commit", commits.append)
    plan = database.read(partial(planning.plan_undo, undoes=done.op_id or ""))
    undone = database.write(partial(apply.apply, plan=plan, actor=actor))
    assert len(commits) == 1
    invariants.check_log(database, applied=[done.op_id or "", undone.op_id or ""])
    return undone


def refusals(changes: Changes) -> dict[str, str]:
    return {line.army_no or line.name: line.reason.code for line in changes.lines if line.reason is not None}


def check_rows(
    before: raw.Content,
    meanwhile: raw.Content,
    after: raw.Content,
    went_on: Collection[int],
    restarted: Collection[int] = (),
) -> None:
    """Who went on has what they had a moment ago; all the others, and all that is nobody's, as before the mistake.

    Who restarted and is cleared again has the sessions from before it, and logs in once more.
    """
    was, had, has = belonging(before), belonging(meanwhile), belonging(after)
    assert set(has) == set(was)
    for owner, rows in has.items():
        wanted = (had if owner in went_on else was)[owner]
        if owner in restarted:
            assert not [table for table, _row in rows if table == "django_session"]
            rows, wanted = ([row for row in of if row[0].startswith("questions_")] for of in (rows, wanted))
        assert rows == wanted, owner


def test_a_set_that_was_active_for_ten_minutes_by_mistake(
    exam: Database, portal: SimulatedPortal, actor: Actor
) -> None:
    before = raw.content(exam)
    choice = PaperChoice(exam.read(partial(sample.trade_id, name="TTC")), Paper.PRIMARY, "A")
    done = by_mistake(exam, actor, partial(planning.plan_activate, choices=[choice]))
    assert done.cleared_sessions == 6
    went_on = {"M-SENT": "refused_submitted_since", "M-QUICK": "refused_sat_since"}
    started = ("M-AGAIN", "T-SLOT", "M-LATE")
    for army_no in (*started, *went_on):
        go_on(exam, portal, army_no, submits=army_no in ("M-SENT", "M-QUICK"))
    meanwhile = raw.content(exam)
    undone = take_back(exam, actor, done)
    assert refusals(undone) == went_on
    assert sorted(line.army_no or line.name for line in undone.lines if line.outcome == "applied") == [
        "M-AGAIN",
        "M-LATE",
        "M-WRITES",
        "T-FINE",
        "T-MOVED",
        "T-SLOT",
        "T-STUCK",
        "TTC",
    ]
    going, again = ({user(exam, army_no) for army_no in some} for some in (went_on, started))
    check_rows(before, meanwhile, raw.content(exam), going, again)
    late = exam.read(partial(sweep.late_arrivals, lines=undone.lines))
    on_another_set = {finding.army_no for finding in late if finding.kind is FindingKind.OTHER_SET}
    # T-STUCK and T-MOVED were so before the mistake.
    assert on_another_set == {"T-STUCK", "T-MOVED"}


def test_slots_that_were_reset_by_mistake(exam: Database, portal: SimulatedPortal, actor: Actor) -> None:
    before = raw.content(exam)
    everybody = choose(exam, *WRITING, *WAITING, OTHER_TRADE, "T-FINE", "T-STUCK", "T-SLOT", "T-SECOND")
    done = by_mistake(exam, actor, partial(planning.plan_reset, chosen=everybody))
    assert (done.applied, done.cleared_sessions) == (11, 7)
    went_on = {
        "M-AGAIN": "refused_newer_session",
        "M-SENT": "refused_submitted_since",
        "T-SLOT": "refused_changed_since",
        "M-LATE": "refused_changed_since",
        "M-QUICK": "refused_changed_since",
    }
    for army_no in went_on:
        # Somebody gave him a slot once more, in the portal.
        exam.write(partial(sample.give_slot, user_id=user(exam, army_no), at=exam.read(server_now)))
        go_on(exam, portal, army_no, submits=army_no in ("M-SENT", "M-QUICK"))
    meanwhile = raw.content(exam)
    undone = take_back(exam, actor, done)
    assert refusals(undone) == went_on
    assert undone.applied == 6
    check_rows(before, meanwhile, raw.content(exam), {user(exam, army_no) for army_no in went_on})
    late = exam.read(partial(sweep.late_arrivals, lines=undone.lines))
    assert {finding.army_no for finding in late} == {"T-STUCK"}
