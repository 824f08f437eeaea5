"""Files that the program makes for people: never over one that is there, and whole or not at all."""

from __future__ import annotations

from pathlib import Path

from desktop_admin.errors import AdminError, UsageProblem


def write_new(path: Path, content: bytes) -> None:
    """Write a new file.

    Raises:
        UsageProblem: there is a file of this name already; it is left as it is.
        AdminError: it cannot be made, or not be written to the end; nothing is left of it.
    """
    try:
        stream = path.open("xb")
    except FileExistsError as there:
        raise UsageProblem("file_exists", path=path) from there
    except OSError as failure:
        raise AdminError("cannot_create", path=path, why=failure.strerror or failure) from failure
    try:
        with stream:
            stream.write(content)
    except OSError as failure:
        path.unlink()
        raise AdminError("cannot_create", path=path, why=failure.strerror or failure) from failure
