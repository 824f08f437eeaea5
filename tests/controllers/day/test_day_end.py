"""The end of a day: what is left is named, and a day that was closed says what was done on it since."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desktop_admin.controllers.day import closings, day_end
from desktop_admin.controllers.operations.deeds import closing as deed
from desktop_admin.controllers.operations.deeds import incidents as book
from desktop_admin.controllers.operations.deeds.closing import Made
from desktop_admin.controllers.operations.slots import ASSIGN, RESET
from desktop_admin.controllers.values.checks import Leads, typed
from desktop_admin.controllers.values.closed import Closing, DayEnd
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from desktop_admin.errors import UsageProblem
from desktop_admin.practice import sample
from tests import accounts, planning, raw
from tests.controllers import doing

ZONE = ZoneInfo("Asia/Kolkata")
PROFILE = "UPDATE registration_candidateprofile SET"
on_a_file = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def day(database: Database) -> date:
    """The database's day, on which everybody of the small portal has a shift, and only T-SLOT a slot and no session."""
    today = database.read(server_now).astimezone(ZONE).date()
    shift = accounts.write(database, lambda session: sample.add_shift(session, centre="Hall", day=today, start=time()))
    raw.change(database, f"{PROFILE} shift_id = {shift}")
    return today


def read(database: Database, actor: Actor, day: date | None = None) -> DayEnd:
    return database.read(partial(day_end.read, zone=ZONE, actor=actor, day=day))


def absent(found: DayEnd) -> set[str]:
    return {one.army_no for one in found.absent}


def listed(database: Database, day: date | None = None) -> tuple[Closing, ...]:
    return database.read(partial(closings.listed, zone=ZONE, day=day))


def record(database: Database, actor: Actor, day: date, *, reason: str | None = None, row: int | None = None) -> str:
    """The record of a closing, of whose file there is only the name."""
    if row is None:
        row = raw.query(database, "SELECT max(seq) FROM desktop_admin_operation")[0][0] or 0
    made = Made(Path("day.zip.age"), "0" * 64, row=row, as_of=database.read(server_now))
    op_id = new_op_id()
    database.write(partial(deed.record, made=made, day=day, zone=ZONE, actor=actor, reason=reason, op_id=op_id))
    return op_id


def test_an_absent_candidate_stays_absent_when_the_slot_is_withdrawn(
    database: Database, actor: Actor, day: date
) -> None:
    before = read(database, actor)
    assert ("T-SLOT" in absent(before), before.day) == (True, day)
    (line,) = (check.amiss for check in before.checklist.checks if check.name == "absentees")
    assert (line[0].leads, line[0].command) == (
        Leads.ABSENTEES,
        ("reset-slots", *(word for one in before.with_slot for word in ("--army-no", one.army_no))),
    )
    withdrawn = doing.slot(database, actor, RESET, *(one.army_no for one in before.with_slot))
    after = read(database, actor)
    assert (absent(after), after.with_slot) == (absent(before), ())
    assert sum(one.absent for one in after.attendance.figures) == len(absent(before))
    doing.undo(database, actor, withdrawn)
    assert {one.army_no for one in read(database, actor).with_slot} == {one.army_no for one in before.with_slot}


def test_who_had_pressed_start_or_was_given_a_slot_again_is_not_absent_for_a_withdrawn_one(
    database: Database, actor: Actor, day: date
) -> None:
    raw.change(database, f"{PROFILE} slot_attempting_at = slot_assigned_at WHERE army_no = 'T-SLOT'")
    doing.slot(database, actor, RESET, "T-SLOT")
    assert "T-SLOT" not in absent(read(database, actor, day))
    # Resetting clears a session without a slot as well; who had none is not expected.
    without = f"{PROFILE} has_exam_slot = ?, slot_attempting_at = NULL WHERE army_no = 'T-STUCK'"
    raw.change(database, without, values=[False])
    doing.slot(database, actor, RESET, "T-STUCK")
    assert "T-STUCK" not in absent(read(database, actor, day))
    # Taking a slot back that was given by mistake makes nobody absent who had none before.
    given = doing.slot(database, actor, ASSIGN, "T-NONE")
    doing.undo(database, actor, given)
    assert "T-NONE" not in absent(read(database, actor, day))


