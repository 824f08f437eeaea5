"""Giving time: the duration, the logins, who is refused, what is kept, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from desktop_admin import rules
from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations.changes import PlanChanged
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.sessions import FindingKind, SessionRow
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from desktop_admin.database.tables import own
from desktop_admin.database.tables.portal import ExamSession, QuestionPaper, TradePaperActivation, User
from desktop_admin.errors import UsageProblem
from desktop_admin.practice import sample
from tests import accounts, planning, raw
from tests.controllers import doing

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def both_papers_open(database: Database) -> None:
    """So that those who write SECONDARY could come back."""
    raw.change(database, "UPDATE questions_tradepaperactivation SET is_active = TRUE")
    raw.change(database, "UPDATE questions_questionpaper SET is_active = TRUE")


def durations(database: Database) -> dict[int, timedelta | None]:
    query = select(ExamSession.id, ExamSession.duration)
    return database.read(lambda session: {row.id: row.duration for row in session.execute(query)})


def rows(database: Database, army_no: str) -> list[SessionRow]:
    found = database.read(partial(health.survey, finished=0)).sessions
    return [row for row in found if row.army_no == army_no]


def kinds(database: Database, army_no: str) -> set[FindingKind]:
    return {finding.kind for row in rows(database, army_no) for finding in row.findings}


def card_notes(database: Database, army_no: str) -> list[str]:
    """What the desk should know beside what the candidate would get now."""
    reading = database.read(partial(panes.read_candidate, user_id=doing.user(database, army_no)))
    return [note.code for note in reading.would_get.notes]


def now_of(database: Database) -> datetime:
    return database.read(server_now)


def log_in(database: Database, army_no: str, at: datetime) -> None:
    """The candidate signs in to the portal, as far as the account tells."""
    change = update(User).where(User.id == doing.user(database, army_no)).values(last_login=at)
    accounts.write(database, lambda session: session.execute(change))


def begin(database: Database, army_no: str, *, minutes_ago: float, minutes: int | None = 90) -> datetime:
    """The candidate's session began so long ago, and lasts so long."""
    (session_id,), at = doing.sessions_of(database, army_no), now_of(database) - timedelta(minutes=minutes_ago)
    duration = None if minutes is None else timedelta(minutes=minutes)
    change = update(ExamSession).where(ExamSession.id == session_id).values(started_at=at, duration=duration)
    accounts.write(database, lambda session: session.execute(change))
    return at


def test_one_of_two_gets_minutes_and_the_other_keeps_everything(database: Database, actor: Actor) -> None:
    before, (mine,) = raw.content(database), doing.sessions_of(database, "T-FINE")
    durations_before = durations(database)
    changes = doing.give_time(database, actor, "T-FINE", minutes_left=30)
    assert (changes.applied, changes.ended_logins, changes.session_ids) == (1, 1, ())
    assert durations(database) == durations_before | {mine: timedelta(minutes=30)}
    ((stored,),) = raw.query(database, "SELECT duration FROM questions_examsession WHERE id = ?", values=[mine])
    assert stored in (30 * 60 * 1_000_000, timedelta(minutes=30))
    changed = raw.differences(before, raw.content(database))
    assert set(changed) == {"questions_examsession", "django_session"}
    undone = doing.undo(database, actor, changes)
    assert (undone.applied, undone.returned_logins) == (1, 1)
    assert raw.differences(before, raw.content(database)) == {}


def test_a_session_without_a_duration_of_its_own_gets_none_back(database: Database, actor: Actor) -> None:
    begin(database, "T-FINE", minutes_ago=1, minutes=None)
    before = raw.content(database)
    changes = doing.give_time(database, actor, "T-FINE", extra=10)
    assert doing.notes(changes.lines[0]) == ["give-time.note_incident"]
    doing.undo(database, actor, changes)
    assert raw.differences(before, raw.content(database)) == {}


