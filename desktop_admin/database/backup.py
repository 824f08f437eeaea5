"""Back-up copies of a SQLite file: made online, verified, and named by their moment."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from desktop_admin.errors import DatabaseUnusable
from desktop_admin.settings import data_folder


def make(path: Path) -> Path:
    """Copy the database while others use it, and verify the copy.

    Returns:
        The copy, in the ``backups`` folder of the user's data.

    Raises:
        DatabaseUnusable: no room, no permission, or the copy does not pass SQLite's own check.
    """
    folder = data_folder() / "backups"
    try:
        return _copied(path, folder)
    except (OSError, sqlite3.Error) as failure:
        raise DatabaseUnusable("no_backup", path=folder, why=failure) from failure


def _copied(path: Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    needed, free = path.stat().st_size, shutil.disk_usage(folder).free
    if needed > free:
        raise DatabaseUnusable("no_room_for_backup", path=folder, megabytes=(needed - free) // 1_000_000 + 1)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    copy = folder / f"{path.stem}-{stamp}.sqlite3"
    source = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    target = sqlite3.connect(copy)
    try:
        source.backup(target)
        sound = target.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok"
    finally:
        source.close()
        target.close()
    if not sound:
        raise DatabaseUnusable("file_damaged", path=path)
    return copy
