"""Reopening a paper: its session and answers go into the archive whole, and an undo brings the same rows back."""

from __future__ import annotations

from functools import partial

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.log import chain, history
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.slots import ASSIGN
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import NotPermitted
from desktop_admin.rules import Paper, Role
from tests import accounts, planning, raw
from tests.cli import runs
from tests.controllers import doing
from tests.controllers.findings.test_findings import answer_foreign_question

ACCOUNTS = accounts.AS_A_SUPERVISOR
ANSWERS = "results_candidateanswer"
on_a_file = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
TEXTS = ("b", None, "", "two\nlines, \"quoted\" \\ and 'single'", "देवनागरी 🙂", "0", "null")


@pytest.fixture
def answered(database: Database) -> Database:
    """T-DONE has answered both papers, in every way in which an answer can be stored."""
    for paper in Paper:
        for number, text in enumerate(TEXTS):
            raw.change(
                database,
                f"INSERT INTO {ANSWERS} (answer, submitted_at, candidate_id, paper_id, question_id, exam_type) "
                "SELECT ?, ?, c.id, p.id, (SELECT min(id) FROM questions_question) + ?, p.question_paper "
                "FROM registration_candidateprofile c, questions_questionpaper p "
                "WHERE c.army_no = 'T-DONE' AND p.question_paper = ?",
                values=[text, raw.LONG_AGO, number, paper.value],
            )
    return database


def reopen(database: Database, actor: Actor, *army_nos: str, paper: Paper = Paper.PRIMARY) -> Changes:
    chosen = doing.chosen(database, *army_nos)
    return doing.apply_now(database, actor, partial(planning.plan_reopen, chosen=chosen, paper=paper))


def undo(database: Database, actor: Actor, done: Changes) -> Changes:
    assert done.op_id is not None
    return doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id))


@pytest.mark.parametrize("paper", Paper)
def test_a_reopened_paper_is_gone_from_the_portal_and_comes_back_by_undo(
    answered: Database, actor: Actor, paper: Paper
) -> None:
    before = raw.content(answered)
    done = reopen(answered, actor, "T-DONE", paper=paper)
    changed = raw.differences(before, raw.content(answered))
    assert set(changed) == {ANSWERS, "questions_examsession", "questions_examquestion", "django_session"} | {
        "registration_candidateprofile"
    }
    assert {row["exam_type"] for row in changed[ANSWERS].gone} == {paper}
    assert len(changed[ANSWERS].gone) == 43 + len(TEXTS)
    assert (done.applied, done.cleared_sessions) == (1, 1)
    (profile,) = changed["registration_candidateprofile"].come
    name = paper.lower()
    assert not profile[f"is_{name}_completed"]
    assert profile[f"{name}_slot_consumed_at"] is None
    assert undo(answered, actor, done).applied == 1
    assert raw.differences(before, raw.content(answered)) == {}


@on_a_file
def test_it_can_be_done_again_after_its_undo(answered: Database, actor: Actor) -> None:
    before = raw.content(answered)
    for _ in range(2):
        undo(answered, actor, reopen(answered, actor, "T-DONE", "T-SECOND"))
    assert raw.differences(before, raw.content(answered)) == {}


@on_a_file
def test_a_paper_that_was_not_submitted_is_refused(database: Database, actor: Actor) -> None:
    before = raw.content(database)
    done = reopen(database, actor, "T-FINE", "T-SECOND", paper=Paper.SECONDARY)
    assert set(doing.refusals(done.lines).values()) == {"refused_not_submitted"}
    assert raw.differences(before, raw.content(database), own=True) == {}


@on_a_file
def test_who_writes_the_other_paper_is_told_to_be_signed_out(database: Database, actor: Actor) -> None:
    (line,) = reopen(database, actor, "T-SECOND").lines
    assert line.keeps_writing
    assert doing.notes(line) == ["note_answers_archived", "note_keeps_writing"]
    assert len(doing.sessions_of(database, "T-SECOND")) == 1


