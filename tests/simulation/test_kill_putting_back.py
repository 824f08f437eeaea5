"""Killed while a back-up is put back: the file is as it was, or replaced and recorded; never one without the other."""

from __future__ import annotations

import os
import random
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from desktop_admin.controllers.log import history
from desktop_admin.controllers.operations.deeds import RESTORE_BACKUP, backups
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.controllers.values.records import HistoryFilters
from desktop_admin.database.backends import backup
from desktop_admin.database.engine import Database
from tests import raw
from tests.controllers import doing

pytestmark = pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
"""The child of a process with threads does nothing but put the copy back, on connections of its own."""


def begun(copy: Path, file: Path, actor: Actor) -> int:
    """A child that puts the copy back."""
    child = os.fork()
    if child:
        return child
    # From here on this is the child: nothing may return into the test runner.
    try:
        backups.restore(copy, path=file, actor=actor)
        os._exit(0)
    except BaseException:
        os._exit(1)


def recorded(file: Path) -> int:
    """How often a back-up was put back, as the log says."""
    database = Database.open(file, thorough=True)
    try:
        records = database.read(partial(history.operations, filters=HistoryFilters(operation=RESTORE_BACKUP.name)))
        return len(records)
    finally:
        database.close()


@pytest.mark.parametrize("kills", [15, pytest.param(300, marks=pytest.mark.long)])
def test_killed_at_any_moment_it_is_replaced_and_recorded_or_as_it_was(
    portal_file: Path, actor: Actor, kills: int
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    pick = random.Random(seed)
    copy = backup.make(portal_file)
    copied = raw.content(copy)
    database = Database.open(portal_file)
    doing.slot(database, actor, RESET, "T-STUCK")
    database.close()
    changed = portal_file.read_bytes()
    start = time.perf_counter()
    os.waitpid(begun(copy, portal_file, actor), 0)
    whole = time.perf_counter() - start
    assert recorded(portal_file) == 1, "unhindered, it is replaced"
    replaced = 0
    for _ in range(kills):
        portal_file.write_bytes(changed)
        before = raw.content(portal_file)
        child = begun(copy, portal_file, actor)
        time.sleep(pick.uniform(0.2, 1.1) * whole)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = recorded(portal_file)
        replaced += found
        assert raw.differences(copied if found else before, raw.content(portal_file)) == {}
    print(f"replaced {replaced} of {kills}")
