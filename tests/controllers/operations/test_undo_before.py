"""Undo refuses only for what has come to be since: what was so before the operation comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.log import history
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from tests import planning, raw
from tests.controllers import doing

LATER = datetime(2100, 1, 1, tzinfo=UTC)
PROFILE = "UPDATE registration_candidateprofile SET"
NO_SLOT = f"{PROFILE} has_exam_slot = FALSE, slot_attempting_at = NULL WHERE army_no = 'T-FINE'"
SUBMITTED = (
    f"{PROFILE} primary_slot_consumed_at = slot_assigned_at, is_primary_completed = TRUE WHERE army_no = 'T-FINE'"
)
BEFORE = pytest.mark.parametrize("before", [(NO_SLOT,), (SUBMITTED,), (NO_SLOT, SUBMITTED)])


def undo(database: Database, actor: Actor, done: Changes) -> Changes:
    return doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or ""))


@BEFORE
def test_a_switch_brings_back_who_was_stuck_before(database: Database, actor: Actor, before: tuple[str, ...]) -> None:
    raw.change(database, *before)
    was = raw.content(database)
    undone = undo(database, actor, doing.activate(database, actor, ("TTC", "A")))
    assert doing.refusals(undone.lines) == {}
    assert "note_stuck_before" in doing.notes(doing.line_of(undone.lines, "T-FINE"))
    assert "note_stuck_before" in doing.notes(doing.line_of(undone.lines, "T-STUCK"))
    assert raw.differences(was, raw.content(database)) == {}


@BEFORE
def test_a_clearing_brings_back_who_was_stuck_before(database: Database, actor: Actor, before: tuple[str, ...]) -> None:
    raw.change(database, *before)
    was = raw.content(database)
    undone = undo(database, actor, doing.clear(database, actor, *doing.sessions_of(database, "T-FINE")))
    assert doing.refusals(undone.lines) == {}
    assert raw.differences(was, raw.content(database)) == {}


def test_an_older_session_comes_back_beside_the_newer_one_that_was_there(database: Database, actor: Actor) -> None:
    (older,) = doing.sessions_of(database, "T-FINE")
    newer = doing.start(database, "T-FINE", trade_name="TTC", letter="E", minutes=5)
    undone = undo(database, actor, doing.clear(database, actor, older))
    assert doing.refusals(undone.lines) == {}
    assert doing.sessions_of(database, "T-FINE") == [older, newer]


@pytest.mark.parametrize(("since", "code"), [(NO_SLOT, "refused_no_slot"), (SUBMITTED, "refused_submitted_since")])
def test_what_came_to_be_since_still_stands_in_the_way(database: Database, actor: Actor, since: str, code: str) -> None:
    done = doing.clear(database, actor, *doing.sessions_of(database, "T-FINE"), *doing.sessions_of(database, "T-STUCK"))
    raw.change(database, since)
    assert doing.refusals(undo(database, actor, done).lines) == {"T-FINE": code}
    undone = next(one for one in database.read(history.operations) if one.op_id == done.op_id)
    assert undone.undone_in_part


def test_who_had_submitted_before_and_hands_it_in_once_more_is_left(database: Database, actor: Actor) -> None:
    raw.change(database, SUBMITTED)
    done = doing.clear(database, actor, *doing.sessions_of(database, "T-FINE"))
    again = doing.start(database, "T-FINE", trade_name="TTC", letter="E", minutes=0)
    raw.change(database, "UPDATE questions_examsession SET completed_at = ? WHERE id = ?", values=[LATER, again])
    assert doing.refusals(undo(database, actor, done).lines) == {"T-FINE": "refused_submitted_since"}


HELD = "(SELECT question_id FROM questions_examquestion WHERE session_id = {session})"
TO_C = "UPDATE questions_question SET question_set = 'C' WHERE id"
STUCK_BY = {
    "nothing": "",
    "no slot": NO_SLOT,
    "paper submitted": SUBMITTED,
    "no trade": f"{PROFILE} trade_id = NULL WHERE army_no = 'T-FINE'",
    "no questions": "DELETE FROM questions_examquestion WHERE session_id = {session}",
    "other set": f"{TO_C} IN {HELD}",
    "mixed sets": f"{TO_C} = (SELECT min(question_id) FROM {HELD} AS held)",
    "older session": "newer",
}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("why", STUCK_BY)
def test_that_a_session_comes_back_stuck_is_said_whatever_it_is_stuck_by(
    database: Database, actor: Actor, why: str
) -> None:
    (session,) = doing.sessions_of(database, "T-FINE")
    if STUCK_BY[why] == "newer":
        doing.start(database, "T-FINE", trade_name="TTC", letter="E", minutes=5)
    elif STUCK_BY[why]:
        raw.change(database, STUCK_BY[why].format(session=session))
    undone = undo(database, actor, doing.clear(database, actor, session))
    assert ("note_stuck_before" in doing.notes(doing.line_of(undone.lines, "T-FINE"))) is (why != "nothing")
    stuck = {row.id for row in database.read(health.survey).stuck}
    assert (session in stuck) is (why != "nothing")


def test_a_question_that_was_switched_off_before_is_no_hindrance_and_one_since_is(
    database: Database, actor: Actor
) -> None:
    (session,) = doing.sessions_of(database, "T-FINE")
    off = "UPDATE questions_question SET is_active = FALSE WHERE id = {}"
    held = [id_ for (id_,) in raw.query(database, HELD.format(session=session)[1:-1])]
    raw.change(database, off.format(held[0]))
    undone = undo(database, actor, doing.clear(database, actor, session))
    assert (doing.refusals(undone.lines), doing.sessions_of(database, "T-FINE")) == ({}, [session])
    done = doing.clear(database, actor, session)
    raw.change(database, off.format(held[1]))
    assert doing.refusals(undo(database, actor, done).lines) == {"T-FINE": "refused_question_gone"}


def test_a_session_without_a_start_that_was_there_before_is_no_hindrance(database: Database, actor: Actor) -> None:
    (older,) = doing.sessions_of(database, "T-FINE")
    newer = doing.start(database, "T-FINE", trade_name="TTC", letter="E", minutes=5)
    raw.change(database, f"UPDATE questions_examsession SET started_at = NULL WHERE id = {newer}")
    undone = undo(database, actor, doing.clear(database, actor, older))
    assert doing.refusals(undone.lines) == {}
