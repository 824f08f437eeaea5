"""The time that sessions were given, and the accommodations that are kept for candidates.

Any desk's account may write such rows; what the log does not speak of is found by its verification.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, select

from desktop_admin.controllers.values.views import Given
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import Accommodation, GivenTime, OperationCandidate, OperationRow


def latest(session: Session, *, session_ids: Collection[int]) -> dict[int, Given]:
    """What each of these sessions was given last, as far as it was not taken back."""
    if not session_ids or not has_own_tables(session):
        return {}
    one = GivenTime
    rows = session.execute(
        select(one.session_id, one.user_id, one.given_at, one.minutes, one.planned)
        .where(one.session_id.in_(sql.numbers(session_ids)), ~_taken_back(one))
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
    wanted = select(one.user_id, one.extra).where(~_taken_back(one)).order_by(one.kept_at, one.op_id)
    return {row.user_id: row.extra for row in session.execute(wanted)}


def _taken_back(one: Any) -> ColumnElement[bool]:
    """Whether the operation was undone for this candidate: an undo leaves who has signed in since as they are."""
    undo, whom = OperationRow, OperationCandidate
    for_them = select(undo.seq).join(whom, whom.op_id == undo.op_id)
    return for_them.where(undo.undoes == one.op_id, whom.user_id == one.user_id).exists()
