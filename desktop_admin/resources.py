"""Where the files in ``resources/`` are: fonts, icons, themes, translations and the names for the demo.

A source checkout and an editable install have them beside the package, in ``resources/``. A wheel and a PyInstaller
bundle carry them inside it, in ``resources_data/`` (pyproject.toml and build.spec put them there).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from desktop_admin.errors import AdminError


def path(relative: str) -> Path:
    """The file or folder of this name, for example ``fonts/NotoSans-Regular.ttf``.

    Raises:
        AdminError: it is not there, so the installation is incomplete.
    """
    found = _folder() / relative
    if not found.exists():
        raise AdminError("resource_missing", path=found)
    return found


@cache
def _folder() -> Path:
    package = Path(__file__).resolve().parent
    inside = package / "resources_data"
    return inside if inside.is_dir() else package.parent / "resources"
