"""Back-ups of a database file, made and put back by a supervisor; those of a server are its administrator's task."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from desktop_admin.controllers.log import entries
from desktop_admin.controllers.operations import gate
from desktop_admin.controllers.operations.deeds import BACKUP, RESTORE_BACKUP
from desktop_admin.controllers.operations.deeds.doing import record
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.backends import backup, place
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session, has_own_tables, server_now
from desktop_admin.database.tables.own import OperationRow
from desktop_admin.database.tables.portal import ExamSession
from desktop_admin.errors import AdminError, DatabaseBusy, DatabaseUnusable, UsageProblem
from desktop_admin.files import age
from desktop_admin.messages import Message
from desktop_admin.stop import Stop


@dataclass(frozen=True, slots=True)
class Content:
    """What a database holds, as far as it tells one from another of the same portal.

    Attributes:
        incomplete: sessions that are not completed.
        rows: of the operation log; None where it has no log of this version.
        newest: when a session was started or completed, or an operation recorded, for the last time.
    """

    candidates: int
    incomplete: int
    rows: int | None
    newest: datetime | None

    def told(self, code: str) -> Message:
        """All of it in the sentence that has this code and says whose it is."""
        return Message.of(
            code,
            candidates=Message.of("count.candidates", n=self.candidates),
            sessions=Message.of("count.sessions", n=self.incomplete),
            rows="–" if self.rows is None else self.rows,
            at=self.newest or "–",
        )


def make(database: Database, *, actor: Actor, to: Path | None = None, passphrase: str | None = None) -> Path:
    """Copy the database while the portal runs, and verify the copy.

    Args:
        actor: who wants it; it holds everything that the portal knows of its candidates.
        to: a new file; without it, one in the user's data folder, which is never removed by the program.
        passphrase: with which it is encrypted, or None.

    Raises:
        NotPermitted: the actor is no supervisor.
        AdminError: the database is on a server.
        UsageProblem: there is something at that path, or the passphrase is too short.
        DatabaseUnusable: no room, no permission, damaged; nothing is left of the copy then.
        Cancelled: ``database.cancel`` was called; nothing is left either.
    """
    database.read(partial(gate.check, actor=actor, kind=BACKUP))
    stopped = database.stoppable()
    path = database.description.path
    if path is None:
        raise AdminError("backup_on_server", path=database.backend.name)
    if passphrase is not None and not age.long_enough(passphrase):
        raise UsageProblem("passphrase_short", least=age.SHORTEST)
    if to is not None and place.exists(to):
        raise UsageProblem("file_exists", path=to)
    if to is None:
        copy = backup.make(path, passphrase=passphrase, stopped=stopped)
    else:
        copy = backup.make_at(path, to, passphrase=passphrase, stopped=stopped)
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


def restore(
    copy: Path,
    *,
    path: Path,
    actor: Actor,
    reason: str | None = None,
    named: Path | None = None,
    stop: Stop | None = None,
) -> Path:
    """Put a back-up in the place of the database file, keep what was there beside it, and record it in the log.

    The record is written before, into what is going to be the database: a program that is killed leaves the file as it
    was, or replaced and recorded.

    Args:
        path: the database file; it may be damaged, or missing.
        actor: who wants it; known to the database or, where that is past reading, to its copy.
        named: what the log calls the copy, where that is not its path.
        stop: may be asked for until the file itself is about to be written.

    Returns:
        The file that holds what was there before.

    Raises:
        NotPermitted: the actor is no supervisor.
        UsageProblem: the copy is the database itself.
        AdminError: another program has the database open.
        DatabaseUnusable: no room, no permission, or the copy is damaged, or of a newer version of this program.
        Cancelled: it was stopped; nothing was replaced.
    """
    stop = stop or Stop()
    compare(copy, path=path, actor=actor, stop=stop)
    kept = backup.kept_beside(path)
    told = RESTORE_BACKUP.say("told", backup=named or copy, replaced=kept)
    with backup.part_of(path) as ready:
        backup.pour(copy, ready, stopped=stop)
        _record(ready, told, actor=actor, reason=reason)
        stop.heed()
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


def compare(copy: Path, *, path: Path, actor: Actor, stop: Stop | None = None) -> tuple[Content, Content | None]:
    """What a back-up holds, and what stands in the place where it would be put, or None where that cannot be read.

    What could not be put back is refused; raises as ``restore`` does.
    """
    backup.check_place(path)
    if place.exists(path) and copy.samefile(path):
        raise UsageProblem("same_file", path=copy)
    with closing(Database.open(copy, thorough=True, stop=stop)) as sound:
        if sound.compatibility.own_newer:
            raise DatabaseUnusable("copy_newer", path=copy)
        held = sound.read(_content)
        may = partial(gate.check, actor=actor, kind=RESTORE_BACKUP)
        try:
            with closing(Database.open(path)) as there:
                there.read(may)
                return held, there.read(_content)
        except DatabaseBusy:
            # It is there, and its own accounts count: whoever brings a copy could have forged those in it.
            raise
        except DatabaseUnusable:
            sound.read(may)
    return held, None


def _content(session: Session) -> Content:
    started, completed = session.execute(
        select(func.max(ExamSession.started_at), func.max(ExamSession.completed_at))
    ).one()
    rows, recorded = None, None
    if has_own_tables(session):
        rows, recorded = session.execute(select(func.count(OperationRow.seq), func.max(OperationRow.at))).one()
    incomplete = select(func.count(ExamSession.id)).where(ExamSession.completed_at.is_(None))
    return Content(
        candidates=candidates.count(session),
        incomplete=session.execute(incomplete).scalar_one(),
        rows=rows,
        newest=max(filter(None, (started, completed, recorded)), default=None),
    )
