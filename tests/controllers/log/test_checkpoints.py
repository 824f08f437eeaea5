"""Each desk keeps a checkpoint a day of every log; the check compares with them, and nothing fails for want of one."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from desktop_admin import settings
from desktop_admin.controllers.log import chain, checkpoints, history
from desktop_admin.controllers.log.chain import Progress, Verification
from desktop_admin.controllers.operations.deeds import backups
from desktop_admin.controllers.operations.deeds import log as deeds
from desktop_admin.controllers.operations.slots import REASSIGN, RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.errors import AdminError, DatabaseUnusable, UsageProblem
from desktop_admin.rules import Role
from tests import locks, raw
from tests.controllers import doing

NO_ROW = '{"seq": -1, "hash": "0", "at": "2026-03-01T06:30:00Z"}'
NO_MOMENT = '{"seq": 1, "hash": "0", "at": "2026-03-01T06:30:00"}'


@pytest.fixture
def log(file_database: Database, actor: Actor) -> Database:
    """A log of three rows."""
    for _ in range(3):
        doing.slot(file_database, actor, REASSIGN, "T-FINE")
    return file_database


def folder(log: Database) -> Path:
    return checkpoints.folder_of(log.read(chain.key_id) or "")


def keep(log: Database) -> list[Path]:
    log.read(checkpoints.keep_daily)
    return sorted(folder(log).glob("*.json"))


def verified(log: Database, *files: Path) -> Verification:
    return log.read(partial(checkpoints.verify, files=files))


def cut(log: Database, *, behind: int) -> None:
    raw.change(
        log,
        f"DELETE FROM desktop_admin_operation WHERE seq > {behind}",
        # Whoever cuts the log knows what stands beside it.
        "DELETE FROM desktop_admin_operation_candidate WHERE op_id NOT IN (SELECT op_id FROM desktop_admin_operation)",
    )


def test_the_first_checkpoint_of_a_day_is_kept_for_this_user_alone(log: Database, actor: Actor) -> None:
    (file,) = keep(log)
    doing.slot(log, actor, REASSIGN, "T-FINE")
    assert keep(log) == [file]
    point = checkpoints.read(file)
    assert (point.seq, file.name) == (3, f"{point.at:%Y-%m-%d}.json")
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_log_without_a_key_has_nothing_to_keep(file_database: Database) -> None:
    doing.slot(file_database, Actor(name="i", role=Role.INVIGILATOR), RESET, "T-FINE")
    file_database.read(checkpoints.keep_daily)
    assert not (settings.data_folder() / "checkpoints").exists()


def test_a_cut_end_shows_beside_what_this_desk_kept(log: Database) -> None:
    keep(log)
    assert (verified(log).intact, verified(log).compared) == (True, 1)
    cut(log, behind=2)
    assert [(one.seq, one.what.code) for one in verified(log).problems] == [(3, "log_cut")]


def test_a_back_up_that_was_put_back_is_told_and_a_cut_before_or_after_it_is_still_found(
    log: Database, actor: Actor, tmp_path: Path
) -> None:
    keep(log)
    early, late, since = (tmp_path / name for name in ("early", "late", "since"))
    log.read(partial(deeds.take, actor=actor, file=early))
    copy = backups.make(log, actor=actor, to=tmp_path / "copy.sqlite3")
    for _ in range(2):
        doing.slot(log, actor, REASSIGN, "T-FINE")
    log.read(partial(deeds.take, actor=actor, file=late))
    log.close()
    path = raw.path(log)
    backups.restore(copy, path=path, actor=actor)
    with closing(Database.open(path)) as restored:
        found = verified(restored, early, late)
        # The two from before the copy was made still have to fit.
        assert (found.intact, found.compared) == (True, 2)
        assert [note.code for note in found.notes] == ["log_put_back"]
        forged = tmp_path / "forged"
        checkpoints.write(forged, replace(checkpoints.read(early), seq=2, hash="0" * 64))
        assert [one.what.code for one in verified(restored, forged).problems] == ["log_not_as_checkpoint"]
        doing.slot(restored, actor, REASSIGN, "T-FINE")
        restored.read(partial(deeds.take, actor=actor, file=since))
        cut(restored, behind=4)
        assert [one.what.code for one in verified(restored, late, since).problems] == ["log_cut"]
        cut(restored, behind=2)
        assert [one.what.code for one in verified(restored, early, late).problems] == ["log_cut"] * 3


EMPTIED = [
    f"DELETE FROM desktop_admin_{table}"
    for table in ("operation", "archived_session", "setting", "operation_candidate", "ended_login")
]
UNNAMED = ["DELETE FROM desktop_admin_setting WHERE name = 'log_key'"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (EMPTIED, {"log_cut", "log_key_gone"}),
        (["DROP TABLE desktop_admin_operation", "DROP TABLE desktop_admin_version"], {"log_cut", "log_key_gone"}),
        (UNNAMED, {"log_key_unnamed", "log_key_gone"}),
        (["UPDATE desktop_admin_setting SET value = '0123456789abcdef'"], {"log_key_unnamed", "log_key_gone"}),
    ],
    ids=["emptied", "dropped", "unnamed", "renamed"],
)
def test_a_log_whose_key_was_taken_out_of_the_database_is_compared_all_the_same(
    log: Database, changes: list[str], expected: set[str]
) -> None:
    keep(log)
    raw.change(log, *changes)
    with closing(Database.open(raw.path(log))) as fresh:
        assert {one.what.code for one in verified(fresh).problems} == expected


def test_a_log_that_was_rewritten_without_its_key_is_compared_all_the_same(log: Database, actor: Actor) -> None:
    keep(log)
    raw.change(log, *EMPTIED)
    with closing(Database.open(raw.path(log))) as forged:
        for _ in range(4):
            doing.slot(forged, Actor(name="i", role=Role.INVIGILATOR), REASSIGN, "T-FINE")
        codes = {one.what.code for one in verified(forged).problems}
        assert codes == {"log_not_as_checkpoint", "log_key_gone"}
        # A supervisor's next change makes a new key, and hides nothing by it.
        doing.slot(forged, actor, REASSIGN, "T-FINE")
        keep(forged)
        assert {one.what.code for one in verified(forged).problems} == codes


def test_a_back_up_from_before_the_first_key_is_no_tampering(
    file_database: Database, actor: Actor, tmp_path: Path
) -> None:
    copy = backups.make(file_database, actor=actor, to=tmp_path / "copy.sqlite3")
    doing.slot(file_database, actor, REASSIGN, "T-FINE")
    keep(file_database)
    file_database.close()
    backups.restore(copy, path=raw.path(file_database), actor=actor)
    with closing(Database.open(raw.path(file_database))) as restored:
        found = verified(restored)
        assert ([one.what.code for one in found.problems], len(found.replaced)) == ([], 1)
        keep(restored)
        found = verified(restored)
        assert (found.intact, found.compared, found.kept, len(found.replaced)) == (True, 1, 1, 1)


def test_an_archive_that_no_row_of_the_log_speaks_of_is_found(log: Database) -> None:
    assert verified(log).intact
    raw.change(log, "UPDATE desktop_admin_archived_session SET op_id = 'nobody'")
    told = {"log_archive_unknown", "log_archive_gone", "log_archive_damaged"}
    assert {one.what.code for one in verified(log).problems} == told


def test_every_checkpoint_counts_also_of_one_row(log: Database, tmp_path: Path) -> None:
    (file,) = keep(log)
    forged = tmp_path / "forged.json"
    checkpoints.write(forged, replace(checkpoints.read(file), hash="0" * 64))
    for first, second in ((file, forged), (forged, file)):
        found = log.read(
            partial(
                chain.verify,
                checkpoints=[checkpoints.read(first), checkpoints.read(second)],
            )
        )
        assert [one.what.code for one in found.problems] == ["log_not_as_checkpoint"]


def test_a_damaged_checkpoint_is_told_and_left_out(log: Database) -> None:
    (file,) = keep(log)
    for content in ("", "[" * 100_000, '{"seq": 1e999}', "null", NO_ROW, NO_MOMENT):
        file.write_text(content, encoding="utf-8")
        found = verified(log)
        assert (found.intact, found.compared) == (True, 0)
        assert [note.code for note in found.notes] == ["kept_checkpoint_damaged"]


def test_a_folder_that_cannot_be_written_is_told(log: Database) -> None:
    folder(log).parent.write_text("in the way", encoding="utf-8")
    with pytest.raises(AdminError) as told:
        log.read(checkpoints.keep_daily)
    assert told.value.code == "checkpoint_not_kept"
    assert verified(log).compared == 0


def test_another_window_that_was_faster_is_no_failure(log: Database) -> None:
    (file,) = keep(log)
    file.unlink()
    # Not there when it is looked for, and there when it is made.
    file.symlink_to("nowhere")
    assert keep(log) == [file]


def test_only_the_newest_400_stay(log: Database) -> None:
    folder(log).mkdir(parents=True)
    for number in range(402):
        (folder(log) / f"2001-{number:03}.json").write_text("{}", encoding="utf-8")
    kept = keep(log)
    assert (len(kept), kept[0].name) == (400, "2001-003.json")


@pytest.mark.parametrize("content", ["abc", "", "00" * 32, "\N{DEVANAGARI LETTER A}", None])
def test_a_key_that_cannot_be_read_is_none_and_the_desk_works_on(
    log: Database, actor: Actor, content: str | None
) -> None:
    file = settings.data_folder() / "log-keys" / (log.read(chain.key_id) or "")
    file.unlink()
    if content is None:
        file.mkdir()
    else:
        file.write_text(content, encoding="utf-8")
    works_on_and_says_that_it_cannot_check(log, actor)


@pytest.mark.parametrize("key_id", [".", "../../elsewhere", "a\x00"])
def test_what_is_no_name_of_a_key_is_no_path(log: Database, actor: Actor, key_id: str) -> None:
    raw.change(log, "UPDATE desktop_admin_operation SET key_id = ?", values=[key_id])
    raw.change(log, "UPDATE desktop_admin_setting SET value = ? WHERE name = 'log_key'", values=[key_id])
    works_on_and_says_that_it_cannot_check(log, actor)


def works_on_and_says_that_it_cannot_check(log: Database, actor: Actor) -> None:
    with closing(Database.open(raw.path(log))) as fresh:
        assert doing.slot(fresh, actor, REASSIGN, "T-FINE").applied == 1
        with pytest.raises(DatabaseUnusable) as told:
            verified(fresh)
    assert told.value.code == "log_key_missing"


def test_the_name_of_a_key_leads_nowhere_else(log: Database) -> None:
    raw.change(log, "UPDATE desktop_admin_setting SET value = '../../elsewhere' WHERE name = 'log_key'")
    log.read(checkpoints.keep_daily)
    assert not (settings.data_folder().parent / "elsewhere").exists()


def test_the_look_tells_how_far_it_has_come(log: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "_ROWS_AT_ONCE", 1)
    told: list[Progress] = []
    log.read(partial(chain.verify, told=told.append))
    assert told == [Progress(1, 0), Progress(2, 0), Progress(3, 0), Progress(3, 1)]


def test_a_supervisor_takes_a_checkpoint_and_carries_the_key(log: Database, actor: Actor, tmp_path: Path) -> None:
    point = log.read(partial(deeds.take, actor=actor, file=tmp_path / "point"))
    assert (json.loads((tmp_path / "point").read_text())["seq"], point.seq) == (3, 3)
    key_id = deeds.export_key(log, actor=actor, file=tmp_path / "key")
    assert deeds.bring_key(log, actor=actor, file=tmp_path / "key")[0] == key_id
    told = [record.told.english() for record in log.read(history.operations)[:2] if record.told]
    assert told == [
        f"The log's key {key_id} was brought to this desk.",
        f"The log's key {key_id} was written to a file.",
    ]
    with pytest.raises(UsageProblem):
        deeds.bring_key(log, actor=actor, file=tmp_path / "point")


@pytest.mark.parametrize("what", ["export", "back-up"])
def test_what_is_done_but_cannot_be_recorded_is_told_as_done(
    log: Database, actor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    locks.be_impatient(monkeypatch)
    file = tmp_path / "file"
    done = {"export": r"The log's key \w+ was written to a file\.", "back-up": r"A back-up was made: .*/file\."}[what]
    refusal = done + r" But that could not be recorded in the log: The database .* is kept busy"
    with closing(Database.open(raw.path(log))) as impatient, locks.held(log):
        export = partial(deeds.export_key, impatient, actor=actor, file=file)
        back_up = partial(backups.make, impatient, actor=actor, to=file)
        with pytest.raises(AdminError, match=refusal) as told:
            (export if what == "export" else back_up)()
    assert told.value.code == "not_recorded"
    assert file.exists()
