"""What differs from system to system stands in one module per matter; Windows is faked at its edge."""

from __future__ import annotations

import ast
import ctypes
import re
import struct
import sys
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest

from desktop_admin import on_screen
from desktop_admin.database.backends import drives

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "desktop_admin"
MATTERS = {
    "cli/commands/window.py": "whether there is a screen",
    "controllers/values/checks.py": "how a command is typed",
    "database/backends/drives.py": "kinds of drives",
    "gui/app.py": "the libraries that Qt needs",
    "on_screen.py": "telling somebody who has no terminal",
}
"""The modules that ask on which system they are, and why."""
DETAILS = {
    "__main__.py": "whether it is the one folder, which is the process beside it as well",
    "journal.py": "names the system",
    "problem_report.py": "names the system, and whether it is the one folder",
    "settings.py": "the computer's name",
    "installation.py": "whether it is the one folder",
    "updating.py": "the system's name",
    "files/new_files.py": "line ends of Windows",
}
"""Modules that use one value of the system, without asking which it is."""
ASKS = {
    ("sys", "platform"),
    ("sys", "frozen"),
    ("os", "name"),
    ("os", "O_BINARY"),
    ("platform", "system"),
    ("platform", "node"),
    ("platform", "platform"),
    ("ctypes", "CDLL"),
    ("ctypes", "windll"),
}
MODULES = {"fcntl", "msvcrt", "winreg", "pwd", "termios", "_winapi"}


def asked(path: Path) -> set[str]:
    """What a module asks of the system."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Attribute(value=ast.Name(id=module), attr=name) if (module, name) in ASKS:
                found.add(f"{module}.{name}")
            case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id=module), ast.Constant(value=str(name)), *_]):
                found |= {f"{module}.{name}"} if (module, name) in ASKS else set()
            case ast.Import(names=names):
                found |= {one.name for one in names} & MODULES
            case ast.ImportFrom(module=str(module)) if module in MODULES:
                found.add(module)
    return found


def test_only_one_module_per_matter_asks_on_which_system_it_is() -> None:
    asking = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if asked(path)}
    assert asking == MATTERS.keys() | DETAILS.keys()


def test_the_list_for_windows_names_each_of_these_modules() -> None:
    told = (ROOT / "docs" / "windows.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`desktop_admin/([a-z_/]+\.py)`", told)) >= MATTERS.keys()


class ResolvedPath(PureWindowsPath):
    """A path of Windows that is already what it leads to."""

    def resolve(self) -> ResolvedPath:
        return self


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The calls to Windows, on which drive Z: stands for a share and C: for a disk."""
    calls: list[object] = []

    def drive_type(root: str) -> int:
        calls.append(root)
        return {"Z:\\": 4, "E:\\": 2}.get(root, 3)

    def box(*given: object) -> int:
        calls.append(given)
        return 1

    dlls = SimpleNamespace(kernel32=SimpleNamespace(GetDriveTypeW=drive_type), user32=SimpleNamespace(MessageBoxW=box))
    monkeypatch.setattr(ctypes, "windll", dlls, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    return calls


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (r"C:\portal\db.sqlite3", ""),
        (r"E:\db.sqlite3", ""),
        (r"Z:\portal\db.sqlite3", "smb"),
        (r"\\server\share\db.sqlite3", "smb"),
        (r"\\?\UNC\server\share\db.sqlite3", "smb"),
        (r"\\?\unc\server\share\db.sqlite3", "smb"),
        (r"\\?\C:\portal\db.sqlite3", ""),
        (r"\\?\Z:\portal\db.sqlite3", "smb"),
    ],
)
def test_windows_shares_are_told_from_disks_however_they_are_named(windows: list[object], path: str, kind: str) -> None:
    assert drives.filesystem(ResolvedPath(path)) == kind  # type: ignore[arg-type]
    assert all(re.fullmatch(r"[A-Z]:\\", str(root)) for root in windows)


def test_linux_tells_the_innermost_mount_whatever_signs_its_name_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "a b"
    inner.mkdir()
    mounts = tmp_path / "mountinfo"
    escaped = str(inner).replace(" ", r"\040")
    mounts.write_text(f"1 0 0:1 / / rw - ext4 /dev/x rw\n2 1 0:2 / {escaped} rw - cifs //s/x rw\n", encoding="utf-8")
    monkeypatch.setattr(drives, "_MOUNTS", mounts)
    assert drives.filesystem(inner / "db.sqlite3") == "cifs"
    assert drives.filesystem(tmp_path / "a bc") == "ext4"


def test_on_windows_a_program_without_a_terminal_tells_by_a_box(windows: list[object]) -> None:
    on_screen._show("there is no screen")
    assert windows == [(None, "there is no screen", "desktop-admin", 0x10)]


def test_the_icon_for_windows_has_every_size() -> None:
    content = (ROOT / "resources" / "icons" / "desktop-admin.ico").read_bytes()
    (zero, kind, count) = struct.unpack_from("<HHH", content)
    assert (zero, kind) == (0, 1)
    widths = set()
    for number in range(count):
        width, _, _, _, _, _, size, at = struct.unpack_from("<BBBBHHII", content, 6 + 16 * number)
        assert content[at : at + 8] == b"\x89PNG\r\n\x1a\n"
        assert at + size <= len(content)
        widths.add(width or 256)
    assert widths >= {16, 32, 48, 256}
