"""Files that the program makes: whole or not at all, and never over one that is there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.files.new_files import write_checked
from tests.database.backends.test_full_disk import no_file_above

KILLED = """
import os, signal, sys
from pathlib import Path
from desktop_admin.files.new_files import write_checked
write_checked(Path(sys.argv[1]), b"all of it", check=lambda _content: os.kill(os.getpid(), signal.SIGKILL))
"""


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def nothing(_content: bytes) -> None:
    """Whatever was read back is right."""


def test_a_file_gets_its_name_when_what_was_read_back_is_right(tmp_path: Path) -> None:
    file, seen = tmp_path / "day", list[tuple[bytes, bool]]()
    write_checked(file, b"all of it", check=lambda content: seen.append((content, file.exists())))
    assert (seen, file.read_bytes()) == ([(b"all of it", False)], b"all of it")
    assert (file.stat().st_mode & 0o777, names(tmp_path)) == (0o600, ["day"])


def test_what_is_not_right_gets_no_name(tmp_path: Path) -> None:
    def refuse(_content: bytes) -> None:
        raise AdminError("closing_broken", path="x")

    with pytest.raises(AdminError):
        write_checked(tmp_path / "day", b"all of it", check=refuse)
    assert names(tmp_path) == []


def test_a_name_that_is_taken_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "day"
    with pytest.raises(UsageProblem):
        write_checked(file, b"mine", check=lambda _content: file.write_bytes(b"theirs"))
    with pytest.raises(UsageProblem):
        write_checked(file, b"mine", check=nothing)
    assert (file.read_bytes(), names(tmp_path)) == (b"theirs", ["day"])


@pytest.mark.skipif(sys.platform == "win32", reason="nobody is killed so there")
def test_what_a_killed_run_leaves_has_not_the_name_and_goes_with_the_next_file_of_that_name(tmp_path: Path) -> None:
    file = tmp_path / "day"
    killed = subprocess.run([sys.executable, "-c", KILLED, str(file)], check=False, timeout=60)
    (left,) = tmp_path.iterdir()
    assert (killed.returncode, left.suffix, left.stat().st_mode & 0o777) == (-9, ".part", 0o600)
    others = ["day.fresh.part", "day.old", "other.part"]
    for one in (left, *(tmp_path / name for name in others)):
        one.touch()
        if "fresh" not in one.name:
            os.utime(one, (time.time() - 7200, time.time() - 7200))
    write_checked(file, b"all of it", check=nothing)
    assert names(tmp_path) == ["day", *others]


def test_a_full_disk_leaves_nothing_half(tmp_path: Path) -> None:
    with no_file_above(1_000), pytest.raises(AdminError) as told:
        write_checked(tmp_path / "day", bytes(5_000), check=nothing)
    assert (told.value.code, names(tmp_path)) == ("cannot_create", [])


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(AdminError) as told:
        write_checked(tmp_path / "missing" / "day", b"x", check=nothing)
    assert told.value.code == "cannot_create"
