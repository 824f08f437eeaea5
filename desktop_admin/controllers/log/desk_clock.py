"""The desk's clock against the database server's: one that runs backwards or differs much makes the log hard to read.

The log is in order by its numbers, never by times, so nothing is refused; it is only told. Source: the write protocol,
*Operation log*.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import ScalarSelect, select

from desktop_admin.database.session import Session, has_own_tables, server_now
from desktop_admin.database.tables.own import OperationRow
from desktop_admin.messages import Message

_MOST = timedelta(seconds=120)
_IN_THE_PAST = {"clock_differs": "clock_differed", "clock_backwards": "clock_ran_back"}
LATELY = 200
"""So many rows of the log are looked at; a desk that wrote none of them is not searched for further, under a lock."""


def warning(*, now: datetime, desk_now: datetime, last: datetime | None) -> Message | None:
    """What is wrong with a desk's clock, or None; ``last`` is its time at its last operation before, if any lately."""
    if abs(desk_now - now) > _MOST:
        return Message.of("clock_differs", seconds=round(abs(desk_now - now).total_seconds()), now=now)
    if last is not None and desk_now < last:
        return Message.of("clock_backwards", at=last, desk_now=desk_now)
    return None


def of_operation(*, at: datetime, desk_at: datetime, before: datetime | None) -> Message | None:
    """What was wrong with a desk's clock at a recorded operation, or None; ``before`` is its time at the one before."""
    wrong = warning(now=at, desk_now=desk_at, last=before)
    return None if wrong is None else Message(_IN_THE_PAST[wrong.code], wrong.values)


def time_of_last(desk: str) -> ScalarSelect[datetime]:
    """The time that this desk's clock showed at its last operation, if it wrote one lately."""
    newest = select(OperationRow.seq, OperationRow.desk, OperationRow.desk_at)
    lately = newest.order_by(OperationRow.seq.desc()).limit(LATELY).subquery()
    of_desk = select(lately.c.desk_at).where(lately.c.desk == desk[:150])
    return of_desk.order_by(lately.c.seq.desc()).limit(1).scalar_subquery()


def look(
    session: Session, *, desk: str, now: datetime | None = None, desk_now: datetime | None = None
) -> Message | None:
    """What is wrong with this desk's clock now, or None; nothing can be said about it before the first operation."""
    last = session.execute(select(time_of_last(desk))).scalar_one() if has_own_tables(session) else None
    return warning(now=now or server_now(session), desk_now=desk_now or datetime.now(UTC), last=last)
