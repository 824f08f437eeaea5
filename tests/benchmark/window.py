"""How soon the window is there, what it takes while nobody does anything, and how soon it shows what others did.

    python -m tests.benchmark.window [--engines …] [--size CANDIDATES] [--writing CANDIDATES]

Each window is a process of its own; a bare one of Qt is started in turn with it. Where there is no screen, Qt paints
into memory (``QT_QPA_PLATFORM=offscreen``).
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial

from sqlalchemy import text

from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from tests import servers
from tests.benchmark import filled
from tests.gui import first_paint

_ROUNDS = 7
_IDLE_SECONDS = 20.0
_STARTED = (
    "UPDATE registration_candidateprofile SET slot_attempting_at = CURRENT_TIMESTAMP, name = :name "
    f"WHERE id = {filled.FIRST}"
)
"""What the portal writes when somebody starts, here the candidate in the first row, by another name."""


def main() -> None:
    """Measure, and print what was found as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.window", description=__doc__)
    parser.add_argument("--engines", nargs="+", choices=servers.ENGINES, default=servers.ENGINES)
    parser.add_argument("--size", type=int, default=10_000, metavar="CANDIDATES")
    parser.add_argument("--writing", type=int, default=500, metavar="CANDIDATES", help="so many write, on an old set")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DESKTOP_ADMIN_CONFIG": f"{folder}/desk.toml", "XDG_DATA_HOME": folder}
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
        bare, program = (statistics.median(times) for times in zip(*_paints(), strict=True))
        print(f"First paint after {program:.2f} s, a bare window's after {bare:.2f} s: {program / bare:.1f} times.\n")
        print("| engine | usable after s | idle, % of a processor | shows what another wrote after ms |")
        print("| --- | --- | --- | --- |")
        for engine in asked.engines:
            with filled.database(engine, asked.size, writing=asked.writing) as database:
                usable, idle, seen = _watched(database)
            print(f"| {engine} | {usable:.2f} | {idle:.1f} | {seen * 1000:.0f} |", flush=True)


def _paints() -> Iterator[list[float]]:
    """The seconds until a bare window is painted, and until the program's is."""
    for _ in range(_ROUNDS):
        times = []
        for what in ("bare", "program"):
            begun = time.perf_counter()
            subprocess.run([sys.executable, first_paint.__file__, what], check=True, stdout=subprocess.DEVNULL)
            times.append(time.perf_counter() - begun)
        yield times


def _watched(database: Database) -> tuple[float, float, float]:
    """What a window on this database tells of itself, and how long after a COMMIT it shows what was written."""
    url = database.backend.writer.url
    target = str(database.description.path or servers.target(url))
    command = [sys.executable, "-m", "tests.benchmark.watched_window", target, str(_IDLE_SECONDS), str(_ROUNDS)]
    times = []
    begun = time.time()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as window:
        assert window.stdout is not None
        usable = float(window.stdout.readline()) - begun
        idle = float(window.stdout.readline())
        for number in range(_ROUNDS):
            # CURRENT_TIMESTAMP is another one only after a second.
            time.sleep(random.uniform(1.1, 2.1))
            started = text(_STARTED).bindparams(name=f"Started {number}")
            database.write(partial(Session.execute, statement=started))
            written = time.time()
            times.append(float(window.stdout.readline()) - written)
    return usable, idle, statistics.median(times)


if __name__ == "__main__":
    main()
