"""The main job on the portal's own sample database, looked at with sqlite3 alone."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations.slots import ASSIGN, REASSIGN, RESET
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.practice import sample as practice
from desktop_admin.rules import Paper
from tests import archived, raw
from tests.controllers import doing

STUCK = """
SELECT s.id FROM questions_examsession s
JOIN questions_questionpaper paper ON paper.id = s.paper_id
LEFT JOIN registration_candidateprofile p ON p.user_id = s.user_id
LEFT JOIN questions_activatesets a ON a.trade_id = coalesce(p.trade_id, s.trade_id)
WHERE s.completed_at IS NULL AND (
    p.trade_id IS NULL
    OR NOT p.has_exam_slot
    OR CASE paper.question_paper WHEN 'PRIMARY' THEN p.primary_slot_consumed_at
                                 ELSE p.secondary_slot_consumed_at END IS NOT NULL
    OR NOT EXISTS (SELECT 1 FROM questions_examquestion e WHERE e.session_id = s.id)
    OR EXISTS (SELECT 1 FROM questions_examsession n
               WHERE n.user_id = s.user_id AND n.paper_id = s.paper_id AND n.exam_type = s.exam_type
                 AND n.completed_at IS NULL AND n.started_at > s.started_at)
    OR EXISTS (SELECT 1 FROM questions_examquestion e JOIN questions_question q ON q.id = e.question_id
               WHERE e.session_id = s.id AND (
                   q.question_set <> CASE paper.question_paper
                       WHEN 'PRIMARY' THEN coalesce(a.active_primary_set, 'A')
                       ELSE coalesce(a.active_secondary_set, 'A') END
                   OR (paper.question_paper = 'PRIMARY' AND q.trade_id IS NOT p.trade_id)
                   OR (paper.question_paper = 'SECONDARY' AND NOT q.is_common))))
ORDER BY s.id
"""

# The incomplete sessions of a trade's paper, by profile or by row, that hold another set than the one switched to.
LEFT_BEHIND = """
SELECT s.id FROM questions_examsession s
JOIN questions_questionpaper paper ON paper.id = s.paper_id
LEFT JOIN registration_candidateprofile p ON p.user_id = s.user_id
WHERE s.completed_at IS NULL AND paper.question_paper = :paper AND (p.trade_id = :trade OR s.trade_id = :trade)
  AND (SELECT count(*) FROM questions_examquestion e JOIN questions_question q ON q.id = e.question_id
       WHERE e.session_id = s.id AND q.question_set = :letter
         AND (CASE WHEN :paper = 'PRIMARY' THEN q.trade_id = :trade ELSE q.is_common END))
      <> max(1, (SELECT count(*) FROM questions_examquestion e WHERE e.session_id = s.id))
