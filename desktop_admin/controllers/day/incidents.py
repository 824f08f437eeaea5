"""The incident book as it stands: rows of the log, which seals them, with what was added later beside each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import select

from desktop_admin.controllers.day import check_ins
from desktop_admin.controllers.log import seals
from desktop_admin.controllers.values.happened import Concerned, Incident, Written
from desktop_admin.controllers.values.records import AMEND_INCIDENT, INCIDENT
from desktop_admin.database.session import Session, has_own_tables, server_now
from desktop_admin.database.statements import stored
from desktop_admin.database.tables.own import OperationRow
from desktop_admin.errors import UsageProblem

DOORS = timedelta(hours=1)
"""So long before a shift begins its doors open."""


def listed(session: Session, *, since: datetime | None = None, until: datetime | None = None) -> tuple[Incident, ...]:
    """The incidents that happened in a span of time, its end not included, oldest first.

    A row that somebody has damaged is left out; the log's verification finds it.
    """
    if not has_own_tables(session):
        return ()
    one = OperationRow
    wanted = select(one).where(one.operation.in_((INCIDENT, AMEND_INCIDENT))).order_by(one.seq)
    firsts: list[Incident] = []
    additions: defaultdict[str, list[Written]] = defaultdict(list)
    for row in session.execute(wanted).scalars():
        try:
            content = stored.read_json(row.body)["incident"]
            part = _written(session, row, content)
            if row.operation == INCIDENT:
                firsts.append(_incident(content, part))
            else:
                additions[content["amends"]].append(part)
        except (ValueError, TypeError, LookupError):
            continue
    found = [replace(one, additions=tuple(additions[one.op_id])) for one in firsts]
    in_time = (
        one
        for one in found
        if (since or one.happened_at) <= one.happened_at and (until is None or one.happened_at < until)
    )
    return tuple(sorted(in_time, key=lambda incident: (incident.happened_at, incident.first.seq)))


def of_shift(
    session: Session, *, zone: tzinfo, shift_id: int | None, now: datetime | None = None
) -> tuple[Incident, ...]:
    """The incidents of a shift, or of today.

    A shift has no end in the portal: what happened belongs to it from an hour before it begins, when its doors open,
    until that hour of the next one of the day, or until midnight.

    Args:
        zone: the portal's, in which days begin and end.
    """
    shifts = check_ins.shifts(session)
    shift = shifts.get(shift_id or 0)
    begins = shift.begins(zone) if shift is not None else None
    day = (begins or now or server_now(session)).astimezone(zone).date()
    midnight = datetime.combine(day, time(), tzinfo=zone)
    since, until = midnight, midnight + timedelta(days=1)
    if begins is not None:
        others = (other for one in shifts.values() if (other := one.begins(zone)) is not None and other > begins)
        since, until = begins - DOORS, min(until, min((one - DOORS for one in others), default=until))
    found = listed(session, since=since, until=until)
    return tuple(one for one in found if one.happened_at < until)


def require(session: Session, *, op_id: str) -> Incident:
    """The incident of this id; as much of its beginning is enough as tells it from others.

    Raises:
        UsageProblem: there is none, or more than one.
    """
    hits = [one for one in listed(session) if op_id and one.op_id.startswith(op_id)]
    if len(hits) != 1:
        raise UsageProblem("no_such_incident", text=op_id[:40])
    return hits[0]


def _incident(content: dict[str, Any], first: Written) -> Incident:
    category, at = content["category"], datetime.fromisoformat(content["at"])
    # It need not be among those that are kept now.
    if not isinstance(category, str) or not category or at.tzinfo is None:
        raise ValueError("nobody writes such a category or time")
    return Incident(category, at, first)


def _written(session: Session, row: OperationRow, content: dict[str, Any]) -> Written:
    told = [content["text"], content["done"], *content["about"]]
    if not all(isinstance(one, str) for one in told):
        raise TypeError("a text is told")
    return Written(
        op_id=row.op_id,
        seq=row.seq,
        at=row.at.astimezone(UTC),
        person=row.person,
        desk=row.desk,
        text=content["text"],
        done=content["done"],
        people=tuple(Concerned(*one) for one in content["people"]),
        about=tuple(content["about"]),
        seal=seals.of_row(session, row),
    )
