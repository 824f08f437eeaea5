"""Whether all files of the one folder are there, as they were: told before they are needed, and by the self-check."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_admin import installation, resources
from desktop_admin.cli import cli, main
from desktop_admin.errors import AdminError
from tests import updates
from tests.cli.runs import answer, complaint, run

HOOK = Path(__file__).parents[1] / "building" / "hooks" / "whole.py"
DATA = "_internal/data"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program runs in a folder of its own."""
    made = updates.running(tmp_path)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(made / "desktop-admin-window"))
    return made


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def _change(file: Path) -> None:
    file.write_bytes(bytes(len(file.read_bytes())))


def _replace(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("spoil", [Path.unlink, _cut, _change, _replace])
@pytest.mark.parametrize("name", [DATA, "desktop-admin"])
def test_each_file_that_is_missing_or_changed_is_named(spoil: Callable[[Path], None], name: str, folder: Path) -> None:
    assert installation.damaged_in(folder) == []
    spoil(folder / name)
    with pytest.raises(AdminError, match=f"Missing or changed: {name}") as told:
        resources.check_folder()
    assert str(folder) in str(told.value)
    assert name in complaint(run(None, "self-check"), code=1)


def test_what_was_added_is_no_damage_and_a_folder_without_its_list_is(folder: Path) -> None:
    (folder / "_internal" / installation.UPDATE_KEY).touch()
    assert resources.check_folder() == 3
    assert answer(None, "self-check")["files"] == 3
    assert "3 files" in run(None, "self-check").stdout
    (folder / installation.LIST).unlink()
    assert installation.damaged_in(folder) == [installation.LIST]


def test_of_very_many_only_a_few_are_named(folder: Path) -> None:
    (folder / installation.LIST).write_text("".join(f"{'0' * 64}  lost-{n}\n" for n in range(9)), encoding="utf-8")
    with pytest.raises(AdminError, match=r"lost-0, lost-1, lost-2 \(\+6\)"):
        resources.check_folder()


def test_from_its_source_there_is_no_folder_to_look_at() -> None:
    assert resources.check_folder() is None
    assert answer(None, "self-check")["files"] is None


def test_a_mistake_in_a_damaged_folder_is_told_as_damage_and_in_a_whole_one_as_a_mistake(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        raise ImportError("no such module")

    monkeypatch.setattr(cli, "main", fail)
    for content, told in ((bytes(range(256)) * 400, "Traceback"), (b"", "Missing or changed")):
        (folder / DATA).write_bytes(content)
        with pytest.raises(SystemExit) as end:
            main()
        assert end.value.code == 70
        printed = capsys.readouterr().err
        assert told in printed
        assert ("Traceback" in printed) == (told == "Traceback")


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a desktop writes what it was given to show."""
    program, said = tmp_path / "bin" / "notify-send", tmp_path / "said"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{said}"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    monkeypatch.setattr(sys, "stdin", None)
    return said


@pytest.mark.skipif(sys.platform == "win32", reason="a desktop of Linux")
def test_a_folder_that_lacks_a_file_of_the_program_does_not_start_and_says_so_in_both_languages(
    folder: Path, shown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runpy.run_path(str(HOOK))
    assert capsys.readouterr() == ("", "")
    assert not shown.exists()
    (folder / DATA).unlink()
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(HOOK))
    assert end.value.code == 1
    told = capsys.readouterr().err
    assert f"Missing: {DATA}. Copy the whole folder again" in told
    assert f"ये फ़ाइलें नहीं हैं: {DATA}। पूरा फ़ोल्डर फिर से कॉपी करें" in told
    assert DATA in shown.read_text(encoding="utf-8")


def test_a_file_beside_the_program_keeps_nobody_from_starting_it(folder: Path) -> None:
    (folder / installation.LIST).write_text(f"{'0' * 64}  guides/en/desk.pdf\n", encoding="utf-8")
    runpy.run_path(str(HOOK))
    (folder / installation.LIST).unlink()
    runpy.run_path(str(HOOK))
