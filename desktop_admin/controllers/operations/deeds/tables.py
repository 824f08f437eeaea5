"""The program's own tables: made, or brought to this version, before the first change."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from desktop_admin.controllers.operations import gate
from desktop_admin.controllers.operations.deeds import PREPARE
from desktop_admin.controllers.operations.deeds.doing import record
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.session import has_own_tables


def prepare(database: Database, *, actor: Actor) -> Path | None:
    """Create or update our own tables, after a back-up of a file; with the person's consent only.

    Returns:
        The back-up, or None where nothing had to be done or the server's administrator makes back-ups.

    Raises:
        NotPermitted: nobody signed in.
        DatabaseUnusable: view-only, or this database account may not make tables.
    """
    database.read(partial(gate.check, actor=actor, kind=PREPARE))
    # Another desk may have made them while this one was asking its person.
    if database.read(has_own_tables):
        return None
    copy = database.prepare()
    told = PREPARE.say("told_with_copy", path=copy) if copy else PREPARE.say("told")
    record(database, PREPARE, told, actor=actor)
    return copy
