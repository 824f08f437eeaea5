"""The program's own tables: made, or brought to this version, before the first change."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from desktop_admin.controllers.operations import gate
from desktop_admin.controllers.operations.deeds import PREPARE
from desktop_admin.controllers.operations.deeds.doing import record
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.errors import NotPermitted
from desktop_admin.rules import Role


def prepare(database: Database, *, actor: Actor, released_by: Actor | None = None) -> Path | None:
    """Create or update our own tables, after a back-up of a file; with the person's consent only.

    Args:
        database: whose tables they are.
        actor: whose work needs them.
        released_by: the supervisor who agreed to it with the password, where the actor is none.

    Returns:
        The back-up, or None where nothing had to be done or the server's administrator makes back-ups.

    Raises:
        NotPermitted: nobody signed in, or tables of an older version are to be updated, and no supervisor agrees.
        DatabaseUnusable: view-only, or this database account may not make tables.
    """
    database.read(partial(gate.check, actor=actor, kind=PREPARE))
    # Another desk may have made them while this one was asking its person.
    if database.read(has_own_tables):
        return None
    if database.compatibility.own_older:
        database.read(partial(_check_update, actor=actor, released_by=released_by))
    copy = database.prepare()
    told = PREPARE.say("told_with_copy", path=copy) if copy else PREPARE.say("told")
    record(database, PREPARE, told, actor=actor, released_by=released_by)
    return copy


def _check_update(session: Session, *, actor: Actor, released_by: Actor | None) -> None:
    """Every desk on the database needs the new version from then on, so that this is a supervisor's."""
    if released_by is not None:
        gate.check_release(session, by=released_by, actor=actor)
    elif actor.role is not Role.SUPERVISOR:
        raise NotPermitted("update_is_supervisors")
