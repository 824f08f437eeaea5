"""Copies of a SQLite file: made online, verified, named by their moment, and put back in place of the file."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
import uuid
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from desktop_admin.database.backends import place
from desktop_admin.errors import AdminError, DatabaseBusy, DatabaseUnusable
from desktop_admin.settings import data_folder

SAFETY_COPIES = 10
"""So many copies that were made before an operation are kept of each file."""

_BUSY_SECONDS = 5.0
_PART = ".part"
_ABANDONED = 3600.0
"""Seconds after which nobody writes a copy any more."""
_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file while it is written; it belongs to that file alone."""


class SafetyCopyWanted(Exception):
    """What a write is about to do wants a copy of the file first; ``Database.write`` makes it and begins again."""


def make(path: Path) -> Path:
    """Copy the database while others use it, and verify the copy.

    Returns:
        The copy, in the ``backups`` folder of the user's data.

    Raises:
        DatabaseUnusable: no room, no permission, or the copy does not pass SQLite's own check.
        DatabaseBusy: another program holds the file.
    """
    return _new(path, f"{path.stem}-")


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


def _new(path: Path, named: str) -> Path:
    folder = data_folder() / "backups"
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    return make_at(path, folder / f"{named}{stamp}.sqlite3", like=named)


def make_at(path: Path, copy: Path, *, like: str = "") -> Path:
    """Copy the database to a new file; as ``make`` otherwise.

    It is seen under its name only when it is whole, and by this user alone: it holds the candidates' data. What killed
    runs left of copies of this name, or of those that begin ``like`` it, is removed.
    """
    # A name of its own, so that what a killed run left is in nobody's way.
    part = copy.with_name(f"{copy.name}.{uuid.uuid4().hex[:8]}{_PART}")
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(copy.parent, like or f"{copy.name}.")
        _require_room(copy.parent, _size(path))
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            with _opened(path) as source, closing(sqlite3.connect(part)) as target:
                _pour(source, target, path)
                if target.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
                    raise DatabaseUnusable("file_damaged", path=path)
            place.check_file(part)
            part.rename(copy)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, sqlite3.Error) as failure:
        with suppress(OSError):
            # Others may have filled the disk meanwhile.
            _require_room(copy.parent, _size(path))
        raise DatabaseUnusable("no_backup", path=copy.parent, why=failure) from failure
    return copy


def _require_room(folder: Path, needed: int) -> None:
    """Refuse a copy of so many bytes for which this folder has not enough room, and say how much to free."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DatabaseUnusable("no_room_for_backup", path=folder, megabytes=(needed - free) // 1_000_000 + 1)


def _opened(path: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True))


def _pour(source: sqlite3.Connection, target: sqlite3.Connection, path: Path) -> None:
    """Copy all pages as of one moment; SQLite itself would wait for ever for a file that another program holds."""
    until = time.monotonic() + _BUSY_SECONDS

    def give_up(status: int, _remaining: int, _total: int) -> None:
        if status != sqlite3.SQLITE_DONE and time.monotonic() > until:
            raise DatabaseBusy("database_busy", path=path)

    # Between pieces another program's commit would make it begin again.
    source.backup(target, pages=-1, progress=give_up)


def put_back(copy: Path, path: Path) -> Path:
    """Write a copy over the database file, keeping what is there now beside it.

    The file itself stays, with its owner and its permissions, so that the portal can open it. Nobody else can write
    from the first look until the end.

    Args:
        copy: a database that was verified.
        path: the file to be replaced; a missing one is made.

    Returns:
        What was there before; a damaged file is kept as it is.

    Raises:
        AdminError: another program has the file open.
        DatabaseUnusable: no room, no permission.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    kept = path.with_name(f"{path.stem}.replaced-{stamp}{path.suffix}")
    _require_room(path.parent, copy.stat().st_size + _size(path))
    try:
        if not _replaced(copy, path, kept):
            _set_aside(path, kept)
            with _opened(copy) as source, closing(sqlite3.connect(path)) as target:
                source.backup(target)
    except (OSError, sqlite3.Error) as failure:
        raise DatabaseUnusable("no_backup", path=path.parent, why=failure) from failure
    return kept


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
            with closing(sqlite3.connect(kept)) as beside:
                target.backup(beside)
            shutil.copymode(path, kept)
            with _opened(copy) as source:
                source.backup(target)
            return True
    except sqlite3.Error as failure:
        name = getattr(failure, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise AdminError("file_in_use", path=path) from failure
        if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_CANTOPEN")):
            return False
        raise


def _set_aside(path: Path, kept: Path) -> None:
    """Keep a damaged file with what lies beside it, and leave an empty one in its place."""
    if not place.exists(path):
        return
    shutil.copy2(path, kept)
    for more in _BESIDE:
        beside = path.with_name(path.name + more)
        if beside.exists():
            beside.rename(kept.with_name(kept.name + more))
    os.truncate(path, 0)
