"""Files that the program makes for people: never over one that is there, and whole or not at all.

Whatever it is, it may hold the candidates' data: nobody but this user may read it, from its first moment on.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from desktop_admin.errors import AdminError, UsageProblem

PRIVATE = 0o600
"""The permissions of such a file."""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
"""Windows would otherwise write other line ends."""
_PART = ".part"
_ABANDONED = 3600.0
"""Seconds after which nobody writes a part any more."""


def write_new(path: Path, content: bytes) -> None:
    """Write a new file.

    Args:
        path: where.
        content: all of it.

    Raises:
        UsageProblem: there is a file of this name already; it is left as it is.
        AdminError: it cannot be made, or not be written to the end; nothing is left of it.
    """
    try:
        handle = os.open(path, _NEW, PRIVATE)
    except FileExistsError as there:
        raise UsageProblem("file_exists", path=path) from there
    except OSError as failure:
        raise AdminError("cannot_create", path=path, why=failure.strerror or failure) from failure
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as failure:
        path.unlink()
        raise AdminError("cannot_create", path=path, why=failure.strerror or failure) from failure


def write_checked(path: Path, content: bytes, *, check: Callable[[bytes], object]) -> None:
    """Write a new file that gets its name only when it was read back and found to be right.

    Args:
        check: takes what was read back, and raises where it is not right.

    Raises:
        UsageProblem, AdminError: as for ``write_new``; nothing is left of it, however it comes about. What a killed run
            leaves never has the name, and is removed an hour later by whoever writes a file of this name.
    """
    refuse_existing(path)
    _remove_abandoned(path)
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}{_PART}")
    try:
        write_new(part, content)
        check(part.read_bytes())
        refuse_existing(path)
        part.rename(path)
    except OSError as failure:
        raise AdminError("cannot_create", path=path, why=failure.strerror or failure) from failure
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def refuse_existing(path: Path) -> None:
    """Refuse a name that something has already.

    Raises:
        UsageProblem: there is such a file, or folder.
        AdminError: that cannot be seen.
    """
    try:
        there = os.path.lexists(path)
    except (OSError, ValueError) as failure:
        raise AdminError("cannot_create", path=path, why=failure) from failure
    if there:
        raise UsageProblem("file_exists", path=path)


def _remove_abandoned(path: Path) -> None:
    with suppress(OSError):
        for part in path.parent.iterdir():
            of_file = part.name.startswith(f"{path.name}.") and part.suffix == _PART
            if of_file and part.stat().st_mtime < time.time() - _ABANDONED:
                part.unlink()


def try_new(path: Path) -> None:
    """See whether a new file can be made, before something is done that is to stand in it; nothing is left of it.

    Raises:
        UsageProblem, AdminError: as for ``write_new``.
    """
    write_new(path, b"")
    path.unlink()


def free_name(folder: Path, stem: str, suffix: str) -> str:
    """The name of a file that the folder does not have yet: *stem.suffix*, else *stem-2.suffix* and so on."""
    name, number = f"{stem}{suffix}", 1
    while (folder / name).exists():
        number += 1
        name = f"{stem}-{number}{suffix}"
    return name
