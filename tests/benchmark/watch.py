"""What a write costs: how long it takes, how long it holds its locks, and each of its statements."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from desktop_admin.cli import collect_rarely
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session


@dataclass
class Cost:
    """Of one write.

    Attributes:
        seconds: from the call to its return.
        locked: from the first lock to the return, which is COMMIT and little else.
        computed: the seconds of a processor that this program took for it; of a file also its engine's.
        statements: each with its seconds; without those that open the transaction.
    """

    seconds: float = 0.0
    locked: float = 0.0
    computed: float = 0.0
    statements: list[tuple[float, str]] = field(default_factory=list)


def write(
    database: Database, job: Callable[[Session], Any], *, first: Callable[[Session], object] | None = None
) -> tuple[Any, Cost]:
    """Write, and give back what the job gave back and what it cost; what is read ``first`` takes no lock."""
    cost, engine, locked = Cost(), database.backend.writer, 0.0

    def watched(session: Session) -> Any:
        nonlocal locked
        locked = time.perf_counter()
        with _statements(engine, cost):
            return job(session)

    gc.collect()
    begun, idle = time.perf_counter(), time.process_time()
    if first is not None:
        database.read(first)
    done = database.write(watched)
    end = time.perf_counter()
    cost.seconds, cost.locked, cost.computed = end - begun, end - locked, time.process_time() - idle
    return done, cost


@contextmanager
def _statements(engine: Any, cost: Cost) -> Iterator[None]:
    begun = 0.0

    def before(*_args: Any) -> None:
        nonlocal begun
        begun = time.perf_counter()

    def after(_connection: Any, _cursor: Any, statement: str, _values: Any, _context: Any, _many: bool) -> None:
        cost.statements.append((time.perf_counter() - begun, " ".join(statement.split())))

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", before)
        event.remove(engine, "after_cursor_execute", after)


@contextmanager
def as_the_program_runs() -> Iterator[None]:
    """Look for garbage as rarely as the program does."""
    usual = gc.get_threshold()
    collect_rarely()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)
