"""Tables to be handed out: history, sessions, candidates and findings, one value in each cell.

None of them knows Aadhaar, APAAR or mobile numbers: they are not read from the portal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import TypeVar

from desktop_admin.controllers.log import history
from desktop_admin.controllers.portal import health, panes
from desktop_admin.controllers.values.columns import (
    CANDIDATES,
    FINDINGS,
    HISTORY,
    LINES,
    SESSIONS,
    Columns,
    whole_minutes,
)
from desktop_admin.controllers.values.records import HistoryFilters, OperationRecord
from desktop_admin.database.session import Session
from desktop_admin.spreadsheets import Cell, Sheet

R = TypeVar("R")


def history_sheet(session: Session, *, filters: HistoryFilters = history.EVERYTHING) -> Sheet:
    """Every recorded operation that matches, oldest first, with a row for each candidate and trade that it names."""
    records = history.operations(session, filters=filters, limit=None)
    rows = [row for record in reversed(records) for row in _operation_rows(record)]
    return Sheet("history", HISTORY.sheet + LINES.sheet, rows)


def _operation_rows(record: OperationRecord) -> Iterator[tuple[Cell, ...]]:
    start = _cells(HISTORY, record)
    for line in record.lines:
        yield start + _cells(LINES, line)
    if not record.lines:
        yield start + tuple(record.told if name == "why" else None for name in LINES.sheet)


def sessions_sheet(session: Session) -> Sheet:
    """Every session of the portal, problems first."""
    return _sheet("sessions", SESSIONS, health.survey(session, finished=None).sessions)


def candidates_sheet(session: Session) -> Sheet:
    """Every candidate with slot, next paper and status, by army number."""
    return _sheet("candidates", CANDIDATES, panes.list_candidates(session, limit=None).rows)


def findings_sheet(session: Session) -> Sheet:
    """Everything that is not as it should be."""
    return _sheet("findings", FINDINGS, health.survey(session, finished=0, thorough=True).findings)


def _sheet(name: str, columns: Columns[R], rows: Iterable[R]) -> Sheet:
    return Sheet(name, columns.sheet, [_cells(columns, row) for row in rows])


def _cells(columns: Columns[R], row: R) -> tuple[Cell, ...]:
    return tuple(_cell(value) for value in columns.values(columns.sheet, row))


def _cell(value: object) -> Cell:
    match value:
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return whole_minutes(value)
    assert isinstance(value, Cell)
    return value


SHEETS: dict[str, Callable[[Session], Sheet]] = {
    "history": history_sheet,
    "sessions": sessions_sheet,
    "candidates": candidates_sheet,
    "findings": findings_sheet,
}
"""What can be exported, by its name."""
