"""Findings besides stuck sessions: late submissions, logins, copies, switches, erased data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import update

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations.deeds import keeping, rules
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.controllers.values.people import CandidateStatus
from desktop_admin.controllers.values.sessions import Finding, FindingKind
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session, server_now
from desktop_admin.database.tables.portal import ExamSession, User
from desktop_admin.practice import sample
from tests import accounts, raw
from tests.controllers import doing

MORE_ACCOUNTS = accounts.AS_A_DESK

PROFILE = "registration_candidateprofile"


def findings(database: Database, kind: FindingKind) -> list[Finding]:
    return [finding for finding in database.read(health.survey).findings if finding.kind is kind]


def late(database: Database) -> list[str | None]:
    return [finding.army_no for finding in findings(database, FindingKind.LATE_SUBMISSION)]


def answer_foreign_question(
    database: Database, *, paper: str = "PRIMARY", answer: str | None = "b", offset: timedelta = timedelta(seconds=1)
) -> None:
    """T-DONE answered a question of set C at some time after the start of his session of the paper."""
    ((user_id, profile_id),) = raw.query(database, f"SELECT user_id, id FROM {PROFILE} WHERE army_no = 'T-DONE'")
    ((paper_id, started),) = raw.query(
        database,
        "SELECT p.id, s.started_at FROM questions_examsession s JOIN questions_questionpaper p ON p.id = s.paper_id "
        "WHERE s.user_id = ? AND p.question_paper = ?",
        [user_id, paper],
    )
    ((question,),) = raw.query(database, "SELECT min(id) FROM questions_question WHERE question_set = 'C'")
    at = raw.moment(started) + offset
    raw.change(
        database,
        "INSERT INTO results_candidateanswer (answer, submitted_at, candidate_id, paper_id, question_id, exam_type) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        values=[answer, at, profile_id, paper_id, question, paper],
    )


def test_nobody_submitted_late_at_first(database: Database) -> None:
    assert late(database) == []


def test_one_answer_to_a_question_that_is_not_in_the_session_is_a_late_submission(database: Database) -> None:
    answer_foreign_question(database)
    (finding,) = findings(database, FindingKind.LATE_SUBMISSION)
    assert (finding.army_no, finding.stuck) == ("T-DONE", False)
    assert finding.reason.english().startswith("Late submission: PRIMARY")


@pytest.mark.parametrize("answer", [None, "", "   ", "\t\n"])
def test_a_blank_answer_is_no_late_submission(database: Database, answer: str | None) -> None:
    answer_foreign_question(database, answer=answer)
    assert late(database) == []


def test_an_answer_from_before_the_session_started_is_no_late_submission(database: Database) -> None:
    answer_foreign_question(database, offset=timedelta(microseconds=-1))
    assert late(database) == []


def test_an_answer_from_after_the_session_was_completed_is_none_of_it(database: Database) -> None:
    answer_foreign_question(database, offset=timedelta(minutes=30))
    assert late(database) == []


def test_the_archived_session_whose_questions_were_answered_is_named(database: Database, actor: Actor) -> None:
    cleared = doing.start(database, "T-DONE", trade_name="TTC", letter="C")
    others = doing.start(database, "T-DONE", trade_name="TTC", letter="A")
    held = f"SELECT min(question_id) FROM questions_examquestion WHERE session_id = {cleared}"
    ((question,),) = raw.query(database, held)
    doing.clear(database, actor, cleared, others)
    answer_foreign_question(database)
    raw.change(database, "UPDATE results_candidateanswer SET question_id = ? WHERE answer = 'b'", values=[question])
    (finding,) = findings(database, FindingKind.LATE_SUBMISSION)
    assert finding.reason.english() == (
        "Late submission: PRIMARY was handed in with answers to questions of "
        f"session {cleared}, which had been cleared."
    )


@pytest.mark.parametrize("paper", ["primary", "secondary"])
def test_a_paper_that_was_submitted_and_is_not_completed_is_told_with_its_last_session(
    database: Database, paper: str
) -> None:
    assert findings(database, FindingKind.SUBMITTED_NOT_COMPLETED) == []
    raw.change(database, f"UPDATE {PROFILE} SET is_{paper}_completed = FALSE WHERE army_no = 'T-DONE'")
    listed = database.read(partial(health.survey, finished=0))
    (finding,) = [one for one in listed.findings if one.kind is FindingKind.SUBMITTED_NOT_COMPLETED]
    assert (finding.army_no, finding.stuck) == ("T-DONE", False)
    assert finding.reason.english().startswith(f"{paper.upper()} was submitted, but does not count as completed")
    (of_it,) = [row for row in listed.sessions if row.findings and row.army_no == "T-DONE"]
    assert (of_it.id, of_it.paper) == (finding.session_id, paper.upper())
    assert status_of(database, "T-DONE") is CandidateStatus.FINDING


def test_an_incomplete_session_has_no_late_submission(database: Database) -> None:
    answer_foreign_question(database)
    raw.change(database, "UPDATE questions_examsession SET completed_at = NULL")
    assert late(database) == []


def test_a_late_submission_is_listed_however_few_finished_sessions_are_asked_for(database: Database) -> None:
    answer_foreign_question(database)
    listed = database.read(partial(health.survey, finished=0)).sessions
    assert [row.army_no for row in listed if row.completed_at] == ["T-DONE"]


def test_a_login_that_ends_before_the_paper_is_told_and_is_no_problem_by_itself(database: Database) -> None:
    (finding,) = [f for f in findings(database, FindingKind.LOGIN_ENDS_EARLY) if f.army_no == "T-FINE"]
    assert "before the paper does" in finding.reason.english()
    listed = database.read(partial(panes.list_candidates, problems_only=True)).rows
    assert [row.army_no for row in listed] == ["T-MOVED", "T-STUCK"]


@pytest.mark.parametrize("kind", [FindingKind.LOGIN_ENDED, FindingKind.LOGINS_END])
def test_a_login_that_has_ended_while_the_paper_goes_on_is_told(
    database: Database, actor: Actor, kind: FindingKind
) -> None:
    user_id, (session_id,) = doing.user(database, "T-FINE"), doing.sessions_of(database, "T-FINE")
    now = database.read(server_now)
    ended = (now - timedelta(minutes=5)).replace(tzinfo=None)

    def begun(minutes_ago: int, logged_in: int) -> None:
        at, last = (now - timedelta(minutes=minutes) for minutes in (minutes_ago, logged_in))
        session_of = update(ExamSession).where(ExamSession.id == session_id).values(started_at=at)
        login = update(User).where(User.id == user_id).values(last_login=last)
        accounts.write(database, lambda session: [session.execute(session_of), session.execute(login)])

    def told() -> list[str]:
        found = [one.reason.english() for one in findings(database, kind) if one.army_no in ("T-FINE", None)]
        return [text for text in found if "ended" in text]

    raw.change(database, "UPDATE django_session SET expire_date = ?", values=[ended])
    begun(70, 70)
    (text,) = told()
    assert "lost" in text
    listed = {one.kind for one in findings(database, FindingKind.LOGIN_ENDS_EARLY)}
    assert listed == set()
    # One that was over before the session, or before the last login, is not the one that is used.
    for started, logged_in in ((4, 70), (70, 4)):
        begun(started, logged_in)
        assert not any(one.army_no == "T-FINE" for one in findings(database, FindingKind.LOGIN_ENDED))
    begun(70, 70)
    accounts.write(database, partial(rules.change, name="keep-logins", value="on", actor=actor))
    database.write(partial(keeping.keep, desk="desk-1", op_id=new_op_id()))
    accounts.write(database, partial(rules.change, name="keep-logins", value="off", actor=actor))
    assert told() == [], "keeping logins alive has revived it"


def test_a_session_is_overdue_only_when_its_duration_is_over_after_the_last_login(database: Database) -> None:
    """The page's clock begins anew with each login; the database learns of nothing else."""
    raw.change(database, "UPDATE questions_examsession SET duration = ?", values=[stored(database, minutes=10)])
    assert "T-FINE" in [one.army_no for one in findings(database, FindingKind.OVERDUE)]
    user_id, logged_in = doing.user(database, "T-FINE"), datetime.now(UTC) - timedelta(minutes=9)
    change_login = update(User).where(User.id == user_id).values(last_login=logged_in)
    accounts.write(database, lambda session: session.execute(change_login))
    assert "T-FINE" not in [one.army_no for one in findings(database, FindingKind.OVERDUE)]
    (row,) = [row for row in database.read(partial(health.survey, finished=0)).sessions if row.army_no == "T-FINE"]
    assert row.ends_at == logged_in + timedelta(minutes=10)


