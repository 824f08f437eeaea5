"""Tables as CSV and xlsx files in which no cell is ever a formula, whatever a name or a reason holds."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

from desktop_admin.errors import UsageProblem
from desktop_admin.files.new_files import write_new
from desktop_admin.messages import Message, sentence

Cell = str | int | datetime | Message | None

_SIGNS = "=+@＝＋－＠-"
"""A spreadsheet takes text that begins so for a formula, the wide signs where its language is Japanese or Chinese."""
_BLANKS = " \N{NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\0"
_CALCULATED = re.compile(rf'^(?=[{_BLANKS}]*[\t\r\n{_SIGNS}])|(?<=[;\t\r\n])(?=[{_BLANKS}"]*[{_SIGNS}])')
"""The places in a text before something that would be calculated. Where the semicolon or the tab ends cells, quotes
behind our commas are none, and there and behind a line's end begins another cell."""
_MOST_ROWS = 1_048_576
"""The format ends there, with the headings."""
_MOST_UNITS = 32_767
"""UTF-16 units in one cell; a longer text would be left out."""
_TIME_FORMAT = "yyyy-mm-dd hh:mm:ss"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to be handed out.

    Attributes:
        name: of the sheet.
        headings: of the columns.
        rows: a cell for each column; times are UTC-aware.
    """

    name: Message
    headings: tuple[Message, ...]
    rows: Sequence[tuple[Cell, ...]]


def save(sheet: Sheet, path: Path, *, zone: tzinfo) -> None:
    """Write a table to a new file, as its name ends: ``.csv`` or ``.xlsx``.

    Args:
        sheet: the table.
        path: the file, which must not exist.
        zone: the zone of its times.

    Raises:
        UsageProblem: another ending, too many rows for a spreadsheet, or a file that exists.
        AdminError: the file cannot be written.
    """
    check_name(path)
    if path.suffix.lower() == ".csv":
        write_new(path, as_csv(sheet, zone=zone))
        return
    if len(sheet.rows) >= _MOST_ROWS:
        rows, most = (Message.of("count.rows", n=n) for n in (len(sheet.rows), _MOST_ROWS - 1))
        raise UsageProblem("too_many_rows", rows=rows, most=most)
    write_new(path, as_xlsx(sheet, zone=zone))


def check_name(path: Path) -> None:
    """Refuse a name by which nobody can tell what to write, before there is any work to be lost.

    Raises:
        UsageProblem: it ends neither in ``.csv`` nor in ``.xlsx``.
    """
    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise UsageProblem("not_a_spreadsheet_name", path=path)


def as_csv(sheet: Sheet, *, zone: tzinfo) -> bytes:
    """The table as CSV in UTF-8 with a byte order mark, by which spreadsheets know Hindi for what it is."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(_text(heading, zone)) for heading in sheet.headings])
    writer.writerows([_csv_cell(cell, zone) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def _csv_cell(cell: Cell, zone: tzinfo) -> str | int:
    if isinstance(cell, datetime):
        return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    return harmless(_text(cell, zone)) if not isinstance(cell, int) else cell


def harmless(text: str) -> str:
    """The text, with an apostrophe wherever a spreadsheet would calculate what follows, also behind blanks."""
    return _CALCULATED.sub("'", text)


def as_xlsx(sheet: Sheet, *, zone: tzinfo) -> bytes:
    """The table as an Excel workbook: numbers and times are such, everything else is text."""
    import xlsxwriter

    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    page = book.add_worksheet(_text(sheet.name, zone))
    bold, time = book.add_format({"bold": True}), book.add_format({"num_format": _TIME_FORMAT})
    for column, heading in enumerate(sheet.headings):
        page.write_string(0, column, _text(heading, zone), bold)
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                page.write_datetime(number, column, cell.astimezone(zone).replace(tzinfo=None), time)
            elif isinstance(cell, int):
                page.write_number(number, column, cell)
            elif cell is not None:
                page.write_string(number, column, _fitting(_text(cell, zone)))
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(sheet.rows), len(sheet.headings) - 1)
    page.autofit(max_width=360)
    book.close()
    return content.getvalue()


def _fitting(text: str) -> str:
    """As much of the text as a cell holds."""
    units = text.encode("utf-16-le")
    return text if len(units) <= 2 * _MOST_UNITS else units[: 2 * _MOST_UNITS].decode("utf-16-le", errors="ignore")


def _text(cell: str | Message | None, zone: tzinfo) -> str:
    return sentence(cell, zone=zone) if isinstance(cell, Message) else cell or ""
