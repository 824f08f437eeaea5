"""Long work that somebody may stop from another thread, before it has done anything that lasts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desktop_admin.errors import Cancelled


class Stop:
    """Asked for by whoever waits, and heeded by whoever works."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._interrupts: list[Callable[[], None]] = []

    def ask(self) -> None:
        """Stop the work: what it waits for is interrupted, and nothing further is begun."""
        self._asked.set()
        for interrupt in tuple(self._interrupts):
            interrupt()

    def __call__(self) -> bool:
        """Whether it was asked for."""
        return self._asked.is_set()

    def heed(self) -> None:
        """Go no further where it was asked for.

        Raises:
            Cancelled: it was.
        """
        if self._asked.is_set():
            raise Cancelled

    @contextmanager
    def reaching(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Meanwhile this interrupts what the work waits for; it is called in the thread of whoever asks."""
        self._interrupts.append(interrupt)
        try:
            self.heed()
            yield
        finally:
            self._interrupts.remove(interrupt)
