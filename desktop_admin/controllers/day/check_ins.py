"""Who was seen at the door: of our own table the newest row of a candidate and day that was not taken back."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from desktop_admin.controllers.log.taken_back import taken_back
from desktop_admin.controllers.portal.candidates import shift_label
from desktop_admin.controllers.values.attending import CheckedIn, DayShift
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import CheckIn, OperationRow
from desktop_admin.database.tables.portal import Center, Shift


def of_day(session: Session, *, day: str) -> dict[int, CheckedIn]:
    """Who is checked in on this day (YYYY-MM-DD, in the portal's zone), by account; in one statement."""
    if not has_own_tables(session):
        return {}
    newest = {row.user_id: row for row in session.execute(_standing().where(CheckIn.day == day)).all()}
    return {
        user_id: CheckedIn(user_id, row.shift_id, row.seat, row.at, row.person, row.desk)
        for user_id, row in newest.items()
        if row.present
    }


def ever(session: Session, *, user_ids: Collection[int]) -> set[int]:
    """Who of these accounts is checked in on some day."""
    if not user_ids or not has_own_tables(session):
        return set()
    rows = session.execute(_standing().where(CheckIn.user_id.in_(sql.numbers(user_ids)))).all()
    newest = {(row.user_id, row.day): row.present for row in rows}
    return {user_id for (user_id, _), present in newest.items() if present}


def _standing() -> Any:
    """The rows that were not taken back, in the order in which they were written."""
    one, done = CheckIn, OperationRow
    return (
        select(one.user_id, one.day, one.shift_id, one.seat, one.present, done.at, done.person, done.desk)
        .join(done, done.op_id == one.op_id)
        .where(~taken_back(one))
        .order_by(done.seq)
    )


def shifts(session: Session) -> dict[int, DayShift]:
    """Every shift with its day and beginning, by id, in the order in which they begin."""
    rows = session.execute(
        select(Shift.id, Shift.date, Shift.start_time, Center.exam_center)
        .join(Center, Center.id == Shift.exam_center_id)
        .order_by(Shift.date, Shift.start_time, Center.exam_center)
    )
    return {id_: DayShift(id_, shift_label(day, start, centre), day, start) for id_, day, start, centre in rows}