def test_who_was_given_time_is_overdue_only_when_it_is_over_or_over_after_a_later_login(
    database: Database, actor: Actor
) -> None:
    begin(database, "T-FINE", minutes_ago=200)
    assert FindingKind.OVERDUE in kinds(database, "T-FINE")
    doing.give_time(database, actor, "T-FINE", minutes_left=30)
    ((given_at,),) = database.read(lambda session: session.execute(select(own.GivenTime.given_at)).all())

    def overdue(at: datetime) -> bool:
        found = database.read(partial(health.survey, finished=0, now=at))
        return any(one.kind is FindingKind.OVERDUE and one.army_no == "T-FINE" for one in found.findings)

    over = timedelta(minutes=30)
    assert [overdue(given_at + over), overdue(given_at + over + MINUTE / 60)] == [False, True]
    log_in(database, "T-FINE", given_at + 5 * MINUTE)
    assert [overdue(given_at + over + 5 * MINUTE), overdue(given_at + over + 6 * MINUTE)] == [False, True]


@pytest.mark.parametrize(
    ("asked", "minutes"), [({"minutes_left": 7}, 7), ({"extra": 10}, 81), ({"minutes_left": 600}, 600)]
)
def test_minutes_are_what_is_asked_or_more_than_what_is_left_which_is_rounded_up(
    database: Database, actor: Actor, asked: dict[str, int], minutes: int
) -> None:
    begin(database, "T-FINE", minutes_ago=19.5)
    doing.give_time(database, actor, "T-FINE", **asked)
    assert durations(database)[doing.sessions_of(database, "T-FINE")[0]] == minutes * MINUTE


def test_extra_minutes_for_who_has_none_left_are_those_alone(database: Database, actor: Actor) -> None:
    begin(database, "T-FINE", minutes_ago=500)
    doing.give_time(database, actor, "T-FINE", extra=15)
    assert durations(database)[doing.sessions_of(database, "T-FINE")[0]] == 15 * MINUTE


def test_more_than_600_minutes_are_refused_with_how_many_it_would_be(database: Database, actor: Actor) -> None:
    begin(database, "T-FINE", minutes_ago=0.5)
    changes = doing.give_time(database, actor, "T-FINE", extra=600)
    assert changes.op_id is None
    assert doing.refusals(changes.lines) == {"T-FINE": "refused_minutes_outside"}
    reason = changes.lines[0].reason
    assert reason is not None
    assert "690 minutes" in reason.english()


def test_who_has_no_session_or_could_not_come_back_is_refused(database: Database, actor: Actor) -> None:
    raw.change(database, "UPDATE accounts_user SET is_active = FALSE WHERE username = 'T-SECOND'")
    slot = "has_exam_slot = FALSE WHERE army_no = 'T-STUCK'"
    raw.change(database, f"UPDATE registration_candidateprofile SET {slot}")
    names = ("T-SLOT", "T-SECOND", "T-STUCK", "T-DONE")
    changes = doing.give_time(database, actor, *names, minutes_left=30)
    assert doing.refusals(changes.lines) == {
        "T-SLOT": "refused_no_open_session",
        "T-SECOND": "refused_cannot_come_back",
        "T-STUCK": "refused_cannot_come_back",
        "T-DONE": "refused_no_open_session",
    }
    of_slot = doing.line_of(changes.lines, "T-STUCK").reason
    assert of_slot is not None
    assert "slot" in of_slot.english()


def test_who_is_stuck_gets_time_only_if_named_and_it_is_said_that_the_session_should_be_cleared(
    database: Database, actor: Actor
) -> None:
    changes = doing.give_time(database, actor, "T-STUCK", "T-FINE", minutes_left=30)
    assert doing.refusals(changes.lines) == {"T-STUCK": "refused_stuck"}
    changes = doing.give_time(database, actor, "T-STUCK", minutes_left=30, named=True)
    assert doing.notes(changes.lines[0])[1:] == ["give-time.note_stuck"]


@pytest.mark.parametrize("switch", [TradePaperActivation, QuestionPaper])
def test_nobody_gets_time_in_a_paper_that_is_closed(database: Database, actor: Actor, switch: type) -> None:
    accounts.write(database, lambda session: session.execute(update(switch).values(is_active=False)))
    changes = doing.give_time(database, actor, "T-FINE", minutes_left=30)
    assert doing.refusals(changes.lines) == {"T-FINE": "refused_cannot_come_back"}


