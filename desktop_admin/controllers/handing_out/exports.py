"""Tables to be handed out: history, sessions, candidates and findings, one value in each cell.

None of them knows Aadhaar, APAAR or mobile numbers: they are not read from the portal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from desktop_admin.controllers.log import history
from desktop_admin.controllers.portal import health, panes
from desktop_admin.controllers.values.records import HistoryFilters, OperationRecord
from desktop_admin.database.session import Session
from desktop_admin.spreadsheets import Cell, Sheet


def history_sheet(session: Session, *, filters: HistoryFilters = history.EVERYTHING) -> Sheet:
    """Every recorded operation that matches, oldest first, with a row for each candidate and trade that it names."""
    records = history.operations(session, filters=filters, limit=None)
    return Sheet(
        "history",
        (
            *("seq", "at", "operation", "person", "signed in", "released by", "desk", "reason", "op_id"),
            *("army no", "name", "trade", "paper", "set", "outcome", "why", "sessions cleared", "sessions put back"),
        ),
        [row for record in reversed(records) for row in _operation_rows(record)],
    )


def _operation_rows(record: OperationRecord) -> Iterator[tuple[Cell, ...]]:
    start = (
        record.seq,
        record.at,
        record.operation,
        record.person,
        _yes(record.verified),
        record.released_by,
        record.desk,
        record.reason,
        record.op_id,
    )
    for line in record.lines:
        yield (
            *start,
            line.army_no or line.username,
            line.name,
            line.trade,
            line.choice.paper if line.choice else None,
            line.choice.letter if line.choice else None,
            line.outcome,
            line.reason,
            len(line.cleared),
            len(line.restored),
        )
    if not record.lines:
        yield (*start, *(None,) * 6, record.told, None, None)


def sessions_sheet(session: Session) -> Sheet:
    """Every session of the portal, problems first."""
    return Sheet(
        "sessions",
        (
            *("session", "army no", "name", "trade", "paper", "sets", "active set", "questions"),
            *("started", "completed", "ends", "stuck", "finding", "cure"),
        ),
        [
            (
                row.id,
                row.army_no or row.username,
                row.name,
                row.trade,
                row.paper,
                "+".join(row.sets),
                row.active_set,
                row.questions,
                row.started_at,
                row.completed_at,
                row.ends_at,
                _yes(row.stuck),
                row.findings[0].reason if row.findings else None,
                row.findings[0].cure if row.findings else None,
            )
            for row in health.survey(session, finished=None).sessions
        ],
    )


def candidates_sheet(session: Session) -> Sheet:
    """Every candidate with slot, next paper and status, by army number."""
    return Sheet(
        "candidates",
        ("army no", "name", "trade", "slot", "next paper", "status", "sets", "active set", "minutes left"),
        [
            (
                row.army_no,
                row.name,
                row.trade,
                row.slot,
                row.next_paper,
                row.status,
                "+".join(row.sets),
                row.active_set,
                None if row.time_left is None else int(row.time_left.total_seconds() // 60),
            )
            for row in panes.list_candidates(session, limit=None).rows
        ],
    )


def findings_sheet(session: Session) -> Sheet:
    """Everything that is not as it should be."""
    return Sheet(
        "findings",
        ("kind", "stuck", "session", "army no", "name", "trade", "reason", "cure"),
        [
            (one.kind, _yes(one.stuck), one.session_id, one.army_no, one.name, one.trade, one.reason, one.cure)
            for one in health.survey(session, finished=0, thorough=True).findings
        ],
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"


SHEETS: dict[str, Callable[[Session], Sheet]] = {
    "history": history_sheet,
    "sessions": sessions_sheet,
    "candidates": candidates_sheet,
    "findings": findings_sheet,
}
"""What can be exported, by its name."""
