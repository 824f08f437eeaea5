"""Rows that an INSERT made, as their table has them by then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Insert, select
from sqlalchemy.orm import Session


def rows(session: Session, statement: Insert, *columns: Any, of: ColumnElement[bool]) -> Sequence[Any]:
    """Run an INSERT, and give back these columns of what it made: in the same statement where the engine can.

    Args:
        of: which rows of the table these are, for MySQL and an old SQLite, which are asked for them afterwards.
    """
    if session.connection().dialect.insert_returning:
        return session.execute(statement.returning(*columns)).all()
    session.execute(statement)
    return session.execute(select(*columns).where(of)).all()
