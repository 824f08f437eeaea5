"""Keys as they arrive: what they write, when they were pressed, and whether a scanner sent them."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from desktop_admin.settings import USUAL_SCANNER_GAP

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
GAP_MS = USUAL_SCANNER_GAP
"""The longest time between two keys of one scan, where nothing else was learned of the scanner."""
LETTERS_GAP_MS = 40
"""The same where there is no digit among them: letters alone are typed, and some people are fast."""
SHORTEST = 6
"""How many characters a scan has at least."""
CALM_MS = 300
"""After the candidate changed, keys do nothing for this long: the press was meant for the one before."""
TAIL_MS = 500
"""How late the key comes that ends a scan; no person presses one so soon behind a character and means a button."""


def character(event: QKeyEvent) -> str:
    """What the key writes, or nothing."""
    held, text = event.modifiers(), event.text()
    commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    # Together they are AltGr, which writes.
    commanding = held & commands and held & commands != commands
    if commanding or held & Qt.KeyboardModifier.MetaModifier or not text.isprintable():
        return ""
    return text


def moment(event: QKeyEvent) -> int:
    """When the key was pressed, in milliseconds since any time; a busy program does not change it."""
    return event.timestamp() or int(monotonic() * 1000)


class Burst:
    """The characters that came one right after the other, as a scanner sends them.

    Args:
        gap: the longest time between two of them, in milliseconds.

    Attributes:
        text: what they write.
        slowest: the longest time that there was.
    """

    def __init__(self, gap: int = GAP_MS) -> None:
        self.gap = gap
        self.text = ""
        self._last: int | None = None
        self.slowest = 0

    def begins(self, at: int) -> bool:
        """Whether a character at this moment belongs to none before it."""
        return self._last is None or not 0 <= at - self._last <= self.gap

    def strike(self, text: str, at: int) -> None:
        """Take another character."""
        if self._last is None or self.begins(at):
            self.text, self.slowest = text, 0
        else:
            self.text += text
            self.slowest = max(self.slowest, at - self._last)
        self._last = at

    def ends(self, at: int) -> bool:
        """Whether a key at this moment ends what was written."""
        return self._last is not None and 0 <= at - self._last <= TAIL_MS

    @property
    def is_scan(self) -> bool:
        """Whether no person types like that."""
        most = self.gap if any(map(str.isdigit, self.text)) else LETTERS_GAP_MS
        return len(self.text.strip()) >= SHORTEST and self.slowest <= most

    def forget(self) -> None:
        """Whatever comes belongs to nothing that came before."""
        self.text, self._last = "", None
