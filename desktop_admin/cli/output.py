"""How the command line prints: JSON objects for programs, aligned lines for people."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import click
from wcwidth import wcswidth

from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.values.guard_state import GuardCheck
from desktop_admin.controllers.values.lines import Line
from desktop_admin.controllers.values.records import OperationRecord
from desktop_admin.controllers.values.views import (
    CandidateReading,
    CandidateRow,
    Finding,
    SessionRow,
    SetCell,
    TradeSets,
    WouldGet,
)
from desktop_admin.messages import Message, shortened

_LONGEST_NAME = 60
_MOST_LISTED = 20
_MOST_REFUSED = 20
"""Up to so many candidates refused for the same reason are listed one by one."""


def as_json(value: Any) -> None:
    """Print one JSON value."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def moment(value: datetime | None) -> str | None:
    """A time as ISO 8601 with Z, or None."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def minutes(value: timedelta | None) -> float | int | None:
    """A duration in minutes; a whole number where it is one."""
    if value is None:
        return None
    exact = value.total_seconds() / 60
    return int(exact) if exact.is_integer() else exact


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows in aligned columns; an empty table says so."""
    if not rows:
        click.echo("(none)")
        return
    cells = [["–" if value in (None, "") else plain(str(value)) for value in row] for row in (headings, *rows)]
    widths = [max(wcswidth(row[column]) for row in cells) for column in range(len(headings))]
    for row in cells:
        padded = (value + " " * (width - wcswidth(value)) for value, width in zip(row, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def plain(text: str, *, most: int | None = None) -> str:
    """Text of the portal for a terminal: control characters become blanks, so that no name can break a line.

    Args:
        text: what people typed or pasted into the portal.
        most: cut after so many characters.
    """
    clean = "".join(" " if unicodedata.category(character) == "Cc" else character for character in text)
    return clean if most is None else shortened(clean, most=most)


def local(value: datetime | None, zone: tzinfo) -> str:
    """A time for people: ISO date, 24 h, in the portal's zone; a dash where there is none."""
    return "–" if value is None else value.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def finding_values(finding: Finding) -> dict[str, Any]:
    """A finding for JSON."""
    return {
        "kind": finding.kind,
        "reason": finding.reason.english(),
        "cure": finding.cure.english(),
        "stuck": finding.stuck,
        "session_id": finding.session_id,
        "army_no": finding.army_no,
        "trade": finding.trade,
    }


def session_values(row: SessionRow) -> dict[str, Any]:
    """A session for JSON."""
    return {
        "id": row.id,
        "army_no": row.army_no,
        "username": row.username,
        "name": row.name,
        "trade": row.trade,
        "paper": row.paper,
        "exam_type": row.exam_type,
        "sets": list(row.sets),
        "active_set": row.active_set,
        "questions": row.questions,
        "started_at": moment(row.started_at),
        "completed_at": moment(row.completed_at),
        "ends_at": moment(row.ends_at),
        "stuck": row.stuck,
        "findings": [
            {"kind": one.kind, "reason": one.reason.english(), "cure": one.cure.english()} for one in row.findings
        ],
    }


def candidate_row_values(row: CandidateRow) -> dict[str, Any]:
    """A line of the candidate list for JSON."""
    return {
        "army_no": row.army_no,
        "name": row.name,
        "trade": row.trade,
        "slot": row.slot,
        "next_paper": row.next_paper,
        "status": row.status,
        "sets": list(row.sets),
        "active_set": row.active_set,
        "minutes_left": None if row.time_left is None else int(row.time_left.total_seconds() // 60),
    }


def would_get_values(get: WouldGet) -> dict[str, Any]:
    """What a candidate would get now, for JSON."""
    return {
        "action": get.action,
        "paper": get.paper,
        "set": get.set,
        "questions": get.questions,
        "duration_minutes": minutes(get.duration),
        "session_id": get.session_id,
        "reason": get.reason.english() if get.reason else None,
        "notes": [note.english() for note in get.notes],
    }


def candidate_values(reading: CandidateReading) -> dict[str, Any]:
    """One candidate whole, for JSON."""
    one, last = reading.candidate, reading.last_action
    return {
        "army_no": one.army_no,
        "name": one.name,
        "rank": one.rank,
        "trade": one.trade,
        "slot": {
            "state": one.slot,
            "assigned_at": moment(one.slot_assigned_at),
            "assigned_by": one.slot_assigned_by,
            "attempting_at": moment(one.slot_attempting_at),
        },
        "next_paper": one.next_paper,
        "submitted": sorted(one.submitted),
        "completed": sorted(one.completed),
        "diagnosis": reading.diagnosis.english(),
        "would_get": would_get_values(reading.would_get),
        "live_logins": reading.live_logins,
        "findings": [finding_values(finding) for finding in reading.findings],
        "sessions": [session_values(row) for row in reading.sessions],
        "last_action": None
        if last is None
        else {
            "op_id": last.op_id,
            "operation": last.operation,
            "at": moment(last.at),
            "person": last.person,
            "reason": last.reason,
        },
    }


def sets_values(row: TradeSets) -> dict[str, Any]:
    """A row of the matrix of question sets for JSON."""
    return {"trade": row.trade.code, "primary": _cell_values(row.primary), "secondary": _cell_values(row.secondary)}


def _cell_values(cell: SetCell) -> dict[str, Any]:
    return {
        "has_paper": cell.has_paper,
        "active": cell.active,
        "present": cell.present,
        "required": cell.required,
        "short": [{"part": part, "present": have, "required": need} for part, have, need in cell.short],
        "letters": {one.letter: one.present for one in cell.letters},
        "open": cell.is_open,
        "duration_minutes": minutes(cell.duration),
        "writing": cell.writing,
        "on_other_sets": dict(cell.elsewhere),
        "disagrees": cell.disagrees,
    }


def line_values(line: Line) -> dict[str, Any]:
    """A line of a plan or of changes, for JSON."""
    who: dict[str, Any]
    if line.choice is not None:
        who = {"trade": line.trade, "paper": line.choice.paper, "set": line.choice.letter}
    else:
        who = {"army_no": line.army_no, "username": line.username, "name": line.name}
        who |= {"session_id": line.session_id} if line.session_id is not None else {}
    return who | {
        "outcome": line.outcome,
        "reason": line.reason.english() if line.reason else None,
        "notes": [note.english() for note in line.notes],
        "cleared": list(line.cleared),
        "restored": list(line.restored),
    }


def changes_values(changes: Changes, found: Sequence[Finding]) -> dict[str, Any]:
    """What an operation did, and what is stuck among those whom it names, for JSON."""
    return {
        "operation": changes.kind.name,
        "op_id": changes.op_id,
        "dry_run": changes.dry_run,
        "operator_reason": changes.reason,
        "applied": changes.applied,
        "refused": changes.refused,
        "cleared_sessions": changes.cleared_sessions,
        "ended_logins": changes.ended_logins,
        "restored_sessions": len(changes.restored_ids),
        "returned_logins": changes.returned_logins,
        "safety_copy": None if changes.safety_copy is None else str(changes.safety_copy),
        "notes": [note.english() for note in changes.notes],
        "screen": changes.screen.english() if changes.screen and changes.touches_screens else None,
        "lines": [line_values(line) for line in changes.lines],
        "findings": [finding_values(finding) for finding in found],
    }


def guard_values(found: GuardCheck) -> dict[str, Any]:
    """What was found of the guard, for JSON."""
    return {
        "state": found.state,
        "told": found.told.english(),
        "differing": list(found.differing),
        "installed_at": moment(found.installed_at),
        "person": found.person or None,
    }


def operation_values(record: OperationRecord) -> dict[str, Any]:
    """A recorded operation for JSON."""
    return {
        "seq": record.seq,
        "op_id": record.op_id,
        "operation": record.operation,
        "at": moment(record.at),
        "person": record.person,
        "verified": record.verified,
        "released_by": record.released_by,
        "desk": record.desk,
        "desk_at": moment(record.desk_at),
        "told": None if record.told is None else record.told.english(),
        "notes": [warning.english() for warning in record.warnings],
        "undoes": record.undoes,
        "undone_by": record.undone_by,
        "reason": record.reason,
        "applied": record.applied,
        "refused": record.refused,
        "ended_logins": record.ended_logins,
        "lines": [line_values(line) for line in record.lines],
        "sessions": [
            {
                "id": one.id,
                "damaged": one.damaged,
                "army_no": one.army_no,
                "name": one.name,
                "trade": one.trade,
                "paper": one.paper,
                "set": one.set,
                "started_at": moment(one.started_at),
                "questions": list(one.questions),
                "restored_by": None if one.put_back is None else one.put_back.op_id,
                "restored_at": None if one.put_back is None else moment(one.put_back.at),
            }
            for one in record.sessions
        ],
    }


def told(changes: Changes, *, err: bool = False) -> None:
    """Print what an operation did, or would do, for people.

    Args:
        changes: what was done; with ``dry_run``, what would be.
        err: print to stderr, because stdout is for an object.
    """
    for line in (_summary(changes), *told_lines(changes.lines)):
        click.echo(line, err=err)
    for note in changes.notes:
        click.echo(note.english(), err=err)
    if changes.screen is not None and changes.touches_screens:
        click.echo(changes.screen.english(), err=err)


def findings(found: Sequence[Finding], *, when: str) -> None:
    """Print on stderr what is stuck among those whom an operation names; nothing where nothing is.

    Args:
        found: the findings.
        when: ``before`` the operation, or ``now``.
    """
    if not found:
        return
    click.echo(f"Stuck {when}: {len(found)}", err=True)
    for one in found[:_MOST_LISTED]:
        who = plain(one.army_no or one.name, most=_LONGEST_NAME)
        click.echo(f"  ◆ {who}: {one.reason.english()} {one.cure.english()}", err=True)
    if len(found) > _MOST_LISTED:
        click.echo("  … “findings” lists them all.", err=True)


def _summary(changes: Changes) -> str:
    if not changes.lines:
        return "Nothing to do."
    sessions, logins = changes.cleared_sessions, changes.ended_logins
    if changes.dry_run:
        back = f", put {len(changes.restored_ids)} back" if changes.restored_ids else ""
        return (
            f"{changes.kind.name} would apply to {changes.applied} and refuse {changes.refused}; it would clear "
            f"{sessions} sessions{back} and end {logins} live logins. Nothing is changed yet."
        )
    back = f"put back: {len(changes.restored_ids)}; " if changes.restored_ids else ""
    return (
        f"{changes.kind.name}: {changes.applied} applied, {changes.refused} refused; sessions cleared: {sessions}; "
        f"{back}live logins ended: {logins}"
    )


def told_lines(lines: Sequence[Line]) -> list[str]:
    """The lines for people: where very many are refused for the same reason, they are counted, after the others."""
    by_reason: dict[Message, list[Line]] = {}
    for line in lines:
        if line.reason is not None and not line.is_trade:
            by_reason.setdefault(line.reason, []).append(line)
    counted = {reason: refused for reason, refused in by_reason.items() if len(refused) > _MOST_REFUSED}
    with_trade = any(line.is_trade for line in lines)
    return [
        *(f"  {_told_line(line, with_trade=with_trade)}" for line in lines if line.reason not in counted),
        *(f"  ✗ {len(refused)} candidates: {reason.english()}" for reason, refused in counted.items()),
    ]


def _told_line(line: Line, *, with_trade: bool) -> str:
    if line.choice is not None:
        who = f"{line.trade} {line.choice.paper} → {line.choice.letter}"
    elif line.army_no is None and line.username is not None:
        who = f"{plain(line.username)} (no candidate profile)"
    else:
        who = plain(" ".join(filter(None, (line.army_no, line.name))), most=_LONGEST_NAME)
        who += f" ({line.trade})" if with_trade and line.trade else ""
    parts = [part.english() for part in ((line.reason,) if line.reason else ()) + line.notes]
    if line.cleared:
        parts.insert(0, "clears session " + ", ".join(map(str, line.cleared)) + ".")
    if line.restored:
        parts.insert(0, "puts session " + ", ".join(map(str, line.restored)) + " back.")
    mark = "✓" if line.outcome == "applied" else "✗"
    return f"{mark} {who}{': ' if parts else ''}{' '.join(parts)}"
