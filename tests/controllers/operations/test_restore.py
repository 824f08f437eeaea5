"""Restoring a cleared session: the same rows as before, or one of the eleven reasons why not."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from desktop_admin.controllers.archive import cleared as archive
from desktop_admin.controllers.archive.cleared import ArchivedQuestions
from desktop_admin.controllers.findings import health
from desktop_admin.controllers.log import chain
from desktop_admin.controllers.operations import ladder
from desktop_admin.controllers.operations.changes import Changes, PlanChanged
from desktop_admin.controllers.operations.restore import RESTORE, RestoreAsked
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import NotPermitted, UsageProblem
from desktop_admin.rules import Paper, Role
from tests import archived, planning, raw
from tests.controllers import doing

on_a_file = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
SESSIONS = ("questions_examsession", "questions_examquestion")


def restore(database: Database, actor: Actor, *session_ids: int, override: bool = False) -> Changes:
    planner = partial(planning.plan_restore, session_ids=session_ids, override=override)
    return doing.apply_now(database, actor, planner)


def rows(database: Database) -> dict[str, list[raw.Row]]:
    content = raw.content(database)
    return {table: content[table] for table in SESSIONS}


@pytest.fixture
def cleared(database: Database, actor: Actor) -> int:
    """A session of T-FINE, cleared; his slot is still there."""
    (session_id,) = doing.sessions_of(database, "T-FINE")
    doing.clear(database, actor, session_id)
    return session_id


def test_a_restored_session_has_the_rows_that_it_had(database: Database, actor: Actor) -> None:
    before = rows(database)
    cleared = doing.clear(
        database, actor, *doing.sessions_of(database, "T-FINE"), *doing.sessions_of(database, "T-SECOND")
    )
    done = restore(database, actor, *cleared.session_ids)
    assert done.restored_ids == cleared.session_ids
    assert rows(database) == before


@on_a_file
def test_however_often_a_session_was_cleared_only_the_last_time_is_unpacked(
    database: Database, actor: Actor, cleared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        assert restore(database, actor, cleared).restored_ids == (cleared,)
        doing.clear(database, actor, cleared)
    unpacked: list[int] = []
    really_opened = archive.opened

    def opened(row: Any, **how: Any) -> archive.Archived:
        unpacked.append(row.session_id)
        return really_opened(row, **how)

    monkeypatch.setattr(archive, "opened", opened)
    assert database.read(partial(planning.plan_restore, session_ids=[cleared])).restored_ids == (cleared,)
    assert unpacked == [cleared]


Hindrance = Callable[[Database, Actor, int], object]


def sql(statement: str, *values: object) -> Hindrance:
    return lambda database, _actor, _session: raw.change(database, statement, values=values)


def first_question(database: Database, session_id: int) -> int:
    """The lowest id that a cleared session's questions had."""
    keys = database.read(partial(archive.keys_of_sessions, session_ids=[session_id]))
    (one,) = database.read(partial(archive.of_keys, keys=keys))
    return one.questions.ids[0]


OF_FINE = "WHERE army_no = 'T-FINE'"
HINDRANCES: dict[str, Hindrance] = {
    "refused_already_restored": lambda database, actor, session: restore(database, actor, session),
    "refused_archive_damaged": sql("UPDATE desktop_admin_archived_session SET body = replace(body, 'TTC', 'TTX')"),
    "refused_candidate_gone": sql(f"DELETE FROM registration_candidateprofile {OF_FINE}"),
    "refused_candidate_gone his account": sql("DELETE FROM accounts_user WHERE username = 'T-FINE'"),
    "refused_trade_changed": sql(f"UPDATE registration_candidateprofile SET trade_id = 2 {OF_FINE}"),
    "refused_submitted_since": sql(
        f"UPDATE registration_candidateprofile SET primary_slot_consumed_at = slot_assigned_at {OF_FINE}"
    ),
    "refused_id_in_use": lambda database, _actor, session: raw.change(
        database,
        f"INSERT INTO questions_examsession (id, total_questions, paper_id, user_id, exam_type) "
        f"SELECT {session}, 0, min(paper_id), min(user_id), 'PRIMARY' FROM questions_examsession",
    ),
    "refused_id_in_use of a question": lambda database, _actor, session: raw.change(
        database,
        f"UPDATE questions_examquestion SET id = {first_question(database, session)} "
        "WHERE id = (SELECT * FROM (SELECT max(id) FROM questions_examquestion) x)",
    ),
    "refused_newer_session": lambda database, _actor, _session: doing.start(
        database, "T-FINE", trade_name="TTC", letter="E"
    ),
    "refused_no_slot": sql(f"UPDATE registration_candidateprofile SET has_exam_slot = ? {OF_FINE}", False),
    "refused_question_gone": sql("UPDATE questions_question SET is_active = ? WHERE question_set = 'E'", False),
    "refused_question_gone for ever": sql("DELETE FROM questions_question WHERE question_set = 'E'"),
    "refused_set_not_active": sql("UPDATE questions_activatesets SET active_primary_set = 'A'"),
    "refused_archive_old": sql("UPDATE desktop_admin_operation SET at = ?", raw.LONG_AGO),
    "refused_slot_newer": lambda database, actor, _session: doing.slot(database, actor, REASSIGN, "T-FINE"),
}
OVERRIDABLE = ("refused_set_not_active", "refused_archive_old", "refused_slot_newer")