def test_a_login_after_the_submission_moves_no_end(database: Database) -> None:
    def ends() -> list[datetime | None]:
        rows = database.read(partial(health.survey, finished=None)).sessions
        return [row.ends_at for row in rows if row.army_no == "T-DONE"]

    before, user_id = ends(), doing.user(database, "T-DONE")
    assert len(before) == 2
    change_login = update(User).where(User.id == user_id).values(last_login=datetime.now(UTC))
    accounts.write(database, lambda session: session.execute(change_login))
    assert ends() == before


def stored(database: Database, *, minutes: int) -> object:
    """A duration as the engine stores it."""
    span = timedelta(minutes=minutes)
    return span if "postgresql" in str(database.backend.writer.url) else span // timedelta(microseconds=1)


def test_the_last_login_counts(database: Database) -> None:
    user_id = doing.user(database, "T-FINE")
    until = datetime.now(UTC) + timedelta(hours=5)
    accounts.write(database, partial(add_login, user_id=user_id, until=until))
    assert "T-FINE" not in [finding.army_no for finding in findings(database, FindingKind.LOGIN_ENDS_EARLY)]


def add_login(session: Session, *, user_id: int, until: datetime) -> None:
    sample.add_login(session, user_id=user_id, key="second", until=until)


def test_copies_disagree_only_where_an_active_copy_names_another_letter(database: Database) -> None:
    raw.change(database, "UPDATE questions_questionsetactivation SET is_active = FALSE")
    assert findings(database, FindingKind.SETS_DISAGREE) == [], "no active copy is no contradiction"
    raw.change(
        database,
        "UPDATE questions_questionsetactivation SET is_active = TRUE, question_set = 'C' WHERE paper_type = 'PRIMARY' "
        "AND trade_id = (SELECT id FROM reference_trade WHERE name = 'TTC')",
    )
    (finding,) = findings(database, FindingKind.SETS_DISAGREE)
    assert finding.reason.english() == "The portal's list shows set C for TTC PRIMARY, but set E is active."
    assert finding.cure.english() == "Activate set E for TTC PRIMARY again, so that all copies agree."


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE questions_globalpapertypecontrol SET is_active = TRUE", "two_forced_papers"),
        ("UPDATE questions_questionpaper SET is_active = FALSE", "paper_closed_trades_open"),
        (
            "UPDATE questions_globalpapertypecontrol SET is_active = (paper_type = 'SECONDARY')",
            "paper_forced_away",
        ),
    ],
)  # fmt: skip
def test_paper_switches_that_contradict_each_other_are_told(database: Database, statement: str, reason: str) -> None:
    assert findings(database, FindingKind.SWITCHES_DISAGREE) == []
    raw.change(database, statement)
    (finding,) = findings(database, FindingKind.SWITCHES_DISAGREE)
    assert finding.reason.code == reason
    assert finding.cure.english()


