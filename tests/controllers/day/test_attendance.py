"""Checking in, and who is there: what is told at the door, and the figures that follow from slots and sessions."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from desktop_admin.controllers.day import attendance
from desktop_admin.controllers.log import chain
from desktop_admin.controllers.operations.ladder import Confirmation, confirmation
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.attending import Attendance, Attending, next_seat, seat_order
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.tables.own import OperationRow
from desktop_admin.database.tables.portal import CandidateProfile, ExamSession
from desktop_admin.errors import UsageProblem
from desktop_admin.practice import sample
from tests import accounts, planning, raw
from tests.controllers import doing

ZONE = ZoneInfo("Asia/Kolkata")
DAY = date(2026, 11, 28)
MORNING = datetime.combine(DAY, time(8, 30), tzinfo=ZONE)
on_a_file = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")
PROFILE = "UPDATE registration_candidateprofile SET"


@pytest.fixture
def shifts(database: Database) -> dict[str, int]:
    """Two shifts of the day in two halls, and one of the next day, with the small portal's candidates in them."""

    def add(session: Session) -> dict[str, int]:
        return {
            name: sample.add_shift(session, centre=centre, day=day, start=start)
            for name, centre, day, start in (
                ("one", "Hall One", DAY, time(9)),
                ("two", "Hall Two", DAY, time(9)),
                ("next", "Hall One", DAY + timedelta(days=1), time(9)),
            )
        }

    made = accounts.write(database, add)
    everybody_else = "army_no NOT IN ('T-MUSIC', 'T-LOST', 'T-MOVED')"
    raw.change(database, f"{PROFILE} shift_id = {made['one']} WHERE {everybody_else}")
    raw.change(database, f"{PROFILE} shift_id = {made['two']} WHERE army_no = 'T-MOVED'")
    raw.change(database, f"{PROFILE} shift_id = {made['next']} WHERE army_no = 'T-LOST'")
    return made


def read(database: Database, shift_id: int | None = None, *, now: datetime = MORNING) -> Attendance:
    return database.read(partial(attendance.read, zone=ZONE, shift_id=shift_id, now=now.astimezone(UTC)))


def states(found: Attendance) -> dict[str, str]:
    return {row.army_no: row.state.value for row in found.rows}


def told(database: Database, army_no: str, **asked: Any) -> list[str]:
    planner = partial(planning.plan_check_in, chosen=doing.chosen(database, army_no), **asked)
    (line,) = database.read(planner).lines
    return [code.removeprefix("check-in.") for code in doing.notes(line)]


def test_who_is_there_follows_from_slots_sessions_and_check_ins(
    database: Database, actor: Actor, shifts: dict[str, int]
) -> None:
    raw.change(database, f"{PROFILE} slot_attempting_at = NULL WHERE army_no = 'T-SLOT'")
    # What was handed in on the day in the portal's zone; in UTC that began at half past six in the evening before.
    begin = datetime.combine(DAY, time(), tzinfo=ZONE).astimezone(UTC)
    for moment, expected in ((begin, "done"), (begin - timedelta(seconds=1), "not_expected")):
        accounts.write(database, partial(_hand_in, army_no="T-DONE", at=moment))
        assert states(read(database, shifts["one"]))["T-DONE"] == expected
    found = states(read(database, shifts["one"]))
    found.pop("T-DONE")
    assert found == {
        "T-STUCK": "writing",
        "T-FINE": "writing",
        "T-SECOND": "writing",
        "T-SLOT": "absent",
        "T-NONE": "not_expected",
    }
    doing.check_in(database, actor, "T-SLOT", seat="12")
    (row,) = read(database, shifts["one"]).in_state(Attending.PRESENT)
    assert (row.army_no, row.seat, row.checked_in and row.checked_in.person) == ("T-SLOT", "12", actor.name)


def _hand_in(session: Session, *, army_no: str, at: datetime) -> None:
    whose = select(CandidateProfile.user_id).where(CandidateProfile.army_no == army_no).scalar_subquery()
    session.execute(update(ExamSession).where(ExamSession.user_id == whose).values(completed_at=at))


@on_a_file
def test_what_is_wrong_is_told_before_somebody_is_let_in(
    database: Database, actor: Actor, shifts: dict[str, int]
) -> None:
    raw.change(database, "UPDATE accounts_user SET is_active = (1 = 0) WHERE username = 'T-MOVED'")
    door: dict[str, Any] = {"day": str(DAY), "shift_id": shifts["one"]}
    assert told(database, "T-SLOT", **door) == []
    assert told(database, "T-SLOT", day=str(DAY)) == []
    assert told(database, "T-NONE", **door) == ["no_slot"]
    assert told(database, "T-DONE", **door) == ["all_completed"]
    assert told(database, "T-MUSIC", **door) == ["no_shift"]
    assert told(database, "T-MOVED", **door) == ["wrong_shift", "account_off"]
    assert told(database, "T-LOST", **door)[0] == "wrong_day"
    plan = {
        army_no: database.read(partial(planning.plan_check_in, chosen=doing.chosen(database, army_no), **door))
        for army_no in ("T-SLOT", "T-MUSIC")
    }
    assert confirmation(plan["T-SLOT"]) is Confirmation.NONE
    assert confirmation(plan["T-MUSIC"]) is Confirmation.DIALOG
    doing.check_in(database, actor, "T-SLOT", seat="PC-1", **door)
    assert told(database, "T-FINE", seat="pc-1", **door) == ["seat_taken"]
    assert told(database, "T-FINE", seat="PC-1", day=str(DAY), shift_id=shifts["two"]) == ["wrong_shift"]


