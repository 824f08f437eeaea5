"""Putting the guard's triggers into the database, and taking them out; for supervisors.

Source: the write protocol, *Guard*. On PostgreSQL all of it is one transaction. MariaDB commits at each trigger: one
that is there by itself does no harm, an interrupted installation is shown as incomplete, and doing it again ends it.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from desktop_admin.controllers.operations.deeds import GUARD_INSTALL, GUARD_REMOVE
from desktop_admin.controllers.operations.deeds.doing import do
from desktop_admin.controllers.operations.kind import Kind
from desktop_admin.controllers.upkeep import guard
from desktop_admin.controllers.values.guard_state import GuardState
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.session import Session, define, guard_of, lock_definitions
from desktop_admin.errors import AdminError
from desktop_admin.messages import Message


def change(
    session: Session, kind: Kind, *, actor: Actor, op_id: str, reason: str | None = None, now: datetime | None = None
) -> bool:
    """Make the guard's triggers, anew where they are incomplete or altered, or remove them; and record it.

    Returns:
        Whether anything was done; False where the guard is installed, or absent, and recorded so.

    Raises:
        NotPermitted: the actor is no supervisor.
        AdminError: the database is a file.
        OwnTablesMissing: there is no archive that the triggers could write to.
        DatabaseBusy: the database account may not make triggers, or the server does not let it.
    """
    work = partial(_install if kind is GUARD_INSTALL else _remove, session)
    # A file is refused as such.
    check = partial(guard_of, session)
    return do(session, kind, work, actor=actor, op_id=op_id, check=check, reason=reason, now=now)


def _install(session: Session) -> Message | None:
    lock_definitions(session)
    before = guard.check(session)
    there = before.installed
    if there and before.installed_at is not None:
        return None
    if not there:
        wanted = guard_of(session)
        parts = wanted.parts(session.connection())
        define(session, [wanted.first, *_removing(session), *(part.create for part in parts)])
    return GUARD_INSTALL.say("told")


def _remove(session: Session) -> Message | None:
    lock_definitions(session)
    before = guard.check(session)
    if before.state is GuardState.UNSEEN:
        raise AdminError("guard_unseen")
    there = before.state is GuardState.ABSENT
    if there and before.installed_at is None:
        return None
    if not there:
        define(session, [guard_of(session).first, *_removing(session)])
    return GUARD_REMOVE.say("told")


def _removing(session: Session) -> list[str]:
    """The statements that remove what is there of the guard."""
    guard_ = guard_of(session)
    connection = session.connection()
    found = guard_.found(connection)
    return [part.drop for part in reversed(guard_.parts(connection)) if part.name in found]
