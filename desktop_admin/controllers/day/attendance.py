"""Who is there: derived from slots, sessions and check-ins, always by as many statements; nothing of it is stored.

Source: the domain specification, *The exam day* (check in, absent).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import select

from desktop_admin.controllers.day import check_ins
from desktop_admin.controllers.values.attending import Attendance, Attendee, Attending, CheckedIn, DayShift
from desktop_admin.database.session import Session, server_now
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import CandidateProfile, ExamSession, Trade


def read(
    session: Session,
    *,
    zone: tzinfo,
    shift_id: int | None = None,
    day: date | None = None,
    now: datetime | None = None,
) -> Attendance:
    """Who is there of a shift on its day, or of a day's shifts and of who has none.

    Args:
        zone: the portal's, in which days begin and end.
        day: another one than today, for every shift of it.
    """
    now = now or server_now(session)
    shifts = check_ins.shifts(session)
    shift = shifts.get(shift_id or 0)
    day = day or now.astimezone(zone).date()
    if shift is not None and shift.day is not None:
        day = shift.day
    wanted: set[int | None] = {one.id for one in shifts.values() if one.day == day} | {None}
    if shift is not None:
        wanted = {shift.id}
    seen = check_ins.of_day(session, day=day.isoformat())
    here = {user_id for user_id, one in seen.items() if shift is None or one.shift_id == shift.id}
    rows = [
        _attendee(row, seen.get(row.user_id), shifts, wanted, zone)
        for row in session.execute(_people(wanted, here, day, zone)).all()
    ]
    rows.sort(key=lambda row: (row.guest, row.shift, row.army_no))
    return Attendance(now, day, shift, tuple(rows))


def _people(wanted: set[int | None], here: set[int], day: date, zone: tzinfo) -> Any:
    """The candidates of these shifts and who was checked in, each with what was seen of them.

    Who has no shift is among them where a slot was given to them.
    """
    one, taken = CandidateProfile, ExamSession
    begin = datetime.combine(day, time(), tzinfo=zone)
    theirs = select(taken.id).where(taken.user_id == one.user_id).correlate(one)
    of_day = theirs.where(taken.completed_at >= begin, taken.completed_at < begin + timedelta(days=1))
    whom = one.shift_id.in_(sql.numbers(filter(None, wanted))) | one.user_id.in_(sql.numbers(here))
    if None in wanted:
        whom |= one.shift_id.is_(None) & one.has_exam_slot
    return (
        select(
            *(one.user_id, one.army_no, one.rank, one.name, one.shift_id, one.has_exam_slot, one.slot_attempting_at),
            Trade.code.label("trade"),
            theirs.where(taken.completed_at.is_(None)).exists().label("writing"),
            of_day.exists().label("handed_in"),
        )
        .outerjoin(Trade, Trade.id == one.trade_id)
        .where(whom)
    )


def _attendee(
    row: Any, seen: CheckedIn | None, shifts: Mapping[int, DayShift], wanted: set[int | None], zone: tzinfo
) -> Attendee:
    own = shifts.get(row.shift_id or 0)
    door = shifts.get(seen.shift_id or 0) if seen is not None else None
    begins = door.begins(zone) if door is not None else None
    late = 0 if seen is None or begins is None else max(0, int((seen.at - begins).total_seconds()))
    return Attendee(
        user_id=row.user_id,
        army_no=row.army_no,
        rank=row.rank,
        name=row.name,
        trade=row.trade,
        shift_id=row.shift_id,
        shift="" if own is None else own.label,
        state=_state(row, seen=seen is not None, expected=row.shift_id is not None and row.shift_id in wanted),
        has_slot=bool(row.has_exam_slot),
        guest=row.shift_id not in wanted,
        checked_in=seen,
        late=late,
    )


def _state(row: Any, *, seen: bool, expected: bool) -> Attending:
    if row.writing:
        return Attending.WRITING
    if row.handed_in and not row.has_exam_slot:
        return Attending.DONE
    if seen or (row.has_exam_slot and row.slot_attempting_at is not None):
        return Attending.PRESENT
    return Attending.ABSENT if row.has_exam_slot and expected else Attending.NOT_EXPECTED
