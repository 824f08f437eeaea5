"""Back-ups of a database file, made and put back by a supervisor; those of a server are its administrator's task."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from desktop_admin.controllers.log import entries
from desktop_admin.controllers.operations import gate
from desktop_admin.controllers.operations.deeds import BACKUP, RESTORE_BACKUP
from desktop_admin.controllers.operations.deeds.doing import record
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.backends import backup, place
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from desktop_admin.errors import AdminError, DatabaseBusy, DatabaseUnusable, UsageProblem
from desktop_admin.messages import Message


def make(database: Database, *, actor: Actor, to: Path | None = None, passphrase: str | None = None) -> Path:
    """Copy the database while the portal runs, and verify the copy.

    Args:
        actor: who wants it; it holds everything that the portal knows of its candidates.
        to: a new file; without it, one in the user's data folder, which is never removed by the program.
        passphrase: with which it is encrypted, or None.

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
    if to is not None and place.exists(to):
        raise UsageProblem("file_exists", path=to)
    copy = backup.make(path, passphrase=passphrase) if to is None else backup.make_at(path, to, passphrase=passphrase)
    record(database, BACKUP, BACKUP.say("told", path=copy), actor=actor)
    return copy


@contextmanager
def readable(copy: Path, *, path: Path, passphrase: str | None) -> Iterator[Path]:
    """A back-up as a database: itself or, where it is encrypted, a file beside the database that is gone at the end.

    Raises:
        UsageProblem: it is encrypted, and not with this passphrase.
        DatabaseUnusable: there is no place for it.
    """
    if passphrase is None:
        yield copy
        return
    backup.check_place(path)
    with backup.part_of(path) as part:
        backup.decrypt(copy, part, passphrase=passphrase)
        yield part


def restore(copy: Path, *, path: Path, actor: Actor, reason: str | None = None, named: Path | None = None) -> Path:
    """Put a back-up in the place of the database file, keep what was there beside it, and record it in the log.

    The record is written before, into what is going to be the database: a program that is killed leaves the file as it
    was, or replaced and recorded.

    Args:
        path: the database file; it may be damaged, or missing.
        actor: who wants it; known to the database or, where that is past reading, to its copy.
        named: what the log calls the copy, where that is not its path.

    Returns:
        The file that holds what was there before.

    Raises:
        NotPermitted: the actor is no supervisor.
        UsageProblem: the copy is the database itself.
        AdminError: another program has the database open.
        DatabaseUnusable: no room, no permission, or the copy is damaged, or of a newer version of this program.
    """
    check(copy, path=path, actor=actor)
    kept = backup.kept_beside(path)
    told = RESTORE_BACKUP.say("told", backup=named or copy, replaced=kept)
    with backup.part_of(path) as ready:
        backup.pour(copy, ready)
        _record(ready, told, actor=actor, reason=reason)
        backup.put_back(ready, path, kept)
    return kept


def _record(ready: Path, told: Message, *, actor: Actor, reason: str | None) -> None:
    with closing(Database.open(ready)) as database:
        if not database.has_own_tables:
            # A copy from before the program's first change, or from before an update of it.
            database.migrate()
        # The gate was passed before: the accounts are those of the copy.
        entry = partial(entries.Entry, operation=RESTORE_BACKUP.name, op_id=new_op_id(), actor=actor, reason=reason)
        database.write(lambda session: entries.record_deed(session, entry(now=server_now(session)), told=told))


def check(copy: Path, *, path: Path, actor: Actor) -> None:
    """Refuse what could not be put back; raises as ``restore`` does."""
    backup.check_place(path)
    if place.exists(path) and copy.samefile(path):
        raise UsageProblem("same_file", path=copy)
    with closing(Database.open(copy, thorough=True)) as sound:
        if sound.compatibility.own_newer:
            raise DatabaseUnusable("copy_newer", path=copy)
        may = partial(gate.check, actor=actor, kind=RESTORE_BACKUP)
        try:
            with closing(Database.open(path)) as there:
                there.read(may)
        except DatabaseBusy:
            # It is there, and its own accounts count: whoever brings a copy could have forged those in it.
            raise
        except DatabaseUnusable:
            sound.read(may)
