"""Where the program's own files lie.

A source checkout and an editable install have them beside the package, in ``resources/``. A wheel and a PyInstaller
bundle carry them inside it, in ``resources_data/`` (pyproject.toml and build.spec put them there).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

UPDATE_KEY = "update-key.pub"


@cache
def resources_folder() -> Path:
    """The folder with fonts, icons, catalogues and the rest."""
    package = Path(__file__).resolve().parent
    inside = package / "resources_data"
    return inside if inside.is_dir() else package.parent / "resources"


def update_key() -> Path:
    """The public key by which updates are known; a build without this file has none."""
    return resources_folder() / UPDATE_KEY
