"""Whether a server still answers, for whoever has no window that watches it.

A server that is frozen keeps its links open, and PostgreSQL's driver waits for its answer without an end. A statement
may take long, and a lock may be waited for, so no statement has an end of its own: the server is asked for a sign of
life on another connection, as the window does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from desktop_admin.errors import AdminError

EVERY_SECONDS = 1.0
"""How often it is asked; what is done sooner needs no further connection."""
SILENT_SECONDS = 5.0
"""After so long without a sign nobody waits any more; a connection has as long to be made."""


class Answering(Protocol):
    """A database, as far as its pulse is concerned."""

    def ping(self) -> None:
        """Have it answer."""

    def hang_up(self) -> None:
        """Let nobody wait any longer."""


@contextmanager
def watched(database: Answering) -> Iterator[None]:
    """Meanwhile, whoever waits for a server that has fallen silent hears that the link is lost."""
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=[database, ended], name="desktop-admin pulse", daemon=True)
    watch.start()
    try:
        yield
    finally:
        ended.set()
        # What it is asking just now is answered at once, or given up as soon as everything else is.
        watch.join()


def _watch(database: Answering, ended: threading.Event) -> None:
    while not ended.wait(EVERY_SECONDS):
        patience = threading.Timer(SILENT_SECONDS, database.hang_up)
        patience.daemon = True
        patience.start()
        try:
            database.ping()
        except AdminError:
            # Whoever works on it hears of that where they work.
            continue
        finally:
            patience.cancel()
