"""Clearing chosen sessions, and signing candidates out."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from desktop_admin.controllers.archive import cleared
from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.database.engine import Database
from desktop_admin.errors import DatabaseUnusable
from desktop_admin.practice import sample
from tests import accounts, archived, planning, raw
from tests.controllers import doing

MORE_ACCOUNTS = accounts.AS_A_DESK

COMPLETED = "UPDATE questions_examsession SET completed_at = '2026-01-01 10:00:00' WHERE id = ?"


ENDED = "SELECT body FROM desktop_admin_ended_login"


def test_clearing_takes_the_session_and_the_logins_and_leaves_the_slot(database: Database, actor: Actor) -> None:
    (stuck,) = doing.sessions_of(database, "T-STUCK")
    before = raw.content(database)
    changes = doing.clear(database, actor, stuck)
    found = raw.differences(before, raw.content(database))
    assert found.keys() == {"questions_examsession", "questions_examquestion", "django_session"}
    assert [row["id"] for row in found["questions_examsession"].gone] == [stuck]
    assert {row["session_id"] for row in found["questions_examquestion"].gone} == {stuck}
    assert [row["session_key"] for row in found["django_session"].gone] == [f"login{stuck}"]
    assert (changes.session_ids, changes.ended_logins) == ((stuck,), 1)


def test_another_session_of_the_candidate_stays_and_the_line_says_that_he_is_signed_out_of_it(
    database: Database, actor: Actor
) -> None:
    left_over = doing.start(database, "T-SECOND", trade_name="TTC", letter="C")
    kept = [one for one in doing.sessions_of(database, "T-SECOND") if one != left_over]
    (line,) = doing.clear(database, actor, left_over).lines
    assert line.keeps_writing
    (note,) = line.notes
    assert note.english() == "The candidate is writing SECONDARY: signed out, typed answers lost."
    assert doing.sessions_of(database, "T-SECOND") == kept


def test_a_completed_session_is_refused_and_kept(database: Database, actor: Actor) -> None:
    (stuck,), (fine,) = (doing.sessions_of(database, name) for name in ("T-STUCK", "T-FINE"))
    raw.change(database, COMPLETED, values=[stuck])
    before = raw.content(database)
    changes = doing.clear(database, actor, stuck, fine)
    assert doing.refusals(changes.lines) == {"T-STUCK": "refused_session_completed"}
    assert changes.session_ids == (fine,)
    gone = raw.differences(before, raw.content(database))["questions_examsession"].gone
    assert [row["id"] for row in gone] == [fine]


def test_a_session_that_is_gone_is_refused_in_words(database: Database) -> None:
    plan = database.read(partial(planning.plan_clear, session_ids=[987_654]))
    assert plan.applied == 0
    assert plan.refused == 1, "whoever asked for it must be told that nothing happens"


def test_nothing_asked_for_is_nothing_done(database: Database, actor: Actor) -> None:
    before = raw.digest(database)
    changes = doing.clear(database, actor)
    assert (changes.lines, changes.op_id) == ((), None)
    assert raw.digest(database) == before


def test_a_session_of_an_account_without_a_profile_can_be_cleared(database: Database, actor: Actor) -> None:
    (stuck,) = doing.sessions_of(database, "T-STUCK")
    make_account_without_profile(database, owning=stuck)
    changes = doing.clear(database, actor, stuck)
    (line,) = changes.lines
    assert (line.army_no, line.username, line.outcome) == (None, "stranger", "applied")
    ((body,),) = raw.query(database, "SELECT body FROM desktop_admin_archived_session")
    assert json.loads(body)["username"] == "stranger"


def make_account_without_profile(database: Database, *, owning: int) -> None:
    now = datetime.now(UTC)
    user_id = accounts.write(database, lambda session: sample.add_user(session, username="stranger", now=now))
    raw.change(database, "UPDATE questions_examsession SET user_id = ? WHERE id = ?", values=[user_id, owning])


def test_signing_out_ends_the_logins_and_keeps_session_and_slot(database: Database, actor: Actor) -> None:
    before = raw.content(database)
    changes = doing.sign_out(database, actor, "T-STUCK", "T-SECOND", "T-NONE")
    found = raw.differences(before, raw.content(database))
    assert found.keys() == {"django_session"}
    assert doing.refusals(changes.lines) == {"T-NONE": "refused_no_login"}
    assert len(found["django_session"].gone) == changes.ended_logins == 3
    kept = {json.loads(body)["session_key"] for (body,) in raw.query(database, ENDED)}
    assert kept == {row["session_key"] for row in found["django_session"].gone}


def test_an_expired_login_goes_with_the_live_one_and_is_not_counted(database: Database, actor: Actor) -> None:
    (stuck,) = doing.sessions_of(database, "T-STUCK")
    expired = datetime.now(UTC) - timedelta(minutes=5)
    database.write(partial(sample.add_login, user_id=doing.user(database, "T-STUCK"), key="expired", until=expired))
    changes = doing.clear(database, actor, stuck)
    assert changes.ended_logins == 1
    assert raw.query(database, "SELECT ended_logins FROM desktop_admin_operation") == [(1,)]
    kept = raw.query(database, "SELECT session_key FROM desktop_admin_ended_login ORDER BY session_key")
    assert kept == [("expired",), (f"login{stuck}",)]
    assert raw.query(database, "SELECT count(*) FROM django_session WHERE session_key = 'expired'") == [(0,)]


def test_signing_out_refuses_a_candidate_whose_login_has_expired(database: Database, actor: Actor) -> None:
    raw.change(database, "UPDATE django_session SET expire_date = '2026-01-01 00:00:00'")
    before = raw.content(database)
    changes = doing.sign_out(database, actor, "T-STUCK")
    assert doing.refusals(changes.lines) == {"T-STUCK": "refused_no_login"}
    assert raw.differences(before, raw.content(database)) == {}


def test_ended_logins_are_kept_for_24_hours_and_removed_by_the_next_write(database: Database, actor: Actor) -> None:
    doing.sign_out(database, actor, "T-STUCK")
    doing.sign_out(database, actor, "T-FINE")
    yesterday = (datetime.now(UTC) - timedelta(hours=24, minutes=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    almost = (datetime.now(UTC) - timedelta(hours=23, minutes=59)).strftime("%Y-%m-%d %H:%M:%S.%f")
    stuck, fine = doing.user(database, "T-STUCK"), doing.user(database, "T-FINE")
    move = "UPDATE desktop_admin_ended_login SET ended_at = ? WHERE user_id = ?"
    raw.change(database, move, values=[yesterday, stuck])
    raw.change(database, move, values=[almost, fine])
    doing.sign_out(database, actor, "T-SECOND")
    kept = {user_id for (user_id,) in raw.query(database, "SELECT user_id FROM desktop_admin_ended_login")}
    assert kept == {fine, doing.user(database, "T-SECOND")}


def test_an_undo_does_not_promise_a_login_that_is_kept_no_longer(database: Database, actor: Actor) -> None:
    done = doing.sign_out(database, actor, "T-STUCK")
    yesterday = (datetime.now(UTC) - timedelta(hours=24, minutes=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    raw.change(database, "UPDATE desktop_admin_ended_login SET ended_at = ?", values=[yesterday])
    (line,) = doing.undo(database, actor, done).lines
    assert (line.returned_logins, doing.notes(line)) == (0, ["note_logins_gone"])


def test_a_session_with_a_question_that_the_portal_lost_is_archived_whole(database: Database, actor: Actor) -> None:
    """A question deleted by hand, with foreign keys off, leaves its row in the session."""
    (stuck,) = doing.sessions_of(database, "T-STUCK")
    held = f"SELECT question_id FROM questions_examquestion WHERE session_id = {stuck}"
    raw.change(database, f"DELETE FROM questions_question WHERE id = (SELECT min(question_id) FROM ({held}) AS held)")
    questions = {question for (question,) in raw.query(database, held)}
    doing.clear(database, actor, stuck)
    assert archived_questions(database) == questions


def archived_questions(database: Database) -> set[int]:
    ((questions,),) = raw.query(database, "SELECT questions FROM desktop_admin_archived_session")
    return {one["question_id"] for one in archived.questions_of(questions)}


@pytest.mark.parametrize("many", [1, 1000], ids=["together", "one by one"])
def test_the_archive_tells_every_set_of_a_session(
    database: Database, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    """One session is of one set, one has another set's question between its own, one has no question at all."""
    monkeypatch.setattr(cleared, "_MANY", many)
    stuck, fine, second = (doing.sessions_of(database, army_no)[-1] for army_no in ("T-STUCK", "T-FINE", "T-SECOND"))
    between = f"SELECT question_id FROM questions_examquestion WHERE session_id = {fine} ORDER BY question_id LIMIT 1"
    raw.change(
        database,
        f"UPDATE questions_question SET question_set = 'A' WHERE id = ({between} OFFSET 20)",
        f"DELETE FROM questions_examquestion WHERE session_id = {second}",
    )
    database.write(partial(cleared.clear, session_ids=[stuck, fine, second], op_id="some"))
    bodies = raw.query(database, "SELECT session_id, body FROM desktop_admin_archived_session")
    told = {session_id: set((json.loads(body)["set"] or "").split(",")) for session_id, body in bodies}
    assert told == {stuck: {"C"}, fine: {"A", "E"}, second: {""}}


