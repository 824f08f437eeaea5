"""Back-ups of a database file, made and put back by a supervisor; those of a server are its administrator's task."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path

from desktop_admin.controllers.log import entries
from desktop_admin.controllers.operations import gate
from desktop_admin.controllers.operations.deeds import BACKUP, RESTORE_BACKUP
from desktop_admin.controllers.operations.deeds.doing import record
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.backends import backup
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from desktop_admin.errors import AdminError, DatabaseBusy, DatabaseUnusable, UsageProblem
from desktop_admin.messages import Message


def make(database: Database, *, actor: Actor, to: Path | None = None) -> Path:
    """Copy the database while the portal runs, and verify the copy.

    Args:
        actor: who wants it; it holds everything that the portal knows of its candidates.
        to: a new file; without it, one in the user's data folder, which is never removed by the program.

    Raises:
        NotPermitted: the actor is no supervisor.
        AdminError: the database is on a server.
        UsageProblem: there is something at that path.
        DatabaseUnusable: no room, no permission, damaged; nothing is left of the copy then.
    """
    database.read(partial(gate.check, actor=actor, kind=BACKUP))
    path = database.description.path
    if path is None:
        raise AdminError("backup_on_server", path=database.backend.name)
    if to is not None and to.exists():
        raise UsageProblem("file_exists", path=to)
    copy = backup.make(path) if to is None else backup.make_at(path, to)
    record(database, BACKUP, BACKUP.say("told", path=copy), actor=actor)
    return copy


def restore(copy: Path, *, path: Path, actor: Actor, reason: str | None = None) -> Path:
    """Put a back-up in the place of the database file, keep what was there beside it, and record it in the log.

    Args:
        path: the database file; it may be damaged, or missing.
        actor: who wants it; known to the database or, where that is past reading, to its copy.

    Returns:
        The file that holds what was there before.

    Raises:
        NotPermitted: the actor is no supervisor.
        UsageProblem: the copy is the database itself.
        AdminError: another program has the database open.
        DatabaseUnusable: no room, no permission, or the copy is damaged, or of a newer version of this program.
    """
    if path.exists() and copy.samefile(path):
        raise UsageProblem("same_file", path=copy)
    _check(actor, path=path, copy=copy)
    kept = backup.put_back(copy, path)
    try:
        _record(path, RESTORE_BACKUP.say("told", backup=copy, replaced=kept), actor=actor, reason=reason)
    except AdminError as failure:
        raise AdminError("put_back_not_recorded", path=path, kept=kept, why=failure.message) from failure
    return kept


def _record(path: Path, told: Message, *, actor: Actor, reason: str | None) -> None:
    with closing(Database.open(path, thorough=True)) as database:
        if not database.has_own_tables:
            # A copy from before the program's first change, or from before an update of it.
            database.migrate()
        # The gate was passed before: by now the accounts are those of the copy.
        entry = partial(entries.Entry, operation=RESTORE_BACKUP.name, op_id=new_op_id(), actor=actor, reason=reason)
        database.write(lambda session: entries.record_deed(session, entry(now=server_now(session)), told=told))


def _check(actor: Actor, *, path: Path, copy: Path) -> None:
    with closing(Database.open(copy, thorough=True)) as sound:
        if sound.compatibility.own_newer:
            raise DatabaseUnusable("copy_newer", path=copy)
        try:
            asked = Database.open(path)
        except DatabaseBusy:
            # It is there, and its own accounts count: whoever brings a copy could have forged those in it.
            raise
        except DatabaseUnusable:
            asked = sound
        try:
            asked.read(partial(gate.check, actor=actor, kind=RESTORE_BACKUP))
        finally:
            asked.close()
