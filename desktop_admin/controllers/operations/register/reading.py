"""Reading a register's file: CSV in whatever encoding, xlsx, xls and ods; of a formula its value, of macros nothing."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from desktop_admin.controllers.operations.register import columns
from desktop_admin.controllers.operations.register.columns import Column, Headings
from desktop_admin.controllers.operations.register.file_kinds import KINDS, SPREADSHEETS, TEXTS
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.messages import Message, shortened

Value = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta
"""What a cell of a spreadsheet holds; an empty one holds an empty text."""
Cells = tuple[Value, ...]

MOST_BYTES = 20_000_000
MOST_ROWS = 20_000
"""Hashing the passwords of more would take a computer hours."""
_MOST_UNPACKED = 300_000_000
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Table:
    """A register as its file has it.

    Attributes:
        path: the file.
        sha256: of its content.
        headings: where which column is.
        rows: by their numbers in the file, those with headings or nothing left out.
        is_text: whether it is a CSV, which knows texts only.
        notes: what is to be said of the file as a whole.
    """

    path: Path
    sha256: str
    headings: Headings
    rows: tuple[tuple[int, Cells], ...] = field(repr=False)
    is_text: bool
    notes: tuple[Message, ...] = ()


class ColumnsMissing(UsageProblem):
    """The register lacks columns.

    Attributes:
        missing: those that every row must have.
        unused: the headings of the file that are not known, among which they may be.
    """

    def __init__(self, missing: Sequence[Column], unused: Sequence[str]) -> None:
        told = tuple(column.told for column in missing)
        # A file without any heading is no letter to be quoted.
        listed = ", ".join(f"“{shortened(text)}”" for text in unused[:20]) or "–"
        super().__init__("register_columns_missing", missing=told, unused=listed)
        self.missing = tuple(missing)
        self.unused = tuple(unused)


def read(path: Path, *, own: Mapping[str, str]) -> Table:
    """Read a register.

    Args:
        path: the file.
        own: the headings of this centre, by the column that they head.

    Raises:
        ColumnsMissing: it has headings, and not all that are needed.
        UsageProblem: it is no register, too large, protected with a password, or of a kind that is not read.
        AdminError: it cannot be read.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise UsageProblem("register_kind", path=path)
    content = _content(path)
    sheets = dict(_sheets(content, path)) if kind in SPREADSHEETS else {"": _from_text(content, path)}
    found = {name: columns.find([as_texts(row) for row in rows], own) for name, rows in sheets.items()}
    with_headings = {name: headings for name, headings in found.items() if headings is not None}
    if not with_headings:
        raise ColumnsMissing([one for one in columns.COLUMNS.values() if one.required], _first_texts(sheets))
    name, headings = max(with_headings.items(), key=lambda one: len(one[1].at))
    if headings.missing:
        raise ColumnsMissing(headings.missing, headings.unused)
    rows = tuple(
        (number, tuple(row))
        for number, row in enumerate(sheets[name], start=1)
        if number > headings.ends and any(as_texts(row)) and not columns.is_heading(as_texts(row))
    )
    if len(rows) > MOST_ROWS:
        raise UsageProblem("register_too_many", n=len(rows), most=Message.of("count.rows", n=MOST_ROWS))
    if not rows:
        raise UsageProblem("register_empty", path=path)
    others = [other for other in with_headings if other != name]
    notes = (
        *((Message.of("register.note_open", path=path.name),) if _is_open_elsewhere(path) else ()),
        *((Message.of("register.note_sheets", name=name, others=", ".join(others)),) if others else ()),
        *((Message.of("register.note_unused", headings=", ".join(headings.unused)),) if headings.unused else ()),
    )
    return Table(path, hashlib.sha256(content).hexdigest(), headings, rows, kind in TEXTS, notes)


def as_texts(row: Sequence[Value]) -> list[str]:
    """A row's cells as texts, for headings and for whether anything stands there."""
    return [str(value).strip() for value in row]


def _first_texts(sheets: Mapping[str, Sequence[Sequence[Value]]]) -> list[str]:
    rows = (as_texts(row) for sheet in sheets.values() for row in sheet)
    return [text for text in next((row for row in rows if any(row)), []) if text]


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as missing:
        raise UsageProblem("register_no_file", path=path) from missing
    except PermissionError as refused:
        # So a spreadsheet on Windows keeps the files that are open in it.
        raise AdminError("register_held", path=path) from refused
    except OSError as failure:
        raise AdminError("register_unreadable", path=path, why=failure.strerror or failure) from failure
    if len(content) > MOST_BYTES:
        raise UsageProblem("register_too_large", path=path, megabytes=MOST_BYTES // 1_000_000)
    if not content.strip():
        raise UsageProblem("register_empty", path=path)
    return content


def _is_open_elsewhere(path: Path) -> bool:
    """Whether LibreOffice or Excel has left its mark beside the file."""
    marks = (f".~lock.{path.name}#", f"~${path.name}", f"~${path.name[2:]}")
    return any((path.parent / mark).exists() for mark in marks)


def _from_text(content: bytes, path: Path) -> list[Cells]:
    """The rows of a CSV, by the delimiter that makes most known headings of it."""
    text = _decoded(content)
    best: tuple[int, int, list[list[str]]] = (-1, 0, [])
    for delimiter in _DELIMITERS:
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error as wrong:
            raise UsageProblem("register_damaged", path=path) from wrong
        headings = columns.find(rows[:60], {})
        best = max(best, (len(headings.at) if headings else 0, max(map(len, rows), default=0), rows))
    return [tuple(row) for row in best[2]]


def _decoded(content: bytes) -> str:
    """The text of a CSV: by its mark, else UTF-8, UTF-16 by its zeros, else as Windows in India writes it."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    start = content[:400]
    if start.count(0) > len(start) // 4:
        return content.decode("utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be", "replace")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    # A spreadsheet's own first line, which says what its delimiter is.
    first, _, rest = text.partition("\n")
    return rest if first.strip().lower().startswith("sep=") else text


def _sheets(content: bytes, path: Path) -> Iterator[tuple[str, list[Cells]]]:
    """The sheets that people see, with what was merged filled in."""
    # Not above, because only an import needs it.
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    _refuse_bombs(content, path)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for about in book.sheets_metadata:
                if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
                    continue
                sheet = book.get_sheet_by_name(about.name)
                rows = sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS + 100)
                _fill(rows, sheet.merged_cell_ranges or [])
                if sheet.total_height > MOST_ROWS + 100:
                    raise UsageProblem(
                        "register_too_many", n=sheet.total_height, most=Message.of("count.rows", n=MOST_ROWS)
                    )
                yield about.name, [tuple(row) for row in rows]
    except PasswordError as locked:
        raise UsageProblem("register_locked", path=path) from locked
    except (CalamineError, OSError, ValueError) as damaged:
        raise UsageProblem("register_damaged", path=path) from damaged


def _refuse_bombs(content: bytes, path: Path) -> None:
    """Refuse what is small and would be unpacked into gigabytes."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(one.file_size for one in packed.infolist())
    except zipfile.BadZipFile as wrong:
        raise UsageProblem("register_damaged", path=path) from wrong
    if size > _MOST_UNPACKED:
        raise UsageProblem("register_too_large", path=path, megabytes=MOST_BYTES // 1_000_000)


def _fill(rows: list[list[Value]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Write the value of cells that were merged into each of those below the first: a trade for a group of rows."""
    for (top, left), (bottom, _) in merged:
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and left < len(rows[top]):
                row[left] = rows[top][left]