def test_an_index_that_lacks_rows_is_told_as_the_damage_that_it_is_and_nothing_is_cleared(
    portal_file: Path, actor: Actor
) -> None:
    ((session_id,),) = raw.query(
        portal_file,
        "SELECT s.id FROM questions_examsession s JOIN registration_candidateprofile p ON p.user_id = s.user_id "
        "WHERE p.army_no = 'T-FINE'",
    )
    asked = "SELECT min(id) FROM questions_question WHERE id NOT IN (SELECT question_id FROM questions_examquestion)"
    raw.change(
        portal_file,
        "PRAGMA writable_schema = ON",
        "CREATE TEMP TABLE hidden AS SELECT * FROM sqlite_master WHERE name = 'ix_questions_examquestion_session_id'",
        "DELETE FROM sqlite_master WHERE name IN (SELECT name FROM hidden)",
        "PRAGMA writable_schema = RESET",
        f'INSERT INTO questions_examquestion ("order", question_id, session_id) SELECT 99, ({asked}), {session_id}',
        "PRAGMA writable_schema = ON",
        "INSERT INTO sqlite_master SELECT * FROM hidden",
        "DROP TABLE hidden",
    )
    before = raw.content(portal_file)
    with closing(Database.open(portal_file)) as database, pytest.raises(DatabaseUnusable) as told:
        doing.clear(database, actor, session_id)
    assert told.value.code == "file_damaged"
    assert raw.differences(before, raw.content(portal_file), own=True) == {}