@on_a_file
def test_what_is_left_of_a_day_is_named_until_it_is_put_in_order(database: Database, actor: Actor, day: date) -> None:
    incident = database.write(partial(book.write, category="power", text="No light.", actor=actor))
    found = read(database, actor)
    amiss = {check.name: check.amiss for check in found.checklist.checks}
    incomplete = raw.query(database, "SELECT count(*) FROM questions_examsession WHERE completed_at IS NULL")[0][0]
    assert len(found.leftovers) == len(amiss["leftovers"]) == incomplete
    assert [one.command for one in amiss["incidents"]] == [
        ("amend-incident", incident[:8], "--text", "TEXT", "--done", "TEXT")
    ]
    assert (amiss["log"], found.checklist.green, found.closing) == ((), False, None)
    database.write(partial(book.amend, incident=incident, text="Light again.", done="A fuse.", actor=actor))
    doing.clear(database, actor, *(row.id for row in found.leftovers))
    with_slot = [one.army_no for one in read(database, actor).with_slot]
    doing.slot(database, actor, RESET, *with_slot)
    after = read(database, actor)
    assert after.checklist.green, after.checklist
    raw.change(database, "UPDATE desktop_admin_operation SET person = 'x' WHERE seq = 1")
    assert [check.name for check in read(database, actor).checklist.checks if check.amiss] == ["log"]
    yesterday = read(database, actor, day - timedelta(days=1))
    assert (yesterday.incidents, yesterday.closings) == ((), ())


def test_a_closed_day_says_what_was_done_on_it_since_and_is_closed_again_with_a_reason(
    database: Database, actor: Actor, day: date
) -> None:
    doing.slot(database, actor, RESET, "T-SLOT")
    first = record(database, actor, day)
    (closing,) = listed(database)
    assert (closing.op_id, closing.day, closing.row, closing.is_current) == (first, day, 1, True)
    assert (closing.person, closing.file, closing.seal.certain) == (actor.name, "day.zip.age", True)
    doing.slot(database, actor, ASSIGN, "T-SLOT")
    # Submitted in the portal, of which the log knows nothing.
    (running,) = doing.sessions_of(database, "T-FINE")
    now = database.read(server_now).replace(tzinfo=None)
    raw.change(database, "UPDATE questions_examsession SET completed_at = ? WHERE id = ?", values=[now, running])
    (closing,) = listed(database, day)
    assert (closing.operations, closing.submissions, closing.is_current) == (1, 1, False)
    for reason in (None, "  "):
        with pytest.raises(UsageProblem) as refused:
            record(database, actor, day, reason=reason)
        assert refused.value.code == "closed_already"
    record(database, actor, day, reason="A slot was given late.")
    old, new = listed(database)
    assert (old.is_current, new.is_current, new.reason) == (False, True, "A slot was given late.")
    assert listed(database, day - timedelta(days=1)) == ()


@on_a_file
def test_what_is_done_on_a_later_day_leaves_the_file_as_it_is_unless_it_takes_something_of_the_day_back(
    database: Database, actor: Actor, day: date
) -> None:
    reset = doing.slot(database, actor, RESET, "T-SLOT")
    yesterday = day - timedelta(days=1)
    doing.slot(database, actor, ASSIGN, "T-NONE")
    record(database, actor, yesterday, row=1)
    doing.undo(database, actor, reset)
    record(database, actor, yesterday, row=1, reason="again")
    before = listed(database)
    raw.change(database, "UPDATE desktop_admin_operation SET at = datetime(at, '-1 day') WHERE seq = 1")
    assert [one.operations for one in before] == [0, 0]
    assert [one.operations for one in listed(database)] == [1, 1]


@on_a_file
def test_what_the_guard_cleared_on_the_day_and_what_was_put_back_later_make_its_file_out_of_date(
    database: Database, actor: Actor, day: date
) -> None:
    (running,) = doing.sessions_of(database, "T-STUCK")
    cleared = doing.clear(database, actor, running)
    yesterday = day - timedelta(days=1)
    record(database, actor, yesterday, row=1)
    doing.apply_now(database, actor, partial(planning.plan_restore, session_ids=[running], override=True))
    raw.change(database, "UPDATE desktop_admin_operation SET at = datetime(at, '-1 day') WHERE seq = 1")
    assert cleared.op_id is not None
    assert [one.operations for one in listed(database)] == [1]
    guarded = "INSERT INTO desktop_admin_guard_clearing VALUES (?, datetime('now', ?), 1, 'PRIMARY', 'C', 'x', 1, '00')"
    raw.change(database, guarded, values=["later", "+1 minutes"])
    assert [one.operations for one in listed(database)] == [1]
    record(database, actor, day)
    assert [one.operations for one in listed(database, day)] == [1]
    raw.change(database, "UPDATE desktop_admin_guard_clearing SET at = datetime('now', '-1 hours')")
    assert [one.operations for one in listed(database, day)] == [0]