@pytest.mark.parametrize("code", HINDRANCES)
def test_what_has_become_impossible_is_refused_with_its_reason(
    database: Database, actor: Actor, cleared: int, code: str
) -> None:
    HINDRANCES[code](database, actor, cleared)
    before = raw.content(database)
    done = restore(database, actor, cleared)
    assert [line.reason.code for line in done.lines if line.reason] == [code.split()[0]]
    assert raw.differences(before, raw.content(database), own=True) == {}


@pytest.mark.parametrize("code", HINDRANCES)
def test_a_supervisor_overrides_what_is_unwise_and_never_what_is_impossible(
    database: Database, actor: Actor, cleared: int, code: str
) -> None:
    HINDRANCES[code](database, actor, cleared)
    assert restore(database, actor, cleared, override=True).applied == (code in OVERRIDABLE)


@pytest.mark.parametrize("number", ["Infinity", "NaN", "1e999", "1.5", "null", "[2]", '"a"'])
def test_what_is_no_number_in_the_archive_is_damage_and_nothing_else(number: str) -> None:
    text = f'[["id","order","question_id"],\n[{number},2,3]]'
    with pytest.raises((ValueError, TypeError, LookupError)):
        ArchivedQuestions.of(text)


def test_a_number_that_is_kept_as_a_text_is_that_number() -> None:
    questions = ArchivedQuestions.of('[["id","order","question_id"],\n["3",2,7],\n[4,"5","8"]]')
    assert (questions.ids, questions.positions, questions.question_ids) == ((3, 4), (2, 5), (7, 8))


@pytest.mark.parametrize(("ids", "most"), [((3, 1, 2), 1), ((1, 3), 2), ((7,), 1), ((), 0)])
def test_the_spans_of_questions_cover_their_ids_and_no_others(ids: tuple[int, ...], most: int) -> None:
    names = ("id", "order", "question_id")
    spans = ArchivedQuestions.of(json.dumps([names, *([id_, 1, 1] for id_ in ids)])).spans
    assert sorted(id_ for first, last in spans for id_ in range(first, last + 1)) == sorted(ids)
    assert len(spans) <= most


@pytest.mark.parametrize(("taken", "code"), [(1, None), (2, "refused_id_in_use")])
def test_an_id_between_those_of_a_session_that_is_no_question_of_it_is_in_nobodys_way(
    database: Database, actor: Actor, taken: int, code: str | None
) -> None:
    (session_id,) = doing.sessions_of(database, "T-FINE")
    rows = raw.query(database, f"SELECT id FROM questions_examquestion WHERE session_id = {session_id} ORDER BY id")
    ids = [id_ for (id_,) in rows]
    raw.change(database, f"DELETE FROM questions_examquestion WHERE id = {ids[1]}")
    doing.clear(database, actor, session_id)
    other = "SELECT * FROM (SELECT max(id) FROM questions_examquestion) x"
    raw.change(database, f"UPDATE questions_examquestion SET id = {ids[taken]} WHERE id = ({other})")
    (line,) = restore(database, actor, session_id).lines
    assert (line.reason and line.reason.code) == code


def test_a_session_without_questions_is_refused_for_what_it_lacks(database: Database, actor: Actor) -> None:
    (session_id,) = doing.sessions_of(database, "T-FINE")
    raw.change(database, f"DELETE FROM questions_examquestion WHERE session_id = {session_id}")
    doing.clear(database, actor, session_id)
    (line,) = restore(database, actor, session_id).lines
    assert line.reason is not None
    assert line.reason.code == "refused_without_questions"
    assert restore(database, actor, session_id, override=True).applied == 1


