"""A disk that is really full, in the middle of a safety copy and of an undo: nothing changes, and it is told.

A file that may not grow is there on every Unix. A whole disk of a few megabytes needs a child in a namespace of its
own, which not every computer allows.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.people import staff
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError
from tests import planning, portal, raw
from tests.controllers import doing
from tests.database.backends.test_backup import MANY, copies, real, real_file

__all__ = ["real", "real_file"]
WRITING = ("T-STUCK", "T-FINE", "T-SECOND", "T-MOVED")
_MOUNT = 'mount -t tmpfs -o size="$1" none "$2" && shift && exec "$0" -m tests.database.backends.test_full_disk "$@"'


def undo(database: Database, actor: Actor, done: Changes) -> Changes:
    return doing.apply_now(database, actor, partial(planning.plan_undo, undoes=done.op_id or ""))


def copy_first(database: Database, actor: Actor) -> None:
    """An operation that makes a safety copy."""
    doing.slot(database, actor, RESET, *MANY)


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """Let no file of this process grow above so many bytes."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_copy_that_breaks_off_leaves_nothing_behind_and_nothing_is_changed(real: Database, actor: Actor) -> None:
    before = raw.digest(real)
    with no_file_above(raw.path(real).stat().st_size // 2), pytest.raises(AdminError) as told:
        copy_first(real, actor)
    assert told.value.code == "no_backup"
    assert (raw.digest(real), copies()) == (before, [])
    assert doing.slot(real, actor, RESET, *MANY).applied == 25


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_an_undo_that_breaks_off_changes_nothing_and_can_be_done_later(real: Database, actor: Actor, mode: str) -> None:
    raw.change(raw.path(real), f"PRAGMA journal_mode={mode}")
    begun = raw.content(real)
    done = doing.slot(real, actor, RESET, *WRITING)
    before = raw.content(real)
    with no_file_above(8_000), pytest.raises(AdminError) as told:
        undo(real, actor, done)
    assert told.value.code == "disk_error"
    assert raw.differences(before, raw.content(real), own=True) == {}
    undo(real, actor, done)
    assert raw.differences(begun, raw.content(real)) == {}


@pytest.mark.parametrize("what", ["copy", "copy_of_log", "undo", "undo_midway"])
def test_a_full_disk_is_told_with_what_to_free(real_file: Path, tmp_path: Path, what: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["unshare", "-rm", "sh", "-c", _MOUNT, sys.executable, "4m", str(disk), what, str(real_file)]
    environment = {**os.environ, "XDG_DATA_HOME": str(disk), "PYTHONPATH": os.pathsep.join(sys.path)}
    probe = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", str(disk)]
    if shutil.which("unshare") is None or subprocess.run(probe, capture_output=True).returncode:
        pytest.skip("this computer lets nobody mount a small disk of his own")
    child = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (child.returncode, child.stdout) == (0, "as it was\n"), child.stderr


def _fill(disk: Path, *, leave: int) -> None:
    """Let another program's file take all the room but so many bytes."""
    filler = disk / "filler"
    filler.unlink(missing_ok=True)
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        file.write(b"x" * (shutil.disk_usage(disk).free - leave))


def _fill_after_the_look(disk: Path, *, leave: int) -> None:
    """The same, as soon as the program has seen that there is room."""
    look = shutil.disk_usage

    def looked(path: Path) -> object:
        shutil.disk_usage = look
        found = look(path)
        _fill(disk, leave=leave)
        return found

    shutil.disk_usage = looked  # type: ignore[assignment]


def _on_a_small_disk(disk: Path, what: str, original: Path) -> None:
    """What the child does: let an operation fail on the full disk, and look."""
    file = Path(shutil.copy(original, disk / "portal.sqlite3"))
    if what == "copy_of_log":
        raw.change(file, "PRAGMA journal_mode=wal")
    database = Database.open(file)
    actor = staff.sign_in(database, username=portal.SUPERVISOR, password=portal.SUPERVISOR, desk="desk-1")
    done = doing.slot(database, actor, RESET, *WRITING)
    size = file.stat().st_size
    if what == "copy":
        _fill_after_the_look(disk, leave=size // 2)
    elif what == "copy_of_log":
        # All of it lies in the log beside the file, which the copy has to hold as well.
        raw.change(file, "INSERT INTO django_session VALUES ('big', hex(zeroblob(250000)), '2026-01-01')")
        assert file.stat().st_size == size
        _fill(disk, leave=size + 100_000)
    elif what == "undo":
        _fill(disk, leave=10_000)
    else:
        _fill_after_the_look(disk, leave=8_000)
    before = raw.content(file)
    with pytest.raises(AdminError) as told:
        undo(database, actor, done) if what.startswith("undo") else copy_first(database, actor)
    assert told.value.code == {"undo": "no_room", "undo_midway": "disk_full"}.get(what, "no_room_for_backup")
    assert what == "undo_midway" or "Free at least 1 MB" in str(told.value), str(told.value)
    database.close()
    assert raw.differences(before, raw.content(file), own=True) == {}
    assert copies() == []
    sys.stdout.write("as it was\n")


if __name__ == "__main__":
    _on_a_small_disk(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
