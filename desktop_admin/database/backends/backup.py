"""Copies of a SQLite file: made online, verified, named by their moment, and put back in place of the file.

They hold everything that the portal knows of its candidates, so only this user may read them, and on request they are
encrypted with a passphrase (age).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from desktop_admin.database.backends import place
from desktop_admin.errors import AdminError, Cancelled, DatabaseBusy, DatabaseUnusable, UsageProblem
from desktop_admin.files import age, sealed_file
from desktop_admin.files.new_files import PRIVATE
from desktop_admin.settings import data_folder

SAFETY_COPIES = 10
"""So many copies that were made before an operation are kept of each file."""

_BUSY_SECONDS = 5.0
_PAGES = 2000
"""So many pages are copied before it is looked whether somebody asked to stop."""
_STEPS = 500_000
"""The same for the check of a copy, in steps of SQLite's own."""
_PART = ".part"
_ABANDONED = 3600.0
"""Seconds after which nobody writes a copy any more."""
_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file while it is written; it belongs to that file alone."""


Stopped = Callable[[], bool]
"""Whether the person has asked to stop."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


class SafetyCopyWanted(Exception):
    """What a write is about to do wants a copy of the file first; ``Database.write`` makes it and begins again."""


def make(path: Path, *, passphrase: str | None = None, stopped: Stopped = never) -> Path:
    """Copy the database while others use it, and verify the copy.

    Args:
        passphrase: with which the copy is encrypted, or None.
        stopped: asked again and again; nothing is left of a copy that was stopped.

    Returns:
        The copy, in the ``backups`` folder of the user's data.

    Raises:
        DatabaseUnusable: no room, no permission, or the copy does not pass SQLite's own check.
        DatabaseBusy: another program holds the file.
        Cancelled: it was stopped.
    """
    return _new(path, f"{path.stem}-", passphrase=passphrase, stopped=stopped)


def make_safety_copy(path: Path) -> Path:
    """Copy the database before an operation, and remove the oldest such copies of this file; as ``make`` otherwise."""
    # Two portals' files may have the same name.
    of_file = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
    named = f"before-{path.stem}-{of_file}-"
    copy = _new(path, named)
    older = sorted(one for one in copy.parent.iterdir() if one.name.startswith(named) and one.suffix == copy.suffix)
    for old in [one for one in older if one != copy][: -(SAFETY_COPIES - 1)]:
        # One that cannot be removed takes room, and does no harm.
        with suppress(OSError):
            old.unlink()
    return copy


def _remove_abandoned(folder: Path, named: str) -> None:
    """Remove what a killed run left of copies with names that begin so; it is never whole, and holds personal data."""
    for part in folder.iterdir():
        with suppress(OSError):
            # Another program may be writing one now.
            if part.name.startswith(named) and part.suffix == _PART and part.stat().st_mtime < time.time() - _ABANDONED:
                part.unlink()


def folder() -> Path:
    """Where back-ups are kept whose place nobody has named."""
    return data_folder() / "backups"


def ending(*, encrypted: bool) -> str:
    """How the name of a back-up ends."""
    return ".sqlite3.age" if encrypted else ".sqlite3"


def _new(path: Path, named: str, *, passphrase: str | None = None, stopped: Stopped = never) -> Path:
    copy = folder() / f"{named}{_stamp()}{ending(encrypted=passphrase is not None)}"
    return make_at(path, copy, like=named, passphrase=passphrase, stopped=stopped)


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")


def make_at(path: Path, copy: Path, *, like: str = "", passphrase: str | None = None, stopped: Stopped = never) -> Path:
    """Copy the database to a new file; as ``make`` otherwise.

    It is seen under its name only when it is whole, and by this user alone: it holds the candidates' data. What killed
    runs left of copies of this name, or of those that begin ``like`` it, is removed.
    """
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        _require_room(copy.parent, _size(path))
        with part_of(copy, like=like) as part:
            with closing(sqlite3.connect(part)) as target:
                _pour(path, target, stopped)
                _require_whole(path, target, stopped)
            place.check_file(part)
            if passphrase is not None:
                part.write_bytes(age.encrypt(part.read_bytes(), passphrase))
                if stopped():
                    raise Cancelled
            part.rename(copy)
    except (OSError, sqlite3.Error) as failure:
        if stopped():
            raise Cancelled from failure
        with suppress(OSError):
            # Others may have filled the disk meanwhile.
            _require_room(copy.parent, _size(path))
        raise DatabaseUnusable("no_backup", path=copy.parent, why=failure) from failure
    return copy