def test_an_id_above_what_the_portal_ever_gave_is_refused(
    database: Database, actor: Actor, request: pytest.FixtureRequest
) -> None:
    """Its data were replaced by an older back-up: a new session would get the same number one day."""
    cleared = doing.clear(database, actor, *doing.sessions_of(database, "T-MOVED")).session_ids[0]
    number = {
        "sqlite": "UPDATE sqlite_sequence SET seq = {} WHERE name = 'questions_examsession'",
        "postgresql": "SELECT setval(pg_get_serial_sequence('questions_examsession', 'id'), {})",
        # It never numbers below what is there, but it does below what is cleared.
        "mysql": "ALTER TABLE questions_examsession AUTO_INCREMENT = {}",
    }[raw.engine(database)]
    raw.change(database, number.format(1))
    request.addfinalizer(lambda: raw.change(database, number.format(100)))
    assert doing.refusals(restore(database, actor, cleared).lines) == {"T-MOVED": "refused_id_in_use"}


def test_the_numbering_of_the_portal_is_not_moved(database: Database, actor: Actor, cleared: int) -> None:
    fresh = doing.start(database, "T-SLOT", trade_name="TTC", letter="E")
    restore(database, actor, cleared)
    doing.clear(database, actor, fresh)
    assert doing.start(database, "T-SLOT", trade_name="TTC", letter="E") == fresh + 1


def test_two_desks_restoring_the_same_session_put_it_back_once(database: Database, actor: Actor, cleared: int) -> None:
    plans = [database.read(partial(planning.plan_restore, session_ids=[cleared])) for _ in range(2)]
    first = doing.apply_shown(database, actor, plans[0])
    second = doing.apply_shown(database, actor, plans[1])
    assert (first.applied, second.applied) == (1, 0)
    assert doing.refusals(second.lines) == {"T-FINE": "refused_already_restored"}
    assert doing.sessions_of(database, "T-FINE") == [cleared]


def test_two_desks_at_the_same_moment_put_it_back_once(
    database: Database, any_target: str, actor: Actor, cleared: int
) -> None:
    desks = (database, Database.open(any_target))
    ready = threading.Barrier(2)

    def press(desk: Database, *, shown: bool) -> Changes | PlanChanged:
        plan = desk.read(partial(planning.plan_restore, session_ids=[cleared]))
        ready.wait(120)
        try:
            return doing.apply_shown(desk, actor, plan) if shown else restore(desk, actor, cleared)
        except PlanChanged as changed:
            return changed

    try:
        # What was shown before, and what is only planned under the lock.
        for shown in (True, False):
            with ThreadPoolExecutor(2) as threads:
                found = list(threads.map(partial(press, shown=shown), desks))
            applied = [one for one in found if isinstance(one, Changes) and one.applied]
            refused = [one for one in found if one not in applied]
            assert (len(applied), len(refused)) == (1, 1)
            assert isinstance(refused[0], PlanChanged) or doing.refusals(refused[0].lines) == {
                "T-FINE": "refused_already_restored"
            }
            assert doing.sessions_of(database, "T-FINE") == [cleared]
            doing.clear(database, actor, cleared)
    finally:
        desks[1].close()
    log = raw.query(database, "SELECT count(*) FROM desktop_admin_operation WHERE operation = 'restore'")
    assert log == [(2,)]


