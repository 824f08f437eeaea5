"""Closing a day: one sealed file that the common tools open, verified before it has its name, and the record."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pyrage
import pytest

from desktop_admin.controllers.day import closings
from desktop_admin.controllers.handing_out import closing
from desktop_admin.controllers.handing_out.closing import CloseWanted, DayReport
from desktop_admin.controllers.log import chain
from desktop_admin.controllers.log.chain import Checkpoint
from desktop_admin.controllers.operations.deeds import closing as deed
from desktop_admin.controllers.operations.deeds import incidents as book
from desktop_admin.controllers.operations.deeds.closing import Made
from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Actor, new_op_id
from desktop_admin.database.backends import backup
from desktop_admin.database.engine import Database
from desktop_admin.database.session import server_now
from desktop_admin.errors import AdminError, Cancelled, DatabaseUnusable, DoneAllTheSame, NotPermitted, UsageProblem
from desktop_admin.messages import Message
from desktop_admin.rules import Role
from tests import raw
from tests.controllers import doing
from tests.controllers.actors import person
from tests.database.backends.test_full_disk import no_file_above

ZONE = ZoneInfo("Asia/Kolkata")
PHRASE = "तीन शब्द here"
PAPER = b"%PDF, as the window makes it"
TABLES = {
    *("attendance.csv", "figures.csv", "absentees.csv", "operations.csv", "incidents.csv", "left.csv"),
    "open-sessions.csv",
}
on_a_file = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for the file of the day."""
    made = tmp_path / "closed"
    made.mkdir()
    return made


def wanted(database: Database, file: Path, **more: str) -> CloseWanted:
    day = database.read(server_now).astimezone(ZONE).date()
    return CloseWanted(day, file, **{"passphrase": PHRASE, **more})


def close(
    database: Database,
    actor: Actor,
    asked: CloseWanted,
    *,
    pages: Callable[[DayReport], bytes] = lambda _report: PAPER,
    told: Callable[[Message], object] = closing.nobody,
) -> Made:
    return closing.close(database, asked, zone=ZONE, actor=actor, pages=pages, told=told)


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def recorded(database: Database) -> int:
    return len(database.read(partial(closings.listed, zone=ZONE)))


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_closed_day_is_read_back_with_ages_library_alone(database: Database, actor: Actor, folder: Path) -> None:
    doing.slot(database, actor, RESET, "T-SLOT")
    database.write(partial(book.write, category="power", text="=No light.", actor=actor))
    file, stages, seen = folder / "day.zip.age", list[str](), list[DayReport]()
    asked = wanted(database, file)

    def pages(report: DayReport) -> bytes:
        seen.append(report)
        return PAPER

    made = close(database, actor, asked, pages=pages, told=lambda stage: stages.append(stage.code))
    assert (file.stat().st_mode & 0o777, names(folder)) == (0o600, ["day.zip.age"])
    packed = zipfile.ZipFile(io.BytesIO(pyrage.passphrase.decrypt(file.read_bytes(), PHRASE)))
    members = {name: packed.read(name) for name in packed.namelist()}
    lines = [line.split("  ") for line in members.pop("contents.sha256").decode().splitlines()]
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    assert {name: digest for digest, name in lines} == sums
    on_file = database.description.path is not None
    copies = {"database.sqlite3"} if on_file else set()
    assert set(members) == {"report.pdf", "checkpoint.json", "closing.json", *TABLES, *copies}
    assert ("closing.copying" in stages) == on_file
    assert members["report.pdf"] == PAPER
    (operation, incident) = table(members["operations.csv"])
    assert (operation["Army no"], incident["What"]) == ("T-SLOT", "Incident")
    assert [one["What happened"] for one in table(members["incidents.csv"])] == ["'=No light."]
    assert len(table(members["open-sessions.csv"])) == len(seen[0].left.leftovers) > 0
    point = json.loads(members["checkpoint.json"])
    checkpoint = Checkpoint(point["seq"], point["hash"], database.read(server_now))
    assert database.read(partial(chain.verify, checkpoints=[checkpoint])).intact
    if on_file:
        copied = sqlite3.connect(":memory:")
        copied.deserialize(members["database.sqlite3"])
        assert copied.execute("SELECT count(*) FROM desktop_admin_operation").fetchone() == (2,)
        copied.close()
    (one,) = database.read(partial(closings.listed, zone=ZONE))
    assert (one.op_id, one.day, one.row, one.digest) == (asked.op_id, asked.day, 2, made.digest)
    assert one.digest == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (one.file, one.is_current, one.seal.certain) == ("day.zip.age", True, True)


