"""How days were closed: rows of the log, with what was done on each day since.

Source: the domain specification, *The exam day* (close the day): it marks and forbids nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from desktop_admin.controllers.day import incidents
from desktop_admin.controllers.log import seals
from desktop_admin.controllers.values.closed import Closing
from desktop_admin.controllers.values.records import BACKUP, CLOSE_DAY
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import stored
from desktop_admin.database.tables.own import GuardClearing, OperationRow, RestoredSession
from desktop_admin.database.tables.portal import ExamSession

_TELLS_NOTHING = (CLOSE_DAY, BACKUP)
"""Kinds of records that change nothing of what the file of a day tells."""
_AT_ONCE = 100
"""So many closings are asked about in one statement."""


def span(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """When a day of the portal begins, and when the next one does."""
    begin = datetime.combine(day, time(), tzinfo=zone)
    return begin, datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)


def listed(session: Session, *, zone: tzinfo, day: date | None = None) -> tuple[Closing, ...]:
    """How days were closed, or this one, in the order in which it was done.

    A row that somebody has damaged is left out; the log's verification finds it.
    """
    if not has_own_tables(session):
        return ()
    wanted = select(OperationRow).where(OperationRow.operation == CLOSE_DAY).order_by(OperationRow.seq)
    found = [one for row in session.execute(wanted).scalars() if (one := _closing(session, row)) is not None]
    found = [one for one in found if day in (None, one.day)]
    since = _since(session, found, zone)
    return tuple(replace(one, **since.get(one.op_id, {})) for one in found)


def _closing(session: Session, row: OperationRow) -> Closing | None:
    try:
        content = stored.read_json(row.body)["closing"]
        return Closing(
            op_id=row.op_id,
            day=date.fromisoformat(content["day"]),
            at=row.at.astimezone(UTC),
            person=row.person,
            desk=row.desk,
            file=str(content["file"]),
            digest=str(content["sha256"]),
            row=int(content["row"]),
            as_of=datetime.fromisoformat(content["as_of"]).astimezone(UTC),
            reason=row.reason,
            seal=seals.of_row(session, row),
        )
    except (ValueError, TypeError, LookupError):
        return None


def _since(session: Session, closings: Sequence[Closing], zone: tzinfo) -> dict[str, dict[str, Any]]:
    """What was recorded and submitted of its day behind each of these closings, by its id."""
    found: dict[str, dict[str, Any]] = {}
    for first in range(0, len(closings), _AT_ONCE):
        some = closings[first : first + _AT_ONCE]
        queries = [query for one in some for query in _queries(one, *span(one.day, zone))]
        for op_id, what, count in session.execute(union_all(*queries)):
            counted = found.setdefault(op_id, {})
            counted[what] = counted.get(what, 0) + count
    if closings:
        _count_incidents(session, closings, zone, found)
    return found


def _count_incidents(
    session: Session, closings: Sequence[Closing], zone: tzinfo, found: dict[str, dict[str, Any]]
) -> None:
    """Add what was written on a later day about an incident of the closed one."""
    for incident in incidents.listed(session):
        for one in closings:
            begin, end = span(one.day, zone)
            if begin <= incident.happened_at < end:
                parts = (incident.first, *incident.additions)
                found[one.op_id]["operations"] += sum(part.at >= end and part.seq > one.row for part in parts)


def _queries(one: Closing, begin: datetime, end: datetime) -> tuple[Any, ...]:
    row, earlier, guard, back = OperationRow, aliased(OperationRow), GuardClearing, RestoredSession
    of_day = select(earlier.op_id).where(earlier.at >= begin, earlier.at < end)
    by_guard = select(guard.op_id).where(guard.at >= begin, guard.at < end)
    put_back = select(back.by_op_id).where(or_(back.op_id.in_(of_day), back.op_id.in_(by_guard)))
    # What is taken back, or put back, on a later day is no longer as the file tells it either.
    taken_back = or_(row.undoes.in_(of_day), row.op_id.in_(put_back))
    behind = (row.seq > one.row, row.operation.not_in(_TELLS_NOTHING))
    recorded = select(literal(one.op_id), literal("operations"), func.count(row.seq))
    cleared = select(literal(one.op_id), literal("operations"), func.count(guard.op_id))
    submitted = select(literal(one.op_id), literal("submissions"), func.count(ExamSession.id))
    done = ExamSession.completed_at
    return (
        recorded.where(*behind, row.at >= begin, or_(row.at < end, taken_back)),
        # The guard writes beside the log, where nothing has a number of its rows.
        cleared.where(guard.at > one.as_of, guard.at >= begin, guard.at < end),
        submitted.where(done > one.as_of, done >= begin, done < end),
    )
