"""The licences of everything in the folder, gathered when it is built."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from building import dependencies

_TEXTS = Path(__file__).parent / "licences"
_IS_LICENCE = re.compile(r"(licen[cs]es?|copying|notice|authors)\b", re.IGNORECASE)

_IN_WHEELS = {
    "libcom_err": ("MIT", "e2fsprogs", "https://github.com/tytso/e2fsprogs"),
    "libcrypt": ("LGPL-2.1-or-later", "libxcrypt", "https://github.com/besser82/libxcrypt"),
    "libcrypto": ("Apache-2.0", "openssl", "https://github.com/openssl/openssl"),
    "libgssapi_krb5": ("MIT", "krb5", "https://github.com/krb5/krb5"),
    "libicudata": ("Unicode-3.0", "icu", "https://github.com/unicode-org/icu"),
    "libicui18n": ("Unicode-3.0", "icu", "https://github.com/unicode-org/icu"),
    "libicuuc": ("Unicode-3.0", "icu", "https://github.com/unicode-org/icu"),
    "libk5crypto": ("MIT", "krb5", "https://github.com/krb5/krb5"),
    "libkeyutils": (
        "LGPL-2.1-or-later",
        "keyutils",
        "https://git.kernel.org/pub/scm/linux/kernel/git/dhowells/keyutils.git",
    ),
    "libkrb5": ("MIT", "krb5", "https://github.com/krb5/krb5"),
    "libkrb5support": ("MIT", "krb5", "https://github.com/krb5/krb5"),
    "liblber": ("OLDAP-2.8", "openldap", "https://git.openldap.org/openldap/openldap"),
    "libldap": ("OLDAP-2.8", "openldap", "https://git.openldap.org/openldap/openldap"),
    "libpq": ("PostgreSQL", "postgresql", "https://github.com/postgres/postgres"),
    "libsasl2": ("BSD-4-Clause", "cyrus-sasl", "https://github.com/cyrusimap/cyrus-sasl"),
    "libssl": ("Apache-2.0", "openssl", "https://github.com/openssl/openssl"),
}
"""Libraries of others that come inside the packages of Qt and psycopg: licence, text, and where their source is.

The texts are those that Debian has put together of each.
"""
_INSIDE = re.compile(r"(?:psycopg_binary\.libs|PySide6/Qt/lib)/(lib(?!Qt)\w+)")

QT_NOTICE = """\
Qt and PySide6 are used under the GNU Lesser General Public License, version 3 (LGPL-3.txt, which refers to GPL-3.txt),
unmodified, as libraries of their own. You may replace them:

1. The libraries lie in the folder _internal/PySide6, on Linux in Qt/lib and Qt/plugins below it.
2. Put a build of your own of the same minor version in their place, under the same names. Their source, with how to
   build it: https://code.qt.io/cgit/qt/qt5.git and https://code.qt.io/cgit/pyside/pyside-setup.git, tag v{version}.
3. Start the program: it loads what lies there, and nothing checks it. To take the program itself apart, so as to debug
   what you have put in, is allowed.

The same holds for psycopg (LGPL 3), in _internal/psycopg_binary. Qt has parts of others in it, whose licences are
listed at https://doc.qt.io/qt-6/licenses-used-in-qt.html.
"""


def gather(folder: Path, libraries: Iterable[Path], names: Iterable[str]) -> None:
    """Write the licences into a new folder.

    Args:
        folder: where.
        libraries: the system's libraries that are in the program, where they lie on this computer.
        names: of all libraries that are in the program, in the folder.

    Raises:
        RuntimeError: something that is in the program says nothing of its licence.
    """
    folder.mkdir(parents=True)
    lines = [f"Python {platform.python_version()}: PSF-2.0"]
    for one in (*dependencies.installed("desktop-admin"), distribution("pyinstaller")):
        said = dependencies.licence(one)
        if not said:
            raise RuntimeError(f"{one.name} does not say its licence")
        lines.append(f"{one.name} {one.version}: {said}")
        _copy_texts(one, folder / f"{one.name}-{one.version}")
    for text in _TEXTS.glob("*.txt"):
        shutil.copyfile(text, folder / text.name)
    python = next(Path(sys.base_prefix).rglob("LICENSE.txt"), None) or Path("/usr/share/doc/python3/copyright")
    if python.is_file():
        shutil.copyfile(python, folder / "Python.txt")
    lines += _in_wheels(names, folder / "libraries")
    lines += _of_debian(libraries, folder / "libraries")
    lines.append("Noto Sans, Noto Sans Devanagari: OFL-1.1 (_internal/desktop_admin/resources_data/fonts/OFL.txt)")
    (folder / "replacing-qt.txt").write_text(QT_NOTICE.format(version=_qt_version()), encoding="utf-8")
    (folder / "list.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _copy_texts(of: Distribution, folder: Path) -> None:
    for file in of.files or ():
        if ".dist-info" in file.parts[0] and any(_IS_LICENCE.match(part) for part in file.parts[1:]):
            source = Path(str(of.locate_file(file)))
            if source.is_file():
                target = folder / "-".join(file.parts[1:])
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(source, target)


def _in_wheels(names: Iterable[str], folder: Path) -> list[str]:
    """The texts of the libraries that another package has brought along, and a line for each of them.

    Raises:
        RuntimeError: of one of them the licence is not known here.
    """
    found = sorted({inside[1] for name in names if (inside := _INSIDE.search(name.replace("\\", "/")))})
    unknown = [name for name in found if name not in _IN_WHEELS]
    if unknown:
        raise RuntimeError(f"the licences of {', '.join(unknown)} are not known: look them up, and add them")
    lines = []
    for name in found:
        licence, text, source = _IN_WHEELS[name]
        folder.mkdir(exist_ok=True)
        shutil.copyfile(_TEXTS / "libraries" / f"{text}.txt", folder / f"{text}.txt")
        lines.append(f"{name}: {licence}: libraries/{text}.txt, {source}")
    return lines


def _of_debian(libraries: Iterable[Path], folder: Path) -> list[str]:
    """The copyright files of the packages that the libraries are from, where Debian's package manager knows them."""
    if shutil.which("dpkg-query") is None:
        return []
    lines = []
    for package in sorted({name for library in libraries for name in _packages(library)}):
        text = Path("/usr/share/doc") / package / "copyright"
        if text.is_file():
            folder.mkdir(exist_ok=True)
            shutil.copyfile(text, folder / f"{package}.txt")
            lines.append(f"{package} (Debian): libraries/{package}.txt")
    return lines


def _packages(library: Path) -> list[str]:
    whole = library.resolve()
    # Debian knows a library by the folder in which it was before /lib became a link.
    for path in (whole, Path("/") / whole.relative_to("/usr") if whole.is_relative_to("/usr") else whole):
        asked = subprocess.run(["dpkg-query", "-S", str(path)], capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            return [line.partition(":")[0] for line in asked.stdout.splitlines()]
    return []


def _qt_version() -> str:
    return distribution("PySide6-Essentials").version
