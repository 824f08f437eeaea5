"""Session health: every way of being stuck and every other finding, alone and together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.operations.slots import REASSIGN
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.sessions import STUCK_KINDS, FindingKind, Survey
from desktop_admin.database.engine import Database
from desktop_admin.practice import sample
from desktop_admin.rules import Paper
from tests import raw
from tests.controllers import doing

PROFILE = "registration_candidateprofile"
FINE = "(SELECT user_id FROM registration_candidateprofile WHERE army_no = 'T-FINE')"
SESSION = f"(SELECT id FROM questions_examsession WHERE user_id = {FINE} AND completed_at IS NULL)"

STATEMENTS: dict[FindingKind, str] = {
    FindingKind.OTHER_SET: "UPDATE questions_activatesets SET active_primary_set = 'A'",
    FindingKind.NO_QUESTIONS: f"DELETE FROM questions_examquestion WHERE session_id = {SESSION}",
    FindingKind.NO_SLOT: f"UPDATE {PROFILE} SET has_exam_slot = FALSE WHERE army_no = 'T-FINE'",
    FindingKind.PAPER_SUBMITTED: (
        f"UPDATE {PROFILE} SET is_primary_completed = TRUE, primary_slot_consumed_at = '2026-01-01 00:00:00' "
        "WHERE army_no = 'T-FINE'"
    ),
    FindingKind.OVERDUE: f"UPDATE questions_examsession SET duration = :minute WHERE id = {SESSION}",
    FindingKind.COMPLETED_BY_MARKS: f"UPDATE {PROFILE} SET is_primary_completed = TRUE WHERE army_no = 'T-FINE'",
}


@pytest.fixture
def quiet(database: Database) -> Database:
    """The small portal with nothing wrong but what the test brings about."""
    raw.change(
        database,
        "DELETE FROM django_session",
        "DELETE FROM questions_examquestion WHERE session_id IN (SELECT s.id FROM questions_examsession s JOIN "
        f"{PROFILE} p ON p.user_id = s.user_id WHERE p.army_no IN ('T-STUCK', 'T-MOVED'))",
        "DELETE FROM questions_examsession WHERE user_id IN "
        f"(SELECT user_id FROM {PROFILE} WHERE army_no IN ('T-STUCK', 'T-MOVED'))",
        # T-SECOND is writing a paper that is closed.
        "UPDATE questions_tradepaperactivation SET is_active = TRUE",
        "UPDATE questions_questionpaper SET is_active = TRUE",
        "UPDATE questions_globalpapertypecontrol SET is_active = FALSE",
    )
    assert survey(database).findings == ()
    return database


def survey(database: Database, **options: Any) -> Survey:
    return database.read(partial(health.survey, **options))


def kinds(database: Database, army_no: str = "T-FINE") -> list[FindingKind]:
    return [finding.kind for row in survey(database).sessions if row.army_no == army_no for finding in row.findings]


@pytest.mark.parametrize(("kind", "statement"), STATEMENTS.items())
def test_each_finding_alone(quiet: Database, kind: FindingKind, statement: str) -> None:
    raw.change(quiet, statement)
    assert kinds(quiet) == [kind]
    (row,) = [row for row in survey(quiet).sessions if row.army_no == "T-FINE"]
    assert row.stuck is (kind in STUCK_KINDS)
    (finding,) = row.findings
    assert finding.cure.english() == "Clear this session." or not row.stuck
    assert (finding.session_id, finding.army_no, finding.trade) == (row.id, "T-FINE", "TTC")


def test_a_session_of_mixed_sets_is_stuck_for_both_reasons(quiet: Database) -> None:
    raw.change(
        quiet,
        "UPDATE questions_examquestion SET question_id = (SELECT min(id) FROM questions_question WHERE question_set = "
        f"'C') WHERE id = (SELECT max(id) FROM questions_examquestion WHERE session_id = {SESSION})",
    )
    assert kinds(quiet) == [FindingKind.OTHER_SET, FindingKind.MIXED_SETS]
    (row,) = survey(quiet).stuck
    assert (row.sets, row.questions) == (("C", "E"), 43)


def test_questions_of_another_trade_make_a_session_stuck_and_the_trade_is_named(quiet: Database) -> None:
    raw.change(
        quiet,
        f"UPDATE {PROFILE} SET trade_id = (SELECT id FROM reference_trade WHERE name = 'OCC') WHERE army_no = 'T-FINE'",
    )
    (row,) = survey(quiet).stuck
    assert row.findings[0].reason.english() == (
        "The incomplete session is on set TTC E, but the candidate's trade is OCC, active set A."
    )  # fmt: skip


def test_common_questions_in_a_primary_session_make_it_stuck(quiet: Database) -> None:
    raw.change(
        quiet,
        f"UPDATE questions_question SET is_common = TRUE, trade_id = NULL WHERE id IN (SELECT question_id FROM "
        f"questions_examquestion WHERE session_id = {SESSION})",
    )
    assert FindingKind.OTHER_SET in kinds(quiet)


def test_a_question_whose_trade_was_deleted_is_not_of_the_set(quiet: Database) -> None:
    raw.change(
        quiet,
        f"UPDATE questions_question SET trade_id = NULL WHERE id IN (SELECT question_id FROM questions_examquestion "
        f"WHERE session_id = {SESSION})",
    )
    assert kinds(quiet) == [FindingKind.OTHER_SET]


def test_only_the_older_of_two_sessions_of_a_paper_is_stuck(quiet: Database) -> None:
    (old,) = doing.sessions_of(quiet, "T-FINE")
    new = doing.start(quiet, "T-FINE", trade_name="TTC", letter="E", minutes=1)
    (row,) = survey(quiet).stuck
    assert (row.id, [finding.kind for finding in row.findings]) == (old, [FindingKind.OLDER_SESSION])
    assert dict(row.findings[0].reason.values) == {"session": new}


def test_of_two_sessions_the_one_that_the_engine_orders_last_is_stuck_where_one_has_no_start(quiet: Database) -> None:
    """Only PostgreSQL holds no start to be the newest one; so the portal resumes that session there."""
    (started,) = doing.sessions_of(quiet, "T-FINE")
    without = doing.start(quiet, "T-FINE", trade_name="TTC", letter="E")
    raw.change(quiet, f"UPDATE questions_examsession SET started_at = NULL WHERE id = {without}")
    (row,) = survey(quiet).stuck
    assert row.id == (started if raw.engine(quiet) == "postgresql" else without)
    assert (row.ends_at is None) is (row.id == without)


def test_a_single_session_without_a_start_is_not_stuck(quiet: Database) -> None:
    raw.change(quiet, f"UPDATE questions_examsession SET started_at = NULL, duration = NULL WHERE id = {SESSION}")
    assert kinds(quiet) == []


def test_sessions_of_two_exam_types_or_papers_do_not_age_each_other(quiet: Database) -> None:
    doing.start(quiet, "T-FINE", trade_name="TTC", letter="A", paper=Paper.SECONDARY)
    assert survey(quiet).stuck == ()
    mislabelled = doing.start(quiet, "T-FINE", trade_name="TTC", letter="E")
    raw.change(quiet, f"UPDATE questions_examsession SET exam_type = 'SECONDARY' WHERE id = {mislabelled}")
    assert survey(quiet).stuck == ()


def test_a_completed_session_ages_nobody_and_is_never_stuck(quiet: Database) -> None:
    new = doing.start(quiet, "T-FINE", trade_name="TTC", letter="C")
    raw.change(quiet, f"UPDATE questions_examsession SET completed_at = started_at WHERE id = {new}")
    assert survey(quiet).stuck == ()


def test_whether_the_paper_is_open_does_not_matter(quiet: Database) -> None:
    raw.change(
        quiet,
        "UPDATE questions_tradepaperactivation SET is_active = FALSE",
        "UPDATE questions_questionpaper SET is_active = FALSE",
    )
    assert survey(quiet).stuck == ()


def test_a_session_of_an_account_without_a_profile_or_trade_is_stuck_and_named_by_username(quiet: Database) -> None:
    now = datetime.now(UTC)
    stranger = quiet.write(partial(sample.add_user, username="stranger", now=now))
    raw.change(quiet, f"UPDATE questions_examsession SET user_id = {stranger} WHERE id = {SESSION}")
    (row,) = survey(quiet).stuck
    assert (row.army_no, row.name) == (None, "stranger")
    # His row still says TTC, so that its active set is the one that counts: nothing else is wrong.
    assert [finding.reason.code for finding in row.findings] == ["no_profile"]


def test_a_candidate_without_a_trade_is_stuck(quiet: Database) -> None:
    raw.change(quiet, f"UPDATE {PROFILE} SET trade_id = NULL WHERE army_no = 'T-FINE'")
    assert kinds(quiet) == [FindingKind.NO_TRADE]


def test_a_trade_without_a_deciding_row_has_set_a(quiet: Database) -> None:
    raw.change(quiet, "DELETE FROM questions_activatesets")
    (row,) = survey(quiet).stuck
    assert (row.army_no, row.active_set) == ("T-FINE", "A")


def test_many_findings_of_one_session_come_in_the_domains_order(quiet: Database) -> None:
    doing.start(quiet, "T-FINE", trade_name="TTC", letter="A")
    for kind in (FindingKind.OTHER_SET, FindingKind.NO_SLOT, FindingKind.PAPER_SUBMITTED):
        raw.change(quiet, STATEMENTS[kind].replace("'A'", "'C'"))
    raw.change(quiet, f"UPDATE {PROFILE} SET trade_id = NULL WHERE army_no = 'T-FINE'")
    old = min(doing.sessions_of(quiet, "T-FINE"))
    raw.change(quiet, f"UPDATE questions_examsession SET duration = :minute WHERE id = {old}")
    (row,) = [row for row in survey(quiet).stuck if row.id == old]
    found = [finding.kind for finding in row.findings]
    assert found == [kind for kind in FindingKind if kind in found]
    assert set(found) == {
        FindingKind.OTHER_SET, FindingKind.NO_SLOT, FindingKind.OLDER_SESSION, FindingKind.PAPER_SUBMITTED,
        FindingKind.NO_TRADE, FindingKind.OVERDUE,
    }  # fmt: skip


def test_a_session_is_overdue_only_after_its_last_moment(quiet: Database) -> None:
    (row,) = [row for row in survey(quiet).sessions if row.army_no == "T-FINE"]
    assert row.ends_at is not None
    at_the_end = survey(quiet, now=row.ends_at)
    after = survey(quiet, now=row.ends_at + timedelta(microseconds=1))
    overdue = {FindingKind.OVERDUE}
    assert {finding.kind for finding in at_the_end.findings} == set()
    assert {finding.kind for finding in after.findings if finding.army_no == "T-FINE"} == overdue


def test_the_counts_of_a_survey(database: Database, actor: Actor) -> None:
    before = survey(database)
    assert (len(before.stuck), before.running, before.finished, before.waiting) == (2, 2, 3, 0)
    doing.clear(database, actor, *doing.sessions_of(database, "T-STUCK"))
    after = survey(database)
    assert (len(after.stuck), after.running, after.waiting) == (1, 2, 1)
    doing.slot(database, actor, REASSIGN, "T-STUCK")
    assert survey(database).waiting == 0, "a fresh slot has not started"


def test_stuck_sessions_are_listed_first_and_finished_ones_last(database: Database) -> None:
    rows = survey(database).sessions
    groups = [0 if row.stuck else 2 if row.completed_at else 1 for row in rows]
    assert groups == sorted(groups)
    assert groups.count(0) == 2
