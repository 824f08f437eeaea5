"""Files that the program makes for people: never over one that is there, and whole or not at all.

Whatever it is, it may hold the candidates' data: nobody but this user may read it, from its first moment on.
"""

from __future__ import annotations

import os
from pathlib import Path

from desktop_admin.errors import AdminError, UsageProblem

PRIVATE = 0o600
"""The permissions of such a file."""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
"""Windows would otherwise write other line ends."""


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
    except OSError as failure:
        path.unlink()
        raise AdminError("cannot_create", path=path, why=failure.strerror or failure) from failure


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
