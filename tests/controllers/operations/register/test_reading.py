"""Files of registers as they come: encodings, delimiters, headings, formulas, protection, and what is no register."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.protection import SheetProtection

from desktop_admin.controllers.operations.register import columns, reading, rows
from desktop_admin.controllers.operations.register.reading import ColumnsMissing
from desktop_admin.errors import AdminError, UsageProblem
from tests import registers
from tests.registers import TODAY, csv_of, sound, written

HINDI = {
    "army_no": "आर्मी नंबर",
    "rank": "रैंक",
    "name": "नाम",
    "trade": "ट्रेड",
    "dob": "जन्म तिथि",
    "doe": "भर्ती तिथि",
    "aadhar_number": "आधार संख्या",
    "apaar_id": "अपार आईडी",
    "father_name": "पिता का नाम",
    "state": "राज्य",
    "district": "ज़िला",
}


def book(path: Path, *listed: Sequence[object], merged: str = "", protected: bool = False) -> Path:
    """An xlsx with these rows."""
    made = openpyxl.Workbook()
    page = made.active
    for row in listed:
        page.append(row)
    if merged:
        page.merge_cells(merged)
    if protected:
        page.protection = SheetProtection(sheet=True, password="x")
    made.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_whatever_it_is_written(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(csv_of([sound(1, name="Renée Pal"), sound(2)], delimiter=delimiter).encode(encoding))
    found = registers.read(path)
    assert [row.army_no for row in found] == ["15560001K", "15560002K"]
    assert found[0].values["name"] == "Renée Pal"
    assert [row.problems for row in found] == [(), ()]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig"])
def test_hindi_is_read_although_it_has_few_zeros(encoding: str) -> None:
    assert reading._decoded("आर्मी नंबर;रैंक\n".encode(encoding)).endswith("आर्मी नंबर;रैंक\n")


def test_headings_are_known_in_hindi_in_any_order_below_titles_and_on_every_page(tmp_path: Path) -> None:
    one, two = sound(1), sound(2)
    names = list(reversed(HINDI))
    heads = [HINDI[name] for name in names]
    english = [registers.HEADINGS[name] for name in names]
    listed: list[Sequence[object]] = [
        ["REGISTER OF CANDIDATES", "2026"],
        [],
        heads,
        english,
        [one[name] for name in names],
    ]
    listed += [[], heads, [*(two[name] for name in names), "behind"]]
    path = tmp_path / "register.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in listed), encoding="utf-8")
    found = registers.read(path)
    assert [(row.number, row.army_no, row.problems) for row in found] == [(5, "15560001K", ()), (8, "15560002K", ())]


def test_headings_in_two_rows_and_merged_cells_are_put_together(tmp_path: Path) -> None:
    one, two = sound(1), sound(2)
    above = ["Army", "Rank", "Name", "Trade", "Date of", "Date of", "Aadhaar", "APAAR", "Father's", "State", "District"]
    below = ["No", "", "", "", "Birth", "Enrolment", "No", "ID", "Name", "", ""]
    second = [*two.values()]
    second[3] = None
    path = book(tmp_path / "r.xlsx", above, below, [*one.values()], second, merged="D3:D4")
    found = registers.read(path)
    assert [row.values["trade"] for row in found] == ["TTC", "TTC"]
    assert [row.problems for row in found] == [(), ()]


def test_numbers_dates_and_formulas_of_a_protected_sheet_are_read_as_what_they_show(tmp_path: Path) -> None:
    given = sound(1, aadhar_number=90000000001, dob=TODAY.replace(year=1995), doe=42068)
    path = book(tmp_path / "r.xlsx", [*registers.HEADINGS.values()], [*given.values()], protected=True)
    # A program that has calculated a formula leaves its value behind it.
    with zipfile.ZipFile(path) as packed:
        parts = {one: packed.read(one) for one in packed.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"<v>42068</v>", b"<f>42000+68</f><v>42068</v>")
    assert parts["xl/worksheets/sheet1.xml"] != sheet
    macros = tmp_path / "r.xlsm"
    with zipfile.ZipFile(macros, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    (row,) = registers.read(macros)
    assert row.problems == ()
    assert (row.values["dob"], row.values["doe"]) == ("28-11-1995", "05-03-2015")
    assert row.values["aadhar_number"] == "090000000001"
    assert sorted(one.code for one in row.repairs) == ["register.repair_serial", "register.repair_zeros"]


def test_an_open_document_is_read(tmp_path: Path) -> None:
    heads, values = registers.HEADINGS.values(), sound(1).values()
    cells = [
        "".join(
            f"<table:table-cell office:value-type='string'><text:p>{text}</text:p></table:table-cell>" for text in line
        )
        for line in ([one.replace("'", "’") for one in heads], values)
    ]
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    lines = "".join(f"<table:table-row>{line}</table:table-row>" for line in cells)
    body = f"<office:body><office:spreadsheet><table:table table:name='1'>{lines}</table:table></office:spreadsheet>"
    content = f"<office:document-content {spaces}>{body}</office:body></office:document-content>"
    path = tmp_path / "r.ods"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        packed.writestr("content.xml", content)
    (row,) = registers.read(path)
    assert (row.army_no, row.problems) == ("15560001K", ())


def test_what_is_missing_is_named_and_the_centres_own_heading_is_taken(tmp_path: Path) -> None:
    path = written(tmp_path, [sound(1)])
    path.write_text(path.read_text().replace("Date of Birth", "Born on").replace("State", "Land"), encoding="utf-8")
    with pytest.raises(ColumnsMissing) as refused:
        reading.read(path, own={})
    assert [one.name for one in refused.value.missing] == ["dob", "state"]
    assert refused.value.unused == ("Born on", "Land")
    assert "Date of birth, State" in str(refused.value)
    found = rows.of_table(reading.read(path, own={"dob": "BORN ON ", "state": "land"}), today=TODAY)
    assert found[0].problems == ()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("r.doc", b"x", "register_kind"),
        ("r.csv", b"", "register_empty"),
        ("r.csv", b"\x00\xff\x00nothing here", "register_columns_missing"),
        ("r.csv", csv_of([sound(1)]).splitlines()[0].encode(), "register_empty"),
        ("r.xlsx", b"PK\x03\x04 cut off", "register_damaged"),
        ("r.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "register_damaged"),
        ("r.ods", b"no archive at all", "register_damaged"),
        ("r.csv", b"a" * (reading.MOST_BYTES + 1), "register_too_large"),
        ("r.csv", csv_of([sound(1)]).encode() + b"x\r\n" * (reading.MOST_ROWS + 1), "register_too_many"),
    ],
)
def test_what_is_no_register_is_refused_with_a_sentence(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AdminError) as refused:
        reading.read(path, own={})
    assert refused.value.code == code


def test_a_small_file_that_would_be_gigabytes_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_MOST_UNPACKED", 1_000_000)
    path = tmp_path / "r.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", bytes(1_000_001))
    with pytest.raises(UsageProblem, match="too large"):
        reading.read(path, own={})


def test_a_file_that_is_gone_or_open_elsewhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="no file"):
        reading.read(tmp_path / "r.csv", own={})
    path = written(tmp_path, [sound(1)])
    (tmp_path / ".~lock.register.csv#").touch()
    assert [note.code for note in reading.read(path, own={}).notes] == ["register.note_open"]


def test_who_stands_there_twice_is_told_and_never_chosen(tmp_path: Path) -> None:
    twice = [sound(1), sound(2), sound(1), sound(3), sound(3, name="Other"), sound(4, aadhar_number="900000000002")]
    found = registers.read(written(tmp_path, twice))
    told = {row.number: [one.code for one in row.problems] for row in found if row.problems}
    assert told == {
        3: ["register.problem_shared"],
        4: ["register.problem_repeated"],
        5: ["register.problem_doubled"],
        6: ["register.problem_doubled"],
        7: ["register.problem_shared"],
    }


def test_a_row_lacks_nothing_that_the_portal_needs(tmp_path: Path) -> None:
    listed = [sound(number, **{name: ""}) for number, name in enumerate(registers.HEADINGS)]
    listed += [sound(50, unit="u" * 51), sound(51, doe="05-03-1990")]
    found = registers.read(written(tmp_path, listed))
    codes = [[one.code.removeprefix("register.problem_") for one in row.problems] for row in found]
    assert codes == [*[["missing"]] * len(registers.HEADINGS), ["long"], ["enrolled"]]


def test_every_heading_of_the_list_is_known_and_no_two_mean_different_things() -> None:
    assert set(columns._known().values()) == set(columns.COLUMNS)


def test_a_date_as_a_password_is_what_people_read_there(tmp_path: Path) -> None:
    given = sound(1, password=dt.date(1995, 2, 1))
    path = book(tmp_path / "r.xlsx", [registers.HEADINGS.get(name, "Password") for name in given], [*given.values()])
    (row,) = registers.read(path)
    assert row.password == "01-02-1995"
    assert [one.code for one in row.repairs] == ["register.repair_password"]
