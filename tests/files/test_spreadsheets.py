"""Tables as files: nothing in them is ever a formula, and no file is ever replaced."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.files import spreadsheets
from desktop_admin.files.spreadsheets import Cell, Sheet
from desktop_admin.messages import Message

KOLKATA = ZoneInfo("Asia/Kolkata")
MOMENT = datetime(2026, 3, 1, 20, 0, 5, tzinfo=UTC)
SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
RUN = (*SIGNS, "\t", "\r", "\n")
texts = st.text(max_size=40) | st.builds(
    "{}{}{}".format, st.sampled_from(["", " ", "\0"]), st.sampled_from(RUN), st.text()
)


def sheet_of(rows: Sequence[tuple[Cell, ...]]) -> Sheet:
    return Sheet(Message("sheet_history"), (Message("heading_name"),) * len(rows[0]), rows)


def one_cell(text: Cell) -> Sheet:
    return sheet_of([(text, "x")])


def csv_rows(sheet: Sheet) -> list[list[str]]:
    content = spreadsheets.as_csv(sheet, zone=KOLKATA)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def xlsx_cells(sheet: Sheet) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(spreadsheets.as_xlsx(sheet, zone=KOLKATA)))
    return [list(row) for row in book["History"].iter_rows()]


@given(texts)
@example("=1+1")
@example("@SUM(A1)")
@example("\t=1")
@example(" =1")
@example('"=1')
@example("a\n=1")
@example("=cmd|' /C calc'!A0")
@example("＝1+1")
@example("a;=1+1")
@example('a; "=1+1;b')
@example("a\r\n=1+1")
def test_no_cell_of_a_csv_is_run_by_a_spreadsheet(text: str) -> None:
    (_headings, (before, cell)) = csv_rows(sheet_of([("x", text)]))
    assert before == "x"
    assert cell.replace("'", "") == text.replace("'", "")
    assert cell == text or any(sign in text for sign in RUN)
    content = spreadsheets.as_csv(sheet_of([("x", text)]), zone=KOLKATA).decode("utf-8-sig")
    for separator, quotes in ((",", ""), (";", '"'), ("\t", '"')):
        cells = [one for row in csv.reader(io.StringIO(content, newline=""), delimiter=separator) for one in row]
        begin = f" \t\r\n\N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\0{quotes}"
        assert [one for one in cells if one.lstrip(begin).startswith(SIGNS)] == []


@given(texts)
@example("=1+1")
@example("{=1+1}")
@example("http://portal/")
@example("007")
@example("1E5")
def test_every_text_of_a_workbook_is_text(text: str) -> None:
    ((cell, beside),) = xlsx_cells(one_cell(text))[1:]
    assert cell.data_type in ("s", "n")
    assert cell.data_type == "s" or cell.value is None
    assert cell.hyperlink is None
    assert beside.value == "x"


def test_names_come_back_as_they_are() -> None:
    names = ["देवेंद्र सिंह", "O'Neil, Jr.", '"Bobby"', "two\nlines", "007", "1E5"]
    sheet = sheet_of([(name,) for name in names])
    assert [cell for (cell,) in csv_rows(sheet)[1:]] == names
    assert [cell.value for (cell,) in xlsx_cells(sheet)[1:]] == names


def test_numbers_and_times_are_such_and_sentences_are_words() -> None:
    row: tuple[Cell, ...] = (7, -3, MOMENT, Message.of("overdue", at=MOMENT), None)
    sheet = sheet_of([row])
    told = "The time was over at 2026-03-02 01:30 at the earliest; the candidate may still be writing."
    assert csv_rows(sheet)[1] == ["7", "-3", "2026-03-02 01:30:05", told, ""]
    assert [cell.value for cell in xlsx_cells(sheet)[1]] == [7, -3, datetime(2026, 3, 2, 1, 30, 5), told, None]


def test_a_text_longer_than_a_cell_is_cut_and_not_left_out() -> None:
    (cell,) = xlsx_cells(sheet_of([("अ🙂" * 20_000,)]))[1]
    assert len(cell.value.encode("utf-16-le")) in (2 * 32_767, 2 * 32_766)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_that_exists_is_left_as_it_is(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"there.{ending}"
    path.write_text("precious", encoding="utf-8")
    with pytest.raises(UsageProblem) as refused:
        spreadsheets.save(one_cell("x"), path, zone=KOLKATA)
    assert refused.value.code == "file_exists"
    assert path.read_text(encoding="utf-8") == "precious"


def test_another_ending_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem) as refused:
        spreadsheets.save(one_cell("x"), tmp_path / "table.ods", zone=KOLKATA)
    assert refused.value.code == "not_a_spreadsheet_name"
    assert list(tmp_path.iterdir()) == []


def test_more_rows_than_a_workbook_holds_are_refused(tmp_path: Path) -> None:
    many = sheet_of([(1,)] * 1_048_576)
    with pytest.raises(UsageProblem) as refused:
        spreadsheets.save(many, tmp_path / "many.xlsx", zone=KOLKATA)
    assert refused.value.code == "too_many_rows"
    assert "up to 1\u202f048\u202f575 rows, and there are 1\u202f048\u202f576 rows." in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(AdminError) as refused:
        spreadsheets.save(one_cell("x"), tmp_path / "no" / "a.csv", zone=KOLKATA)
    assert refused.value.code == "cannot_create"


@pytest.mark.parametrize(
    ("name", "begins"), [("a.csv", b"\xef\xbb\xbf"), ("A.CSV", b"\xef\xbb\xbf"), ("a.xlsx", b"PK")]
)
def test_a_file_is_what_its_name_says(tmp_path: Path, name: str, begins: bytes) -> None:
    spreadsheets.save(one_cell("x"), tmp_path / name, zone=KOLKATA)
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_the_headings_of_a_workbook_stay_in_sight_and_filter_every_column() -> None:
    sheet = sheet_of([("a", "x"), ("b", "y")])
    page = openpyxl.load_workbook(io.BytesIO(spreadsheets.as_xlsx(sheet, zone=KOLKATA)))["History"]
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:B3"
    assert [cell.font.bold for cell in page[1]] == [True, True]
