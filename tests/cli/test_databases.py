"""``create`` and ``self-check``."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import pytest

from desktop_admin import settings
from tests import raw
from tests.catalogues import TEXTS
from tests.cli.runs import answer, backups, complaint, own_tables, process, run


def test_create_makes_a_database_that_every_command_can_work_with(tmp_path: Path) -> None:
    file = tmp_path / "नया साल" / "day one.sqlite3"

    made = answer(None, "create", str(file))

    assert made == {"created": str(file)}
    assert answer(file, "check")["kind"] == "local"
    assert "desktop_admin_operation" in own_tables(file)
    assert raw.query(file, "SELECT count(*) FROM django_session") == [(0,)]
    assert raw.query(file, "PRAGMA foreign_key_check") == []
    assert answer(file, "reset-slots", "--all", "--yes")["lines"] == []


def test_create_takes_the_file_that_db_names(tmp_path: Path) -> None:
    run(tmp_path / "new.sqlite3", "create")

    assert (tmp_path / "new.sqlite3").is_file()


def test_create_without_a_name_uses_the_persons_own_folder() -> None:
    made = Path(answer(None, "create")["created"])

    assert made.is_file()
    assert Path(os.environ["XDG_DATA_HOME"]) in made.parents
    complaint(run(None, "create"), code=2)


def test_create_leaves_an_existing_file_as_it_is(unchanged: Path) -> None:
    assert str(unchanged) in complaint(run(None, "create", str(unchanged)), code=2)
    complaint(run(unchanged, "create", "--json"), code=2)


@pytest.mark.parametrize("name", ["n" * 250, "n" * 10_000], ids=["250", "10 000"])
def test_a_name_that_the_disk_cannot_hold_is_told_in_a_sentence(tmp_path: Path, name: str) -> None:
    result = run(None, "create", str(tmp_path / name))

    complaint(result, code=result.exit_code)
    assert result.exit_code in (2, 69)
    assert list(tmp_path.iterdir()) == []


def test_the_self_check_leaves_nothing_in_the_users_folder_but_the_journal() -> None:
    answer(None, "self-check")
    assert [path.name for path in settings.data_folder().iterdir()] == ["desktop-admin.log"]


def test_a_folder_that_is_a_file_is_told_in_a_sentence(unchanged: Path) -> None:
    complaint(run(None, "create", str(unchanged / "new.sqlite3")), code=2)


def test_prepare_makes_a_back_up_and_the_programs_own_tables_and_says_so(bare_file: Path) -> None:
    before = raw.content(bare_file)

    result = run(bare_file, "prepare")

    [copy] = backups()
    assert result.stdout == f"{TEXTS['prepare.told_with_copy'].format(path=copy)}\n"
    assert raw.differences(before, raw.content(bare_file)) == {}
    assert answer(bare_file, "check")["own_tables"] is True


def test_prepare_says_where_nothing_had_to_be_done(unchanged: Path) -> None:
    assert "are there already" in run(unchanged, "prepare").stdout
    assert answer(unchanged, "prepare") == {"created": False, "backup": None}
    assert backups() == []


def test_prepare_refuses_a_database_whose_tables_a_newer_version_made(portal_file: Path) -> None:
    raw.change(portal_file, "UPDATE desktop_admin_version SET version_num = '9999'")

    assert "newer version" in complaint(run(portal_file, "prepare"), code=69)


def test_the_self_check_passes_its_seven_steps() -> None:
    told = answer(None, "self-check")

    assert told["passed"] is True
    assert [step["number"] for step in told["steps"]] == [1, 2, 3, 4, 5, 6, 7]
    assert all(step["passed"] and step["title"] and step["seen"] for step in told["steps"])


def test_the_self_check_never_touches_the_database_that_is_named(unchanged: Path) -> None:
    assert run(unchanged, "self-check").exit_code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a folder that even root cannot write to")
def test_the_self_check_needs_no_folder_of_the_users(tmp_path: Path) -> None:
    nowhere = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"), "/proc/none")
    told = process("self-check", "--json", TMPDIR=str(tmp_path), **nowhere)
    assert json.loads(told.stdout)["passed"], told.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_room_for_temporary_files_the_self_check_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    assert "temporary files" in complaint(run(None, "self-check"), code=2)


def test_a_failed_step_of_the_self_check_exits_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop_admin.messages import Message
    from desktop_admin.practice import selfcheck

    wrong = selfcheck.Step(4, Message.of("check_cleared"), Message.of("cancelled"), passed=False)
    monkeypatch.setattr(selfcheck, "run", lambda _tell: (wrong,))

    assert answer(None, "self-check", code=1)["passed"] is False


@pytest.fixture
def without_qt(tmp_path: Path) -> dict[str, str]:
    """Without Qt there are no pictures, and nothing else is missing."""
    (tmp_path / "PySide6.py").write_text("raise ImportError('no Qt here')\n", encoding="utf-8")
    (tmp_path / "temporary").mkdir()
    return {
        "TMPDIR": str(tmp_path / "temporary"), "PYTHONPATH": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"
    }  # fmt: skip


def test_the_demo_in_the_terminal_prints_one_object_and_replaces_the_day_before(
    tmp_path: Path, without_qt: dict[str, str]
) -> None:
    yesterday = settings.data_folder() / "demo" / "exam-day.sqlite3"
    yesterday.parent.mkdir(parents=True)
    yesterday.with_name("exam-day.sqlite3-journal").write_bytes(b"left over")
    yesterday.write_bytes(b"yesterday")

    told = process("demo", "--terminal", "--json", **without_qt)

    assert told.returncode == 0, told.stderr
    made = json.loads(told.stdout)
    assert (made["database"], made["pictures"]) == (str(yesterday), [])
    assert raw.query(yesterday, "SELECT kind FROM desktop_admin_database") == [("demo",)]
    assert "Traceback" not in told.stderr
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("folder", ["a file", "a file/below", "n" * 300])
def test_a_folder_where_the_demos_pictures_cannot_go_is_told_before_the_day_is_made(
    tmp_path: Path, folder: str
) -> None:
    (tmp_path / "a file").touch()
    told = complaint(run(None, "demo", "--terminal", "--pictures", str(tmp_path / folder)), code=2)
    assert "cannot be created" in told
    assert not (tmp_path / "data").exists()
