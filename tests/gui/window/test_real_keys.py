"""Scans in a real window under an X server, with the key events that a keyboard makes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic

import pytest

from tests.gui.driving import ask, has_slot

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="Xvfb and xdotool are not installed"
    ),
]

PATIENCE_S = 60
PAIRS = (
    "SELECT group_concat(army_no, ' ') FROM (SELECT army_no FROM registration_candidateprofile"
    " WHERE has_exam_slot AND slot_attempting_at IS NULL ORDER BY army_no LIMIT 26)"
)
ENTER, TAB, BLANK = ["Return"], ["Tab"], ["space"]
NOTHING: list[str] = []
PLAYS: dict[str, tuple[int, list[str], str, list[str]]] = {
    # Milliseconds between two keys, what ends the scan, what begins it, and the keys that lead away before.
    "fast, Enter": (5, ENTER, "", []),
    "fast, Tab": (5, TAB, "", ["Tab", "Tab"]),
    "fast, blank, on the next control": (5, BLANK, "", ["Tab"]),
    "fast, nothing": (5, NOTHING, "", []),
    "slow, Enter, in another pane": (60, ENTER, "", ["ctrl+2"]),
    "slow, Tab, among the sets": (60, TAB, "", ["ctrl+3", "Tab", "Tab"]),
    "slow, nothing, in the history": (60, NOTHING, "", ["ctrl+5", "Tab"]),
    "slow, blank, far from the field": (60, BLANK, "", ["shift+Tab", "shift+Tab"]),
    "a mark before it": (20, ENTER, "]C0", ["Tab", "Tab", "Tab"]),
    "a mark around it": (20, TAB, "*", []),
    "behind what was typed": (20, ENTER, "", ["x", "y", "End"]),
    "with a reason chosen": (45, TAB, "", ["alt+5", "Tab", "Tab", "Tab"]),
}


class Screen:
    """An X server with the window on it."""

    def __init__(self, display: str) -> None:
        self.environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}

    def keys(self, *arguments: str) -> None:
        """Have xdotool do this."""
        subprocess.run(["xdotool", *arguments], check=True, env=self.environment, capture_output=True)

    def scan(self, text: str, *, gap: int, end: list[str], mark: str) -> None:
        """Scan a card; a hand needs longer from one to the next than a scanner for a key."""
        closing_mark = mark if mark == "*" else ""
        self.keys("sleep", "0.3", "type", "--delay", str(gap), mark + text + closing_mark)
        if end:
            self.keys("key", *end)


def until(reached: Callable[[], bool], meanwhile: Callable[[], None]) -> bool:
    """Do something again and again until this is so; False where it does not come about."""
    end = monotonic() + PATIENCE_S
    while monotonic() < end:
        if reached():
            return True
        with suppress(subprocess.CalledProcessError):
            meanwhile()
    return False


@pytest.fixture
def screen(demo_file: Path) -> Iterator[Screen]:
    """The program, started on the demo's exam day and ready to take keys."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1366x768x24"], pass_fds=[writer], stderr=subprocess.DEVNULL
    )
    os.close(writer)
    with closing(os.fdopen(reader)) as told:
        display = f":{told.readline().strip()}"
    shown = Screen(display)
    program = subprocess.Popen([sys.executable, "-m", "desktop_admin", "--db", str(demo_file)], env=shown.environment)
    try:
        focus = ["search", "--onlyvisible", "--name", "desktop-admin", "windowfocus", "--sync"]
        shown.keys("search", "--sync", *focus[1:])
        yield shown
    finally:
        program.terminate()
        program.wait()
        server.terminate()
        server.wait()


def test_whoever_was_scanned_last_is_reset_and_nobody_else(screen: Screen, demo_file: Path) -> None:
    numbers = ask(demo_file, PAIRS).split()
    first = numbers.pop()

    def reset(army_no: str) -> bool:
        def press() -> None:
            screen.keys("key", "F9")

        return until(lambda: not has_slot(demo_file, army_no), press)

    def scan_and_reset() -> None:
        screen.scan(first, gap=5, end=ENTER, mark="")
        # By then a person has looked at the card.
        screen.keys("sleep", "1", "key", "F9", "sleep", "0.5")

    assert until(lambda: not has_slot(demo_file, first), scan_and_reset), "the window is there and takes keys"
    for name, (gap, end, mark, before) in PLAYS.items():
        other, meant = numbers.pop(), numbers.pop()
        screen.keys("key", "ctrl+k")
        screen.scan(other, gap=gap, end=end, mark=mark)
        if before:
            screen.keys("key", "--delay", "150", *before)
        screen.scan(meant, gap=gap, end=end, mark=mark)
        assert reset(meant), name
        assert has_slot(demo_file, other), name
    reset_ones = "SELECT count(*) FROM desktop_admin_operation WHERE operation = 'reset-slots'"
    assert ask(demo_file, reset_ones) == ask(demo_file, "SELECT count(*) FROM desktop_admin_operation")
    assert ask(demo_file, reset_ones) == len(PLAYS) + 1