def test_papers_mixed_by_trade_without_an_active_control_are_in_order(database: Database) -> None:
    raw.change(
        database,
        "UPDATE questions_globalpapertypecontrol SET is_active = FALSE",
        "UPDATE questions_questionpaper SET is_active = TRUE",
        "UPDATE questions_tradepaperactivation SET is_active = ((trade_id % 2 = 1) = (paper_type = 'PRIMARY'))",
    )
    assert findings(database, FindingKind.SWITCHES_DISAGREE) == []


def test_erased_portal_data_are_told_because_the_archive_still_knows_them(database: Database, actor: Actor) -> None:
    doing.clear(database, actor, *doing.sessions_of(database, "T-STUCK"))
    assert findings(database, FindingKind.DATA_ERASED) == []
    raw.change(
        database,
        "DELETE FROM results_candidateanswer",
        "DELETE FROM questions_examquestion",
        "DELETE FROM questions_examsession",
        "DELETE FROM registration_candidateprofile",
        "DELETE FROM accounts_user",
        "DELETE FROM questions_question",
        "DELETE FROM questions_questionpaper",
    )
    told = [finding.reason.code for finding in findings(database, FindingKind.DATA_ERASED)]
    assert told == ["erased_candidates", "erased_papers", "erased_questions"]


def test_archived_questions_that_the_portal_lost_are_counted_by_a_thorough_look(
    database: Database, actor: Actor
) -> None:
    (stuck,) = doing.sessions_of(database, "T-STUCK")
    empty = doing.start(database, "T-NONE", trade_name="TTC", letter="E")
    raw.change(database, f"DELETE FROM questions_examquestion WHERE session_id = {empty}")
    held = raw.query(database, f"SELECT question_id FROM questions_examquestion WHERE session_id = {stuck}")
    thorough = partial(health.survey, thorough=True)
    doing.clear(database, actor, stuck, empty)
    assert not any(one.kind is FindingKind.DATA_ERASED for one in database.read(thorough).findings)
    lost = ", ".join(str(question) for (question,) in held[:2])
    raw.change(database, f"DELETE FROM questions_question WHERE id IN ({lost})")
    assert findings(database, FindingKind.DATA_ERASED) == [], "the window's survey, every 10 seconds, does not look"
    (told,) = [one for one in database.read(thorough).findings if one.kind is FindingKind.DATA_ERASED]
    assert told.reason.english() == "The archive holds sessions with 2 questions that are no longer in the portal."


def test_every_finding_gives_a_reason_and_a_cure_in_words(database: Database, actor: Actor) -> None:
    answer_foreign_question(database)
    raw.change(
        database,
        "UPDATE questions_globalpapertypecontrol SET is_active = TRUE",
        "UPDATE questions_questionsetactivation SET question_set = 'Z' WHERE paper_type = 'SECONDARY'",
    )
    found = database.read(health.survey).findings
    assert len({finding.kind for finding in found}) >= 5
    for finding in found:
        assert finding.reason.english().endswith(".")
        assert finding.cure.english().endswith(".")


def test_a_finished_candidate_with_a_late_submission_is_shown_as_a_finding(database: Database) -> None:
    assert status_of(database, "T-DONE") is CandidateStatus.FINISHED
    answer_foreign_question(database)
    assert status_of(database, "T-DONE") is CandidateStatus.FINDING


def status_of(database: Database, army_no: str) -> CandidateStatus:
    (row,) = database.read(partial(panes.list_candidates, text=army_no)).rows
    return row.status
