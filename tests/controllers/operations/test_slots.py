"""Assign, reset and reassign: what they write, and whom they refuse, in the domain's order."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.people import staff as operators
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.database.engine import Database
from desktop_admin.errors import NotPermitted, OwnTablesMissing, UsageProblem
from desktop_admin.rules import Paper, Role
from tests import accounts, portal, raw
from tests.controllers import doing

MORE_ACCOUNTS = accounts.AS_A_DESK

PROFILE = "registration_candidateprofile"
SLOT = ("has_exam_slot", "slot_assigned_at", "slot_assigned_by_id", "slot_attempting_at")
COMPLETED = {"is_primary_completed": True, "is_secondary_completed": True}
NOW = object()
"""The moment of the operation."""


def set_profile(database: Database, army_no: str, /, **columns: object) -> None:
    assigned = ", ".join(f"{column} = ?" for column in columns)
    raw.change(database, f"UPDATE {PROFILE} SET {assigned} WHERE army_no = ?", values=[*columns.values(), army_no])


def profile(database: Database, army_no: str) -> raw.Row:
    return next(row for row in raw.content(database)[PROFILE] if row["army_no"] == army_no)


def give_everyone_a_staff_assigner(database: Database) -> None:
    raw.change(database, f"UPDATE {PROFILE} SET slot_assigned_by_id = user_id WHERE has_exam_slot")


@pytest.mark.parametrize(
    ("operation", "army_no", "slot_afterwards"),
    [
        (ASSIGN, "T-NONE", (True, NOW, portal.SUPERVISOR_ID, None)),
        (REASSIGN, "T-NONE", (True, NOW, portal.SUPERVISOR_ID, None)),
        (REASSIGN, "T-STUCK", (True, NOW, portal.SUPERVISOR_ID, None)),
        (REASSIGN, "T-SECOND", (True, NOW, portal.SUPERVISOR_ID, None)),
        (RESET, "T-STUCK", (False, None, None, None)),
        (RESET, "T-SECOND", (False, None, None, None)),
        (RESET, "T-SLOT", (False, None, None, None)),
    ],
)
def test_an_operation_writes_the_slot_columns_and_no_other(
    database: Database, operation: Operation, army_no: str, slot_afterwards: tuple[object, ...]
) -> None:
    give_everyone_a_staff_assigner(database)
    person = Actor(name="staff", user_id=portal.SUPERVISOR_ID, verified=True)
    planner = doing.slots_plan(operation, doing.chosen(database, army_no))
    before = raw.content(database)
    plan = database.read(planner)
    now = datetime.now(UTC)
    database.write(partial(apply.apply, plan=plan, actor=person, now=now))
    written = raw.differences(before, raw.content(database))[PROFILE]
    ((old,), (new,)) = written.gone, written.come
    expected = (raw.stored(database, now if value is NOW else value) for value in slot_afterwards)
    assert tuple(new[column] for column in SLOT) == tuple(expected)
    assert {key for key in new if new[key] != old[key]} <= set(SLOT)
    assert new["army_no"] == army_no


@pytest.mark.parametrize("operation", [RESET, REASSIGN])
def test_all_incomplete_sessions_of_either_paper_are_cleared_and_the_candidate_signed_out(
    database: Database, actor: Actor, operation: Operation
) -> None:
    first = doing.start(database, "T-SECOND", trade_name="TTC", letter="E")
    second = doing.sessions_of(database, "T-SECOND")
    before = raw.content(database)
    changes = doing.slot(database, actor, operation, "T-SECOND")
    found = raw.differences(before, raw.content(database))
    assert first in second
    assert [row["id"] for row in found["questions_examsession"].gone] == second
    assert len(found["questions_examquestion"].gone) == 86
    # One for each session that he started; he is signed out everywhere.
    assert len(found["django_session"].gone) == changes.ended_logins == 2
    assert found.keys() == {PROFILE, "questions_examsession", "questions_examquestion", "django_session"}


def test_assigning_clears_an_incomplete_session_that_was_left_without_a_slot(database: Database, actor: Actor) -> None:
    left = doing.start(database, "T-NONE", trade_name="TTC", letter="C")
    changes = doing.slot(database, actor, ASSIGN, "T-NONE")
    assert changes.session_ids == (left,)
    assert doing.sessions_of(database, "T-NONE") == []


def test_a_candidate_without_a_session_stays_signed_in(database: Database, actor: Actor) -> None:
    doing.slot(database, actor, REASSIGN, "T-STUCK")
    before = raw.content(database)
    changes = doing.slot(database, actor, RESET, "T-STUCK")
    assert changes.ended_logins == 0
    assert raw.differences(before, raw.content(database)).keys() == {PROFILE}


@pytest.mark.parametrize(
    ("operation", "columns", "reason"),
    [
        (
            ASSIGN,
            {"trade_id": None, "is_primary_completed": True, "is_secondary_completed": True},
            "no_trade",
        ),
        (ASSIGN, {"trade_id": None}, "no_trade"),
        (ASSIGN, COMPLETED, "all_completed"),
        (ASSIGN, {}, "has_slot"),
        (RESET, COMPLETED, "all_completed"),
        (
            REASSIGN,
            {"trade_id": None, "is_secondary_completed": True, "is_primary_completed": True},
            "all_completed",
        ),
        (REASSIGN, {"trade_id": None}, "no_trade"),
    ],
)
def test_the_first_refusal_in_the_domains_order_is_told_and_everything_kept(
    database: Database, actor: Actor, operation: Operation, columns: dict[str, object], reason: str
) -> None:
    if columns:
        set_profile(database, "T-STUCK", **columns)
    before = raw.content(database)
    changes = doing.slot(database, actor, operation, "T-STUCK")
    assert doing.refusals(changes.lines) == {"T-STUCK": f"refused_{reason}"}
    assert changes.op_id is None
    assert raw.differences(before, raw.content(database), own=True) == {}


@pytest.mark.parametrize("army_no", ["T-NONE", "T-LOST"])
def test_reset_refuses_where_there_is_nothing_to_reset(database: Database, actor: Actor, army_no: str) -> None:
    changes = doing.slot(database, actor, RESET, army_no)
    assert doing.refusals(changes.lines) == {army_no: "refused_nothing_to_reset"}


def test_reset_of_a_candidate_without_a_slot_clears_his_session(database: Database, actor: Actor) -> None:
    set_profile(database, "T-STUCK", has_exam_slot=False, slot_attempting_at=None)
    changes = doing.slot(database, actor, RESET, "T-STUCK")
    assert (changes.applied, changes.cleared_sessions) == (1, 1)


def test_reset_and_reassign_of_a_candidate_without_a_trade(database: Database, actor: Actor) -> None:
    set_profile(database, "T-STUCK", trade_id=None)
    assert doing.applied(doing.slot(database, actor, RESET, "T-STUCK").lines) == ["T-STUCK"]


def test_in_a_bulk_operation_the_refused_keep_everything_and_the_rest_is_applied(
    database: Database, actor: Actor
) -> None:
    everyone = Chosen(everyone=True)
    refused_rows = {army_no: profile(database, army_no) for army_no in ("T-DONE", "T-LOST")}
    changes = doing.apply_now(database, actor, doing.slots_plan(REASSIGN, everyone))
    assert doing.refusals(changes.lines) == {"T-DONE": "refused_all_completed", "T-LOST": "refused_no_trade"}
    assert doing.applied(changes.lines) == [
        "T-FINE", "T-MOVED", "T-MUSIC", "T-NONE", "T-SECOND", "T-SLOT", "T-STUCK"
    ]  # fmt: skip
    assert {army_no: profile(database, army_no) for army_no in refused_rows} == refused_rows
    assert (changes.applied, changes.refused, changes.cleared_sessions) == (7, 2, 4)


def test_a_trade_means_the_profiles_trade(database: Database) -> None:
    occ = Chosen(trade_ids=(doing.trade(database, "OCC"),))
    ttc = Chosen(trade_ids=(doing.trade(database, "TTC"),))
    assert [line.army_no for line in database.read(doing.slots_plan(RESET, occ)).lines] == ["T-MOVED"]
    lines = database.read(doing.slots_plan(RESET, ttc)).lines
    assert "T-MOVED" not in [line.army_no for line in lines]


@pytest.mark.parametrize("switch", ["questions_tradepaperactivation", "questions_questionpaper"])
@pytest.mark.parametrize("operation", [ASSIGN, REASSIGN])
def test_a_closed_paper_is_a_note_and_no_refusal(
    database: Database, actor: Actor, operation: Operation, switch: str
) -> None:
    open_note = doing.slot(database, actor, ASSIGN, "T-NONE").lines[0].notes
    doing.slot(database, actor, RESET, "T-NONE")
    raw.change(database, f"UPDATE {switch} SET is_active = FALSE")
    (line,) = doing.slot(database, actor, operation, "T-NONE").lines
    assert open_note == ()
    assert (line.outcome, doing.notes(line)) == ("applied", ["note_paper_closed"])
    assert dict(line.notes[0].values) == {"paper": Paper.PRIMARY, "trade": "TTC"}


def test_the_plan_tells_what_is_cleared_who_is_signed_out_and_who_started_just_now(database: Database) -> None:
    doing.start(database, "T-FINE", trade_name="TTC", letter="E", minutes=2)
    lines = database.read(doing.slots_plan(RESET, Chosen(everyone=True))).lines
    stuck, fine, slot = (doing.line_of(lines, name) for name in ("T-STUCK", "T-FINE", "T-SLOT"))
    assert (len(stuck.cleared), stuck.ended_logins, stuck.recent) == (1, 1, False)
    assert (len(fine.cleared), fine.ended_logins, fine.recent) == (2, 1, True)
    assert (slot.cleared, slot.ended_logins, slot.recent) == ((), 0, False)


def test_planning_changes_nothing(database: Database) -> None:
    before = raw.digest(database)
    for operation in doing.SLOT_KINDS:
        database.read(doing.slots_plan(operation, Chosen(everyone=True)))
    assert raw.digest(database) == before


@pytest.mark.parametrize("army_nos", [["T-NOBODY"], ["T-STUCK", "x' OR '1'='1"], ["देव"], ["7" * 10_000], [""], []])
def test_one_unknown_army_number_among_many_chooses_nobody(database: Database, army_nos: list[str]) -> None:
    with pytest.raises(UsageProblem) as problem:
        database.read(partial(candidates.require, army_nos=army_nos))
    assert problem.value.code == "unknown_army_no"
    assert len(str(problem.value)) < 400, "the sentence stays readable"


def test_army_numbers_are_compared_trimmed_and_without_case(database: Database) -> None:
    assert doing.user(database, "  t-stuck ") == doing.user(database, "T-STUCK")


def test_two_candidates_that_differ_only_in_case_are_listed_and_none_is_chosen(database: Database) -> None:
    if raw.engine(database) == "mysql":
        pytest.skip("MariaDB holds the two numbers to be the same, so that only one row can be there")
    set_profile(database, "T-NONE", army_no="t-stuck")
    with pytest.raises(UsageProblem, match=r"T-STUCK.*t-stuck|t-stuck.*T-STUCK"):
        database.read(partial(candidates.require, army_nos=["T-Stuck"]))


@pytest.mark.parametrize(
    ("role", "operation"), [(Role.STAFF, RESET), (Role.STAFF, REASSIGN)]
)  # fmt: skip
def test_a_role_that_may_not_is_refused_before_anything_is_written(
    database: Database, role: Role, operation: Operation
) -> None:
    before = raw.digest(database)
    with pytest.raises(NotPermitted):
        doing.slot(database, Actor(name="x", role=role), operation, "T-STUCK")
    assert raw.digest(database) == before


def test_without_our_own_tables_a_change_is_refused_and_a_refusal_is_still_told(sample_file: Path) -> None:
    before = raw.digest(sample_file)
    database = Database.open(sample_file)
    actor = operators.sign_in(database, username="admin", password="admin", desk="desk-1")
    with pytest.raises(OwnTablesMissing):
        doing.slot(database, actor, REASSIGN, "14550006N")
    assert doing.refusals(doing.slot(database, actor, ASSIGN, "14550006N").lines)
    database.close()
    assert raw.digest(sample_file) == before


SAVED_FORM = "UPDATE registration_candidateprofile SET is_secondary_completed = FALSE WHERE army_no = 'T-DONE'"


@pytest.mark.parametrize("operation", [ASSIGN, REASSIGN])
def test_a_submitted_paper_gets_no_slot_although_the_portal_takes_it_for_not_completed(
    database: Database, actor: Actor, operation: Operation
) -> None:
    raw.change(database, SAVED_FORM)
    for chosen in (doing.chosen(database, "T-DONE"), Chosen(everyone=True)):
        changes = doing.apply_now(database, actor, doing.slots_plan(operation, chosen))
        assert doing.refusals(changes.lines)["T-DONE"] == "refused_submitted_already"
    slot = "SELECT has_exam_slot FROM registration_candidateprofile WHERE army_no = 'T-DONE'"
    assert not raw.query(database, slot)[0][0]


def test_a_slot_for_a_submitted_paper_is_still_taken_away(database: Database, actor: Actor) -> None:
    raw.change(database, SAVED_FORM, SAVED_FORM.replace("is_secondary_completed = FALSE", "has_exam_slot = TRUE"))
    assert doing.refusals(doing.slot(database, actor, ASSIGN, "T-DONE").lines) == {
        "T-DONE": "refused_submitted_already"
    }
    assert doing.applied(doing.slot(database, actor, RESET, "T-DONE").lines) == ["T-DONE"]