DAMAGES = {
    "a byte flipped": "replace(body, 'TTC', 'TTB')",
    "cut": "substr(body, 1, 50)",
    "null": "'null'",
    "other JSON": "'[1, {}]'",
    "another body": "(SELECT * FROM (SELECT max(body) FROM desktop_admin_archived_session) x)",
    "its hash": "body, sha256 = replace(sha256, substr(sha256, 1, 1), '-')",
}
WITH_ITS_HASH = ("null", "other JSON", "another body")
"""Damages that are tried with a hash that was made to fit."""


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_archive_is_refused_for_its_candidate_alone_and_found_in_the_log(
    database: Database, actor: Actor, damage: str
) -> None:
    whole, done = raw.content(database), doing.slot(database, actor, RESET, "T-FINE", "T-SECOND")
    damaged, sound = done.session_ids
    of_damaged = f"WHERE session_id = {damaged}"
    raw.change(database, f"UPDATE desktop_admin_archived_session SET body = {DAMAGES[damage]} {of_damaged}")
    if damage in WITH_ITS_HASH:
        archived.fit_hashes(database)
    found = database.read(chain.verify)
    assert {one.what.code for one in found.problems} & {"log_archive_damaged", "log_archive_changed"}
    refused = {"T-FINE": "refused_archive_damaged"}
    planned = database.read(partial(planning.plan_restore, session_ids=[damaged, sound]))
    assert [line.reason.code for line in planned.lines if line.session_id == damaged and line.reason] == [
        "refused_archive_damaged"
    ]
    undone = doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or ""))
    assert (doing.applied(undone.lines), doing.refusals(undone.lines)) == (["T-SECOND"], refused)
    left = raw.differences(whole, raw.content(database))
    assert {row["user_id"] for row in left["questions_examsession"].gone} == {doing.user(database, "T-FINE")}
    assert {row["army_no"] for row in left["registration_candidateprofile"].come} == {"T-FINE"}
    assert restore(database, actor, damaged).applied == 0
    assert database.read(partial(health.survey, finished=0, thorough=True)).sessions


def test_a_session_that_was_cleared_twice_comes_back_from_the_last_time(
    database: Database, actor: Actor, cleared: int
) -> None:
    restore(database, actor, cleared)
    again = doing.clear(database, actor, cleared)
    plan = database.read(partial(planning.plan_restore, session_ids=[cleared]))
    assert plan.asked == RestoreAsked(((again.op_id or "", cleared),))
    assert restore(database, actor, cleared).applied == 1


def test_a_session_that_was_never_cleared_is_unknown(database: Database, actor: Actor) -> None:
    with pytest.raises(UsageProblem) as unknown:
        restore(database, actor, 999_999)
    assert unknown.value.code == "not_archived"


def test_an_invigilator_does_not_restore_alone(database: Database, cleared: int) -> None:
    with pytest.raises(NotPermitted):
        restore(database, Actor(name="invigilator", role=Role.INVIGILATOR), cleared)


def test_a_restore_that_became_possible_meanwhile_is_shown_again(
    database: Database, actor: Actor, cleared: int
) -> None:
    raw.change(database, f"UPDATE registration_candidateprofile SET has_exam_slot = ? {OF_FINE}", values=[False])
    second = doing.clear(database, actor, *doing.sessions_of(database, "T-SECOND"))
    plan = database.read(partial(planning.plan_restore, session_ids=[cleared, *second.session_ids]))
    raw.change(database, f"UPDATE registration_candidateprofile SET has_exam_slot = ? {OF_FINE}", values=[True])
    with pytest.raises(PlanChanged):
        doing.apply_shown(database, actor, plan)


def test_two_sessions_of_one_candidate_come_back_together_and_their_restore_is_undone(
    database: Database, actor: Actor
) -> None:
    doing.start(database, "T-FINE", trade_name="TTC", letter="A", paper=Paper.SECONDARY)
    both = tuple(doing.sessions_of(database, "T-FINE"))
    before = raw.content(database)
    doing.clear(database, actor, *both)
    cleared = raw.content(database)
    done = restore(database, actor, *both, override=True)
    assert raw.differences(before, raw.content(database)).keys() <= {"django_session"}
    assert (done.restored_ids, done.user_ids) == (both, (doing.user(database, "T-FINE"),))
    undone = doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or ""))
    assert (undone.applied, undone.session_ids) == (1, both)
    assert raw.differences(cleared, raw.content(database)) == {}


@on_a_file
def test_the_undo_of_a_restore_says_what_it_clears_and_is_confirmed(
    database: Database, actor: Actor, cleared: int
) -> None:
    done = restore(database, actor, cleared)
    doing.start(database, "T-FINE", trade_name="TTC", letter="A", paper=Paper.SECONDARY)
    plan = database.read(partial(planning.plan_undo, undoes=done.op_id or ""))
    (line,) = plan.lines
    assert (line.cleared, line.keeps_writing, doing.notes(line)) == ((cleared,), True, ["note_keeps_writing"])
    assert plan.screen == RESTORE.say("undone_screen")
    quiet = replace(plan, lines=(replace(line, keeps_writing=False),))
    assert ladder.confirmation(quiet) is ladder.Confirmation.DIALOG
