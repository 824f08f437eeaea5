"""Makes all that is handed over: ``python -m building [--only-folder] [--update-key KEY] [FOLDER]``.

Below FOLDER (``dist``, unless another is named) it makes the one folder, with the list of its contents and their
SHA-256 in it, the archive, and where dpkg-deb is the Debian package. From the same source, Python and
libraries it makes the same bytes: SOURCE_DATE_EPOCH says when, else it is the moment of the last commit.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import hatch_build
from building import archive, debian
from desktop_admin import __version__

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Build, and print what was made and how large it is."""
    parser = argparse.ArgumentParser(prog="python -m building", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "dist", metavar="FOLDER")
    parser.add_argument("--only-folder", action="store_true", help="no archive and no package")
    parser.add_argument(
        "--update-key", type=Path, metavar="KEY", help="public key of minisign, for updates from a stick"
    )
    asked = parser.parse_args()
    at = int(os.environ.get("SOURCE_DATE_EPOCH") or _last_commit())
    made = [_program(asked.folder, at, asked.update_key)]
    name = f"desktop-admin-{__version__}-{platform.system().lower()}-{platform.machine().lower()}"
    if not asked.only_folder:
        made.append(asked.folder / f"{name}.tar.xz")
        archive.write_archive(made[0], made[1], at=at)
        if shutil.which("dpkg-deb"):
            made.append(asked.folder / f"{name}.deb")
            scratch = asked.folder / "debian"
            shutil.rmtree(scratch, ignore_errors=True)
            debian.write_package(made[0], made[-1], scratch=scratch, at=at)
            shutil.rmtree(scratch)
    for path in made:
        print(f"{archive.megabytes(path):7.1f} MB  {path}")


def _last_commit() -> str:
    asked = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=True)
    return asked.stdout.strip()


def _program(folder: Path, at: int, update_key: Path | None) -> Path:
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", str(folder), "--workpath", str(folder / "work"), str(ROOT / "build.spec")]
    # The order of sets goes into the bytes of compiled Python, that of Qt's into those of a PDF.
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(at), "PYTHONHASHSEED": "0", "QT_HASH_SEED": "0"}
    if update_key is not None:
        environment["DESKTOP_ADMIN_UPDATE_KEY"] = str(update_key.resolve(strict=True))
    # What a build that was broken off has left behind would come in between.
    shutil.rmtree(folder / "work", ignore_errors=True)
    hatch_build.compile_catalogues()
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    shutil.rmtree(folder / "work")
    return folder / "desktop-admin"


if __name__ == "__main__":
    main()
