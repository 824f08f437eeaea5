"""The guard: whether its triggers are in the database, putting them there and taking them out; for supervisors.

Source: the write protocol, *Guard*. On PostgreSQL all of it is one transaction. MariaDB commits at each trigger: one
that is there by itself does no harm, an interrupted installation is shown as incomplete, and doing it again ends it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from desktop_admin.controllers import permissions
from desktop_admin.controllers.log import entries
from desktop_admin.controllers.values.guard_state import GuardCheck, GuardState
from desktop_admin.controllers.values.plans import Actor
from desktop_admin.database import sql
from desktop_admin.database.own import OperationRow
from desktop_admin.database.session import (
    Session,
    define,
    guard_of,
    has_own_tables,
    lock_definitions,
    require_own_tables,
    server_now,
)
from desktop_admin.errors import AdminError
from desktop_admin.rules import Operation


def check(session: Session) -> GuardCheck:
    """Compare the triggers that are there with what this version installs; two statements, or three."""
    if sql.is_file(session):
        return GuardCheck(GuardState.NOT_HERE)
    guard, connection = guard_of(session), session.connection()
    found = guard.found(connection)
    differing = tuple(part.name for part in guard.parts if found.get(part.name, "") not in (part.definition, None))
    at, person = _installed(session)
    if not differing:
        return GuardCheck(GuardState.INSTALLED, (), at, person, seen=None not in found.values())
    if any(part.name in found for part in guard.parts):
        return GuardCheck(GuardState.INCOMPLETE, differing, at, person)
    state = GuardState.ABSENT if guard.visible(connection) else GuardState.UNSEEN
    return GuardCheck(state, (), at, person)


def install(
    session: Session, *, actor: Actor, op_id: str, reason: str | None = None, now: datetime | None = None
) -> bool:
    """Make the guard's triggers, anew where they are incomplete or altered, and record it.

    Args:
        session: a session in a write transaction.
        actor: who does it.
        op_id: the operation's id; a second attempt with the same id is recognised.
        reason: what the person gave as the reason.
        now: the database's time, UTC; asked from the database where not given.

    Returns:
        Whether anything was done; False where the guard is installed and recorded.

    Raises:
        NotPermitted: the actor is no supervisor.
        AdminError: the database is a file.
        OwnTablesMissing: there is no archive that the triggers could write to.
        DatabaseBusy: the database account may not make triggers, or the server does not let it.
    """
    return _change(session, Operation.GUARD_INSTALL, actor, op_id, reason, now)


def remove(
    session: Session, *, actor: Actor, op_id: str, reason: str | None = None, now: datetime | None = None
) -> bool:
    """Remove the guard's triggers, and record it; arguments and failures as for ``install``.

    Returns:
        Whether anything was done; False where there is no guard, and none is missing.
    """
    return _change(session, Operation.GUARD_REMOVE, actor, op_id, reason, now)


def _change(
    session: Session, operation: Operation, actor: Actor, op_id: str, reason: str | None, now: datetime | None
) -> bool:
    permissions.check(session, actor=actor, operation=operation)
    guard, wanted = guard_of(session), operation is Operation.GUARD_INSTALL
    require_own_tables(session)
    if entries.recorded(session, op_id=op_id) is not None:
        return True
    lock_definitions(session)
    before = check(session)
    if not wanted and before.state is GuardState.UNSEEN:
        raise AdminError("guard_unseen")
    there = before.state is GuardState.INSTALLED if wanted else before.state is GuardState.ABSENT
    if there and (before.installed_at is not None) is wanted:
        return False
    found = guard.found(session.connection())
    removed = [part.drop for part in reversed(guard.parts) if part.name in found]
    made = [part.create for part in guard.parts] if wanted else []
    if not there:
        define(session, [guard.first, *removed, *made])
    moment = now or server_now(session)
    entries.record_change(session, operation=operation, op_id=op_id, actor=actor, reason=reason, now=moment)
    return True


def _installed(session: Session) -> tuple[datetime | None, str]:
    """When and by whom the guard was installed, going by the log's last word on it."""
    if not has_own_tables(session):
        return None, ""
    kinds = (Operation.GUARD_INSTALL, Operation.GUARD_REMOVE)
    row = session.execute(
        select(OperationRow.operation, OperationRow.at, OperationRow.person)
        .where(OperationRow.operation.in_(kinds))
        .order_by(OperationRow.seq.desc())
        .limit(1)
    ).one_or_none()
    if row is None or row.operation == Operation.GUARD_REMOVE:
        return None, ""
    return row.at, row.person
