"""What the portal, or somebody with SQL, took away since is named by restore and undo; nothing is half put back."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.operations.undo import past
from desktop_admin.controllers.values.lines import Actor, PaperChoice
from desktop_admin.database.engine import Database
from desktop_admin.rules import Paper
from tests import archived, planning, raw
from tests.controllers import doing

on_a_file = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")


def undo(database: Database, actor: Actor, done: Changes) -> Changes:
    return doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or ""))


def restore(database: Database, actor: Actor, *session_ids: int) -> Changes:
    return doing.apply_now(database, actor, partial(planning.plan_restore, session_ids=session_ids))


def clear(database: Database, actor: Actor, *army_nos: str) -> Changes:
    return doing.clear(database, actor, *(one for army_no in army_nos for one in doing.sessions_of(database, army_no)))


def reopen(database: Database, actor: Actor, army_no: str) -> Changes:
    chosen = doing.chosen(database, army_no)
    return doing.apply_now(database, actor, partial(planning.plan_reopen, chosen=chosen, paper=Paper.PRIMARY))


@on_a_file
def test_of_one_switch_of_both_papers_the_one_that_was_switched_again_stays(database: Database, actor: Actor) -> None:
    trade_id = doing.trade(database, "TTC")
    choices = [PaperChoice(trade_id, Paper.PRIMARY, "A"), PaperChoice(trade_id, Paper.SECONDARY, "B")]
    done = doing.apply_now(database, actor, partial(planning.plan_activate, choices=choices))
    raw.change(database, "UPDATE questions_activatesets SET active_primary_set = 'C' WHERE trade_id = 1")
    undone = undo(database, actor, done)
    refused = [line for line in undone.lines if line.outcome == "refused"]
    assert {line.army_no for line in refused} == {None, "T-FINE", "T-STUCK", "T-MOVED"}
    assert {line.reason.code for line in refused if line.reason} == {"refused_sets_changed_since"}
    assert doing.applied(undone.lines) == ["TTC", "T-SECOND"]
    letters = "SELECT active_primary_set, active_secondary_set FROM questions_activatesets WHERE trade_id = 1"
    assert raw.query(database, letters) == [("C", "A")]


@on_a_file
def test_whose_profile_is_gone_is_named(database: Database, actor: Actor) -> None:
    done = doing.slot(database, actor, RESET, "T-SLOT", "T-FINE")
    raw.change(database, "DELETE FROM registration_candidateprofile WHERE army_no = 'T-SLOT'")
    undone = undo(database, actor, done)
    assert (doing.applied(undone.lines), doing.refusals(undone.lines)) == (
        ["T-FINE"],
        {"T-SLOT": "refused_candidate_gone"},
    )


@on_a_file
def test_whose_archive_is_gone_is_named(database: Database, actor: Actor) -> None:
    done = clear(database, actor, "T-FINE", "T-STUCK")
    (lost,) = (line.cleared for line in done.lines if line.army_no == "T-FINE")
    raw.change(database, f"DELETE FROM desktop_admin_archived_session WHERE session_id = {lost[0]}")
    assert doing.refusals(undo(database, actor, done).lines) == {"T-FINE": "refused_archive_damaged"}


def test_what_the_portal_lost_of_a_session_is_named(database: Database, actor: Actor) -> None:
    done = clear(database, actor, "T-SECOND")
    ((paper_id,),) = raw.query(database, "SELECT paper_id FROM desktop_admin_archived_session")
    raw.change(database, f"UPDATE results_candidateanswer SET paper_id = NULL WHERE paper_id = {paper_id}")
    raw.change(database, f"DELETE FROM questions_examsession WHERE paper_id = {paper_id}")
    raw.change(database, f"DELETE FROM questions_questionpaper WHERE id = {paper_id}")
    for told in (restore(database, actor, *done.session_ids), undo(database, actor, done)):
        assert doing.refusals(told.lines) == {"T-SECOND": "refused_paper_gone"}


@on_a_file
@pytest.mark.parametrize(
    ("table", "code"),
    [("registration_candidateprofile", "refused_candidate_gone"), ("questions_questionpaper", "refused_paper_gone")],
)
def test_what_the_portal_lost_of_a_reopened_paper_is_named(
    database: Database, actor: Actor, table: str, code: str
) -> None:
    raw.change(database, "DELETE FROM questions_examsession WHERE completed_at IS NOT NULL")
    done = reopen(database, actor, "T-DONE")
    assert not done.cleared_sessions
    which = "army_no = 'T-DONE'" if "profile" in table else "question_paper = 'PRIMARY'"
    raw.change(database, f"DELETE FROM {table} WHERE {which}")
    assert doing.refusals(undo(database, actor, done).lines) == {"T-DONE": code}


def test_the_newer_of_two_open_sessions_comes_back(database: Database, actor: Actor) -> None:
    newer = doing.start(database, "T-FINE", trade_name="TTC", letter="E")
    both = doing.sessions_of(database, "T-FINE")
    undone = undo(database, actor, doing.clear(database, actor, newer))
    assert (undone.restored_ids, doing.sessions_of(database, "T-FINE")) == ((newer,), both)


@on_a_file
def test_who_was_writing_when_his_paper_was_reopened_gets_it_back(database: Database, actor: Actor) -> None:
    doing.start(database, "T-DONE", trade_name="TTC", letter="E")
    before = raw.content(database)
    done = reopen(database, actor, "T-DONE")
    assert undo(database, actor, done).refused == 0
    assert raw.differences(before, raw.content(database)) == {}
    again = reopen(database, actor, "T-DONE")
    doing.start(database, "T-DONE", trade_name="TTC", letter="E", minutes=-1)
    assert doing.refusals(undo(database, actor, again).lines) == {"T-DONE": "refused_newer_session"}


def test_a_clearing_is_undone_after_its_restore_was(database: Database, actor: Actor) -> None:
    before = raw.content(database)
    done = clear(database, actor, "T-FINE")
    for _ in range(2):
        undo(database, actor, restore(database, actor, *done.session_ids))
    assert database.read(partial(past.last_of, actor=actor)) == done.op_id
    assert undo(database, actor, done).restored_ids == done.session_ids
    tables = ("questions_examsession", "questions_examquestion")
    assert not raw.differences(before, raw.content(database)).keys() & set(tables)


@on_a_file
def test_an_old_restore_is_not_undone_over_a_later_one(database: Database, actor: Actor) -> None:
    session_ids = clear(database, actor, "T-FINE").session_ids
    first = restore(database, actor, *session_ids)
    clear(database, actor, "T-FINE")
    restore(database, actor, *session_ids)
    assert doing.refusals(undo(database, actor, first).lines) == {"T-FINE": "refused_changed_since"}
    assert tuple(doing.sessions_of(database, "T-FINE")) == session_ids


@on_a_file
def test_a_corrected_code_is_no_other_trade(database: Database, actor: Actor) -> None:
    done = clear(database, actor, "T-FINE")
    raw.change(database, "UPDATE reference_trade SET code = 'TTC-1' WHERE code = 'TTC'")
    assert undo(database, actor, done).refused == 0


@on_a_file
@pytest.mark.parametrize("damage", [{"paper": "THIRD"}, {"trade_id": [1]}])
def test_an_archive_of_other_kinds_is_damaged(database: Database, actor: Actor, damage: dict[str, Any]) -> None:
    done = clear(database, actor, "T-FINE")
    ((body,),) = raw.query(database, "SELECT body FROM desktop_admin_archived_session")
    whole = json.loads(body)
    text = json.dumps(whole | damage | {"row": whole["row"] | damage})
    raw.change(database, "UPDATE desktop_admin_archived_session SET body = ?", values=[text])
    archived.fit_hashes(database)
    for told in (restore(database, actor, *done.session_ids), undo(database, actor, done)):
        assert doing.refusals(told.lines) == {"T-FINE": "refused_archive_damaged"}
