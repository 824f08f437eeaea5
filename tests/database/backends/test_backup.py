"""A back-up is made whole or refused in words; what touches many candidates is preceded by a safety copy."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Actor, Chosen
from desktop_admin.database.backends import backup
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, Cancelled, DatabaseBusy, DatabaseUnusable
from desktop_admin.settings import data_folder
from tests import raw
from tests.controllers import doing

MANY = [f"M-{number}" for number in range(25)]


def put_back(copy: Path, path: Path) -> Path:
    """Put a copy back; gives back the file that holds what was there."""
    kept = backup.kept_beside(path)
    backup.put_back(copy, path, kept)
    return kept


@contextmanager
def held(file: Path, *, mode: str = "delete", lock: str = "EXCLUSIVE") -> Iterator[sqlite3.Connection]:
    """Another program that has a lock on the file."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute(f"PRAGMA journal_mode={mode}")
        other.execute(f"BEGIN {lock}")
        yield other


@pytest.fixture
def real_file(portal_file: Path) -> Path:
    """The small portal as a centre's own database, with 25 candidates more."""
    columns = [
        row[1] for row in raw.query(portal_file, "PRAGMA table_info(registration_candidateprofile)") if row[1] != "id"
    ]
    kept = ", ".join(f'"{name}"' for name in columns if name not in ("army_no", "user_id"))
    for number, army_no in enumerate(MANY, 1000):
        raw.change(
            portal_file,
            "INSERT INTO accounts_user (id, username, password, first_name, last_name, email, role, is_superuser, "
            f"is_staff, is_active, date_joined) SELECT {number}, '{army_no}', '', '', '', '', 'CANDIDATE', 0, 0, 1, "
            "date_joined FROM accounts_user LIMIT 1",
            f"INSERT INTO registration_candidateprofile (army_no, user_id, {kept}) SELECT '{army_no}', {number}, "
            f"{kept} FROM registration_candidateprofile WHERE army_no = 'T-SLOT'",
        )
    raw.change(portal_file, "UPDATE desktop_admin_database SET kind = 'rehearsal'")
    return portal_file


@pytest.fixture
def real(real_file: Path) -> Iterator[Database]:
    opened = Database.open(real_file)
    yield opened
    opened.close()


def copies() -> list[Path]:
    folder = data_folder() / "backups"
    return sorted(folder.iterdir()) if folder.exists() else []


