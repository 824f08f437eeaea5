"""A set switch that leaves chosen sessions to be finished on the set that they are on."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.sessions import SessionRow
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from desktop_admin.database.tables.portal import ExamSession
from desktop_admin.rules import Paper
from tests import accounts, raw
from tests.controllers import doing

FINE = "T-FINE"
LINES = "SELECT session_id, paper, letter FROM desktop_admin_accepted_session ORDER BY session_id"


def rows(database: Database) -> dict[str, SessionRow]:
    """Each candidate's incomplete session of PRIMARY."""
    seen = database.read(partial(health.survey, finished=0))
    return {row.army_no or "": row for row in seen.sessions if row.incomplete and row.paper is Paper.PRIMARY}


def plan(database: Database, letter: str, **sparing: Any) -> Plan:
    return database.read(doing.activation(database, ("TTC", letter), **sparing))


def leave(database: Database, army_no: str, *, minutes: float) -> None:
    """Let so many minutes be left of the candidate's session."""
    (session_id,) = doing.sessions_of(database, army_no)
    row = rows(database)[army_no]
    assert row.duration is not None
    started = database.read(server_now) - row.duration + timedelta(minutes=minutes)
    moved = update(ExamSession).where(ExamSession.id == session_id).values(started_at=started)
    accounts.write(database, lambda session: session.execute(moved))


def test_whoever_is_spared_stays_signed_in_on_the_old_set_and_is_accepted(database: Database, actor: Actor) -> None:
    (session_id,) = doing.sessions_of(database, FINE)
    before = raw.query(database, "SELECT session_key FROM django_session ORDER BY session_key")
    changes = doing.activate(database, actor, ("TTC", "A"), spared=(session_id,))
    line = doing.line_of(changes.lines, FINE)
    assert (line.outcome, line.cleared, line.accepted, line.ended_logins) == ("applied", (), (session_id,), 0)
    assert doing.notes(line) == ["note_finishes"]
    assert session_id not in changes.session_ids
    assert doing.line_of(changes.lines, "T-STUCK").cleared
    row = rows(database)[FINE]
    assert (row.id, row.sets, row.stuck, row.active_set) == (session_id, ("E",), False, "A")
    assert row.accepted is not None
    assert raw.query(database, LINES) == [(session_id, "PRIMARY", "A")]
    left = raw.query(database, "SELECT session_key FROM django_session ORDER BY session_key")
    assert (f"login{session_id}",) in left
    assert len(left) == len(before) - changes.ended_logins


def test_without_being_spared_the_session_is_cleared(database: Database, actor: Actor) -> None:
    (session_id,) = doing.sessions_of(database, FINE)
    assert session_id in doing.activate(database, actor, ("TTC", "A")).session_ids


def test_a_candidate_is_spared_by_number_and_whoever_was_named_in_vain_is_told(
    database: Database, actor: Actor
) -> None:
    named = [doing.user(database, army_no) for army_no in (FINE, "T-NONE", "T-STUCK")]
    changes = doing.activate(database, actor, ("TTC", "C"), let_finish=tuple(named))
    assert doing.line_of(changes.lines, FINE).accepted
    # T-STUCK is on the new set already.
    refused = {"T-NONE": "refused_nothing_to_spare", "T-STUCK": "refused_nothing_to_spare"}
    assert doing.refusals(changes.lines) == refused
    assert (changes.applied, changes.refused) == (1, 0)


@pytest.mark.parametrize(("left", "spared"), [(9.5, True), (10.5, False), (-0.5, False)])
def test_whoever_has_fewer_minutes_left_is_spared_and_nobody_whose_time_is_over(
    database: Database, actor: Actor, left: float, spared: bool
) -> None:
    leave(database, FINE, minutes=left)
    changes = doing.activate(database, actor, ("TTC", "A"), let_finish_under=10)
    line = doing.line_of(changes.lines, FINE)
    assert (bool(line.accepted), bool(line.cleared)) == (spared, not spared)


def test_no_session_that_cannot_be_resumed_is_spared_by_its_time(database: Database, actor: Actor) -> None:
    raw.change(database, "UPDATE registration_candidateprofile SET has_exam_slot = NOT has_exam_slot")
    changes = doing.activate(database, actor, ("TTC", "A"), let_finish_under=600)
    assert changes.accepted_ids == ()
    assert changes.session_ids


def test_a_candidate_who_is_spared_by_time_keeps_an_older_session_and_the_login_with_it(
    database: Database, actor: Actor
) -> None:
    older = doing.start(database, FINE, trade_name="TTC", letter="C", minutes=40)
    changes = doing.activate(database, actor, ("TTC", "A"), let_finish_under=600)
    line = doing.line_of(changes.lines, FINE)
    assert (older in line.accepted, len(line.accepted), line.ended_logins) == (True, 2, 0)
    assert "note_still_stuck" in doing.notes(line)


def test_who_is_spared_is_settled_when_the_switch_is_shown(database: Database, actor: Actor) -> None:
    """Time goes on, and nobody is added to those whom a person saw."""
    leave(database, FINE, minutes=10.5)
    shown = plan(database, "A", let_finish_under=10)
    leave(database, FINE, minutes=9.5)
    changes = doing.apply_shown(database, actor, shown)
    assert doing.line_of(changes.lines, FINE).cleared


def test_a_spared_session_that_is_submitted_before_the_switch_is_told_and_all_others_are_switched(
    database: Database, actor: Actor
) -> None:
    (session_id,) = doing.sessions_of(database, FINE)
    shown = plan(database, "A", spared=(session_id,))
    raw.change(database, f"UPDATE questions_examsession SET completed_at = started_at WHERE id = {session_id}")
    changes = doing.apply_shown(database, actor, shown)
    assert doing.refusals(changes.lines) == {FINE: "refused_session_gone"}
    assert changes.applied == 1
    assert raw.query(database, LINES) == []


