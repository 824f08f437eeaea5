"""Where a database file lies: what the path says, before anything is opened.

Source: the write protocol, *SQLite* and *Crash safety*: local disks only, nothing created, nothing repaired.
"""

from __future__ import annotations

import json
import os
import struct
from datetime import datetime
from pathlib import Path

from desktop_admin.database.backends import drives
from desktop_admin.errors import DatabaseUnusable
from desktop_admin.messages import Message
from desktop_admin.settings import data_folder

_LIST = "made.json"
"""Names, in this user's folder, the files that this program made; each with the moment that it is marked with."""
_MAGIC = b"SQLite format 3\x00"
_NETWORK_FILESYSTEMS = ("nfs", "cifs", "smb", "sshfs", "9p", "vboxsf")
_SYNCHRONISED = ("dropbox", "onedrive", "google drive", "googledrive", "nextcloud", "owncloud", "icloud", "syncthing")


def check_file(path: Path) -> None:
    """Refuse a path that cannot be a database file, from its header alone.

    Raises:
        DatabaseUnusable: missing, a folder, empty, not SQLite, unreadable, or shorter than its header says.
    """
    if not exists(path):
        raise DatabaseUnusable("no_such_file", path=path)
    if not path.is_file():
        raise DatabaseUnusable("not_a_file", path=path)
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except PermissionError:
        raise DatabaseUnusable("file_unreadable", path=path) from None
    size = path.stat().st_size
    if size == 0:
        raise DatabaseUnusable("file_empty", path=path)
    if len(header) < 100 or not header.startswith(_MAGIC):
        raise DatabaseUnusable("not_sqlite", path=path)
    (page_size,) = struct.unpack(">H", header[16:18])
    page_size = 65536 if page_size == 1 else page_size
    change_counter, pages = struct.unpack(">II", header[24:32])
    (valid_for,) = struct.unpack(">I", header[92:96])
    # The page count holds only where the program that wrote last also kept it (SQLite's file format, 1.3.8).
    if change_counter == valid_for and page_size * pages > size:
        raise DatabaseUnusable("file_truncated", path=path)


def exists(path: Path) -> bool:
    """Whether there is anything at the path; a name that no file can have is not there."""
    try:
        return path.exists()
    except OSError:
        return False


def why_not_writable(path: Path) -> Message | None:
    """Why the file must not be written where it lies: a network share, or no permission; None where it may."""
    kind = drives.filesystem(path)
    if kind.removeprefix("fuse.").startswith(_NETWORK_FILESYSTEMS):
        return Message.of("on_network_share", path=path, kind=kind)
    for place in (path, path.parent):
        if exists(place) and not os.access(place, os.W_OK):
            return Message.of("read_only", path=place)
    return None


def warnings(path: Path) -> tuple[Message, ...]:
    """What the person should know about the place: a folder that another program synchronises."""
    parts = [part.casefold() for part in path.resolve().parts]
    if any(name in part for part in parts for name in _SYNCHRONISED):
        return (Message.of("synchronised_folder", path=path.parent),)
    return ()


def list_made(path: Path, at: datetime) -> None:
    """Note in this user's folder that this program made a file; only such a file may do without signing in.

    Args:
        at: the moment that the file is marked with.

    Raises:
        OSError: the folder cannot be written.
    """
    listed = _listed() | {str(path.resolve()): at.isoformat()}
    # What is no longer there need not be remembered.
    there = {name: marked for name, marked in listed.items() if Path(name).exists()}
    data_folder().mkdir(parents=True, exist_ok=True)
    (data_folder() / _LIST).write_text(json.dumps(there, indent=0), encoding="utf-8")


def is_listed(path: Path, at: datetime) -> bool:
    """Whether this program made the file for this user, and marked it at that moment."""
    return _listed().get(str(path.resolve())) == at.isoformat()


def _listed() -> dict[str, str]:
    try:
        found = json.loads((data_folder() / _LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
