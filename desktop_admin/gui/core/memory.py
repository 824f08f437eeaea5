"""What the window remembers of how it was arranged: its place, the pane, the columns of each table.

It is no setting: nothing depends on it, a damaged or missing file is as good as an empty one, and nobody edits it. So
it stands in a file of its own beside the settings, and whoever is signed in has arrangements of their own in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QSettings

from desktop_admin import settings as desk_settings

FILE = "window.ini"
_whose = ""
_used = True


def belongs_to(person: str) -> None:
    """Whose arrangements are remembered and recalled from now on; the desk's own for an empty text."""
    global _whose
    _whose = person


def whose() -> str:
    """Whose arrangements are recalled."""
    return _whose


@contextmanager
def without() -> Iterator[None]:
    """Meanwhile nothing is remembered or recalled: windows are opened that nobody arranges."""
    global _used
    _used = False
    try:
        yield
    finally:
        _used = True


def remember(name: str, value: object) -> None:
    """Keep what JSON can express under this name."""
    if _used:
        _file().setValue(_key(name), json.dumps(value))


def recall(name: str) -> Any:
    """What was kept under this name, or None."""
    kept = _file().value(_key(name)) if _used else None
    try:
        return json.loads(str(kept)) if kept else None
    except ValueError:
        return None


def _file() -> QSettings:
    return QSettings(str(desk_settings.file().with_name(FILE)), QSettings.Format.IniFormat)


def _key(name: str) -> str:
    return f"{_whose or 'desk'}/{name}"
