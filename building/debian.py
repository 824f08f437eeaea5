"""The Debian package of the one folder, made by dpkg-deb from a staged tree."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

from building.archive import megabytes
from desktop_admin import __version__
from desktop_admin.installation import INSTALL_LINE

ROOT = Path(__file__).parents[1]
PROGRAMS = ("desktop-admin", "desktop-admin-window")


def depends() -> list[str]:
    """The packages that must be there: Qt's system libraries, by the names of the README's install line."""
    return [f"libc6 (>= {platform.libc_ver()[1]})", *INSTALL_LINE.removeprefix("sudo apt-get install ").split()]


def write_package(folder: Path, file: Path, *, scratch: Path, at: int, compression: str = "xz") -> None:
    """Write the package.

    Args:
        folder: what ``build.spec`` made.
        file: where, as ``.deb``.
        scratch: a folder that does not exist yet.
        at: when all files are said to be from, in seconds since 1970.
        compression: ``xz``, or ``gzip`` where it shall be quick.

    Raises:
        CalledProcessError: dpkg-deb refuses it.
    """
    _stage(folder, scratch)
    command = ["dpkg-deb", f"-Z{compression}", "--root-owner-group", "--build", str(scratch), str(file)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "SOURCE_DATE_EPOCH": str(at)})


def _stage(folder: Path, root: Path) -> None:
    share = root / "usr" / "share"
    shutil.copytree(folder, root / "usr" / "lib" / "desktop-admin", symlinks=True)
    (root / "usr" / "bin").mkdir(parents=True)
    for name in PROGRAMS:
        (root / "usr" / "bin" / name).symlink_to(f"../lib/desktop-admin/{name}")
    own = ROOT / "resources"
    for source, target in (
        (own / "linux" / "desktop-admin.desktop", share / "applications"),
        (own / "linux" / "desktop-admin.metainfo.xml", share / "metainfo"),
        (own / "icons" / "desktop-admin.svg", share / "icons/hicolor/scalable/apps"),
        (own / "icons" / "desktop-admin.png", share / "icons/hicolor/256x256/apps"),
    ):
        target.mkdir(parents=True)
        shutil.copyfile(source, target / source.name)
    (share / "doc" / "desktop-admin").mkdir(parents=True)
    shutil.copyfile(ROOT / "LICENSE", share / "doc" / "desktop-admin" / "copyright")
    size = round(megabytes(root) * 1000)
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN" / "control").write_text(_control(size), encoding="utf-8")
    for path in (root, *root.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)


def _control(kilobytes: int) -> str:
    machine = subprocess.run(
        ["dpkg", "--print-architecture"], check=True, capture_output=True, text=True
    ).stdout.strip()
    return f"""\
Package: desktop-admin
Version: {__version__}
Architecture: {machine}
Maintainer: the desktop_admin developers <desktop-admin@localhost>
Installed-Size: {kilobytes}
Depends: {", ".join(depends())}
Section: education
Priority: optional
Description: desk program for exam centres
 Shows who is stuck on an old question set of the exam portal and why, and
 puts it right: slot resets, set switches and session clearing, each planned
 before it is applied, in one transaction, archived and recorded.
"""
