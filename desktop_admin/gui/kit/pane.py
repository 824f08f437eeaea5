"""What every pane of the window can do."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


class Pane(QWidget):
    """A pane, which is read when it is seen."""

    def empty(self) -> None:
        """Show nothing of what was read."""
        raise NotImplementedError

    def start(self) -> None:
        """Begin anew, as somebody who has just come in finds it."""
        self.empty()

    def refresh(self) -> None:
        """Read again what is shown."""
        raise NotImplementedError

    def age(self) -> None:
        """Time has gone by, and nothing else that is known."""
        self.refresh()

    def set_writable(self, writable: bool) -> None:
        """Switch what changes data on or off with the database."""
        raise NotImplementedError
