"""What of a folder made by PyInstaller is not needed: plug-ins of Qt, translations, and libraries that only they need.

PyInstaller takes each plug-in that may be of use to anybody, and all that these link to.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path, PurePath, PurePosixPath

from PyInstaller.depend import bindepend

Entry = tuple[str, str, str]
"""Where a file goes in the folder, where it is now, and what PyInstaller calls its kind."""

PLUGINS = (
    # Windows; "minimal" and "offscreen" are for pictures and papers without a screen.
    "platforms/*qxcb*",
    "platforms/*qwayland*",
    "platforms/*qoffscreen*",
    "platforms/*qminimal.*",
    "platforms/qwindows.dll",
    "styles/qmodernwindowsstyle.dll",
    # The program's own icons, and the formats in which a portal keeps photographs; PNG needs no plug-in.
    "iconengines/*qsvgicon*",
    "imageformats/*qsvg*",
    "imageformats/*qjpeg*",
    "imageformats/*qgif*",
    "imageformats/*qwebp*",
    "imageformats/*qico*",
    # Typing Hindi, the desktop's file dialogs, and printing.
    "platforminputcontexts/*",
    "platformthemes/*xdgdesktopportal*",
    "printsupport/*",
    "wayland-shell-integration/*xdg-shell*",
    "wayland-decoration-client/*",
    "wayland-graphics-integration-client/*shm*",
)
"""The plug-ins of Qt that the window uses."""
_FROM_THE_SYSTEM = "printsupport"
"""What these plug-ins need belongs to the system, which has the printers, too: CUPS with all that it brings."""
_PATCHED = ("PySide6", "shiboken6", "psycopg_binary")
"""Packages whose modules were changed after they were linked, which stripping would break."""


def data(entries: Iterable[Entry]) -> list[Entry]:
    """The data files that are needed.

    None of Qt's translations, because the program has Qt's words itself; of the libraries their names and versions,
    and not the lists of their files and parts, which nobody reads here, nor their licences, which lie in a folder of
    their own; of the catalogues what is read, and not what it was compiled from. No links either: every library finds
    those that it needs where they lie, and most sticks can hold no link, so that a copy would be a broken one.

    Args:
        entries: what PyInstaller has collected; it counts links to libraries among the data.
    """
    return [
        (name, source, kind)
        for name, source, kind in entries
        if kind != "SYMLINK"
        and not {"translations", "sboms", "RECORD", "licenses"} & set(PurePath(name).parts)
        and not name.endswith((".po", ".pyi"))
    ]


def binaries(entries: Iterable[Entry], *, scratch: Path) -> list[Entry]:
    """The libraries, extension modules and plug-ins that are needed; debugging symbols of Python itself go.

    Args:
        entries: what PyInstaller has collected.
        scratch: a folder for stripped copies.
    """
    kept = [one for one in entries if not _is_plugin(one[0]) or _is_wanted(one[0])]
    if sys.platform != "linux":
        return kept
    roots = [one for one in kept if one[2] == "EXTENSION" or _is_plugin(one[0]) or _is_python(one[0])]
    needed = set(_linked(source for name, source, _kind in roots if _FROM_THE_SYSTEM not in name))
    return sorted(
        (name, _stripped(source, scratch / name) if _has_symbols(name, kind) else source, kind)
        for name, source, kind in kept
        # What is a link points to a library that stands elsewhere in the folder.
        if (name, source, kind) in roots or PurePosixPath(name).name in needed
    )


def _is_plugin(name: str) -> bool:
    return "/plugins/" in name.replace("\\", "/")


def _is_wanted(name: str) -> bool:
    inside = name.replace("\\", "/").rpartition("/plugins/")[2]
    return any(fnmatch(inside, pattern) for pattern in PLUGINS)


def _linked(sources: Iterable[str]) -> Iterator[str]:
    """The names of all libraries that these files need, at whatever remove."""
    for source in sources:
        for name, _path in bindepend.get_imports(source):
            yield name


def _is_python(name: str) -> bool:
    return name.startswith("libpython")


def _has_symbols(name: str, kind: str) -> bool:
    """Whether it may have symbols for debugging in it, and can do without."""
    return _is_python(name) or (kind == "EXTENSION" and not name.startswith(_PATCHED))


def _stripped(source: str, copy: Path) -> str:
    tool = shutil.which("strip")
    if tool is None:
        return source
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, copy)
    subprocess.run([tool, "--strip-unneeded", str(copy)], check=True)
    return str(copy)