def test_whoever_starts_on_the_old_set_after_the_switch_was_shown_is_cleared(database: Database, actor: Actor) -> None:
    user_ids = (doing.user(database, "T-SLOT"), doing.user(database, FINE))
    shown = plan(database, "A", let_finish=user_ids)
    started = doing.start(database, "T-SLOT", trade_name="TTC", letter="E")
    changes = doing.apply_shown(database, actor, shown)
    assert started in changes.session_ids
    assert doing.line_of(changes.lines, FINE).accepted
    assert "started_since" in doing.notes(doing.line_of(changes.lines, "T-SLOT"))


def test_a_spared_session_of_a_trade_that_is_refused_by_now_stays_as_it_is(database: Database, actor: Actor) -> None:
    (session_id,) = doing.sessions_of(database, FINE)
    choices = (("TTC", "A"), ("OCC", "A"))
    shown = database.read(doing.activation(database, *choices, spared=(session_id,)))
    raw.change(
        database, "UPDATE questions_question SET is_active = NOT is_active WHERE question_set = 'A' AND trade_id = 1"
    )
    changes = doing.apply_shown(database, actor, shown)
    assert doing.refusals(changes.lines)[FINE] == "refused_session_stays"
    assert raw.query(database, LINES) == []


def test_one_who_has_both_a_spared_and_a_cleared_session_keeps_one_line(database: Database, actor: Actor) -> None:
    older = doing.start(database, FINE, trade_name="TTC", letter="C", minutes=40)
    newer = max(set(doing.sessions_of(database, FINE)) - {older})
    changes = doing.activate(database, actor, ("TTC", "A"), spared=(newer,))
    (line,) = (one for one in changes.lines if one.army_no == FINE)
    assert (line.cleared, line.accepted) == ((older,), (newer,))
    # The login ends with the session that is cleared, and the answers typed so far with it.
    assert (line.ended_logins, "note_keeps_writing" in doing.notes(line)) == (1, True)


def test_undoing_the_switch_takes_the_acceptance_back_with_it(database: Database, actor: Actor) -> None:
    before = rows(database)
    (session_id,) = doing.sessions_of(database, FINE)
    done = doing.activate(database, actor, ("TTC", "A"), spared=(session_id,))
    undone = doing.undo(database, actor, done)
    assert FINE in doing.applied(undone.lines)
    assert rows(database) == before
    # Somebody else switches to that letter once more: that is another switch.
    raw.change(database, "UPDATE questions_activatesets SET active_primary_set = 'A' WHERE active_primary_set = 'E'")
    assert rows(database)[FINE].stuck


def test_a_switch_that_is_not_taken_back_keeps_what_it_accepted(database: Database, actor: Actor) -> None:
    (session_id,) = doing.sessions_of(database, FINE)
    done = doing.activate(database, actor, ("TTC", "A"), spared=(session_id,))
    doing.activate(database, actor, ("TTC", "C"), spared=(session_id,))
    undone = doing.undo(database, actor, done)
    assert doing.refusals(undone.lines)[FINE] in ("refused_sets_changed_since", "refused_changed_since")
    assert not rows(database)[FINE].stuck


def test_what_was_spared_stays_accepted_where_somebody_has_changed_the_set_since(
    database: Database, actor: Actor
) -> None:
    (session_id,) = doing.sessions_of(database, FINE)
    done = doing.activate(database, actor, ("TTC", "A"), spared=(session_id,))
    switch = "UPDATE questions_activatesets SET active_primary_set = '{}' WHERE trade_id = 1"
    raw.change(database, switch.format("C"))
    undone = doing.undo(database, actor, done)
    assert doing.refusals(undone.lines)[FINE] == "refused_sets_changed_since"
    raw.change(database, switch.format("A"))
    assert not rows(database)[FINE].stuck


def test_the_undo_of_the_last_of_two_sparing_switches_makes_the_first_one_hold_again(
    database: Database, actor: Actor
) -> None:
    (session_id,) = doing.sessions_of(database, FINE)
    doing.activate(database, actor, ("TTC", "A"), spared=(session_id,))
    first = rows(database)[FINE]
    second = doing.activate(database, actor, ("TTC", "C"), spared=(session_id,))
    assert doing.undo(database, actor, second).applied > 0
    assert rows(database)[FINE].accepted == first.accepted


def test_a_switch_back_past_the_one_that_spared_asks_again(database: Database, actor: Actor) -> None:
    (session_id,) = doing.sessions_of(database, FINE)
    doing.activate(database, actor, ("TTC", "A"), spared=(session_id,))
    doing.activate(database, actor, ("TTC", "C"), spared=(session_id,))
    raw.change(database, "UPDATE questions_activatesets SET active_primary_set = 'A' WHERE active_primary_set = 'C'")
    assert rows(database)[FINE].stuck


def test_a_moved_candidate_is_spared_for_the_trade_whose_active_set_counts(database: Database, actor: Actor) -> None:
    (session_id,) = doing.sessions_of(database, "T-MOVED")
    doing.activate(database, actor, ("TTC", "A"), spared=(session_id,))
    trade_id = doing.trade(database, "OCC")
    assert raw.query(database, "SELECT trade_id FROM desktop_admin_accepted_session") == [(trade_id,)]
    assert not rows(database)["T-MOVED"].stuck, "what was promised holds"