def test_of_several_sessions_the_one_gets_time_that_the_portal_would_resume(database: Database, actor: Actor) -> None:
    before = durations(database)
    newer = doing.start(database, "T-FINE", trade_name="TTC", letter="E", minutes=5)
    doing.give_time(database, actor, "T-FINE", minutes_left=33)
    changed = {id_: one for id_, one in durations(database).items() if before.get(id_) != one}
    assert changed == {newer: 33 * MINUTE}


def test_a_session_submitted_between_the_plan_and_its_being_applied_is_refused(
    database: Database, actor: Actor
) -> None:
    chosen = doing.chosen(database, "T-FINE", "T-SECOND")
    plan = database.read(partial(planning.plan_time, chosen=chosen, minutes_left=20))
    (mine,) = doing.sessions_of(database, "T-FINE")
    change = update(ExamSession).where(ExamSession.id == mine).values(completed_at=datetime.now(UTC))
    accounts.write(database, lambda session: session.execute(change))
    changes = doing.apply_shown(database, actor, plan)
    assert doing.applied(changes.lines) == ["T-SECOND"]
    assert doing.refusals(changes.lines) == {"T-FINE": "refused_no_open_session"}
    assert durations(database)[mine] != 20 * MINUTE


def test_another_session_than_the_one_that_was_shown_is_not_given_time_unseen(database: Database, actor: Actor) -> None:
    chosen = doing.chosen(database, "T-FINE")
    plan = database.read(partial(planning.plan_time, chosen=chosen, minutes_left=20))
    doing.start(database, "T-FINE", trade_name="TTC", letter="E", minutes=1)
    with pytest.raises(PlanChanged):
        doing.apply_shown(database, actor, plan)


def test_minutes_that_two_desks_saw_given_are_not_given_twice(
    database: Database, other_desk: Database, actor: Actor
) -> None:
    begin(database, "T-FINE", minutes_ago=20)
    chosen = doing.chosen(database, "T-FINE")
    seen = [
        desk.read(partial(planning.plan_time, chosen=chosen, extra=15, planned=planned))
        for desk, planned in ((database, False), (other_desk, False), (other_desk, True))
    ]
    (mine,), (first, *others) = doing.sessions_of(database, "T-FINE"), seen
    assert doing.apply_shown(database, actor, first).applied == 1
    given = durations(database)[mine]
    assert given is not None
    for plan in others:
        with pytest.raises(PlanChanged) as changed:
            doing.apply_shown(other_desk, actor, plan)
        # What is shown now says what was given, and may be wanted on top of it.
        (line,) = changed.value.plan.lines
        assert line.given is not None
        assert line.given.minutes * MINUTE == given + 15 * MINUTE
    assert durations(database)[mine] == given
    doing.apply_shown(database, actor, changed.value.plan)
    assert durations(database)[mine] == given + 15 * MINUTE


def test_who_logged_in_again_since_the_plan_was_shown_is_shown_again(database: Database, actor: Actor) -> None:
    began = begin(database, "T-FINE", minutes_ago=20)
    plan = database.read(partial(planning.plan_time, chosen=doing.chosen(database, "T-FINE"), extra=15))
    log_in(database, "T-FINE", began + 19 * MINUTE)
    with pytest.raises(PlanChanged):
        doing.apply_shown(database, actor, plan)


def test_everybody_gets_back_what_was_left_at_a_moment_rounded_up(database: Database, actor: Actor) -> None:
    began = {name: begin(database, name, minutes_ago=ago) for name, ago in (("T-FINE", 40), ("T-SECOND", 25.5))}
    cut = now_of(database) - 20 * MINUTE
    log_in(database, "T-SECOND", began["T-SECOND"] + MINUTE)
    changes = doing.give_time(database, actor, "T-FINE", "T-SECOND", as_of=cut)
    minutes = {line.army_no: line.given.minutes for line in changes.lines if line.given is not None}
    ends = {"T-FINE": began["T-FINE"] + 90 * MINUTE, "T-SECOND": began["T-SECOND"] + 91 * MINUTE}
    assert minutes == {name: rules.minutes_up(end - cut) for name, end in ends.items()}


