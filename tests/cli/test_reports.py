"""Papers and exports on the command line."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.cli.runs import answer, complaint, process, run

RESET = ("reset-slots", "--army-no", "T-STUCK", "--yes", "--reason", "=cmd|' /C calc'!A0")


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    ("what", "some"),
    [("history", "T-STUCK"), ("sessions", "T-FINE"), ("candidates", "T-LOST"), ("findings", "T-MOVED")],
)
def test_each_table_is_exported_as_csv_and_xlsx(portal_file: Path, tmp_path: Path, what: str, some: str) -> None:
    answer(portal_file, *RESET)
    for ending in ("csv", "xlsx"):
        assert run(portal_file, "export", what, str(tmp_path / f"{what}.{ending}")).exit_code == 0
    listed = rows(tmp_path / f"{what}.csv")
    page = openpyxl.load_workbook(tmp_path / f"{what}.xlsx")[what.capitalize()]
    assert any(some in row for row in listed)
    assert [cell.value for cell in page[1]] == listed[0]
    assert page.max_row == len(listed)
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_an_export_is_in_the_language_that_is_spoken(portal_file: Path, tmp_path: Path) -> None:
    answer(portal_file, *RESET)
    typed = {"Name", "Trade", "Reason", "Who", "Desk", "Operation ID"}
    for what in ("history", "sessions", "candidates", "findings"):
        said = {}
        for spoken in ("en", "hi"):
            file = tmp_path / f"{what}-{spoken}.csv"
            assert run(portal_file, "--language", spoken, "export", what, str(file)).exit_code == 0
            said[spoken] = rows(file)
        (english, *lines), (hindi, *same) = said["en"], said["hi"]
        assert set(english).isdisjoint(hindi)
        for line, other in zip(lines, same, strict=True):
            for heading, text, word in zip(english, line, other, strict=True):
                assert heading in typed or text != word or not re.search("[a-z]{2}", text), (what, heading, text)


def test_whatever_is_saved_is_readable_by_its_user_only(portal_file: Path, tmp_path: Path) -> None:
    """One function makes exports, papers, keys and checkpoints; back-ups and databases are made by SQLite."""
    run(portal_file, "export", "candidates", str(tmp_path / "candidates.csv"))
    answer(portal_file, "backup", str(tmp_path / "copy.sqlite3"))
    told = run(None, "create", str(tmp_path / "new.sqlite3")).stdout
    made = [tmp_path / name for name in ("candidates.csv", "copy.sqlite3", "new.sqlite3")]
    assert [file.stat().st_mode & 0o777 for file in made] == [0o600] * 3
    assert "Only your own account can read it" in told


def test_a_reason_that_is_a_formula_is_exported_as_text(portal_file: Path, tmp_path: Path) -> None:
    answer(portal_file, *RESET)
    run(portal_file, "export", "history", str(tmp_path / "history.csv"))
    headings, row = rows(tmp_path / "history.csv")
    assert row[headings.index("Reason")] == "'=cmd|' /C calc'!A0"


def test_an_export_never_replaces_a_file(portal_file: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.csv"
    there.write_text("precious", encoding="utf-8")
    assert "already" in complaint(run(portal_file, "export", "history", str(there)), code=2)
    assert there.read_text(encoding="utf-8") == "precious"


def test_an_export_under_another_ending_is_a_usage_problem(portal_file: Path, tmp_path: Path) -> None:
    assert ".xlsx" in complaint(run(portal_file, "export", "history", str(tmp_path / "history.ods")), code=2)


def test_the_papers_are_saved_as_pdf(portal_file: Path, tmp_path: Path) -> None:
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    op_id = answer(portal_file, *RESET)["op_id"]
    for name, arguments in {
        "slip": ("slip", op_id),
        "candidate": ("candidate", "T-STUCK"),
        "shift": ("shift",),
    }.items():
        path = tmp_path / f"{name}.pdf"
        done = process("--db", str(portal_file), "report", *arguments, str(path))
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert path.read_bytes().startswith(b"%PDF-")
    assert "already" in process("--db", str(portal_file), "report", "slip", op_id, str(tmp_path / "slip.pdf")).stderr


def test_a_paper_needs_qts_libraries_and_says_so(
    portal_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("desktop_admin.gui.paper.off_screen", raising=False)
    monkeypatch.setitem(sys.modules, "desktop_admin.gui.paper.off_screen", None)
    told = complaint(run(portal_file, "report", "shift", str(tmp_path / "shift.pdf")), code=1)
    assert "Install Qt's system libraries" in told
    assert list(tmp_path.glob("*.pdf")) == []


@pytest.mark.parametrize("since", ["25:00", "yesterday", "2026-13-01", ""])
def test_what_is_no_time_is_a_usage_problem(portal_file: Path, tmp_path: Path, since: str) -> None:
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    told = complaint(run(portal_file, "report", "shift", str(tmp_path / "a.pdf"), "--since", since or " "), code=2)
    assert "is not a time" in told


def test_a_shift_begins_at_the_time_of_the_portals_zone(portal_file: Path, tmp_path: Path) -> None:
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    for since in ("2020-01-01", "2020-01-01T08:30", "2020-01-01T08:30:00+05:30", "00:00"):
        path = tmp_path / f"{since.replace(':', '')}.pdf"
        assert run(portal_file, "report", "shift", str(path), "--since", since).exit_code == 0, since
