"""What putting a back-up back asks of the controllers, as jobs for the worker."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from desktop_admin import secrets
from desktop_admin.controllers.operations.deeds import backups
from desktop_admin.controllers.operations.deeds.backups import Content
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.backends import backup
from desktop_admin.database.engine import Database
from desktop_admin.errors import DatabaseBusy, DatabaseUnusable, UsageProblem
from desktop_admin.gui.people.sign_in_jobs import Credentials
from desktop_admin.stop import Stop


@dataclass(frozen=True, slots=True)
class RestoreWanted:
    """A back-up that is to be put in the database's place by this person; without a passphrase, the keyring's."""

    file: Path
    passphrase: str | None = field(repr=False)
    reason: str | None
    actor: Actor


@dataclass(frozen=True, slots=True)
class Looked:
    """What a back-up holds, what it would replace, or None where that cannot be read, and who looked."""

    held: Content
    there: Content | None
    actor: Actor


def look(
    file: Path, *, path: Path, actor: Actor, typed: Credentials | None, passphrase: str | None, stop: Stop
) -> Looked:
    """Look at a back-up that is to take the place of this file.

    Args:
        actor: who is inside, or at the desk where nobody is.
        typed: to sign in with, where the file is past reading and the accounts of its copy count.
        stop: may be asked for meanwhile.

    Raises:
        Cancelled: it was stopped.
        AdminError: it cannot be put back, or not by this person.
    """
    with backups.readable(file, path=path, passphrase=passphrase_of(file, typed=passphrase)) as copy:
        who = actor if typed is None else _sign_in(copy, path=path, typed=typed, desk=actor.desk, stop=stop)
        held, there = backups.compare(copy, path=path, actor=who, stop=stop)
    return Looked(held, there, who)


def _sign_in(copy: Path, *, path: Path, typed: Credentials, desk: str, stop: Stop) -> Actor:
    """The person with these credentials in the copy of a file that is past reading."""
    try:
        Database.open(path, thorough=True, stop=stop).close()
    except DatabaseBusy:
        # It is there, and its own accounts count.
        raise
    except DatabaseUnusable:
        with closing(Database.open(copy, thorough=True, stop=stop)) as opened:
            return staff.sign_in(opened, username=typed.username, password=typed.password, desk=desk, instead_of=path)
    raise UsageProblem("readable_again", path=path)


def put_back(wanted: RestoreWanted, *, path: Path, stop: Stop) -> Path:
    """Put the back-up in the place of a file that this program does not have open; gives where that is kept.

    It may be stopped until the file itself is about to be written.
    """
    passphrase = passphrase_of(wanted.file, typed=wanted.passphrase)
    with backups.readable(wanted.file, path=path, passphrase=passphrase) as copy:
        return backups.restore(copy, path=path, actor=wanted.actor, reason=wanted.reason, named=wanted.file, stop=stop)


def put_back_here(database: Database, *, wanted: RestoreWanted, path: Path, stop: Stop) -> Path:
    """The same for the database that is open; its connections are given back for that."""
    passphrase = passphrase_of(wanted.file, typed=wanted.passphrase)
    with backups.readable(wanted.file, path=path, passphrase=passphrase) as copy:
        stop.heed()
        # While any program has the file open, its content is not replaced.
        database.close()
        return backups.restore(copy, path=path, actor=wanted.actor, reason=wanted.reason, named=wanted.file, stop=stop)


def passphrase_of(file: Path, *, typed: str | None) -> str | None:
    """The passphrase of a back-up: what was typed, else the one in the keyring; None where it is not encrypted.

    Raises:
        UsageProblem: there is none.
    """
    if not backup.is_encrypted(file):
        return None
    known = typed or secrets.password_for(secrets.BACKUP_PASSPHRASE)
    if not known:
        raise UsageProblem("passphrase_needed")
    return known