def test_who_has_logged_in_since_the_cut_is_left_alone_unless_named(database: Database, actor: Actor) -> None:
    for name in ("T-FINE", "T-SECOND"):
        begin(database, name, minutes_ago=40)
    cut = now_of(database) - 20 * MINUTE
    log_in(database, "T-FINE", cut + MINUTE)
    begin(database, "T-MOVED", minutes_ago=5)
    chosen = ("T-FINE", "T-SECOND", "T-SLOT")
    changes = doing.give_time(database, actor, *chosen, as_of=cut)
    assert doing.applied(changes.lines) == ["T-SECOND"]
    assert doing.refusals(changes.lines)["T-FINE"] == "refused_signed_in_since"
    named = doing.give_time(database, actor, "T-FINE", as_of=cut, named=True)
    assert doing.applied(named.lines) == ["T-FINE"]
    assert doing.notes(named.lines[0])[1:] == ["give-time.note_typed_since"]


def test_what_was_left_is_given_once(database: Database, actor: Actor) -> None:
    begin(database, "T-FINE", minutes_ago=40)
    cut = now_of(database) - 20 * MINUTE
    assert doing.give_time(database, actor, "T-FINE", as_of=cut).applied == 1
    again = doing.give_time(database, actor, "T-FINE", as_of=cut, named=True)
    assert doing.refusals(again.lines) == {"T-FINE": "refused_time_given_since"}


def test_who_began_after_the_cut_or_had_nothing_left_gets_nothing(database: Database, actor: Actor) -> None:
    cut = now_of(database) - 20 * MINUTE
    begin(database, "T-FINE", minutes_ago=10)
    begin(database, "T-SECOND", minutes_ago=120)
    changes = doing.give_time(database, actor, "T-FINE", "T-SECOND", as_of=cut)
    assert doing.refusals(changes.lines) == {
        "T-FINE": "refused_not_writing_then",
        "T-SECOND": "refused_minutes_outside",
    }


def test_a_moment_that_is_still_to_come_is_refused(database: Database, actor: Actor) -> None:
    with pytest.raises(UsageProblem) as refused:
        doing.give_time(database, actor, "T-FINE", as_of=now_of(database) + MINUTE)
    assert refused.value.code == "time_not_past"


def test_undo_leaves_who_has_signed_in_since_and_their_minutes_still_count(database: Database, actor: Actor) -> None:
    before = raw.content(database)
    changes = doing.give_time(database, actor, "T-FINE", "T-SECOND", minutes_left=30)
    later = now_of(database) + MINUTE
    log_in(database, "T-FINE", later)
    undone = doing.undo(database, actor, changes)
    assert doing.applied(undone.lines) == ["T-SECOND"]
    assert doing.refusals(undone.lines) == {"T-FINE": "refused_signed_in_since"}
    given_times = {name: rows(database, name)[0].given is not None for name in ("T-FINE", "T-SECOND")}
    assert given_times == {"T-FINE": True, "T-SECOND": False}
    (mine,) = doing.sessions_of(database, "T-FINE")
    changed = raw.differences(before, raw.content(database))
    assert set(changed) == {"questions_examsession", "django_session", "accounts_user"}
    assert durations(database)[mine] == 30 * MINUTE


Happening = Callable[[Database, Actor], object]


def complete(database: Database, _actor: Actor) -> None:
    (mine,) = doing.sessions_of(database, "T-FINE")
    change = update(ExamSession).where(ExamSession.id == mine).values(completed_at=datetime.now(UTC))
    accounts.write(database, lambda session: session.execute(change))


HAPPENINGS: dict[str, Happening] = {
    "submitted": complete,
    "another duration": lambda database, _actor: begin(database, "T-FINE", minutes_ago=1, minutes=45),
    "given again": lambda database, actor: doing.give_time(database, actor, "T-FINE", minutes_left=11),
    "reset": lambda database, actor: doing.slot(database, actor, RESET, "T-FINE"),
}


