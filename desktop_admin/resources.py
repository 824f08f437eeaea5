"""Where the files in ``resources/`` are: fonts, icons, scripts, the demo's names."""

from __future__ import annotations

from pathlib import Path

from desktop_admin.errors import AdminError
from desktop_admin.installation import resources_folder


def path(relative: str) -> Path:
    """The file or folder of this name, for example ``fonts/NotoSans-Regular.ttf``.

    Raises:
        AdminError: it is not there, so the installation is incomplete.
    """
    found = resources_folder() / relative
    if not found.exists():
        raise AdminError("resource_missing", path=found)
    return found


def sections(relative: str) -> dict[str, list[str]]:
    """The lines of a file of ours by their headings in brackets, without blank ones and those that begin with ``#``."""
    found: dict[str, list[str]] = {}
    for line in path(relative).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            current.append(line)
    return found