def test_a_folder_that_cannot_be_made_is_told_in_words(
    portal_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    with pytest.raises(DatabaseUnusable) as told:
        backup.make(portal_file)
    assert told.value.code == "no_backup"
    assert "nothing was changed" in str(told.value)


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_back_up_is_made_while_the_portal_writes_and_is_for_this_user_alone(portal_file: Path, mode: str) -> None:
    with held(portal_file, mode=mode, lock="IMMEDIATE") as portal:
        before = raw.content(portal_file)
        portal.execute("UPDATE registration_candidateprofile SET has_exam_slot = NOT has_exam_slot")
        copy = backup.make(portal_file)
        portal.execute("ROLLBACK")
    assert copies() == [copy]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert raw.content(copy) == before


def test_a_file_that_another_program_holds_is_busy_and_leaves_no_half_copy(
    portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_BUSY_SECONDS", 0.1)
    with held(portal_file), pytest.raises(DatabaseBusy):
        backup.make(portal_file)
    assert copies() == []


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_copy_in_many_pieces_is_of_one_moment(portal_file: Path, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setattr(backup, "_PAGES", 1)
    refused, writes = [], iter(range(21))
    with closing(sqlite3.connect(portal_file, isolation_level=None, timeout=0)) as portal:
        portal.execute(f"PRAGMA journal_mode={mode}")
        before = raw.content(portal_file)

        def write() -> bool:
            """The portal commits between two pieces; without a log beside the file it has to wait."""
            if next(writes, None) is None:
                return False
            try:
                portal.execute("UPDATE registration_candidateprofile SET has_exam_slot = NOT has_exam_slot")
            except sqlite3.OperationalError:
                refused.append(True)
            return False

        copy = backup.make(portal_file, stopped=write)
    assert bool(refused) is (mode == "delete")
    assert raw.content(copy) == before


@pytest.mark.parametrize(("pages", "asked"), [(1, 0), (1, 100), (1_000_000, 1)], ids=["at once", "half", "its check"])
def test_nothing_is_left_of_a_copy_that_was_stopped(
    portal_file: Path, monkeypatch: pytest.MonkeyPatch, pages: int, asked: int
) -> None:
    monkeypatch.setattr(backup, "_PAGES", pages)
    monkeypatch.setattr(backup, "_STEPS", 10)
    left = iter(range(asked))
    with pytest.raises(Cancelled):
        backup.make(portal_file, stopped=lambda: next(left, None) is None)
    assert copies() == []


@pytest.mark.parametrize("verb", ["many", "switch"])
def test_what_touches_many_is_preceded_by_a_copy_as_it_was(real: Database, actor: Actor, verb: str) -> None:
    before = raw.content(raw.path(real))
    done = doing.slot(real, actor, RESET, *MANY) if verb == "many" else doing.activate(real, actor, ("TTC", "A"))
    assert done.applied >= 1
    assert done.safety_copy is not None
    assert copies() == [done.safety_copy]
    assert raw.content(done.safety_copy) == before


def test_what_touches_few_or_nobody_is_not(real: Database, actor: Actor) -> None:
    done = doing.slot(real, actor, RESET, *MANY[:20])
    assert (done.applied, done.safety_copy, copies()) == (20, None, [])
    nothing = doing.slot(real, actor, RESET, *MANY[:20], "T-NONE")
    assert (nothing.applied, nothing.safety_copy, copies()) == (0, None, [])


def test_the_copy_is_made_while_nobody_waits_for_a_lock(
    real: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    writable = []

    def look(path: Path) -> Path:
        with held(path, lock="IMMEDIATE"):
            writable.append(path)
        return real_copy(path)

    real_copy = backup.make_safety_copy
    monkeypatch.setattr(backup, "make_safety_copy", look)
    assert doing.slot(real, actor, RESET, *MANY).applied == 25
    assert writable == [raw.path(real)]


def test_a_plan_that_was_shown_gets_its_copy_too(real: Database, actor: Actor) -> None:
    planner = doing.slots_plan(RESET, Chosen(everyone=True))
    done = doing.apply_shown(real, actor, real.read(planner))
    assert done.applied > 20
    assert done.safety_copy in copies()


def test_a_disk_without_room_for_the_copy_refuses_the_operation(
    real: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = raw.digest(real)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: type("Usage", (), {"free": 10})())
    with pytest.raises(DatabaseUnusable) as told:
        doing.slot(real, actor, RESET, *MANY)
    assert told.value.code == "no_room_for_backup"
    assert (raw.digest(real), copies()) == (before, [])


def test_the_newest_safety_copies_of_each_file_stay_and_no_other_back_up_goes(
    portal_file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other" / portal_file.name
    other.parent.mkdir()
    other.write_bytes(portal_file.read_bytes())
    asked = backup.make(portal_file)
    of_other = backup.make_safety_copy(other)
    made = [backup.make_safety_copy(portal_file) for _ in range(backup.SAFETY_COPIES + 3)]
    assert copies() == sorted([asked, of_other, *made[-backup.SAFETY_COPIES :]])


@pytest.mark.parametrize("asked", [True, False])
def test_what_a_killed_run_left_is_in_nobodys_way_and_goes_when_nobody_writes_it(
    portal_file: Path, tmp_path: Path, asked: bool
) -> None:
    def make() -> Path:
        return (
            backup.make_at(portal_file, tmp_path / "copies" / "copy") if asked else backup.make_safety_copy(portal_file)
        )

    first = make()
    first.unlink()
    old, new, other = (first.with_name(name) for name in (f"{first.name}.1.part", f"{first.name}.2.part", "x.3.part"))
    for part in (old, new, other):
        part.touch()
    for part in (old, other):
        os.utime(part, (1e9, 1e9))
    made = make()
    assert sorted(made.parent.iterdir()) == sorted([made, new, other])


# Putting one back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_back_up_takes_the_files_place_and_what_was_there_is_kept(portal_file: Path, mode: str) -> None:
    portal_file.chmod(0o664)
    with closing(sqlite3.connect(portal_file)) as portal:
        portal.execute(f"PRAGMA journal_mode={mode}")
    inode, copy = portal_file.stat().st_ino, backup.make(portal_file)
    as_copied = raw.content(portal_file)
    raw.change(portal_file, "DELETE FROM questions_examquestion")
    before = raw.content(portal_file)
    kept = put_back(copy, portal_file)
    assert raw.content(portal_file) == as_copied
    assert raw.content(kept) == before
    assert kept.parent == portal_file.parent
    # The portal's own account opens the file that it always had.
    assert (portal_file.stat().st_ino, portal_file.stat().st_mode & 0o777) == (inode, 0o664)
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("mode", "lock"), [("delete", "IMMEDIATE"), ("delete", "EXCLUSIVE"), ("wal", "IMMEDIATE")])
def test_nothing_is_put_back_while_another_program_writes(portal_file: Path, mode: str, lock: str) -> None:
    copy = backup.make(portal_file)
    with held(portal_file, mode=mode, lock=lock):
        before = portal_file.read_bytes()
        with pytest.raises(AdminError) as told:
            put_back(copy, portal_file)
        assert portal_file.read_bytes() == before
    assert told.value.code == "file_in_use"
    assert "Stop the portal" in str(told.value)
    assert [name for name in raw.folder(portal_file) if "replaced" in name] == []


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_damaged_file_is_kept_as_it_is_with_its_journal(portal_file: Path, content: bytes) -> None:
    copy = backup.make(portal_file)
    as_copied = raw.content(portal_file)
    portal_file.write_bytes(content)
    journal = portal_file.with_name(f"{portal_file.name}-journal")
    journal.write_bytes(b"left over")
    kept = put_back(copy, portal_file)
    assert raw.content(portal_file) == as_copied
    if content:
        assert kept.read_bytes() == content
        assert not journal.exists()


def test_a_missing_file_is_made(portal_file: Path) -> None:
    copy = backup.make(portal_file)
    portal_file.unlink()
    put_back(copy, portal_file)
    assert raw.content(portal_file) == raw.content(copy)
