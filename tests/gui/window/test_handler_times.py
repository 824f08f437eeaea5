"""The window answers at once, however many candidates there are."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_admin.practice import demo

CANDIDATES = 10_000
HANDLER_MS, LOOKS_MS, LANGUAGE_MS = 50, 200, 250
ROUNDS = 5
"""Other work on the machine makes a handler slower, but none faster: the best of at most so many rounds counts."""


@pytest.fixture
def crowd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's exam day with ten thousand candidates."""
    monkeypatch.setattr(demo, "CANDIDATES", CANDIDATES)
    path = tmp_path / "crowd.sqlite3"
    demo.make(path)
    return path


def _too_slow(what: str, path: Path, limits: Callable[[str], int]) -> dict[str, float]:
    """The steps that took more than their limit, in milliseconds, in each of the rounds."""
    best: dict[str, float] = {}
    slow: dict[str, float] = {}
    for _ in range(ROUNDS):
        command = [sys.executable, "-m", "tests.gui.handler_times", what, str(path)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout)
        best = {name: min(took, best.get(name, took)) for name, (took, _) in found.items()}
        slow = {name: took for name, took in best.items() if took > limits(name)}
        if not slow:
            break
    return slow


@pytest.mark.long
def test_no_handler_keeps_the_window_from_answering(crowd: Path) -> None:
    assert not _too_slow("walk", crowd, lambda _name: HANDLER_MS)
    limits = {"Hindi": LANGUAGE_MS, "dark": LOOKS_MS, "light": LOOKS_MS, "zoom in": LOOKS_MS, "zoom out": LOOKS_MS}
    assert not _too_slow("looks", crowd, lambda name: limits.get(name, HANDLER_MS))