@pytest.mark.parametrize("engine_name", ["postgresql", "mariadb"], indirect=True, scope="session")
@pytest.mark.parametrize("words", ["json_object FROM django_session", "INSERT INTO desktop_admin_ended_login"])
def test_who_signs_out_of_the_portal_meanwhile_is_reset_all_the_same(
    database: Database, actor: Actor, words: str
) -> None:
    """Between the look at whose the logins are and that at their rows, or behind both."""
    left: list[str] = []

    def sign_out(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if all(word in statement for word in words.split()) and not left:
            left.append(statement)
            raw.change(database, "DELETE FROM django_session")

    event.listen(database.backend.writer, "before_cursor_execute", sign_out)
    changes = doing.slot(database, actor, RESET, "T-FINE")
    assert (doing.applied(changes.lines), changes.ended_logins, len(left)) == (["T-FINE"], 0, 1)


@pytest.mark.parametrize("ids", [(), (1,)])
def test_signing_out_those_without_a_login_refuses_each_by_name(database: Database, ids: tuple[int, ...]) -> None:
    raw.change(database, "DELETE FROM django_session")
    plan = database.read(partial(planning.plan_sign_out, chosen=Chosen(user_ids=ids)))
    assert plan.applied == 0
    assert plan.refused == len(ids)


def test_a_session_of_a_third_paper_disturbs_nobody(database: Database, actor: Actor) -> None:
    (stuck,) = doing.sessions_of(database, "T-STUCK")
    raw.change(
        database,
        "INSERT INTO questions_questionpaper VALUES (99, :minute, TRUE, 'MOCK')",
        f"UPDATE questions_examsession SET paper_id = 99, exam_type = 'MOCK' WHERE id = {stuck}",
    )
    changes = doing.apply_now(database, actor, doing.slots_plan(RESET, Chosen(everyone=True)))
    assert "T-FINE" in doing.applied(changes.lines)
    assert database.read(health.survey).stuck == ()
