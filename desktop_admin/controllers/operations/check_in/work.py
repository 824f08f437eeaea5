"""What checking in would do, and what is told before it: another shift or day, no slot, the account off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.day import check_ins
from desktop_admin.controllers.operations import check_in as face
from desktop_admin.controllers.operations.check_in import LONGEST_SEAT, CheckInAsked, DayAsked
from desktop_admin.controllers.operations.plan import Plan, Planned, Work
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.attending import CheckedIn, DayShift
from desktop_admin.controllers.values.lines import Actor, Chosen, Line
from desktop_admin.controllers.values.people import Candidate
from desktop_admin.database.session import Session
from desktop_admin.database.statements import packed
from desktop_admin.database.tables.own import CheckIn
from desktop_admin.errors import UsageProblem
from desktop_admin.messages import Message, shortened
from desktop_admin.rules import SlotState, clean


def _plan(facts: Facts, asked: CheckInAsked) -> Planned:
    """A line for each candidate; refused for who is checked in on this day already."""
    seen = check_ins.of_day(facts.session, day=asked.day)
    shifts = check_ins.shifts(facts.session)
    return Planned(tuple(_line(one, seen, shifts, asked) for one in facts.people(asked.chosen)))


def _line(one: Candidate, seen: Mapping[int, CheckedIn], shifts: Mapping[int, DayShift], asked: CheckInAsked) -> Line:
    before = seen.get(one.user_id)
    if before is not None:
        return one.line("refused", reason=_already(before, shifts))
    return one.line("applied", notes=tuple(_told(one, seen, shifts, asked)))


def _already(before: CheckedIn, shifts: Mapping[int, DayShift]) -> Message:
    door = shifts.get(before.shift_id or 0)
    told = {"at": before.at, "person": before.person, "desk": before.desk, "seat": before.seat or "–"}
    return face.CHECK_IN.say("already", **told, shift="–" if door is None else door.label)


def _told(
    one: Candidate, seen: Mapping[int, CheckedIn], shifts: Mapping[int, DayShift], asked: CheckInAsked
) -> list[Message]:
    """What somebody at the door must know before they let the candidate in, the gravest first."""
    own, notes = shifts.get(one.shift_id or 0), []
    if own is None:
        notes.append(face.CHECK_IN.say("no_shift"))
    elif str(own.day) != asked.day:
        notes.append(face.CHECK_IN.say("wrong_day", shift=own.label))
    elif asked.shift_id not in (None, own.id):
        notes.append(face.CHECK_IN.say("wrong_shift", shift=own.label))
    if not one.account_active:
        notes.append(face.CHECK_IN.say("account_off"))
    if one.next_paper is None:
        notes.append(face.CHECK_IN.say("all_completed"))
    elif one.slot is SlotState.NONE:
        notes.append(face.CHECK_IN.say("no_slot", paper=one.next_paper))
    door = _door(one, asked)
    taken = next((user_id for user_id, at in seen.items() if asked.seat and _same_seat(at, door, asked.seat)), None)
    if taken is not None:
        notes.append(face.CHECK_IN.say("seat_taken", seat=asked.seat))
    return notes


def _same_seat(other: CheckedIn, door: int | None, seat: str) -> bool:
    return (other.shift_id, other.seat.casefold()) == (door, seat.casefold())


def _door(one: Candidate, asked: CheckInAsked) -> int | None:
    return one.shift_id if asked.shift_id is None else asked.shift_id


def _plan_withdrawal(facts: Facts, asked: DayAsked) -> Planned:
    seen = check_ins.of_day(facts.session, day=asked.day)
    refused = face.WITHDRAW_CHECK_IN.say("refused")
    return Planned(
        tuple(
            one.line("applied") if one.user_id in seen else one.line("refused", reason=refused)
            for one in facts.people(asked.chosen)
        )
    )


def _check_in(session: Session, plan: Plan, _actor: Actor, _now: datetime) -> list[Images]:
    asked = plan.asked
    assert isinstance(asked, CheckInAsked)
    doors = {one.user_id: _door(one, asked) for one in Facts(session).people(Chosen(user_ids=plan.user_ids))}
    return _write(session, plan, asked.day, seat=asked.seat, doors=doors, present=True)


def _withdraw(session: Session, plan: Plan, _actor: Actor, _now: datetime) -> list[Images]:
    asked = plan.asked
    assert isinstance(asked, DayAsked)
    seen = check_ins.of_day(session, day=asked.day)
    doors = {user_id: seen[user_id].shift_id for user_id in plan.user_ids}
    return _write(session, plan, asked.day, seat="", doors=doors, present=False)


def _write(
    session: Session, plan: Plan, day: str, *, seat: str, doors: Mapping[int, int | None], present: bool
) -> list[Images]:
    """A row for each candidate, and no column of the portal's."""
    rows = [
        {"op_id": plan.op_id, "user_id": user_id, "day": day, "shift_id": door, "seat": seat, "present": present}
        for user_id, door in doors.items()
    ]
    packed.insert(session, CheckIn, rows)
    return []


def _ask(session: Session, options: Mapping[str, Any], _actor: Actor) -> CheckInAsked:
    chosen = Chosen(user_ids=candidates.require(session, army_nos=options["army_nos"]))
    name, seat = options["shift"], seat_given(options["seat"] or "")
    if seat and len(chosen.user_ids or ()) > 1:
        raise UsageProblem("seat_for_one")
    shift_id = candidates.require_shift(session, name=name).id if name else None
    return CheckInAsked(chosen, options["today"], shift_id=shift_id, seat=seat)


def seat_given(text: str) -> str:
    """A seat as it is kept.

    Raises:
        UsageProblem: it is too long to be one.
    """
    seat = clean(text)
    if len(seat) > LONGEST_SEAT:
        raise UsageProblem("seat_too_long", seat=shortened(seat), most=LONGEST_SEAT)
    return seat


def _ask_withdrawal(session: Session, options: Mapping[str, Any], _actor: Actor) -> DayAsked:
    return DayAsked(Chosen(user_ids=candidates.require(session, army_nos=options["army_nos"])), options["today"])


WORKS = (
    Work(kind=face.CHECK_IN, plan=_plan, ask=_ask, change=_check_in),
    Work(kind=face.WITHDRAW_CHECK_IN, plan=_plan_withdrawal, ask=_ask_withdrawal, change=_withdraw),
)
