"""Where the files in ``resources/`` are, and whether all files of the program are as they were handed over."""

from __future__ import annotations

from pathlib import Path

from desktop_admin.errors import AdminError
from desktop_admin.installation import damaged_in, listed_in, one_folder, resources_folder

_NAMES = 3
"""So many files are named; the others are counted."""


def path(relative: str) -> Path:
    """The file or folder of this name, for example ``fonts/NotoSans-Regular.ttf``.

    Raises:
        AdminError: it is not there, so the installation is incomplete.
    """
    found = resources_folder() / relative
    if not found.exists():
        raise AdminError("resource_missing", path=found)
    return found


def check_folder() -> int | None:
    """Compare every file of the one folder with its list, which takes seconds on a slow stick.

    Returns:
        How many files there are; None where the program does not run from such a folder.

    Raises:
        AdminError: files are missing, or are not as they were when the folder was made.
    """
    folder = one_folder()
    if folder is None:
        return None
    damaged = damaged_in(folder)
    if damaged:
        more = len(damaged) - _NAMES
        names = ", ".join(damaged[:_NAMES]) + (f" (+{more})" if more > 0 else "")
        raise AdminError("folder_damaged", folder=folder, names=names)
    return len(listed_in(folder))


def sections(relative: str) -> dict[str, list[str]]:
    """The lines of a file of ours by their headings in brackets, without blank ones and those that begin with ``#``."""
    found: dict[str, list[str]] = {}
    for line in path(relative).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            current.append(line)
    return found
