"""Where the files in ``resources/`` are (fonts, icons, scripts, the demo's names), and the changelog.

The changelog lies in that folder, too, but in a checkout beside ``resources/``, where everybody looks for it.
"""

from __future__ import annotations

import re
from pathlib import Path

from desktop_admin.errors import AdminError
from desktop_admin.installation import resources_folder


def path(relative: str) -> Path:
    """The file or folder of this name, for example ``fonts/NotoSans-Regular.ttf``.

    Raises:
        AdminError: it is not there, so the installation is incomplete.
    """
    return _there(resources_folder() / relative)


def sections(relative: str) -> dict[str, list[str]]:
    """The lines of a file of ours by their headings in brackets, without blank ones and those that begin with ``#``."""
    found: dict[str, list[str]] = {}
    for line in path(relative).read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            current.append(line)
    return found


def newest_changes() -> str:
    """What is new in this version, as plain text: the first section of the changelog that says anything.

    Raises:
        AdminError: the changelog is not there, so the installation is incomplete.
    """
    folder = resources_folder()
    file = _there((folder.parent if folder.name == "resources" else folder) / "CHANGELOG.md")
    sections = re.split(r"^## .*$", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    # An entry is wrapped to the width of the file, but shown in one that is the reader's.
    text = re.sub(r"\n +", " ", next(filter(None, map(str.strip, sections)), ""))
    text = re.sub(r"^- ", "• ", re.sub(r"^### ", "", text, flags=re.MULTILINE), flags=re.MULTILINE)
    return re.sub(r"[*`]", "", text)


def _there(path: Path) -> Path:
    if not path.exists():
        raise AdminError("resource_missing", path=path)
    return path