@on_a_file
def test_it_cures_a_late_submission(database: Database, actor: Actor) -> None:
    answer_foreign_question(database)
    assert "late_submission" in {one.kind for one in database.read(health.survey).findings}
    reopen(database, actor, "T-DONE")
    assert "late_submission" not in {one.kind for one in database.read(health.survey).findings}
    doing.slot(database, actor, ASSIGN, "T-DONE")


@on_a_file
def test_who_has_submitted_again_keeps_that_paper_when_it_is_undone(answered: Database, actor: Actor) -> None:
    done = reopen(answered, actor, "T-DONE")
    raw.change(
        answered,
        "UPDATE registration_candidateprofile SET primary_slot_consumed_at = ? WHERE army_no = 'T-DONE'",
        values=[raw.LONG_AGO],
    )
    before = raw.content(answered)
    assert doing.refusals(undo(answered, actor, done).lines) == {"T-DONE": "refused_submitted_since"}
    assert raw.differences(before, raw.content(answered)) == {}


@on_a_file
@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE desktop_admin_archived_answer SET sha256 = 'x'", "refused_archive_damaged"),
        ("DELETE FROM questions_question WHERE id = (SELECT {question})", "refused_question_gone"),
        (
            "INSERT INTO results_candidateanswer (id, submitted_at, candidate_id, question_id, exam_type) SELECT "
            "{answer}, slot_assigned_at, id, {question}, 'OTHER' FROM registration_candidateprofile "
            "WHERE army_no = 'T-SLOT'",
            "refused_id_in_use",
        ),
    ],
)
def test_answers_that_cannot_come_back_are_named(answered: Database, actor: Actor, statement: str, code: str) -> None:
    unused = "SELECT max(id) FROM questions_question WHERE question_set = 'C'"
    ((question,),) = raw.query(answered, unused)
    raw.change(answered, f"UPDATE {ANSWERS} SET question_id = {question} WHERE answer = 'b' AND exam_type = 'PRIMARY'")
    raw.change(answered, f"DELETE FROM questions_examquestion WHERE question_id = {question}")
    done = reopen(answered, actor, "T-DONE")
    ((answer,),) = raw.query(answered, "SELECT min(answer_id) FROM desktop_admin_archived_answer")
    raw.change(answered, statement.format(question=question, answer=answer))
    assert doing.refusals(undo(answered, actor, done).lines) == {"T-DONE": code}


@on_a_file
def test_its_session_is_not_restored_without_its_answers(answered: Database, actor: Actor) -> None:
    done = reopen(answered, actor, "T-DONE")
    doing.slot(answered, actor, ASSIGN, "T-DONE")
    planner = partial(planning.plan_restore, session_ids=done.session_ids, override=True)
    assert doing.refusals(doing.apply_now(answered, actor, planner).lines) == {"T-DONE": "refused_was_completed"}


def test_the_log_is_bound_to_the_archived_answers(answered: Database, actor: Actor) -> None:
    reopen(answered, actor, "T-DONE")
    assert answered.read(chain.verify).intact
    raw.change(answered, "DELETE FROM desktop_admin_archived_answer WHERE answer_id = 1 OR user_id > 0")
    assert [one.what.code for one in answered.read(chain.verify).problems] == ["log_answers_changed"]


@on_a_file
def test_nobody_but_a_supervisor_reopens(answered: Database) -> None:
    with pytest.raises(NotPermitted):
        reopen(answered, Actor(name="x", role=Role.INVIGILATOR), "T-DONE")


def test_the_command_line_reopens_and_takes_back(answered: Database, any_target: str) -> None:
    on = partial(runs.answer, None, "--db", any_target)
    done = on("reopen-paper", "--army-no", "t-done", "--paper", "primary", "--yes", "--reason", "late")
    assert (done["operation"], done["applied"], done["cleared_sessions"]) == ("reopen-paper", 1, 1)
    assert done["lines"][0]["notes"][0] == "With 50 answers."
    assert on("undo", "--yes")["applied"] == 1
    (_, record) = answered.read(history.operations)
    assert (record.operation, record.reason) == ("reopen-paper", "late")
