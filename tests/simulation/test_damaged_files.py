"""Files damaged by chance: whatever is in them, every command ends with a sentence."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.cli.runs import run


def _bytes_changed(content: bytearray, pick: random.Random) -> None:
    for _ in range(pick.choice((1, 20, 400))):
        content[pick.randrange(16, len(content))] = pick.randrange(256)


def _pages_swapped(content: bytearray, pick: random.Random) -> None:
    one, other = (4096 * pick.randrange(len(content) // 4096) for _ in range(2))
    content[one : one + 4096], content[other : other + 4096] = content[other : other + 4096], content[one : one + 4096]


def _page_emptied(content: bytearray, pick: random.Random) -> None:
    page = 4096 * pick.randrange(1, len(content) // 4096)
    content[page : page + 4096] = bytes(4096)


def _cut(content: bytearray, pick: random.Random) -> None:
    del content[pick.randrange(len(content)) :]


DAMAGE = (_bytes_changed, _bytes_changed, _pages_swapped, _page_emptied, _cut)


@pytest.mark.parametrize("files", [5, pytest.param(200, marks=pytest.mark.long)])
def test_whatever_is_damaged_no_command_ends_in_a_traceback(portal_file: Path, files: int) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    pick, sound = random.Random(seed), portal_file.read_bytes()
    codes: Counter[int] = Counter()
    for number in range(files):
        content = bytearray(sound)
        DAMAGE[number % len(DAMAGE)](content, pick)
        for command in (["check"], ["sessions"], ["reset-slots", "--all", "--yes", "--json"]):
            for beside in portal_file.parent.glob(f"{portal_file.name}-*"):
                beside.unlink()
            portal_file.write_bytes(content)
            # An exception that is no sentence fails the test.
            codes[run(portal_file, *command).exit_code] += 1
    print(dict(codes))
