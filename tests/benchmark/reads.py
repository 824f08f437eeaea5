"""What looks cost, the first time and again, as panes and the search field ask for them."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.operations import card
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from tests.benchmark.filled import FIRST

Look = Callable[[Session], Any]


class Read(NamedTuple):
    """How many seconds a look took: at first, and the median of those after it."""

    name: str
    first: float
    again: float


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
    for name, look in looks(number).items():
        database.kept.clear()
        times = []
        for _ in range(rounds + 1):
            gc.collect()
            begun = time.perf_counter()
            database.read(look)
            times.append(time.perf_counter() - begun)
        first, *others = times
        yield Read(name, first, statistics.median(others))