ORDER BY s.id
"""


@pytest.fixture
def actor(sample: Database) -> Actor:
    """A supervisor of the sample, signed in."""
    return staff.sign_in(sample, username="admin", password="admin", desk="desk-1")


@pytest.fixture
def sample(sample_file: Path) -> Iterator[Database]:
    opened = Database.open(sample_file)
    opened.prepare()
    yield opened
    opened.close()


def switched(place: raw.Place, *, paper: str, trade: int, letter: str) -> list[int]:
    sql = LEFT_BEHIND.replace(":paper", f"'{paper}'").replace(":trade", str(trade)).replace(":letter", f"'{letter}'")
    return [session_id for (session_id,) in raw.query(place, sql)]


def test_stuck_sessions_are_those_of_a_query_written_by_hand(sample: Database) -> None:
    by_hand = [session_id for (session_id,) in raw.query(sample, STUCK)]
    survey = sample.read(health.survey)
    assert sorted(row.id for row in survey.stuck) == by_hand
    assert len(by_hand) == 8


@pytest.mark.parametrize(
    ("trade", "paper", "letter"),
    [
        ("TTC", "PRIMARY", "C"),
        ("TTC", "PRIMARY", "E"),
        ("TTC", "SECONDARY", "B"),
        ("OCC", "PRIMARY", "A"),
        ("OCC", "PRIMARY", "D"),
        ("CLK SD", "PRIMARY", "A"),
        ("Musician", "SECONDARY", "B"),
    ],
)
def test_activating_clears_exactly_the_trades_sessions_on_another_set(
    sample: Database, actor: Actor, trade: str, paper: str, letter: str
) -> None:
    trade_id = doing.trade(sample, trade)
    expected = switched(sample, paper=paper, trade=trade_id, letter=letter)
    before = raw.content(sample)
    changes = doing.activate(sample, actor, (trade, letter), paper=Paper(paper))
    after = raw.content(sample)
    assert list(changes.session_ids) == expected
    assert_only_this_changed(before, after, cleared=expected)
    assert_only_this_trade_was_switched(before, after, trade_id, paper, letter)


def test_activating_a_set_reaches_a_moved_candidate_through_his_session_row(sample: Database, actor: Actor) -> None:
    occ = doing.trade(sample, "OCC")
    moved = raw.query(
        sample,
        "SELECT s.id FROM questions_examsession s JOIN registration_candidateprofile p ON p.user_id = s.user_id "
        "WHERE s.completed_at IS NULL AND s.trade_id = ? AND p.trade_id <> s.trade_id",
        [occ],
    )
    changes = doing.activate(sample, actor, ("OCC", "A"))
    assert moved
    assert {session_id for (session_id,) in moved} < set(changes.session_ids)


def test_a_refused_candidate_keeps_everything(sample: Database, actor: Actor) -> None:
    before = raw.content(sample)
    writing = "14550006N"
    changes = doing.slot(sample, actor, ASSIGN, writing)
    assert doing.refusals(changes.lines) == {writing: "refused_has_slot"}
    assert raw.differences(before, raw.content(sample), own=True) == {}


def test_a_refused_trade_keeps_its_sessions_and_its_set(sample: Database, actor: Actor) -> None:
    before = raw.content(sample)
    changes = doing.activate(sample, actor, ("CLK SD", "B"))
    assert (changes.applied, changes.refused, changes.op_id) == (0, 1, None)
    assert raw.differences(before, raw.content(sample), own=True) == {}


def test_each_cleared_session_stands_in_the_archive_with_all_its_questions(sample: Database, actor: Actor) -> None:
    before = raw.content(sample)
    changes = doing.slot(sample, actor, REASSIGN, "14550006N", "15560005M", "14550001F")
    archived = raw.content(sample)["desktop_admin_archived_session"]
    assert [row["session_id"] for row in archived] == list(changes.session_ids)
    assert len(archived) == 3
    for row in archived:
        assert_archived_whole(row, before)


def test_only_the_cleared_candidates_logins_end(sample: Database, actor: Actor) -> None:
    now = datetime.now(UTC)
    cleared, other = doing.user(sample, "14550006N"), doing.user(sample, "14550007P")
    hour = timedelta(hours=1)
    rows = {
        "plain": (portal_data(cleared), now + hour),
        "compressed": (portal_data(cleared, compressed=True), now + hour),
        "expired": (portal_data(cleared), now - hour),
        "others": (portal_data(other), now + hour),
        "others-compressed": (portal_data(other, compressed=True), now + hour),
        "anonymous": (".eJyrVkrOz0nVUbJSUEpLzElOVaoFADNiBaU:1:s", now + hour),
        "rubbish": ("not a session at all", now + hour),
        "empty": ("", now + hour),
    }
    for key, (data, expires) in rows.items():
        stored = expires.strftime("%Y-%m-%d %H:%M:%S.%f")
        raw.change(sample, "INSERT INTO django_session VALUES (?, ?, ?)", values=(key, data, stored))
    before = raw.content(sample)
    changes = doing.slot(sample, actor, REASSIGN, "14550006N")
    after = raw.content(sample)
    gone = {"plain", "compressed", "expired"}
    assert {row["session_key"] for row in after["django_session"]} == rows.keys() - gone
    assert changes.ended_logins == 2, "an expired row is removed, but nobody was signed in through it"
    kept = {row["session_key"]: row for row in after["desktop_admin_ended_login"]}
    assert kept.keys() == gone
    for row in before["django_session"]:
        if row["session_key"] in gone:
            assert row == json.loads(kept[row["session_key"]]["body"])


def portal_data(user_id: int, *, compressed: bool = False) -> str:
    """``session_data`` as the portal writes it."""
    backend = "django.contrib.auth.backends.ModelBackend"
    content = {"_auth_user_id": str(user_id), "_auth_user_backend": backend, "_auth_user_hash": "0" * 64}
    text = json.dumps(content, separators=(",", ":")).encode()
    payload = base64.urlsafe_b64encode(zlib.compress(text) if compressed else text).rstrip(b"=").decode()
    return f"{'.' if compressed else ''}{payload}:1vAbCd:Z_4fq1-signature"


def assert_only_this_changed(before: raw.Content, after: raw.Content, *, cleared: list[int]) -> None:
    """Of sessions and questions the cleared ones are gone; besides, only the copies of the active set changed."""
    found = raw.differences(before, after)
    sessions, questions = found.pop("questions_examsession", None), found.pop("questions_examquestion", None)
    assert sorted(row["id"] for row in sessions.gone) == cleared if sessions else not cleared
    assert not (sessions and sessions.come)
    assert not (questions and questions.come)
    held = [row for row in before["questions_examquestion"] if row["session_id"] in cleared]
    assert (questions.gone if questions else []) == held
    assert found.keys() <= {"questions_activatesets", "questions_questionsetactivation"}


def assert_only_this_trade_was_switched(
    before: raw.Content, after: raw.Content, trade: int, paper: str, letter: str
) -> None:
    found = raw.differences(before, after)
    column = f"active_{paper.lower()}_set"
    for change in (found.get(table) for table in ("questions_activatesets", "questions_questionsetactivation")):
        assert change is not None
        assert all(row["trade_id"] == trade for row in (*change.gone, *change.come))
    old = next((row for row in before["questions_activatesets"] if row["trade_id"] == trade), {})
    (new,) = found["questions_activatesets"].come
    assert new[column] == letter
    assert {**new, column: "", "last_updated": "", "updated_by_id": ""} == {
        **(old or new), column: "", "last_updated": "", "updated_by_id": ""
    }  # fmt: skip
    copies = [
        row["question_set"]
        for row in after["questions_questionsetactivation"]
        if row["trade_id"] == trade and row["paper_type"] == paper and row["is_active"]
    ]
    assert copies == [letter]


def assert_archived_whole(row: dict[str, Any], before: raw.Content) -> None:
    body = json.loads(row["body"])
    session_id = row["session_id"]
    (stored,) = [one for one in before["questions_examsession"] if one["id"] == session_id]
    assert stored == body["row"]
    held = [one for one in before["questions_examquestion"] if one["session_id"] == session_id]
    questions = sorted(archived.questions_of(row["questions"]), key=lambda one: one["id"])
    assert [one | {"session_id": session_id} for one in questions] == held
    (profile,) = [one for one in before["registration_candidateprofile"] if one["user_id"] == stored["user_id"]]
    (trade,) = [one for one in before["reference_trade"] if one["id"] == profile["trade_id"]]
    assert (body["army_no"], body["name"], body["trade"]) == (profile["army_no"], profile["name"], trade["code"])
    assert body["paper"] == stored["exam_type"]
    assert len(body["set"]) == 1


@pytest.fixture(autouse=True)
def _sound_afterwards(sample: Database) -> Iterator[None]:
    yield
    assert raw.query(sample, "PRAGMA foreign_key_check") == []
    assert raw.query(sample, "PRAGMA integrity_check") == [("ok",)]


def test_nothing_applied_means_no_operation_is_recorded(sample: Database, actor: Actor) -> None:
    changes = doing.slot(sample, actor, RESET, "16570001F")
    assert changes.op_id is None
    assert raw.query(sample, "SELECT count(*) FROM desktop_admin_operation") == [(0,)]


TWO = ("16570002H", "16570003K")
"""Both write PRIMARY in CLK SD."""


def give_one_of_two_time_and_take_it_back(sample: Database, actor: Actor) -> None:
    """30 minutes for one of two, to the microsecond as the portal stores it; the other's rows stay; undone, all do."""
    (mine,), (other,) = (doing.sessions_of(sample, army_no) for army_no in TWO)
    until = datetime.now(UTC) + timedelta(hours=1)

    def log_in(session: Session) -> None:
        for army_no in TWO:
            (user_id,) = candidates.require(session, army_nos=[army_no])
            practice.add_login(session, user_id=user_id, key=f"login of {army_no}", until=until)

    sample.write(log_in)
    before = raw.content(sample)
    changes = doing.give_time(sample, actor, TWO[0], minutes_left=30)
    found = raw.differences(before, raw.content(sample))
    (gone,), (come,) = found["questions_examsession"].gone, found["questions_examsession"].come
    stored = {row["id"]: row["duration"] for row in before["questions_examsession"]}
    assert (come["id"], come["duration"], gone["duration"]) == (mine, stored[mine] / 6, stored[mine])
    assert gone | {"duration": come["duration"]} == come
    assert stored[other] == stored[mine]
    assert found.keys() == {"questions_examsession", "django_session"}
    assert [row["session_key"] for row in found["django_session"].gone] == [f"login of {TWO[0]}"]
    assert changes.ended_logins == 1

    def overdue(after: timedelta) -> set[str | None]:
        at = raw.moment(raw.content(sample)["desktop_admin_given_time"][0]["given_at"]) + after
        listed = sample.read(partial(health.survey, finished=0, now=at)).findings
        return {one.army_no for one in listed if one.kind is FindingKind.OVERDUE} & set(TWO)

    assert overdue(timedelta(minutes=29)) == {TWO[1]}
    assert overdue(timedelta(minutes=31)) == set(TWO)
    undone = doing.undo(sample, actor, changes)
    assert (undone.applied, undone.refused, undone.returned_logins) == (1, 0, 1)
    assert raw.differences(before, raw.content(sample)) == {}


def test_one_of_two_gets_30_minutes_and_an_undo_takes_them_back(sample: Database, actor: Actor) -> None:
    give_one_of_two_time_and_take_it_back(sample, actor)
