"""The list of what is in the folder, and the folder as one file: the same to the byte from the same folder."""

from __future__ import annotations

import lzma
import tarfile
from pathlib import Path

from desktop_admin.installation import LIST, files_in


def write_list(folder: Path) -> Path:
    """Write the list of all files in the folder, with their SHA-256, into it."""
    lines = [f"{digest}  {name}\n" for name, digest in files_in(folder).items()]
    (folder / LIST).write_text("".join(lines), encoding="utf-8")
    return folder / LIST


def write_archive(folder: Path, file: Path, *, at: int, preset: int = 9) -> None:
    """Write the folder into one compressed file.

    Args:
        file: where, as ``.tar.xz``.
        at: when all files are said to be from, in seconds since 1970.
        preset: how hard xz tries, 0 to 9.
    """

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = at
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with lzma.open(file, "wb", preset=preset) as stream, tarfile.open(fileobj=stream, mode="w") as whole:
        for path in sorted((folder, *folder.rglob("*"))):
            name = Path(folder.name, path.relative_to(folder)).as_posix()
            whole.add(path, name, recursive=False, filter=plain)


def megabytes(path: Path) -> float:
    """The size of a file, or of all files in a folder; a link counts nothing."""
    paths = _files(path) if path.is_dir() else [path]
    return sum(one.lstat().st_size for one in paths if not one.is_symlink()) / 1e6


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
