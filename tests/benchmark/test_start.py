"""The first paint of the program's window, against that of a window of Qt with nothing in it."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gui import first_paint

MOST = 4.0
ROUNDS = 7


@pytest.mark.benchmark
def test_the_first_paint_takes_at_most_four_times_as_long_as_that_of_a_bare_window() -> None:
    seconds("window"), seconds("bare")
    ratios = [seconds("window") / seconds("bare") for _round in range(ROUNDS)]
    assert statistics.median(ratios) <= MOST, ratios


def seconds(start: str) -> float:
    """The processor's time for a whole process, which others on the machine change less than the clock's."""
    before = os.times()
    command = [sys.executable, str(Path(first_paint.__file__)), start]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=120)
    after = os.times()
    return (after.children_user - before.children_user) + (after.children_system - before.children_system)
