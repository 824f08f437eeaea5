"""The guard: whether its triggers are in the database (write protocol, *Guard*)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from desktop_admin.controllers.values import records
from desktop_admin.controllers.values.guard_state import GuardCheck, GuardState
from desktop_admin.database.session import Session, guard_of, has_own_tables
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import OperationRow


def check(session: Session) -> GuardCheck:
    """Compare what is there, as a whole, with what this version installs; a few statements."""
    if sql.is_file(session):
        return GuardCheck(GuardState.NOT_HERE)
    guard, connection = guard_of(session), session.connection()
    found = guard.found(connection)
    wanted = {part.name: part.definition for part in guard.parts(connection)}
    differing = tuple(name for name in {**wanted, **found} if found.get(name, "") not in (wanted.get(name), None))
    at, person = _installed(session)
    if not differing:
        return GuardCheck(GuardState.INSTALLED, (), at, person, seen=None not in found.values())
    if wanted.keys() & found.keys():
        return GuardCheck(GuardState.INCOMPLETE, differing, at, person)
    state = GuardState.ABSENT if guard.visible(connection) else GuardState.UNSEEN
    return GuardCheck(state, (), at, person)


def _installed(session: Session) -> tuple[datetime | None, str]:
    """When and by whom the guard was installed, going by the log's last word on it."""
    if not has_own_tables(session):
        return None, ""
    row = session.execute(
        select(OperationRow.operation, OperationRow.at, OperationRow.person)
        .where(OperationRow.operation.in_((records.GUARD_INSTALL, records.GUARD_REMOVE)))
        .order_by(OperationRow.seq.desc())
        .limit(1)
    ).one_or_none()
    if row is None or row.operation == records.GUARD_REMOVE:
        return None, ""
    return row.at, row.person
