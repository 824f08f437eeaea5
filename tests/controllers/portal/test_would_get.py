"""What the candidate would get now: every branch, in the portal's order, and a promise that is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations.slots import REASSIGN
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.controllers.values.people import WouldGet
from desktop_admin.database.engine import Database
from desktop_admin.database.tables.portal import ExamSession
from desktop_admin.errors import AdminError
from desktop_admin.practice import starting
from desktop_admin.rules import Paper
from tests import raw
from tests.controllers import doing

# What makes the portal refuse, in its order. Each entry holds all the later reasons as well.
OBSTACLES = [
    ("get_account_inactive", "UPDATE accounts_user SET is_active = FALSE"),
    ("refused_no_trade", "UPDATE registration_candidateprofile SET trade_id = NULL"),
    ("get_no_slot", "UPDATE registration_candidateprofile SET has_exam_slot = FALSE"),
    (
        "refused_all_completed",
        "UPDATE registration_candidateprofile SET is_primary_completed = TRUE, is_secondary_completed = TRUE",
    ),
    ("get_paper_closed_for_trade", "UPDATE questions_tradepaperactivation SET is_active = FALSE"),
    ("get_paper_closed", "UPDATE questions_questionpaper SET is_active = FALSE"),
    ("get_no_questions", "UPDATE questions_question SET is_active = FALSE"),
    ("two_forced_papers", "UPDATE questions_globalpapertypecontrol SET is_active = TRUE"),
    ("refused_no_questions", "UPDATE questions_question SET is_active = FALSE WHERE question_set = 'E'"),
]


def get(database: Database, army_no: str) -> WouldGet:
    user_id = doing.user(database, army_no)
    return database.read(partial(panes.read_candidate, user_id=user_id)).would_get


def codes(found: WouldGet) -> list[str]:
    return [note.code for note in found.notes]


@pytest.mark.parametrize("place", range(len(OBSTACLES)), ids=[code for code, _ in OBSTACLES])
def test_the_portals_refusals_come_in_its_order(database: Database, place: int) -> None:
    for _, statement in OBSTACLES[place:]:
        raw.change(database, statement)
    found = get(database, "T-SLOT")
    assert found.action == "refused"
    assert found.reason is not None
    assert found.reason.code == OBSTACLES[place][0]


@pytest.mark.parametrize(("code", "statement"), OBSTACLES, ids=[code for code, _ in OBSTACLES])
def test_each_refusal_alone_refuses(database: Database, code: str, statement: str) -> None:
    raw.change(database, statement)
    found = get(database, "T-SLOT")
    assert (found.action, found.reason and found.reason.code) == ("refused", code)


def test_a_missing_switch_row_closes_the_paper(database: Database) -> None:
    raw.change(database, "DELETE FROM questions_tradepaperactivation")
    found = get(database, "T-SLOT")
    assert found.reason is not None
    assert found.reason.english() == "PRIMARY is closed for TTC."


def test_a_new_session_is_of_the_active_set_with_every_part(database: Database) -> None:
    assert get(database, "T-SLOT") == WouldGet(
        "start", paper=Paper.PRIMARY, set="E", questions=43, duration=timedelta(hours=3)
    )


def test_a_new_session_has_the_trades_duration_where_it_has_one(database: Database) -> None:
    raw.change(
        database,
        "UPDATE questions_tradepaperactivation SET exam_duration = ? WHERE paper_type = 'PRIMARY'",
        values=[timedelta(minutes=90)],
    )
    assert get(database, "T-SLOT").duration == timedelta(minutes=90)


def test_an_incomplete_session_is_resumed_though_it_is_stuck(database: Database) -> None:
    (stuck,) = doing.sessions_of(database, "T-STUCK")
    found = get(database, "T-STUCK")
    assert (found.action, found.session_id, found.set, found.questions) == ("resume", stuck, "C", 43)
    assert found.duration == timedelta(hours=3)


def test_the_newest_session_is_resumed(database: Database) -> None:
    newer = doing.start(database, "T-STUCK", trade_name="TTC", letter="E", minutes=1)
    doing.start(database, "T-STUCK", trade_name="TTC", letter="A", minutes=30)
    assert get(database, "T-STUCK").session_id == newer


def test_a_session_without_a_start_comes_where_the_engine_orders_it(database: Database) -> None:
    (stuck,) = doing.sessions_of(database, "T-STUCK")
    without = doing.start(database, "T-STUCK", trade_name="TTC", letter="E")
    raw.change(database, f"UPDATE questions_examsession SET started_at = NULL WHERE id = {without}")
    newest = without if raw.engine(database) == "postgresql" else stuck
    assert get(database, "T-STUCK").session_id == newest


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("exam_type", "'SECONDARY'"),
        ("paper_id", "(SELECT id FROM questions_questionpaper WHERE question_paper = 'SECONDARY')"),
    ],
)
def test_a_session_whose_two_paper_columns_disagree_is_not_resumed(database: Database, column: str, value: str) -> None:
    (stuck,) = doing.sessions_of(database, "T-STUCK")
    raw.change(database, f"UPDATE questions_examsession SET {column} = {value} WHERE id = {stuck}")
    assert get(database, "T-STUCK").action == "start"


def test_the_global_control_decides_the_type_of_a_new_session(database: Database) -> None:
    raw.change(database, "UPDATE questions_globalpapertypecontrol SET is_active = (paper_type = 'SECONDARY')")
    found = get(database, "T-SLOT")
    assert (found.action, found.paper, found.set, codes(found)) == (
        "start", Paper.SECONDARY, "A", ["note_forced_type"]
    )  # fmt: skip


def test_without_a_forced_type_the_next_paper_is_started(database: Database) -> None:
    raw.change(database, "UPDATE questions_globalpapertypecontrol SET is_active = FALSE")
    assert get(database, "T-SLOT").paper is Paper.PRIMARY


def test_a_missing_photograph_and_marks_typed_in_the_portal_are_noted(database: Database) -> None:
    raw.change(
        database,
        "UPDATE registration_candidateprofile SET photograph = NULL, is_primary_completed = TRUE",
        "UPDATE questions_tradepaperactivation SET is_active = TRUE",
        "UPDATE questions_questionpaper SET is_active = TRUE",
        "UPDATE questions_globalpapertypecontrol SET is_active = FALSE",
    )
    found = get(database, "T-SLOT")
    assert (found.action, found.paper) == ("start", Paper.SECONDARY)
    assert codes(found) == ["note_no_photograph", "note_completed_by_marks"]


def test_a_set_that_is_too_small_is_noted_with_its_numbers(database: Database) -> None:
    raw.change(database, "UPDATE questions_activatesets SET active_primary_set = 'B'")
    found = get(database, "T-SLOT")
    assert (found.action, found.questions, codes(found)) == ("start", 35, ["note_set_too_small"])


OPEN_EVERYTHING = (
    "UPDATE questions_tradepaperactivation SET is_active = TRUE",
    "UPDATE questions_questionpaper SET is_active = TRUE",
    "UPDATE questions_globalpapertypecontrol SET is_active = FALSE",
)


@pytest.mark.parametrize("army_no", ["T-STUCK", "T-FINE", "T-SLOT", "T-NONE", "T-SECOND", "T-MOVED", "T-MUSIC"])
@pytest.mark.parametrize("letter", ["E", "B"])
def test_after_reassigning_he_gets_exactly_what_was_promised(
    database: Database, actor: Actor, army_no: str, letter: str
) -> None:
    raw.change(
        database,
        f"UPDATE questions_activatesets SET active_primary_set = '{letter}' WHERE active_primary_set = 'E'",
        *OPEN_EVERYTHING,
    )
    assert_promise_is_kept(database, actor, army_no)


def assert_promise_is_kept(database: Database, actor: Actor, army_no: str) -> None:
    doing.slot(database, actor, REASSIGN, army_no)
    promised = get(database, army_no)
    user_id = doing.user(database, army_no)
    now = datetime.now(UTC)
    session_id = database.write(partial(starting.start_or_resume, user_id=user_id, now=now))
    row = database.read(lambda session: session.get_one(ExamSession, session_id))
    held = raw.query(
        database,
        "SELECT upper(q.question_set), count(*), count(DISTINCT q.id) FROM questions_examquestion e "
        "JOIN questions_question q ON q.id = e.question_id WHERE e.session_id = ? AND q.is_active GROUP BY 1",
        [session_id],
    )
    assert promised.action == "start"
    assert held == [(promised.set, promised.questions, promised.questions)]
    assert (row.exam_type, row.duration, row.total_questions) == (promised.paper, promised.duration, promised.questions)
    resumed = get(database, army_no)
    assert (resumed.action, resumed.session_id, resumed.set, resumed.questions) == (
        "resume", session_id, promised.set, promised.questions
    )  # fmt: skip
    again = database.write(partial(starting.start_or_resume, user_id=user_id, now=now))
    assert again == session_id


def test_starting_makes_the_slot_attempting_and_never_resumes_a_stuck_session(database: Database) -> None:
    user_id, old = doing.user(database, "T-STUCK"), doing.sessions_of(database, "T-STUCK")
    now = datetime.now(UTC)
    new = database.write(partial(starting.start_or_resume, user_id=user_id, now=now))
    reading = database.read(partial(panes.read_candidate, user_id=user_id))
    assert new not in old
    assert reading.candidate.slot_attempting_at == now
    assert [row.sets for row in reading.incomplete if row.id == new] == [("E",)]


def test_starting_refuses_whom_the_portal_refuses(database: Database) -> None:
    before = raw.content(database)
    user_id = doing.user(database, "T-NONE")
    with pytest.raises(AdminError, match="The candidate has no slot") as refused:
        database.write(partial(starting.start_or_resume, user_id=user_id, now=datetime.now(UTC)))
    assert refused.value.code == "start_refused"
    assert raw.differences(before, raw.content(database)) == {}


@pytest.mark.parametrize("kind", ["portal", "local"])
def test_no_session_is_ever_started_where_candidates_sit_a_real_exam(
    database: Database, any_target: str, kind: str
) -> None:
    if kind == "portal":
        raw.change(database, "DELETE FROM desktop_admin_database")
    else:
        raw.change(database, "UPDATE desktop_admin_database SET kind = 'local'")
    before = raw.content(database)
    real = Database.open(any_target)
    user_id = doing.user(real, "T-SLOT")
    with pytest.raises(AdminError) as refused:
        real.write(partial(starting.start_or_resume, user_id=user_id, now=datetime.now(UTC)))
    real.close()
    assert refused.value.code == "start_not_here"
    assert raw.differences(before, raw.content(database), own=True) == {}


def test_planning_for_everyone_promises_nobody_a_stuck_session(database: Database, actor: Actor) -> None:
    doing.apply_now(database, actor, doing.slots_plan(REASSIGN, Chosen(everyone=True)))
    everyone = database.read(partial(panes.list_candidates, limit=None)).rows
    assert {get(database, row.army_no).action for row in everyone} == {"start", "refused"}
