"""The time that sessions were given, and the accommodations that are kept for candidates.

Any desk's account may write such rows; what the log does not speak of is found by its verification.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import Accommodation, GivenTime, OperationCandidate, OperationRow


@dataclass(frozen=True, slots=True)
class Given:
    """Minutes that a session was given, counted from then.

    Attributes:
        planned: an accommodation of the candidate's.
    """

    user_id: int
    at: datetime
    minutes: int
    planned: bool


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
    return {row.session_id: Given(row.user_id, row.given_at, row.minutes, row.planned) for row in rows}


def accommodations(session: Session, *, user_ids: Collection[int] | None = None) -> dict[int, int]:
    """How many more minutes are kept for candidates, of these accounts or of all."""
    if not has_own_tables(session):
        return {}
    one = Accommodation
    wanted = select(one.user_id, one.extra).where(~_taken_back(one)).order_by(one.kept_at, one.op_id)
    if user_ids is not None:
        wanted = wanted.where(one.user_id.in_(sql.numbers(user_ids)))
    return {row.user_id: row.extra for row in session.execute(wanted)}


def _taken_back(one: Any) -> ColumnElement[bool]:
    """Whether the operation was undone for this candidate: an undo leaves who has signed in since as they are."""
    undo, whom = OperationRow, OperationCandidate
    return exists().where(undo.undoes == one.op_id, whom.op_id == undo.op_id, whom.user_id == one.user_id)
