"""The window answers at once, however many candidates there are."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from desktop_admin.practice import demo

CANDIDATES = 10_000
HANDLER_MS, LOOKS_MS, LANGUAGE_MS = 50, 200, 300
ROUNDS = 2
"""Other work on the machine makes a handler slower, but none faster: the better of so many rounds counts."""


@pytest.fixture
def crowd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's exam day with ten thousand candidates."""
    monkeypatch.setattr(demo, "CANDIDATES", CANDIDATES)
    path = tmp_path / "crowd.sqlite3"
    demo.make(path)
    return path


def _best(what: str, path: Path) -> dict[str, float]:
    best: dict[str, float] = {}
    for _ in range(ROUNDS):
        command = [sys.executable, "-m", "tests.gui.handler_times", what, str(path)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout)
        best = {name: min(took, best.get(name, took)) for name, (took, _) in found.items()}
    return best


@pytest.mark.long
def test_no_handler_keeps_the_window_from_answering(crowd: Path) -> None:
    slow = {name: took for name, took in _best("walk", crowd).items() if took > HANDLER_MS}
    assert not slow
    looks = _best("looks", crowd)
    language = looks.pop("Hindi")
    assert not {name: took for name, took in looks.items() if took > LOOKS_MS}
    assert language <= LANGUAGE_MS