@on_a_file
def test_whoever_is_no_supervisor_or_gives_no_passphrase_writes_nothing(
    database: Database, actor: Actor, folder: Path
) -> None:
    file = folder / "day.zip.age"
    for role in (Role.STAFF, Role.INVIGILATOR):
        with pytest.raises(NotPermitted):
            close(database, person(database, role.value, role=role), wanted(database, file))
    for passphrase in ("", "  "):
        with pytest.raises(UsageProblem) as refused:
            close(database, actor, wanted(database, file, passphrase=passphrase))
        assert refused.value.code == "closing_passphrase_needed"
    file.write_bytes(b"another's")
    with pytest.raises(UsageProblem) as refused:
        close(database, actor, wanted(database, file))
    assert (refused.value.code, file.read_bytes()) == ("file_exists", b"another's")
    assert (names(folder), recorded(database)) == (["day.zip.age"], 0)


@on_a_file
def test_a_folder_that_is_missing_is_told_before_anything_is_read(
    database: Database, actor: Actor, folder: Path
) -> None:
    stages: list[Message] = []
    with pytest.raises(AdminError) as refused:
        close(database, actor, wanted(database, folder / "missing" / "day.zip.age"), told=stages.append)
    assert (refused.value.code, stages) == ("cannot_create", [])


@pytest.mark.long
@on_a_file
def test_a_file_whose_day_another_desk_has_closed_meanwhile_is_said_to_be_made_and_not_recorded(
    database: Database, actor: Actor, folder: Path
) -> None:
    asked = wanted(database, folder / "day.zip.age")

    def told(at: Message) -> None:
        if at.code == "closing.writing":
            other = Made(Path("other"), "0" * 64, row=0, as_of=database.read(server_now))
            record = partial(deed.record, made=other, day=asked.day, zone=ZONE, actor=actor, reason=None)
            database.write(partial(record, op_id=new_op_id()))

    with pytest.raises(DoneAllTheSame) as failure:
        close(database, actor, asked, told=told)
    values = dict(failure.value.message.values)
    assert (values["told"], names(folder)) == (Message.of("closing.file_made", path=asked.file), ["day.zip.age"])
    assert isinstance(values["why"], Message)
    assert (values["why"].code, recorded(database)) == ("closed_already", 1)


@on_a_file
@pytest.mark.parametrize("stage", ["closing.pages", "closing.copying"])
def test_what_is_cancelled_leaves_nothing_and_is_not_recorded(
    database: Database, actor: Actor, folder: Path, stage: str
) -> None:
    def told(at: Message) -> None:
        if at.code == stage:
            database.cancel()

    with pytest.raises(Cancelled):
        close(database, actor, wanted(database, folder / "day.zip.age"), told=told)
    assert (names(folder), recorded(database)) == ([], 0)


@on_a_file
def test_a_full_disk_leaves_nothing_half_and_the_day_open(database: Database, actor: Actor, folder: Path) -> None:
    before = raw.digest(database)
    with no_file_above(10_000), pytest.raises(AdminError) as told:
        close(database, actor, wanted(database, folder / "day.zip.age"))
    assert (told.value.code, names(folder)) == ("cannot_create", [])
    assert (recorded(database), raw.digest(database)) == (0, before)


@on_a_file
def test_a_database_for_viewing_only_is_not_closed(database: Database, actor: Actor, folder: Path) -> None:
    database.description = replace(database.description, view_only=Message.of("cancelled"))
    with pytest.raises(DatabaseUnusable) as refused:
        close(database, actor, wanted(database, folder / "day.zip.age"))
    assert (refused.value.code, names(folder)) == ("view_only", [])


@on_a_file
@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_the_copy_has_pages_of_any_size_and_what_is_not_yet_in_the_file(database: Database, mode: str) -> None:
    path = database.description.path
    assert path is not None
    database.close()
    for statement in ("PRAGMA journal_mode=DELETE", "PRAGMA page_size=8192", "VACUUM", f"PRAGMA journal_mode={mode}"):
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute(statement)
        connection.close()
    writer = sqlite3.connect(path)
    writer.execute("CREATE TABLE late (x)")
    writer.commit()
    copy = path.with_name("copy")
    copy.write_bytes(backup.in_memory(path))
    copied = sqlite3.connect(copy)
    assert copied.execute("SELECT count(*) FROM late").fetchone() == (0,)
    assert copied.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copied.close()
    writer.close()