@pytest.mark.parametrize("happening", HAPPENINGS.values(), ids=HAPPENINGS.keys())
def test_undo_is_refused_where_the_session_is_no_longer_as_it_was_left(
    database: Database, actor: Actor, happening: Happening
) -> None:
    changes = doing.give_time(database, actor, "T-FINE", minutes_left=30)
    happening(database, actor)
    before = raw.content(database)
    undone = doing.undo(database, actor, changes)
    assert doing.refusals(undone.lines) == {"T-FINE": "refused_changed_since"}
    assert raw.differences(before, raw.content(database), own=True) == {}


def test_an_accommodation_is_kept_until_there_is_a_session_and_then_offered_in_each_paper(
    database: Database, actor: Actor
) -> None:
    before = raw.content(database)
    kept = doing.give_time(database, actor, "T-SLOT", "T-NONE", "T-DONE", extra=30, planned=True)
    assert raw.differences(before, raw.content(database)) == {}, "nothing of the portal's is written"
    assert doing.refusals(kept.lines) == {"T-DONE": "refused_all_completed"}
    notes = {line.army_no: doing.notes(line) for line in kept.lines if line.outcome == "applied"}
    assert notes == {
        "T-SLOT": ["give-time.note_kept"],
        "T-NONE": ["give-time.note_kept", "give-time.note_no_slot"],
    }
    assert "note_accommodation" in card_notes(database, "T-SLOT")
    doing.start(database, "T-SLOT", trade_name="TTC", letter="E")
    assert "note_accommodation" not in card_notes(database, "T-SLOT")
    (row,) = rows(database, "T-SLOT")
    (finding,) = [one for one in row.findings if one.kind is FindingKind.ACCOMMODATION]
    assert finding.extra == 30
    doing.give_time(database, actor, "T-SLOT", extra=5)
    assert FindingKind.ACCOMMODATION in kinds(database, "T-SLOT"), "an incident is none"
    given = doing.give_time(database, actor, "T-SLOT", extra=30, planned=True)
    assert FindingKind.ACCOMMODATION not in kinds(database, "T-SLOT")
    doing.undo(database, actor, given)
    assert FindingKind.ACCOMMODATION in kinds(database, "T-SLOT")


def test_an_accommodation_that_is_taken_back_is_offered_no_more(database: Database, actor: Actor) -> None:
    kept = doing.give_time(database, actor, "T-SLOT", extra=30, planned=True)
    doing.slot(database, actor, REASSIGN, "T-SLOT")
    log_in(database, "T-SLOT", now_of(database) + MINUTE)
    doing.start(database, "T-SLOT", trade_name="TTC", letter="E")
    assert FindingKind.ACCOMMODATION in kinds(database, "T-SLOT")
    undone = doing.undo(database, actor, kept)
    assert (undone.applied, undone.returned_logins) == (1, 0), "whatever else was done since"
    assert undone.screen is not None
    assert undone.screen.english() == "On the candidate's screen: nothing changes."
    assert FindingKind.ACCOMMODATION not in kinds(database, "T-SLOT")


def test_keeping_an_accommodation_ends_no_login(database: Database, actor: Actor) -> None:
    """Who has not started may look at the dashboard, where nothing has changed."""
    user_id, until = doing.user(database, "T-SLOT"), now_of(database) + 60 * MINUTE
    accounts.write(database, lambda session: sample.add_login(session, user_id=user_id, key="looking", until=until))
    changes = doing.give_time(database, actor, "T-SLOT", extra=30, planned=True)
    assert (changes.applied, changes.ended_logins) == (1, 0)
    assert raw.query(database, "SELECT 1 FROM django_session WHERE session_key = 'looking'") != []


def test_minutes_left_follow_the_one_rule_in_every_list(database: Database, actor: Actor) -> None:
    begin(database, "T-FINE", minutes_ago=80)
    doing.give_time(database, actor, "T-FINE", minutes_left=30)
    (row,) = rows(database, "T-FINE")
    at = now_of(database)
    listed = database.read(partial(panes.list_candidates, text="T-FINE", now=at)).rows
    assert row.ends_at is not None
    assert listed[0].time_left == row.ends_at - at
