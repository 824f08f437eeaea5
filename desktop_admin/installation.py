"""Where the program's own files lie, and whether they are all there.

A source checkout and an editable install have them beside the package, in ``resources/``. A wheel and a PyInstaller
bundle carry them inside it, in ``resources_data/`` (pyproject.toml and build.spec put them there). The one folder has
a list of its files; what lacks so much that no sentence can be said is told by ``building/hooks/whole.py``.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

UPDATE_KEY = "update-key.pub"
LIST = "contents.sha256"
"""The list of all other files in the one folder with their SHA-256; ``sha256sum --check`` reads it."""
INSTALL_LINE = (
    "sudo apt-get install libcups2 libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libwayland-cursor0 "
    "libx11-xcb1 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0"
)
"""Installs the libraries of the system that Qt needs, on Debian and Ubuntu."""


@cache
def resources_folder() -> Path:
    """The folder with fonts, icons, catalogues and the rest."""
    package = Path(__file__).resolve().parent
    inside = package / "resources_data"
    return inside if inside.is_dir() else package.parent / "resources"


def update_key() -> Path:
    """The public key by which updates are known; a build without this file has none."""
    return resources_folder() / UPDATE_KEY


def one_folder() -> Path | None:
    """The one folder that the program runs from, or None where it runs from its source or a wheel."""
    return Path(sys.executable).resolve().parent if getattr(sys, "frozen", False) else None


def files_in(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file in a folder by its name in it, without the list; links count as what they lead to.

    Raises:
        OSError: a file cannot be read.
    """
    return {
        path.relative_to(folder).as_posix(): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path != folder / LIST and not path.is_dir()
    }


def listed_in(folder: Path) -> dict[str, str]:
    """The same as the list in the folder has it; empty where there is no list.

    Raises:
        OSError: it cannot be read.
    """
    try:
        lines = (folder / LIST).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    return {line[66:]: line[:64] for line in lines}


def damaged_in(folder: Path) -> list[str]:
    """The names of the files that are missing, or are not what the list says; the list itself where it is missing.

    What was added since, such as the key for updates, is no damage.
    """
    listed = listed_in(folder)
    return [LIST] if not listed else [name for name, digest in listed.items() if not _is(folder / name, digest)]


def _is(file: Path, digest: str) -> bool:
    try:
        return _digest(file) == digest
    except OSError:
        return False


def _digest(path: Path) -> str:
    # Most starts of the program compare nothing.
    import hashlib

    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
