"""Accepting that a session on another set is finished: for one switch, until it is taken back or cleared."""

from __future__ import annotations

from functools import partial

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations.slots import REASSIGN
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.people import CandidateReading, CandidateStatus
from desktop_admin.controllers.values.sessions import QUIET_KINDS, SessionRow
from desktop_admin.database.engine import Database
from desktop_admin.rules import Paper
from tests import planning, raw
from tests.controllers import doing

STUCK = "T-STUCK"


def row_of(database: Database, army_no: str) -> SessionRow:
    """The candidate's one incomplete session."""
    seen = database.read(partial(health.survey, finished=0))
    (row,) = (row for row in seen.sessions if row.army_no == army_no and row.incomplete)
    return row


def reading_of(database: Database, army_no: str) -> CandidateReading:
    return database.read(partial(panes.read_candidate, user_id=doing.user(database, army_no)))


def test_an_accepted_session_is_named_by_no_finding_and_shown_as_accepted(database: Database, actor: Actor) -> None:
    assert row_of(database, STUCK).stuck
    changes = doing.accept(database, actor, STUCK)
    assert doing.applied(changes.lines) == [STUCK]
    row = row_of(database, STUCK)
    assert (row.problems, row.accepted and row.accepted.person) == ((), actor.name)
    seen = database.read(health.survey)
    assert (seen.accepted, [one for one in seen.findings if one.army_no == STUCK and one.kind not in QUIET_KINDS]) == (
        1,
        [],
    )
    reading = reading_of(database, STUCK)
    assert (reading.would_get.action, reading.would_get.session_id) == ("resume", row.id)
    assert "session_accepted" in [note.code for note in reading.would_get.notes]
    assert reading.diagnosis.code == "is_writing_accepted"
    listed = database.read(partial(panes.list_candidates, text=STUCK)).rows
    assert [one.status for one in listed] == [CandidateStatus.ACCEPTED]
    (cell,) = (one.primary for one in database.read(panes.matrix) if one.trade.code == "TTC")
    assert (cell.elsewhere, cell.accepted) == ((), (("C", 1),))


def test_accepting_changes_nothing_in_the_portals_tables(database: Database, actor: Actor) -> None:
    before = raw.content(database)
    doing.accept(database, actor, STUCK)
    after = raw.content(database)
    assert [table for table in after if not table.startswith("desktop_admin_") and after[table] != before[table]] == []


def test_accepting_refuses_whoever_has_no_session_on_another_set(database: Database, actor: Actor) -> None:
    changes = doing.accept(database, actor, STUCK, "T-FINE", "T-NONE", "T-DONE", "T-LOST")
    assert doing.applied(changes.lines) == [STUCK]
    assert doing.refusals(changes.lines) == {
        "T-FINE": "refused_not_on_another_set",
        "T-NONE": "refused_not_writing",
        "T-DONE": "refused_not_writing",
        "T-LOST": "refused_not_writing",
    }
    assert doing.refusals(doing.accept(database, actor, STUCK).lines) == {STUCK: "refused_accepted_already"}


def test_a_session_that_was_completed_since_it_was_shown_is_refused(database: Database, actor: Actor) -> None:
    (session_id,) = doing.sessions_of(database, STUCK)
    chosen = doing.chosen(database, STUCK)
    plan = database.read(partial(planning.plan_accept, chosen=chosen, session_ids=[session_id]))
    raw.change(database, "UPDATE questions_examsession SET completed_at = started_at WHERE id = ?", values=[session_id])
    changes = doing.apply_shown(database, actor, plan)
    assert doing.refusals(changes.lines) == {STUCK: "refused_session_gone"}


def test_a_session_that_is_stuck_for_another_reason_stays_so_and_the_plan_says_it(
    database: Database, actor: Actor
) -> None:
    raw.change(
        database, "UPDATE registration_candidateprofile SET has_exam_slot = ? WHERE army_no = 'T-STUCK'", values=[False]
    )
    changes = doing.accept(database, actor, STUCK)
    assert doing.notes(doing.line_of(changes.lines, STUCK)) == ["note_finishes", "note_still_stuck"]
    row = row_of(database, STUCK)
    assert [one.kind.value for one in row.problems] == ["no_slot"]
    assert row.stuck
    assert database.read(health.survey).accepted == 0


def test_undoing_takes_the_acceptance_back(database: Database, actor: Actor) -> None:
    before = row_of(database, STUCK)
    done = doing.accept(database, actor, STUCK)
    undone = doing.undo(database, actor, done)
    assert doing.applied(undone.lines) == [STUCK]
    assert row_of(database, STUCK) == before


