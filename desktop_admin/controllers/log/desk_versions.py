"""Which version of the program each desk works with, as far as the log tells: by the newest row that it wrote."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import stored
from desktop_admin.database.tables.own import OperationRow

VERSION = "version"
"""The version's name in the body of a row; rows of versions before 0.2.0 have none."""


def of_desks(session: Session, *, since: datetime) -> Mapping[str, str | None]:
    """The version of each desk that has written since then; None where its row does not say it.

    A row that somebody has damaged says nothing; the log's verification finds it.
    """
    if not has_own_tables(session):
        return {}
    one = OperationRow
    newest = select(func.max(one.seq)).where(one.at >= since).group_by(one.desk)
    rows = session.execute(select(one.desk, one.body).where(one.seq.in_(newest)).order_by(one.desk)).all()
    return {row.desk: _version(row.body) for row in rows}


def _version(body: str) -> str | None:
    try:
        found = stored.read_json(body).get(VERSION)
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, str) else None
