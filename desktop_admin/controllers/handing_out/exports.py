"""Tables to be handed out: history, sessions, candidates and findings, one value in each cell.

None of them knows Aadhaar, APAAR or mobile numbers: they are not read from the portal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.log import history
from desktop_admin.controllers.operations import not_back
from desktop_admin.controllers.values.columns import (
    CANDIDATES,
    FINDINGS,
    HISTORY,
    LINES,
    NOT_BACK,
    SESSIONS,
    Columns,
    heading,
)
from desktop_admin.controllers.values.people import CandidateStatus
from desktop_admin.controllers.values.records import HistoryFilters, OperationRecord, Sealed
from desktop_admin.controllers.values.sessions import FindingKind
from desktop_admin.database.session import Session
from desktop_admin.files.spreadsheets import Cell, Sheet
from desktop_admin.messages import Message
from desktop_admin.rules import SlotState

R = TypeVar("R")


def history_sheet(session: Session, *, filters: HistoryFilters = history.EVERYTHING) -> Sheet:
    """Every recorded operation that matches, oldest first, with a row for each candidate and trade that it names."""
    records = history.operations(session, filters=filters, limit=None)
    return operations_sheet(tuple(reversed(records)))


def operations_sheet(records: Iterable[OperationRecord]) -> Sheet:
    """These operations, in this order, with a row for each candidate and trade that they name."""
    rows = [row for record in records for row in _operation_rows(record)]
    return _of("history", HISTORY.sheet + LINES.sheet, rows)


def sheet_of(name: str, columns: Columns[R], rows: Iterable[R]) -> Sheet:
    """These rows, in the columns that their table has in a spreadsheet."""
    return _of(name, columns.sheet, [_cells(columns, row) for row in rows])


def _operation_rows(record: OperationRecord) -> Iterator[tuple[Cell, ...]]:
    start = _cells(HISTORY, record)
    for line in record.lines:
        yield start + _cells(LINES, line)
    if not record.lines:
        yield start + tuple(record.told if name == "why" else None for name in LINES.sheet)


def _cells(columns: Columns[R], row: R) -> tuple[Cell, ...]:
    return tuple(_cell(columns.read[name](row)) for name in columns.sheet)


def _cell(value: object) -> Cell:
    match value:
        case bool():
            return Message.of("sheet_yes" if value else "sheet_no")
        case CandidateStatus():
            return Message.of(f"status.{value}")
        case SlotState():
            return Message.of(f"slot.{value}")
        case FindingKind():
            return Message.of(f"finding.{value}")
        case Sealed():
            return Message.of(f"seal.{value}")
    assert isinstance(value, Cell)
    return value


def _sheet(name: str, columns: Columns[R], read: Callable[[Session], Iterable[R]]) -> Callable[[Session], Sheet]:
    return lambda session: sheet_of(name, columns, read(session))


def _of(name: str, columns: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> Sheet:
    return Sheet(Message.of(f"sheet_{name}"), tuple(map(heading, columns)), rows)


SHEETS: dict[str, Callable[[Session], Sheet]] = {
    "history": history_sheet,
    "sessions": _sheet("sessions", SESSIONS, lambda session: health.survey(session, finished=None).sessions),
    "candidates": _sheet("candidates", CANDIDATES, lambda session: panes.list_candidates(session, limit=None).rows),
    "findings": _sheet(
        "findings", FINDINGS, lambda session: health.survey(session, finished=0, thorough=True).findings
    ),
    "not-back": _sheet("not_back", NOT_BACK, not_back.find),
}
"""What can be exported, by its name."""
