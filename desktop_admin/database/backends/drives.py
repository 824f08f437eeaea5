"""On which kind of drive a path lies, as each system tells it."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from pathlib import Path, PurePath

_MOUNTS = Path("/proc/self/mountinfo")
_ESCAPED = re.compile(rb"\\([0-7]{3})")
"""How Linux writes a blank or a backslash of a mount point."""
_LONG, _LONG_SHARE = "\\\\?\\", "\\\\?\\UNC\\"
"""How Windows begins paths of any length, on a drive and on a share."""
_SHARE = "\\\\"
_REMOTE = 4
"""What ``GetDriveTypeW`` of Windows says of a drive letter that stands for a share (DRIVE_REMOTE)."""


def filesystem(path: Path) -> str:
    """The kind of file system that holds the path, as Linux names it; empty where the system does not tell."""
    if sys.platform == "win32":
        return _of_windows(path.resolve())
    return _of_linux(str(path.resolve())) if _MOUNTS.exists() else ""


def _of_linux(target: str) -> str:
    best, kind = "", ""
    for line in _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        left, _, right = line.partition(" - ")
        point = os.fsdecode(_ESCAPED.sub(lambda found: bytes([int(found[1], 8)]), os.fsencode(left.split()[4])))
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, right.split()[0]
    return kind


def _of_windows(path: PurePath) -> str:
    """``smb`` for shares and for drive letters that stand for one, else empty."""
    name = str(path)
    if name.upper().startswith(_LONG_SHARE) or (name.startswith(_SHARE) and not name.startswith(_LONG)):
        return "smb"
    root = name.removeprefix(_LONG)[: len("C:\\")]
    windll = getattr(ctypes, "windll")  # noqa: B009 - it exists on Windows only, so the checker cannot know it.
    return "smb" if windll.kernel32.GetDriveTypeW(root) == _REMOTE else ""