def in_memory(path: Path, *, stopped: Stopped = never) -> bytes:
    """The verified copy of a database file as ``make`` makes it, without a file that somebody could read.

    Raises:
        DatabaseUnusable: it cannot be read, or does not pass SQLite's own check.
        DatabaseBusy: another program holds the file.
        Cancelled: it was stopped.
    """
    try:
        with closing(sqlite3.connect(":memory:")) as target:
            _pour(path, target, stopped)
            _require_whole(path, target, stopped)
            return target.serialize()
    except (OSError, sqlite3.Error) as failure:
        if stopped():
            raise Cancelled from failure
        raise DatabaseUnusable("no_backup", path=path.parent, why=failure) from failure


def _require_whole(path: Path, target: sqlite3.Connection, stopped: Stopped) -> None:
    # Whatever else than nought it gives back stops the statement.
    target.set_progress_handler(stopped, _STEPS)
    if target.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
        raise DatabaseUnusable("file_damaged", path=path)


def _require_room(folder: Path, needed: int) -> None:
    """Refuse a copy of so many bytes for which this folder has not enough room, and say how much to free."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DatabaseUnusable("no_room_for_backup", path=folder, megabytes=(needed - free) // 1_000_000 + 1)


def pour(copy: Path, part: Path, *, stopped: Stopped = never) -> None:
    """Write what a database file holds into an empty one.

    Raises:
        DatabaseUnusable: no room.
        Cancelled: it was stopped.
    """
    try:
        _require_room(part.parent, _size(copy))
        with closing(sqlite3.connect(part)) as target:
            _pour(copy, target, stopped)
    except (OSError, sqlite3.Error) as failure:
        raise DatabaseUnusable("no_backup", path=part.parent, why=failure) from failure


def _pour(path: Path, target: sqlite3.Connection, stopped: Stopped) -> None:
    """Copy all pages as of one moment, in pieces."""

    def look(_status: int, _remaining: int, _total: int) -> None:
        if stopped():
            raise Cancelled

    uri = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)) as source:
        try:
            # A transaction that reads: between the pieces another program's commit would make it begin again.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as failure:
            if failure.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise DatabaseBusy("database_busy", path=path) from failure
            raise
        source.backup(target, pages=_PAGES, progress=look)


@contextmanager
def part_of(path: Path, *, like: str = "") -> Iterator[Path]:
    """An empty file beside this one, for this user alone, until it is renamed; at the end it is gone.

    Raises:
        DatabaseUnusable: none can be made there.
    """
    _remove_abandoned(path.parent, like or f"{path.name}.")
    # A name of its own, so that what a killed run left is in nobody's way.
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}{_PART}")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
    except OSError as failure:
        raise DatabaseUnusable("no_backup", path=path.parent, why=failure) from failure
    try:
        yield part
    finally:
        for more in ("", *_BESIDE):
            part.with_name(part.name + more).unlink(missing_ok=True)


def is_encrypted(copy: Path) -> bool:
    """Whether a copy is encrypted; False for what is no file, or cannot be read."""
    try:
        return copy.is_file() and age.is_encrypted(age.beginning(copy))
    except OSError:
        return False


def decrypt(copy: Path, part: Path, *, passphrase: str) -> None:
    """Write what an encrypted copy holds into another file.

    Raises:
        UsageProblem: another passphrase, or the copy is damaged; or it is the file of a closed day.
        DatabaseUnusable: no room, or no permission to read it.
    """
    try:
        content = age.decrypt(copy.read_bytes(), passphrase)
        if sealed_file.is_archive(content):
            raise UsageProblem("copy_is_closing", path=copy, copy=sealed_file.DATABASE)
        part.write_bytes(content)
    except age.Undecipherable as failure:
        raise UsageProblem("wrong_passphrase", path=copy) from failure
    except OSError as failure:
        raise DatabaseUnusable("no_backup", path=part.parent, why=failure) from failure


def check_place(path: Path) -> None:
    """Refuse a place where no database file can be put.

    Raises:
        DatabaseUnusable: a folder or a device, a folder that is missing or must not be written, a network share.
    """
    if place.exists(path) and not path.is_file():
        raise DatabaseUnusable("not_a_file", path=path)
    if not place.exists(path.parent):
        raise DatabaseUnusable("no_such_folder", path=path.parent)
    why = place.why_not_writable(path)
    if why is not None:
        raise DatabaseUnusable("view_only", why=why)


def kept_beside(path: Path) -> Path:
    """Where what is there now is kept when a copy is put in its place."""
    return path.with_name(f"{path.stem}.replaced-{_stamp()}{path.suffix}")


def put_back(copy: Path, path: Path, kept: Path) -> None:
    """Write a copy over the database file, keeping what is there now beside it.

    The file itself stays, with its owner and its permissions, so that the portal can open it. Nobody else can write
    from the first look until the end, which is one COMMIT of SQLite's: a program that is killed has replaced all or
    nothing.

    Args:
        copy: a database that was verified.
        path: the file to be replaced; a missing one is made.
        kept: takes what was there before, for this user alone; a damaged file is kept as it is.

    Raises:
        AdminError: another program has the file open.
        DatabaseUnusable: no room, no permission.
    """
    # Both, and the journal by which the one is replaced as a whole.
    _require_room(path.parent, copy.stat().st_size + 2 * _size(path))
    try:
        if not _replaced(copy, path, kept):
            _set_aside(path, kept)
            if place.exists(path):
                shutil.copyfile(copy, path)
            else:
                with part_of(path) as part:
                    shutil.copyfile(copy, part)
                    part.rename(path)
    except (OSError, sqlite3.Error) as failure:
        raise DatabaseUnusable("no_backup", path=path.parent, why=failure) from failure


def _size(path: Path) -> int:
    """Bytes that a copy may take: also of what is not yet in the file itself, but in the log beside it."""
    both = (path, path.with_name(f"{path.name}-wal"))
    return sum(one.stat().st_size for one in both if place.exists(one))


def _replaced(copy: Path, path: Path, kept: Path) -> bool:
    """Replace a file that SQLite can still work with; False for any other."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=0)) as target:
            target.isolation_level = None
            # The lock is kept after the transaction that took it.
            target.execute("PRAGMA locking_mode=EXCLUSIVE")
            target.execute("BEGIN EXCLUSIVE")
            target.execute("COMMIT")
            with part_of(kept) as part:
                with closing(sqlite3.connect(part)) as beside:
                    target.backup(beside)
                part.rename(kept)
            with closing(sqlite3.connect(copy)) as source:
                _fit_pages(source, target)
                source.backup(target)
            return True
    except sqlite3.Error as failure:
        name = getattr(failure, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise AdminError("file_in_use", path=path) from failure
        if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_CANTOPEN")):
            return False
        raise


def _fit_pages(copy: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Give a copy pages of the size that the file has: into a file in WAL mode SQLite writes no others."""
    (size,) = target.execute("PRAGMA page_size").fetchone()
    if copy.execute("PRAGMA page_size").fetchone() != (size,):
        # In WAL mode the size stays as it is.
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute(f"PRAGMA page_size={size}")
        copy.execute("VACUUM")


def _set_aside(path: Path, kept: Path) -> None:
    """Keep a damaged file with what lies beside it; it stays where it is, to be written over."""
    if not place.exists(path):
        return
    with part_of(kept) as part:
        shutil.copyfile(path, part)
        part.rename(kept)
    for more in _BESIDE:
        beside = path.with_name(path.name + more)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + more))