def test_the_acceptance_of_a_session_that_is_completed_by_now_is_not_taken_back(
    database: Database, actor: Actor
) -> None:
    done = doing.accept(database, actor, STUCK)
    raw.change(
        database, "UPDATE questions_examsession SET completed_at = started_at WHERE id = ?", values=done.accepted_ids
    )
    assert doing.refusals(doing.undo(database, actor, done).lines) == {STUCK: "refused_session_gone"}


def test_clearing_ends_the_acceptance_and_its_undo_brings_it_back(database: Database, actor: Actor) -> None:
    doing.accept(database, actor, STUCK)
    accepted = row_of(database, STUCK)
    cleared = doing.slot(database, actor, REASSIGN, STUCK)
    assert cleared.session_ids == (accepted.id,)
    undone = doing.undo(database, actor, cleared)
    # It comes back as accepted as it was, so nothing is told of being stuck.
    assert "note_stuck_before" not in doing.notes(doing.line_of(undone.lines, STUCK))
    assert row_of(database, STUCK).accepted == accepted.accepted


def test_a_session_that_was_cleared_and_restored_is_no_longer_accepted(database: Database, actor: Actor) -> None:
    (session_id,) = doing.accept(database, actor, STUCK).accepted_ids
    doing.clear(database, actor, session_id)
    doing.apply_now(database, actor, partial(planning.plan_restore, session_ids=[session_id], override=True))
    assert row_of(database, STUCK).stuck
    doing.accept(database, actor, STUCK)
    assert not row_of(database, STUCK).stuck


def test_another_switch_asks_again(database: Database, actor: Actor) -> None:
    """Whoever makes it; only while the letter is active that it was given for, the acceptance holds."""
    doing.accept(database, actor, STUCK)
    raw.change(database, "UPDATE questions_activatesets SET active_primary_set = 'A' WHERE active_primary_set = 'E'")
    assert row_of(database, STUCK).stuck
    raw.change(database, "UPDATE questions_activatesets SET active_primary_set = 'E' WHERE trade_id = ?", values=[1])
    assert not row_of(database, STUCK).stuck
    changes = doing.activate(database, actor, ("TTC", "A"))
    assert set(doing.applied(changes.lines)) >= {"TTC", STUCK}


def test_activating_the_same_letter_again_is_no_other_switch(database: Database, actor: Actor) -> None:
    (session_id,) = doing.accept(database, actor, STUCK).accepted_ids
    changes = doing.activate(database, actor, ("TTC", "E"))
    assert session_id not in changes.session_ids
    assert not row_of(database, STUCK).stuck


def test_a_candidate_who_was_moved_to_another_trade_is_stuck_again(database: Database, actor: Actor) -> None:
    doing.accept(database, actor, STUCK)
    occ = doing.trade(database, "OCC")
    raw.change(
        database, "UPDATE registration_candidateprofile SET trade_id = ? WHERE army_no = 'T-STUCK'", values=[occ]
    )
    assert row_of(database, STUCK).stuck


def test_a_session_of_mixed_sets_may_be_accepted_as_well(database: Database, actor: Actor) -> None:
    (session_id,) = doing.sessions_of(database, STUCK)
    of_e = raw.query(database, "SELECT min(id) FROM questions_question WHERE question_set = 'E'")[0][0]
    first = raw.query(database, f"SELECT min(id) FROM questions_examquestion WHERE session_id = {session_id}")[0][0]
    raw.change(database, f"UPDATE questions_examquestion SET question_id = {of_e} WHERE id = {first}")
    assert row_of(database, STUCK).sets == ("C", "E")
    doing.accept(database, actor, STUCK)
    assert row_of(database, STUCK).problems == ()


def test_a_session_of_secondary_may_be_accepted_as_well(database: Database, actor: Actor) -> None:
    raw.change(database, "UPDATE questions_activatesets SET active_secondary_set = 'B'")
    row = row_of(database, "T-SECOND")
    assert (row.stuck, row.paper) == (True, Paper.SECONDARY)
    doing.accept(database, actor, "T-SECOND")
    assert row_of(database, "T-SECOND").problems == ()


def test_a_row_that_somebody_adds_by_hand_accepts_nothing(database: Database, actor: Actor) -> None:
    doing.sign_out(database, actor, "T-FINE")
    (session_id,) = doing.sessions_of(database, STUCK)
    values = ("nobody's", session_id, doing.user(database, STUCK), doing.trade(database, "TTC"), "PRIMARY", "E")
    raw.change(database, "INSERT INTO desktop_admin_accepted_session VALUES (?, ?, ?, ?, ?, ?)", values=values)
    assert row_of(database, STUCK).stuck
