"""Who is at the door: jobs that give the candidate and what checking in would do, and who is there besides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from desktop_admin.controllers.day import attendance, check_ins
from desktop_admin.controllers.operations import apply
from desktop_admin.controllers.operations.check_in import CHECK_IN, WITHDRAW_CHECK_IN, CheckInAsked, DayAsked
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.values.attending import Attendance, CheckedIn, DayShift, Figures
from desktop_admin.controllers.values.lines import Chosen
from desktop_admin.controllers.values.people import Candidate
from desktop_admin.database.session import Session
from desktop_admin.messages import Message, shortened


@dataclass(frozen=True, slots=True)
class Known:
    """The one candidate who was found.

    Attributes:
        shift: the candidate's own, or empty.
        seen: that they are checked in today, or None.
        check_in, withdrawal: what either would do.
    """

    candidate: Candidate
    shift: str
    seen: CheckedIn | None
    check_in: Plan
    withdrawal: Plan


@dataclass(frozen=True, slots=True)
class AtDoor:
    """What a look-up led to: the candidate, or why there is none."""

    known: Known | None
    remark: Message | None = None


@dataclass(frozen=True, slots=True)
class Hall:
    """Who is there, how many, and the shifts that there are."""

    attendance: Attendance
    figures: tuple[Figures, ...]
    shifts: tuple[DayShift, ...]


def look(
    session: Session, *, text: str, numbers: Sequence[str], zone: tzinfo, shift_id: int | None, seat: str
) -> AtDoor:
    """Who has one of these army numbers, at the door of this shift.

    Args:
        text: what was scanned or typed; ``numbers`` is the same, read in every way.
        shift_id: None: of whatever shift the candidate is.
        seat: that would be given, or empty.
    """
    found = candidates.find(session, army_nos=numbers)
    if found.ambiguous:
        listed = ", ".join(f"“{number}”" for number in found.ambiguous)
        return AtDoor(None, Message.of("ambiguous_army_no", army_nos=listed))
    if len(found.user_ids) != 1:
        return AtDoor(None, Message.of("day.no_such", text=shortened(text)))
    facts, chosen = Facts(session), Chosen(user_ids=found.user_ids)
    candidate = candidates.one(facts.people(chosen))
    day = facts.now.astimezone(zone).date().isoformat()
    own = check_ins.shifts(session).get(candidate.shift_id or 0)
    asked = CheckInAsked(chosen, day, shift_id=shift_id, seat=seat)
    return AtDoor(
        Known(
            candidate,
            "" if own is None else own.label,
            check_ins.of_day(session, day=day).get(candidate.user_id),
            apply.plan(session, CHECK_IN, asked, facts=facts),
            apply.plan(session, WITHDRAW_CHECK_IN, DayAsked(chosen, day), facts=facts),
        )
    )


def hall(session: Session, *, zone: tzinfo, shift_id: int | None) -> Hall:
    """Who is there of this shift, or of today's."""
    found = attendance.read(session, zone=zone, shift_id=shift_id)
    return Hall(found, found.figures, tuple(check_ins.shifts(session).values()))


def at_this_hour(hall: Hall, *, zone: tzinfo) -> DayShift | None:
    """The shift of today that has begun last or begins within the hour; None where there are several, or none."""
    today = [(begins, one) for one in hall.shifts if (begins := one.begins(zone)) is not None]
    today = [(begins, one) for begins, one in today if one.day == hall.attendance.day]
    near = [begins for begins, _ in today if (begins - hall.attendance.at).total_seconds() <= 3600]
    now = [one for begins, one in today if near and begins == max(near)]
    return now[0] if len(now) == 1 else None
