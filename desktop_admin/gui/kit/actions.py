"""Entries of menus: one action each, shared with the button that does the same."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence


def entry(
    text: str, parent: QObject, run: Callable[[], object] | None = None, *, key: str = "", hint: str = ""
) -> QAction:
    """An action with its text, key and hint; without ``run`` somebody else listens to ``triggered``."""
    action = QAction(text, parent)
    action.setShortcut(QKeySequence(key))
    action.setStatusTip(hint)
    if run is not None:
        action.triggered.connect(run)
    return action


def without_access_key(text: str) -> str:
    """An entry's text as it stands outside of menus: without the letter that is underlined there.

    In English that is one of its own (*&File*); in Hindi it stands beside the words (*फ़ाइल (&F)*, *(&O) फ़ाइल खोलें*).
    A pair of ampersands is one that is shown, and stays.
    """
    return re.sub(r"^\(&\w\) | ?\(&\w\)|&(?!&)(?<!&&)", "", text)
