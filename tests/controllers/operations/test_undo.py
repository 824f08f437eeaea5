"""Undo puts exactly back what an operation changed, and leaves alone whatever somebody has touched since."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest

from desktop_admin.controllers.findings import sweep
from desktop_admin.controllers.log import chain
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.operations.undo import past
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, NotPermitted, UsageProblem
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, Refusal, Role
from tests import planning, raw
from tests.controllers import actors, doing

EVERYBODY = ("T-STUCK", "T-FINE", "T-SLOT", "T-SECOND", "T-MOVED", "T-NONE")
Verb = Callable[[Database, Actor], Changes]
OPERATIONS: dict[str, Verb] = {
    "assign": lambda database, actor: doing.slot(database, actor, ASSIGN, *EVERYBODY),
    "reset": lambda database, actor: doing.slot(database, actor, RESET, *EVERYBODY),
    "reassign": lambda database, actor: doing.slot(database, actor, REASSIGN, *EVERYBODY),
    "clear": lambda database, actor: doing.clear(database, actor, *doing.sessions_of(database, "T-STUCK")),
    "sign out": lambda database, actor: doing.sign_out(database, actor, *EVERYBODY),
    "primary set": lambda database, actor: doing.activate(database, actor, ("TTC", "A"), ("OCC", "A")),
    "secondary set": lambda database, actor: doing.activate(database, actor, ("TTC", "B"), paper=Paper.SECONDARY),
    "first set": lambda database, actor: doing.activate(database, actor, ("Musician", "B"), paper=Paper.SECONDARY),
}


def undo(database: Database, actor: Actor, done: Changes) -> Changes:
    assert done.op_id is not None
    return doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id))


@pytest.mark.parametrize("verb", OPERATIONS.values(), ids=OPERATIONS)
def test_undo_puts_every_row_of_the_portal_back(database: Database, actor: Actor, verb: Verb) -> None:
    raw.change(database, "DELETE FROM questions_activatesets WHERE trade_id = 3")
    before = raw.content(database)
    done = verb(database, actor)
    assert raw.differences(before, raw.content(database)) != {}
    undone = undo(database, actor, done)
    assert raw.differences(before, raw.content(database)) == {}
    assert (undone.applied, undone.refused) == (len(doing.applied(done.lines)), 0)
    assert undone.restored_ids == done.session_ids


@pytest.mark.parametrize("rounds", [5, pytest.param(1000, marks=pytest.mark.long)])
def test_a_reset_and_its_undo_can_be_repeated_for_ever(database: Database, actor: Actor, rounds: int) -> None:
    before, numbered = raw.content(database), raw.numbering(database)
    for _ in range(rounds):
        done = doing.slot(database, actor, RESET, *EVERYBODY)
        assert (done.applied, done.cleared_sessions) == (5, 4)
        undo(database, actor, done)
    assert raw.differences(before, raw.content(database)) == {}
    # The portal gives its next session the number that it would have had.
    assert raw.numbering(database) == numbered
    assert raw.query(database, "SELECT count(*) FROM desktop_admin_ended_login") == [(0,)]
    found = database.read(chain.verify)
    assert (found.intact, found.rows, found.sessions) == (True, 2 * rounds, 4 * rounds)


def test_who_restarted_or_submitted_since_is_named_and_left(database: Database, actor: Actor) -> None:
    done = doing.slot(database, actor, REASSIGN, "T-STUCK", "T-FINE", "T-SECOND", "T-MOVED")
    started = doing.start(database, "T-STUCK", trade_name="TTC", letter="E", minutes=0)
    raw.change(
        database,
        "UPDATE registration_candidateprofile SET slot_attempting_at = slot_assigned_at WHERE army_no = 'T-FINE'",
    )
    raw.change(
        database,
        "UPDATE registration_candidateprofile SET secondary_slot_consumed_at = slot_assigned_at, "
        "is_secondary_completed = ? WHERE army_no = 'T-SECOND'",
        values=[True],
    )
    undone = undo(database, actor, done)
    assert doing.applied(undone.lines) == ["T-MOVED"]
    assert doing.refusals(undone.lines) == {
        "T-STUCK": "refused_newer_session",
        "T-FINE": "refused_changed_since",
        "T-SECOND": "refused_submitted_since",
    }
    assert doing.sessions_of(database, "T-STUCK") == [started]
    assert doing.sessions_of(database, "T-FINE") == []


def test_the_undo_of_a_switch_is_a_switch_back(database: Database, actor: Actor) -> None:
    """Who started on the set taken back is cleared; who was writing before has the earlier session again."""
    writing, stuck = doing.sessions_of(database, "T-FINE"), doing.sessions_of(database, "T-STUCK")
    done = doing.activate(database, actor, ("TTC", "A"))
    again = doing.start(database, "T-FINE", trade_name="TTC", letter="A", minutes=0)
    fresh = doing.start(database, "T-SLOT", trade_name="TTC", letter="A", minutes=0)
    plan = database.read(partial(planning.plan_undo, undoes=done.op_id or ""))
    (told,) = (note for note in plan.notes if note.code == "note_switched_back")
    assert dict(told.values) == {"n": 2}
    changed, newcomer = doing.line_of(plan.lines, "T-FINE"), doing.line_of(plan.lines, "T-SLOT")
    assert (changed.cleared, changed.restored) == ((again,), tuple(writing))
    assert (newcomer.cleared, newcomer.restored, doing.notes(newcomer)) == ((fresh,), (), ["note_started_meanwhile"])
    undone = undo(database, actor, done)
    assert undone.refused == 0
    assert (doing.sessions_of(database, "T-FINE"), doing.sessions_of(database, "T-STUCK")) == (writing, stuck)
    assert doing.sessions_of(database, "T-SLOT") == []
    letters = raw.query(database, "SELECT active_primary_set FROM questions_activatesets WHERE trade_id = 1")
    assert letters == [("E",)]
    late = database.read(partial(sweep.late_arrivals, lines=undone.lines))
    # Both were stuck before the switch, too.
    assert {finding.army_no for finding in late} == {"T-STUCK", "T-MOVED"}


def test_a_session_that_cannot_come_back_does_not_keep_the_one_on_the_set_taken_back(
    database: Database, actor: Actor
) -> None:
    done = doing.activate(database, actor, ("TTC", "A"))
    doing.slot(database, actor, REASSIGN, "T-FINE")
    doing.start(database, "T-FINE", trade_name="TTC", letter="A", minutes=0)
    undone = undo(database, actor, done)
    line = doing.line_of(undone.lines, "T-FINE")
    (note,) = (note for note in line.notes if note.code == "note_earlier_stays")
    assert (line.outcome, line.restored) == ("applied", ())
    assert dict(note.values) == {"reason": Message(Refusal.CHANGED_SINCE)}
    assert doing.sessions_of(database, "T-FINE") == []


def test_who_starts_on_the_set_while_its_switch_is_taken_back_is_cleared_as_well(
    database: Database, actor: Actor
) -> None:
    done = doing.activate(database, actor, ("TTC", "A"))
    shown = database.read(partial(planning.plan_undo, undoes=done.op_id or ""))
    doing.start(database, "T-SLOT", trade_name="TTC", letter="A", minutes=0)
    doing.start(database, "T-FINE", trade_name="TTC", letter="A", minutes=0)
    undone = database.write(partial(apply.apply, plan=shown, actor=actor))
    assert "started_since" in doing.notes(doing.line_of(undone.lines, "T-SLOT"))
    assert doing.sessions_of(database, "T-SLOT") == []
    assert doing.line_of(undone.lines, "T-FINE").restored == tuple(doing.sessions_of(database, "T-FINE"))


def test_who_sat_the_set_whose_switch_is_taken_back_is_named_and_left(database: Database, actor: Actor) -> None:
    """Whoever had submitted another set before the switch has nothing to do with it."""
    submit = "UPDATE questions_examsession SET completed_at = started_at WHERE id = ?"
    before = doing.start(database, "T-NONE", trade_name="TTC", letter="C", minutes=30)
    raw.change(database, submit, values=[before])
    done = doing.activate(database, actor, ("TTC", "A"))
    sat = doing.start(database, "T-SLOT", trade_name="TTC", letter="A", minutes=0)
    raw.change(database, submit, values=[sat])
    undone = undo(database, actor, done)
    assert doing.refusals(undone.lines) == {"T-SLOT": "refused_sat_since"}
    kept = raw.query(database, "SELECT count(*) FROM questions_examsession WHERE id IN (?, ?)", values=[before, sat])
    assert kept == [(2,)]


def test_a_trade_that_was_switched_again_stays_as_it_is(database: Database, actor: Actor) -> None:
    first = doing.activate(database, actor, ("TTC", "A"), ("OCC", "A"))
    second = doing.activate(database, actor, ("TTC", "C"))
    before = raw.content(database)
    undone = undo(database, actor, first)
    refused = doing.refusals(undone.lines)
    assert refused.pop("TTC") == "refused_sets_changed_since"
    assert set(refused.values()) == {"refused_sets_changed_since"}
    assert doing.applied(undone.lines) == ["OCC", "T-MOVED"]
    assert second.applied == 1
    changed = raw.differences(before, raw.content(database))
    letters = raw.query(database, "SELECT active_primary_set FROM questions_activatesets WHERE trade_id = 1")
    assert letters == [("C",)]
    assert "questions_examsession" in changed


def test_the_other_papers_switch_does_not_stand_in_the_way(database: Database, actor: Actor) -> None:
    first = doing.activate(database, actor, ("TTC", "A"))
    doing.activate(database, actor, ("TTC", "B"), paper=Paper.SECONDARY)
    assert undo(database, actor, first).refused == 0
    letters = raw.query(
        database, "SELECT active_primary_set, active_secondary_set FROM questions_activatesets WHERE trade_id = 1"
    )
    assert letters == [("E", "B")]


def test_a_login_of_his_own_since_is_not_joined_by_the_old_one(database: Database, actor: Actor) -> None:
    done = doing.slot(database, actor, REASSIGN, "T-FINE")
    ((body,),) = raw.query(database, "SELECT body FROM desktop_admin_ended_login")
    kept = json.loads(body)
    raw.change(
        database,
        "INSERT INTO django_session (session_key, session_data, expire_date) VALUES ('fresh', ?, ?)",
        values=[kept["session_data"], kept["expire_date"]],
    )
    undone = undo(database, actor, done)
    assert doing.notes(undone.lines[0]) == ["note_logged_in_since"]
    keys = raw.query(
        database, "SELECT session_key FROM django_session WHERE session_data = ?", values=[kept["session_data"]]
    )
    assert keys == [("fresh",)]


def test_an_operation_is_undone_once_and_an_undo_never(database: Database, actor: Actor) -> None:
    done = doing.slot(database, actor, RESET, "T-FINE")
    undone = undo(database, actor, done)
    with pytest.raises(AdminError) as twice:
        undo(database, actor, done)
    assert twice.value.code == "already_undone"
    with pytest.raises(AdminError) as back:
        undo(database, actor, undone)
    assert back.value.code == "undo_of_undo"
    with pytest.raises(UsageProblem):
        database.read(partial(planning.plan_undo, undoes="no such id"))


@pytest.mark.parametrize(
    ("recorded", "name"),
    [("set-role", "Give role"), ("of a later version", "An operation that this version does not know")],
)
def test_what_cannot_be_undone_is_called_by_its_name(
    file_database: Database, actor: Actor, recorded: str, name: str
) -> None:
    done = doing.slot(file_database, actor, RESET, "T-FINE")
    raw.change(file_database, "UPDATE desktop_admin_operation SET operation = ?", values=[recorded])
    with pytest.raises(AdminError) as refused:
        undo(file_database, actor, done)
    assert str(refused.value) == f"This operation ({name}) cannot be undone."


LINE = (
    '{"outcome": "applied", "user_id": 1, "army_no": null, "username": null, "name": "", "trade": null, '
    '"choice": null, "reason": %s, "notes": %s, "cleared": [], "ended_logins": 0}'
)
DAMAGED = (
    "",
    "null",
    '{"lines": []}',
    '{"lines": [{}], "images": []}',
    '{"lines": [%s], "images": []}' % (LINE % ('["c", []]', "[]")),
    '{"lines": [%s], "images": []}' % (LINE % ("null", "[[]]")),
    '{"lines": [], "images": [{"columns": [], "table": "questions_activatesets"}]}',
)


@pytest.mark.parametrize("body", DAMAGED)
def test_a_damaged_row_of_the_log_is_told_and_its_sessions_can_be_restored(
    file_database: Database, actor: Actor, body: str
) -> None:
    done = doing.clear(file_database, actor, *doing.sessions_of(file_database, "T-FINE"))
    raw.change(file_database, "UPDATE desktop_admin_operation SET body = ?, key_id = NULL", values=[body])
    with pytest.raises(AdminError) as told:
        undo(file_database, actor, done)
    assert told.value.code == "undo_damaged"
    planner = partial(planning.plan_restore, session_ids=done.session_ids, override=True)
    assert doing.apply_now(file_database, actor, planner).applied == 1


@pytest.mark.parametrize(
    ("table", "column", "sealed"),
    [
        ("accounts_user", "is_superuser", False),
        ("registration_candidateprofile", "trade_id", False),
        ("registration_candidateprofile", "has_exam_slot", True),
    ],
)
def test_a_row_that_somebody_edited_is_never_obeyed(
    file_database: Database, actor: Actor, table: str, column: str, *, sealed: bool
) -> None:
    done = doing.slot(file_database, actor, RESET, "T-FINE")
    ((body,),) = raw.query(file_database, "SELECT body FROM desktop_admin_operation")
    edited = json.loads(body)
    edited["images"][0] |= {"table": table, "columns": ["id", column], "before": [[1, True]], "after": [False]}
    key_id = "" if sealed else ", key_id = NULL"
    raw.change(file_database, f"UPDATE desktop_admin_operation SET body = ?{key_id}", values=[json.dumps(edited)])
    before = raw.content(file_database)
    with pytest.raises(AdminError) as told:
        undo(file_database, actor, done)
    assert told.value.code == "undo_damaged"
    assert raw.differences(before, raw.content(file_database)) == {}


def test_the_last_own_operation_is_the_one_that_is_not_undone(database: Database, actor: Actor) -> None:
    other = actors.person(database, "another", desk="desk-2")
    first = doing.slot(database, actor, RESET, "T-FINE")
    second = doing.slot(database, actor, RESET, "T-STUCK")
    doing.slot(database, other, RESET, "T-SECOND")
    assert database.read(partial(past.last_of, actor=actor)) == second.op_id
    undo(database, actor, second)
    assert database.read(partial(past.last_of, actor=actor)) == first.op_id
    undo(database, actor, first)
    with pytest.raises(UsageProblem) as nothing:
        database.read(partial(past.last_of, actor=actor))
    assert nothing.value.code == "nothing_to_undo"


def test_an_invigilator_undoes_what_is_his_own_and_nothing_else(database: Database, actor: Actor) -> None:
    invigilator = actors.person(database, "invigilator", role=Role.INVIGILATOR)
    with pytest.raises(NotPermitted):
        undo(database, invigilator, doing.slot(database, actor, RESET, "T-FINE"))
    assert undo(database, invigilator, doing.slot(database, invigilator, RESET, "T-STUCK")).applied == 1
