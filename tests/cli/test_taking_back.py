"""Taking back on the command line, and showing that the log is whole."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from desktop_admin import settings
from tests import raw
from tests.cli.runs import answer, complaint, incomplete, run

RESET = ("reset-slots", "--army-no", "T-STUCK", "--yes")


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Niue"])
def test_a_time_in_a_sentence_is_of_the_portals_zone_with_its_day(portal_file: Path, tmp_path: Path, zone: str) -> None:
    """One of these is in another day than UTC at any time."""
    (tmp_path / "desk.toml").write_text(f'time_zone = "{zone}"\n', encoding="utf-8")
    answer(portal_file, "reset-slots", "--army-no", "T-STUCK", "--yes")
    [record] = answer(portal_file, "history")
    when = datetime.fromisoformat(record["at"]).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    assert when in run(portal_file, "history").stdout
    assert f"of {when} by" in run(portal_file, "undo", "--dry-run").stdout
    assert [note for note in answer(portal_file, "undo", "--dry-run")["notes"] if f"of {when} by" in note]


def test_undo_takes_back_ones_last_operation(portal_file: Path) -> None:
    before = raw.content(portal_file)
    done = answer(portal_file, *RESET)
    answer(portal_file, "sign-out", "--army-no", "T-FINE", "--yes")
    answer(portal_file, "undo", "--yes")
    undone = answer(portal_file, "undo", "--yes")
    assert (undone["operation"], undone["applied"], undone["restored_sessions"]) == ("undo", 1, 1)
    assert undone["lines"][0]["restored"] == done["lines"][0]["cleared"]
    assert raw.differences(before, raw.content(portal_file)) == {}
    assert "no operation of yours" in complaint(run(portal_file, "undo", "--yes"), code=2)


def test_an_operation_is_undone_by_its_id(portal_file: Path) -> None:
    done = answer(portal_file, *RESET)
    answer(portal_file, "sign-out", "--army-no", "T-FINE", "--yes")
    assert answer(portal_file, "undo", done["op_id"], "--yes")["applied"] == 1
    assert "undone already" in complaint(run(portal_file, "undo", done["op_id"], "--yes"), code=1)
    assert "no operation" in complaint(run(portal_file, "undo", "something", "--yes"), code=2)


def test_undo_and_restore_show_what_they_would_do(portal_file: Path) -> None:
    done = answer(portal_file, "clear-incomplete-sessions", "--army-no", "T-FINE", "--yes")
    before = raw.digest(portal_file)
    planned = run(portal_file, "undo", "--dry-run")
    assert "puts session 2 back" in planned.stdout
    assert "Takes back: Clear sessions of 20" in planned.stdout
    assert answer(portal_file, "restore", "2", "--dry-run")["lines"][0]["session_id"] == 2
    (unasked,) = answer(portal_file, "undo", "--json", code=3)["lines"]
    assert (unasked["outcome"], unasked["restored"]) == ("refused", [])
    assert raw.digest(portal_file) == before
    assert done["cleared_sessions"] == 1


def test_a_cleared_session_is_restored(portal_file: Path) -> None:
    first = answer(portal_file, "clear-incomplete-sessions", "--army-no", "T-FINE", "--yes")
    assert 2 not in incomplete(portal_file)
    assert answer(portal_file, "restore", "2", "--yes")["restored_sessions"] == 1
    assert 2 in incomplete(portal_file)
    answer(portal_file, "clear-incomplete-sessions", "--army-no", "T-FINE", "--yes")
    refused = answer(portal_file, "restore", "2", "--op", first["op_id"], "--yes", code=3)
    assert "put back already" in refused["lines"][0]["reason"]
    assert "no cleared session" in complaint(run(portal_file, "restore", "999", "--yes"), code=2)
    too_large = run(portal_file, "restore", str(2**63), "--yes")
    assert (too_large.exit_code, "not in the range" in too_large.stderr) == (2, True)


def test_a_set_that_is_not_active_needs_the_override(portal_file: Path) -> None:
    answer(portal_file, "fix-stuck-sessions", "--army-no", "T-STUCK", "--yes")
    refused = answer(portal_file, "restore", "1", "--yes", code=3)
    assert "supervisor may override" in refused["lines"][0]["reason"]
    assert answer(portal_file, "restore", "1", "--override", "--yes")["applied"] == 1


def test_the_history_of_one_candidate(portal_file: Path) -> None:
    answer(portal_file, *RESET)
    answer(portal_file, "sign-out", "--army-no", "T-FINE", "--yes")
    assert [one["operation"] for one in answer(portal_file, "history", "--army-no", "t-stuck")] == ["reset-slots"]


def test_an_untouched_log_is_intact_and_a_changed_one_is_not(portal_file: Path, tmp_path: Path) -> None:
    answer(portal_file, *RESET)
    answer(portal_file, "undo", "--yes")
    kept = tmp_path / "checkpoint.json"
    assert run(portal_file, "checkpoint", str(kept)).exit_code == 0
    assert "already" in complaint(run(portal_file, "checkpoint", str(kept)), code=2)
    found = answer(portal_file, "verify-log", "--checkpoint", str(kept))
    assert (found["intact"], found["rows"], found["problems"]) == (True, 2, [])
    cut_log(portal_file, behind=1)
    # The checkpoint that this desk kept of today is of row 1.
    found = answer(portal_file, "verify-log")
    assert (found["intact"], found["checkpoints"]) == (True, 1)
    cut = answer(portal_file, "verify-log", "--checkpoint", str(kept), code=1)
    assert [one["seq"] for one in cut["problems"]] == [2]
    raw.change(portal_file, "UPDATE desktop_admin_operation SET person = 'nobody'")
    assert "Row 1 was changed" in run(portal_file, "verify-log").stdout


def test_a_desk_without_the_key_cannot_check_until_it_is_brought(portal_file: Path, tmp_path: Path) -> None:
    answer(portal_file, *RESET)
    carried, away = tmp_path / "key", tmp_path / "away"
    assert run(portal_file, "log-key", "export", str(carried)).exit_code == 0
    assert carried.stat().st_mode & 0o777 == 0o600
    shutil.move(settings.data_folder() / "log-keys", away)
    assert "cannot be checked here" in complaint(run(portal_file, "verify-log"), code=69)
    assert "does not have the key" in complaint(run(portal_file, "log-key", "export", str(tmp_path / "no")), code=1)
    assert run(portal_file, "log-key", "import", str(carried)).exit_code == 0
    assert answer(portal_file, "verify-log")["intact"]


def test_a_file_that_is_no_key_or_no_checkpoint_is_a_usage_problem(portal_file: Path, tmp_path: Path) -> None:
    answer(portal_file, *RESET)
    wrong = tmp_path / "wrong"
    for content in ("", "zz", "00", json.dumps({"seq": 1}), "[]", "\x00"):
        wrong.write_text(content, encoding="utf-8")
        assert run(portal_file, "log-key", "import", str(wrong)).exit_code == 2
        assert run(portal_file, "verify-log", "--checkpoint", str(wrong)).exit_code == 2


def cut_log(file: Path, *, behind: int) -> None:
    """Take the end off a log, and what stands beside it in every table but the archive."""
    in_log = "(SELECT op_id FROM desktop_admin_operation)"
    raw.change(
        file,
        f"DELETE FROM desktop_admin_operation WHERE seq > {behind}",
        f"DELETE FROM desktop_admin_operation_candidate WHERE op_id NOT IN {in_log}",
        f"DELETE FROM desktop_admin_restored_session WHERE by_op_id NOT IN {in_log}",
        f"DELETE FROM desktop_admin_ended_login WHERE op_id NOT IN {in_log}",
    )


def kept() -> list[Path]:
    return sorted((settings.data_folder() / "checkpoints").glob("*/*.json"))


def test_an_operation_keeps_a_checkpoint_that_shows_a_cut_end(portal_file: Path) -> None:
    answer(portal_file, "sessions")
    assert kept() == []
    answer(portal_file, *RESET)
    (file,) = kept()
    cut_log(portal_file, behind=0)
    cut = answer(portal_file, "verify-log", code=1)
    # What it cleared lies in the archive, and the log says nothing of it any more.
    assert (cut["checkpoints"], [one["seq"] for one in cut["problems"]]) == (1, [0, 1])
    file.write_text("", encoding="utf-8")
    damaged = answer(portal_file, "verify-log", code=1)
    assert (damaged["checkpoints"], len(damaged["notes"])) == (0, 1)
    assert "cannot be read" in run(portal_file, "verify-log").stdout


def test_an_operation_is_applied_where_no_checkpoint_can_be_kept(portal_file: Path) -> None:
    (settings.data_folder() / "checkpoints").write_text("in the way", encoding="utf-8")
    done = run(portal_file, *RESET)
    assert (done.exit_code, "1 applied" in done.stdout) == (0, True)
    assert "could not be kept" in done.stderr


def test_a_back_up_that_was_put_back_is_told_beside_what_was_kept_before_that(
    portal_file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.sqlite3"
    answer(portal_file, *RESET)
    assert run(portal_file, "backup", str(copy)).exit_code == 0
    (before,) = kept()
    before.unlink()
    answer(portal_file, "undo", "--yes")
    told = run(portal_file, "restore-backup", str(copy), "--yes").stdout
    assert "verify-log --checkpoint finds that they are missing" in told
    # The checkpoint is of the undo, which was row 2; now that is the putting back.
    seen = answer(portal_file, "verify-log")
    assert (seen["intact"], seen["rows"], seen["checkpoints"], len(seen["notes"])) == (True, 2, 0, 1)


def test_whoever_waits_at_a_terminal_is_told_how_far_the_check_has_come(
    portal_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(portal_file, *RESET)
    assert run(portal_file, "verify-log").stderr == ""
    monkeypatch.setattr("desktop_admin.cli.commands.log.is_watched", lambda: True)
    assert "Rows: 1, sessions: 0 …" in run(portal_file, "verify-log").stderr
