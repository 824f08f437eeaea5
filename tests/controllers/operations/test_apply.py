"""A plan that no longer holds, an operation asked for twice, and what the operation row keeps."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import pytest

from desktop_admin.controllers.log import history
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.changes import PlanChanged
from desktop_admin.controllers.operations.deeds import PREPARE
from desktop_admin.controllers.operations.deeds import doing as doing_deeds
from desktop_admin.controllers.operations.kind import Operation
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor, Chosen, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.errors import AdminError, NotPermitted
from desktop_admin.messages import Message
from desktop_admin.rules import Role
from tests import planning, portal, raw
from tests.controllers import actors, doing


def complete(database: Database, *session_ids: int) -> None:
    for session_id in session_ids:
        raw.change(
            database,
            "UPDATE questions_examsession SET completed_at = '2026-01-01 10:00:00' WHERE id = ?",
            values=[session_id],
        )


def counted(database: Database) -> int:
    ((count,),) = raw.query(database, "SELECT count(*) FROM desktop_admin_operation")
    return int(count)


@pytest.mark.parametrize("operation", [RESET, REASSIGN])
def test_a_session_that_was_started_since_the_plan_means_that_nothing_is_written(
    database: Database, actor: Actor, operation: Operation
) -> None:
    plan = database.read(doing.slots_plan(operation, Chosen(everyone=True)))
    new = doing.start(database, "T-SLOT", trade_name="TTC", letter="E")
    before = raw.content(database)
    with pytest.raises(PlanChanged) as changed:
        doing.apply_shown(database, actor, plan)
    assert raw.differences(before, raw.content(database), own=True) == {}
    assert doing.line_of(changed.value.plan.lines, "T-SLOT").cleared == (new,)
    doing.apply_shown(database, actor, changed.value.plan)
    assert doing.sessions_of(database, "T-SLOT") == []


def test_a_candidate_who_was_refused_and_would_be_touched_now_means_that_nothing_is_written(
    database: Database, actor: Actor
) -> None:
    plan = database.read(doing.slots_plan(ASSIGN, doing.chosen(database, "T-NONE", "T-SLOT")))
    raw.change(database, "UPDATE registration_candidateprofile SET has_exam_slot = FALSE WHERE army_no = 'T-SLOT'")
    before = raw.content(database)
    with pytest.raises(PlanChanged):
        doing.apply_shown(database, actor, plan)
    assert raw.differences(before, raw.content(database), own=True) == {}


def test_a_session_completed_since_the_plan_is_refused_and_the_rest_is_cleared(
    database: Database, actor: Actor
) -> None:
    (stuck,), (fine,) = (doing.sessions_of(database, name) for name in ("T-STUCK", "T-FINE"))
    plan = database.read(partial(planning.plan_clear, session_ids=[stuck, fine]))
    complete(database, fine)
    changes = doing.apply_shown(database, actor, plan)
    assert changes.session_ids == (stuck,)
    assert doing.refusals(changes.lines) == {"T-FINE": "refused_session_completed"}
    assert "changed_since" in doing.notes(doing.line_of(changes.lines, "T-FINE"))


def test_a_candidate_who_finished_since_the_plan_is_refused_and_the_rest_is_applied(
    database: Database, actor: Actor
) -> None:
    plan = database.read(doing.slots_plan(RESET, doing.chosen(database, "T-STUCK", "T-FINE")))
    complete(database, *doing.sessions_of(database, "T-FINE"))
    raw.change(database, "UPDATE registration_candidateprofile SET has_exam_slot = FALSE WHERE army_no = 'T-FINE'")
    changes = doing.apply_shown(database, actor, plan)
    assert doing.applied(changes.lines) == ["T-STUCK"]
    assert doing.refusals(changes.lines) == {"T-FINE": "refused_nothing_to_reset"}


def test_a_session_that_is_gone_since_the_plan_is_told_and_the_slot_is_still_reset(
    database: Database, actor: Actor
) -> None:
    plan = database.read(doing.slots_plan(RESET, doing.chosen(database, "T-STUCK")))
    complete(database, *doing.sessions_of(database, "T-STUCK"))
    (line,) = doing.apply_shown(database, actor, plan).lines
    assert (line.outcome, line.cleared, doing.notes(line)) == ("applied", (), ["changed_since"])


def test_a_candidate_removed_from_the_portal_since_the_plan_is_refused(database: Database, actor: Actor) -> None:
    plan = database.read(doing.slots_plan(ASSIGN, doing.chosen(database, "T-NONE")))
    raw.change(database, "DELETE FROM registration_candidateprofile WHERE army_no = 'T-NONE'")
    changes = doing.apply_shown(database, actor, plan)
    assert (changes.op_id, changes.applied, changes.refused) == (None, 0, 1)


def test_a_switch_also_clears_the_sessions_that_were_started_since_the_plan(database: Database, actor: Actor) -> None:
    plan = database.read(doing.activation(database, ("TTC", "C")))
    new = doing.start(database, "T-SLOT", trade_name="TTC", letter="E")
    second = doing.start(database, "T-FINE", trade_name="TTC", letter="A")
    changes = doing.apply_shown(database, actor, plan)
    assert {new, second} <= set(changes.session_ids)
    assert doing.notes(doing.line_of(changes.lines, "T-SLOT")) == ["started_since"]


def test_a_switch_tells_which_sessions_were_gone_by_then(database: Database, actor: Actor) -> None:
    plan = database.read(doing.activation(database, ("TTC", "C")))
    complete(database, *doing.sessions_of(database, "T-FINE"))
    changes = doing.apply_shown(database, actor, plan)
    assert doing.refusals(changes.lines) == {"T-FINE": "refused_session_gone"}
    assert (changes.applied, changes.refused) == (1, 0), "a switch counts trades"


def test_a_trade_whose_questions_were_withdrawn_since_the_plan_is_refused(database: Database, actor: Actor) -> None:
    plan = database.read(doing.activation(database, ("TTC", "C")))
    raw.change(database, "UPDATE questions_question SET is_active = FALSE WHERE question_set = 'C'")
    before = raw.content(database)
    changes = doing.apply_shown(database, actor, plan)
    assert changes.op_id is None
    assert raw.differences(before, raw.content(database), own=True) == {}


def test_a_candidate_whose_trade_is_refused_since_the_plan_is_told_that_his_session_stays(
    database: Database, actor: Actor
) -> None:
    plan = database.read(doing.activation(database, ("TTC", "C")))
    raw.change(database, "UPDATE questions_question SET is_active = FALSE WHERE question_set = 'C'")
    complete(database, *doing.sessions_of(database, "T-MOVED"))
    changes = doing.apply_shown(database, actor, plan)
    assert doing.refusals(changes.lines) == {
        "TTC": "refused_no_questions",
        "T-FINE": "refused_session_stays",
        "T-MOVED": "refused_session_gone",
    }


def test_a_session_removed_since_the_plan_gives_its_candidate_one_refused_line(
    database: Database, actor: Actor
) -> None:
    names = ("T-STUCK", "T-FINE", "T-SECOND")
    gone, also_gone, fine = [session for name in names for session in doing.sessions_of(database, name)]
    unknown = 987_654
    plan = database.read(partial(planning.plan_clear, session_ids=[gone, also_gone, fine, unknown]))
    for session_id in (gone, also_gone):
        raw.change(database, f"DELETE FROM questions_examquestion WHERE session_id = {session_id}")
        raw.change(database, f"DELETE FROM questions_examsession WHERE id = {session_id}")
    changes = doing.apply_shown(database, actor, plan)
    assert (changes.applied, changes.refused) == (1, 3)
    assert [line.army_no or line.name for line in changes.lines] == ["T-SECOND", f"#{unknown}", "T-FINE", "T-STUCK"]
    assert {line.reason.code for line in changes.lines if line.reason} == {"refused_session_gone"}


def test_times_are_not_compared(database: Database, actor: Actor) -> None:
    plan = database.read(doing.slots_plan(RESET, doing.chosen(database, "T-STUCK")))
    raw.change(database, "UPDATE registration_candidateprofile SET slot_assigned_at = '2026-01-01 00:00:00'")
    assert doing.apply_shown(database, actor, plan).applied == 1


def test_the_same_operation_asked_for_twice_is_applied_once(database: Database, actor: Actor) -> None:
    plan = database.read(doing.slots_plan(REASSIGN, doing.chosen(database, "T-STUCK", "T-DONE")))
    first = doing.apply_shown(database, actor, plan, reason="PC failed")
    doing.start(database, "T-STUCK", trade_name="TTC", letter="E")
    before = raw.content(database)
    second = doing.apply_shown(database, actor, plan, reason="again")
    assert raw.differences(before, raw.content(database), own=True) == {}
    assert [note.code for note in second.notes] == ["already_applied"]
    assert (second.op_id, second.lines, second.reason) == (first.op_id, first.lines, "PC failed")
    assert counted(database) == 1


NOBODY = 999_999


@pytest.mark.parametrize("number", [20, 21])
def test_an_invigilator_acts_alone_on_up_to_twenty_candidates(database: Database, number: int) -> None:
    plan = database.read(doing.slots_plan(RESET, doing.chosen(database, "T-STUCK")))
    (line,) = plan.lines
    others = (replace(line, user_id=NOBODY + other, cleared=()) for other in range(number - 1))
    many = replace(plan, lines=(line, *others))
    invigilator = actors.person(database, "x", role=Role.INVIGILATOR)
    if number > 20:
        with pytest.raises(NotPermitted):
            doing.apply_shown(database, invigilator, many)
    else:
        doing.apply_shown(database, invigilator, many)


def test_the_record_names_person_desk_reason_and_what_every_column_held(database: Database) -> None:
    person = Actor(name="Hav. Singh", desk="hall-2", user_id=portal.SUPERVISOR_ID, verified=True)
    before = raw.content(database)
    changes = doing.apply_now(
        database, person, doing.slots_plan(RESET, doing.chosen(database, "T-STUCK")), reason="wrong set"
    )
    (record,) = database.read(history.operations)
    assert (record.op_id, record.operation, record.person, record.verified, record.desk, record.reason) == (
        changes.op_id, "reset-slots", "Hav. Singh", True, "hall-2", "wrong set"
    )  # fmt: skip
    assert [cleared.army_no for cleared in record.sessions] == ["T-STUCK"]
    assert len(record.sessions[0].questions) == 43
    (body,) = raw.query(database, "SELECT body FROM desktop_admin_operation")[0]
    (image,) = json.loads(body)["images"]
    profile = next(row for row in before["registration_candidateprofile"] if row["army_no"] == "T-STUCK")
    stored = dict(zip(image["columns"], image["before"][0], strict=True))
    assert stored["id"] == profile["id"]
    assert stored["slot_attempting_at"] == raw.moment(profile["slot_attempting_at"]).isoformat()
    assert (stored["has_exam_slot"], image["after"]) == (True, [False, None, None, None])


def test_a_switch_records_what_every_copy_held_and_holds(database: Database, actor: Actor) -> None:
    before = raw.content(database)
    doing.activate(database, actor, ("TTC", "C"))
    after = raw.content(database)
    (body,) = raw.query(database, "SELECT body FROM desktop_admin_operation")[0]
    images = {image["table"]: image for image in json.loads(body)["images"]}
    for table, change in raw.differences(before, after).items():
        if table in ("questions_activatesets", "questions_questionsetactivation"):
            key = images[table]["columns"][0]
            assert {row[0] for row in images[table]["before"]} == {row[key] for row in (*change.gone, *change.come)}
            held = {row[0]: row for row in images[table]["before"] if len(row) > 1}
            assert held.keys() == {row[key] for row in change.gone}


def test_operations_are_numbered_without_gaps_newest_first(database: Database, actor: Actor) -> None:
    for army_no in ("T-STUCK", "T-FINE", "T-DONE", "T-SLOT"):
        doing.slot(database, actor, RESET, army_no)
    records = database.read(history.operations)
    assert [record.seq for record in records] == [3, 2, 1]
    last = database.read(lambda session: history.last_action(session, user_id=doing.user(database, "T-STUCK")))
    assert last is not None
    assert last.op_id == records[-1].op_id


def test_the_id_of_something_else_in_the_log_is_refused_in_words_and_nothing_is_done(
    database: Database, actor: Actor
) -> None:
    def deed(session: Session, op_id: str) -> bool:
        return doing_deeds.do(session, PREPARE, lambda: Message.of("prepare.told"), actor=actor, op_id=op_id)

    of_deed, of_reset = new_op_id(), doing.slot(database, actor, RESET, "T-FINE").op_id or ""
    assert database.write(partial(deed, op_id=of_deed))
    plan = database.read(doing.slots_plan(REASSIGN, doing.chosen(database, "T-STUCK")))
    before = raw.content(database)
    for job in (
        partial(apply.apply, plan=replace(plan, op_id=of_deed), actor=actor),
        partial(apply.apply, plan=replace(plan, op_id=of_reset), actor=actor),
        partial(apply.recorded, op_id=of_deed),
        partial(deed, op_id=of_reset),
    ):
        with pytest.raises(AdminError) as refused:
            database.write(job)
        assert refused.value.code == "op_id_taken"
    assert raw.differences(before, raw.content(database), own=True) == {}
