"""What Windows shows of a program in its properties."""

from __future__ import annotations

from typing import Any


def version_resource(name: str, *, version: str) -> Any:
    """The version resource of one of the programs, in PyInstaller's form.

    Args:
        name: of the program's file, without its ending.
        version: three numbers with dots between them.
    """
    # There only where the program is built, and usable on Windows alone.
    from PyInstaller.utils.win32 import versioninfo as form

    numbers = (*map(int, version.split(".")), 0)
    words = {
        "CompanyName": "the desktop_admin developers",
        "FileDescription": "Desk program for exam centres",
        "FileVersion": version,
        "InternalName": name,
        "LegalCopyright": "MIT; with Qt under the LGPL 3, see the folder licences",
        "OriginalFilename": f"{name}.exe",
        "ProductName": "desktop-admin",
        "ProductVersion": version,
    }
    strings = [form.StringStruct(key, value) for key, value in words.items()]
    return form.VSVersionInfo(
        ffi=form.FixedFileInfo(filevers=numbers, prodvers=numbers, mask=0x3F, OS=0x40004, fileType=1),
        kids=[
            form.StringFileInfo([form.StringTable("040904B0", strings)]),
            form.VarFileInfo([form.VarStruct("Translation", [0x409, 1200])]),
        ],
    )
