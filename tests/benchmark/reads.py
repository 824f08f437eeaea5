"""What looks cost, as panes and the search field ask for them: the first time, again, and after a change."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import Any, NamedTuple

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations import card
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import CandidateProfile
from tests import raw
from tests.benchmark.filled import FIRST

Look = Callable[[Session], Any]
_PROFILES = CandidateProfile.__tablename__


class Read(NamedTuple):
    """How many seconds a look took.

    Attributes:
        first: after a start.
        again: the median where nobody has committed anything since the look before.
        changed: the same where somebody has changed a candidate who writes.
    """

    name: str
    first: float
    again: float
    changed: float


def looks(number: int) -> dict[str, Look]:
    """What is looked at; numbers and names as somebody types them."""
    army_no = f"B{FIRST + number // 2}"
    return {
        "survey": health.survey,
        "matrix": panes.matrix,
        "whole list": panes.list_candidates,
        "list by a number's beginning": partial(panes.list_candidates, text=army_no[:-1]),
        "list by a part of a name": partial(panes.list_candidates, text="mesh"),
        "card of one candidate": partial(card.read_card, user_ids=(FIRST + 1,)),
    }


def measured(database: Database, number: int, rounds: int) -> Iterator[Read]:
    """Each look by itself, on a database that was opened anew, as after a start."""
    names = count()
    for name, look in looks(number).items():
        database.kept.clear()
        first = _seconds(database, look)
        again = [_seconds(database, look) for _ in range(rounds)]
        changed = []
        for _ in range(rounds):
            # Another name than any before.
            raw.change(database, f"UPDATE {_PROFILES} SET name = 'Ramesh {next(names)}' WHERE user_id = {FIRST}")
            changed.append(_seconds(database, look))
        yield Read(name, first, statistics.median(again), statistics.median(changed))


def _seconds(database: Database, look: Look) -> float:
    gc.collect()
    begun = time.perf_counter()
    database.read(look)
    return time.perf_counter() - begun