@on_a_file
def test_an_incident_stands_in_the_file_of_the_day_on_which_it_happened_and_makes_that_file_out_of_date(
    database: Database, actor: Actor, day: date
) -> None:
    yesterday = day - timedelta(days=1)
    record(database, actor, yesterday, row=0)
    assert [one.is_current for one in listed(database)] == [True]
    evening = datetime.combine(yesterday, time(20), tzinfo=ZONE)
    incident = database.write(partial(book.write, category="power", text="Dark.", at=evening, actor=actor))
    assert [one.operations for one in listed(database)] == [1]
    database.write(partial(book.amend, incident=incident, text="A fuse.", done="Changed.", actor=actor))
    assert [one.operations for one in listed(database)] == [2]
    assert [one.first.text for one in read(database, actor, yesterday).incidents] == ["Dark."]
    assert read(database, actor).incidents == ()


@on_a_file
def test_a_day_to_come_is_not_closed(database: Database, actor: Actor, day: date) -> None:
    with pytest.raises(UsageProblem) as refused:
        record(database, actor, day + timedelta(days=1))
    assert (refused.value.code, listed(database)) == ("day_to_come", ())


@on_a_file
@pytest.mark.parametrize("body", ["json_remove(body, '$.closing')", "json_set(body, '$.closing.day', 7)", "'x'"])
def test_a_damaged_record_is_left_out(database: Database, actor: Actor, day: date, body: str) -> None:
    record(database, actor, day)
    record(database, actor, day, reason="again")
    raw.change(database, f"UPDATE desktop_admin_operation SET body = {body} WHERE seq = 1")
    assert [one.reason for one in listed(database)] == ["again"]
    assert datetime.now(UTC) > listed(database)[0].at


def test_nobody_is_absent_from_a_shift_that_has_not_begun_and_no_slot_of_another_day_is_withdrawn(
    database: Database, actor: Actor, day: date
) -> None:
    assert "T-SLOT" in {one.army_no for one in read(database, actor).with_slot}
    assert read(database, actor, day - timedelta(days=1)).with_slot == ()
    raw.change(database, f"UPDATE exams_shift SET date = '{day + timedelta(days=1)}'")
    assert read(database, actor).with_slot == read(database, actor, day + timedelta(days=1)).with_slot == ()
    later = database.read(server_now).astimezone(ZONE) + timedelta(minutes=5)
    raw.change(database, f"UPDATE exams_shift SET date = '{later.date()}', start_time = '{later:%H:%M:%S}'")
    assert read(database, actor).with_slot == read(database, actor, later.date()).with_slot == ()


@on_a_file
def test_what_was_started_and_what_happened_after_a_day_is_not_left_of_it(
    database: Database, actor: Actor, day: date
) -> None:
    assert read(database, actor).leftovers
    assert read(database, actor, day - timedelta(days=1)).leftovers == ()
    midnight = datetime.combine(day, time(), tzinfo=ZONE)
    database.write(partial(book.write, category="power", text="No light.", actor=actor, at=midnight))
    assert [len(read(database, actor, one).incidents) for one in (day - timedelta(days=1), day)] == [0, 1]


@on_a_file
def test_who_still_writes_is_waited_for_and_nothing_is_offered_that_ends_it(database: Database, actor: Actor) -> None:
    raw.change(database, "UPDATE questions_examsession SET duration = 5400000000, started_at = CURRENT_TIMESTAMP")

    def told() -> dict[str | None, tuple[str, str]]:
        (check,) = (one for one in read(database, actor).checklist.checks if one.name == "leftovers")
        return {one.army_no: (one.told.code, typed(one.command)) for one in check.amiss}

    assert told()["T-FINE"] == ("day_end.writing", "")
    assert told()["T-STUCK"] == ("day_end.leftover", "clear-incomplete-sessions --army-no T-STUCK")
    raw.change(database, "UPDATE questions_examsession SET started_at = '2026-01-01 10:00:00'")
    raw.change(database, "UPDATE accounts_user SET last_login = '2026-01-01 10:00:00'")
    assert told()["T-FINE"] == ("day_end.leftover", "clear-incomplete-sessions --army-no T-FINE")