@on_a_file
def test_a_second_check_in_of_the_day_is_refused_and_one_of_the_next_day_is_none(
    database: Database, actor: Actor, shifts: dict[str, int]
) -> None:
    assert doing.check_in(database, actor, "T-SLOT", seat="3").applied == 1
    again = doing.check_in(database, actor, "T-SLOT", seat="4", shift_id=shifts["two"])
    assert doing.refusals(again.lines) == {"T-SLOT": "check-in.already"}
    values = dict(again.lines[0].reason.values) if again.lines[0].reason else {}
    assert (values["person"], values["seat"], values["desk"]) == (actor.name, "3", actor.desk)
    assert doing.check_in(database, actor, "T-SLOT", day="2026-11-29").applied == 1
    assert database.read(chain.verify).intact


@on_a_file
def test_a_check_in_is_withdrawn_with_a_reason_and_both_are_taken_back(
    database: Database, actor: Actor, shifts: dict[str, int]
) -> None:
    def state() -> str:
        return states(read(database, shifts["one"]))["T-SLOT"]

    assert doing.refusals(doing.withdraw(database, actor, "T-SLOT").lines) == {"T-SLOT": "withdraw-check-in.refused"}
    first = doing.check_in(database, actor, "T-SLOT")
    for reason in (None, "  "):
        with pytest.raises(UsageProblem, match="needs a reason"):
            doing.withdraw(database, actor, "T-SLOT", reason=reason)
    assert state() == "present"
    withdrawn = doing.withdraw(database, actor, "T-SLOT")
    assert state() == "absent"
    assert doing.refusals(doing.undo(database, actor, first).lines) == {"T-SLOT": "refused_changed_since"}
    doing.undo(database, actor, withdrawn)
    assert state() == "present"
    doing.undo(database, actor, first)
    assert state() == "absent"
    assert doing.check_in(database, actor, "T-SLOT").applied == 1


def test_a_check_in_is_in_the_way_of_no_other_undo_and_no_other_operation_in_that_of_its_own(
    database: Database, actor: Actor, shifts: dict[str, int]
) -> None:
    taken = doing.slot(database, actor, RESET, "T-SLOT")
    seen = doing.check_in(database, actor, "T-SLOT")
    assert doing.undo(database, actor, taken).applied == 1
    assert doing.undo(database, actor, seen).applied == 1


def test_of_two_desks_at_once_one_is_told(
    database: Database, other_desk: Database, actor: Actor, shifts: dict[str, int]
) -> None:
    chosen = doing.chosen(database, "T-SLOT")
    plans = [one.read(partial(planning.plan_check_in, chosen=chosen)) for one in (database, other_desk)]
    done = []
    threads = [
        threading.Thread(target=lambda one=one, plan=plan: done.append(doing.apply_shown(one, actor, plan)))
        for one, plan in zip((database, other_desk), plans, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(changes.applied for changes in done) == [0, 1]
    refused = next(changes for changes in done if not changes.applied)
    assert doing.refusals(refused.lines) == {"T-SLOT": "check-in.already"}
    assert raw.query(database, "SELECT count(*) FROM desktop_admin_check_in") == [(1,)]


def test_the_figures_count_by_shift_and_trade_and_guests_with_their_own(
    database: Database, actor: Actor, shifts: dict[str, int]
) -> None:
    late = MORNING.replace(hour=9, minute=12)
    doing.check_in(database, actor, "T-SLOT")
    doing.check_in(database, actor, "T-MUSIC", shift_id=shifts["one"])
    accounts.write(database, lambda session: session.execute(update(OperationRow).values(at=late)))
    found = read(database, shifts["one"], now=late)
    (figures,) = found.figures
    assert (figures.trade, figures.present, figures.absent, figures.writing, figures.late) == ("TTC", 1, 0, 3, 1)
    # Who has no shift belongs to none, wherever they are seen; the day lists them apart.
    assert [row.army_no for row in found.seated] == ["T-MUSIC", "T-SLOT"]
    day = read(database, now=late)
    assert next((one.shift, one.trade) for one in day.figures) == ("", "Musician")
    assert {row.army_no for row in day.rows} >= {"T-MOVED", "T-MUSIC", "T-SLOT"}
    assert "T-LOST" not in {row.army_no for row in day.rows}, "tomorrow"
    (slot,) = (row for row in found.rows if row.army_no == "T-SLOT")
    assert slot.late == 12 * 60


def test_seats_follow_each_other_as_people_count() -> None:
    assert [next_seat(one) for one in ("1", "PC-9", "A09", "09", "", "window")] == [
        "2",
        "PC-10",
        "A10",
        "10",
        "",
        "window",
    ]
    assert sorted(["PC-10", "PC-9", "2", "10"], key=seat_order) == ["2", "10", "PC-9", "PC-10"]
