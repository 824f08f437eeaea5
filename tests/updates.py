"""Archives of versions to come, signed as whoever gives the program out signs them, with keys of the tests' own."""

from __future__ import annotations

import platform
import shutil
from pathlib import Path

import minisign

from building import archive
from desktop_admin import __version__

SYSTEM = f"{platform.system()}-{platform.machine()}".lower()
NEWER = "99.1.0"


def program(folder: Path, *, version: str = NEWER) -> Path:
    """A folder as ``python -m building`` makes it, with little in it."""
    made = folder / "desktop-admin"
    (made / "_internal").mkdir(parents=True)
    (made / "desktop-admin").write_text(f"#!/bin/sh\necho desktop-admin {version}\n", encoding="utf-8")
    (made / "desktop-admin").chmod(0o755)
    (made / "desktop-admin-window").symlink_to("desktop-admin")
    (made / "_internal" / "data").write_bytes(bytes(range(256)) * 400)
    archive.write_list(made)
    return made


def running(folder: Path) -> Path:
    """The folder of the program that runs, alone in its folder."""
    return program(folder / "disk", version=__version__)


def archived(made: Path, folder: Path, *, version: str = NEWER, system: str = SYSTEM) -> Path:
    """The archive of such a folder, on a stick."""
    folder.mkdir(exist_ok=True)
    file = folder / f"desktop-admin-{version}-{system}.tar.xz"
    archive.write_archive(made, file, at=1_700_000_000, preset=0)
    return file


def signed(file: Path, keys: minisign.KeyPair) -> Path:
    """The same file, with its signature beside it."""
    keys.secret_key.sign_file(file, prehash=True, drop_signature=True)
    return file


def update(folder: Path, keys: minisign.KeyPair, *, version: str = NEWER, system: str = SYSTEM) -> Path:
    """A signed archive on a stick below this folder."""
    made = program(folder / "made", version=version)
    file = signed(archived(made, folder / "stick", version=version, system=system), keys)
    shutil.rmtree(folder / "made")
    return file
