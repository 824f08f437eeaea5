"""The time that sessions were given, and the accommodations that are kept for candidates.

Any desk's account may write such rows; what the log does not speak of is found by its verification.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from desktop_admin.controllers.log.taken_back import taken_back
from desktop_admin.controllers.values.sessions import Given
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import Accommodation, GivenTime


def latest(session: Session, *, session_ids: Collection[int]) -> dict[int, Given]:
    """What each of these sessions was given last, as far as it was not taken back."""
    if not session_ids or not has_own_tables(session):
        return {}
    one = GivenTime
    rows = session.execute(
        select(one.session_id, one.user_id, one.given_at, one.minutes, one.planned)
        .where(one.session_id.in_(sql.numbers(session_ids)), ~taken_back(one))
        .order_by(one.given_at, one.op_id)
    )
    found: dict[int, Given] = {}
    for row in rows:
        before = found.get(row.session_id)
        accommodated = row.planned or (before is not None and before.accommodated)
        found[row.session_id] = Given(row.user_id, row.given_at, row.minutes, accommodated)
    return found


def accommodations(session: Session) -> dict[int, int]:
    """How many more minutes are kept for candidates, by account."""
    if not has_own_tables(session):
        return {}
    one = Accommodation
    wanted = select(one.user_id, one.extra).where(~taken_back(one)).order_by(one.kept_at, one.op_id)
    return {row.user_id: row.extra for row in session.execute(wanted)}
