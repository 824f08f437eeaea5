"""How the command line prints: JSON objects for programs, aligned lines for people."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

from wcwidth import wcswidth

from desktop_admin.cli.words import echo, say, worded, zone
from desktop_admin.controllers.operations.changes import Changes
from desktop_admin.controllers.values import checks, people, sets
from desktop_admin.controllers.values.attending import Attendance, Attendee
from desktop_admin.controllers.values.board import Board, BoardRow
from desktop_admin.controllers.values.checks import Amiss, Check, Checklist
from desktop_admin.controllers.values.closed import Closing
from desktop_admin.controllers.values.columns import Columns, heading, whole_minutes
from desktop_admin.controllers.values.guard_state import GuardCheck
from desktop_admin.controllers.values.lines import Line
from desktop_admin.controllers.values.records import ClearedSession, OperationRecord, PutBack
from desktop_admin.controllers.values.roles import HeldRole
from desktop_admin.controllers.values.sessions import Finding, SessionRow
from desktop_admin.messages import Message, phrase, shortened
from desktop_admin.rules import SlotState

R = TypeVar("R")

_LONGEST_NAME = 60
_LONGEST_CELL = 40
_MOST_LISTED = 20
_MARKS = {"applied": "✓", "refused": "✗", "same": "="}
_MOST_ALIKE = 3
_MOST_REFUSED = 20
"""Up to so many candidates refused for the same reason are listed one by one."""


def write_json(value: object) -> None:
    """Print one value as JSON, as ``values`` has it; in UTF-8, whatever the terminal is set up for."""
    # Half a pair of surrogates, which is no text of UTF-8, stays as JSON writes it.
    echo(json.dumps(values(value), ensure_ascii=False, indent=2).encode(errors="backslashreplace"))


def give(value: object, tell: Callable[[], object], *, as_json: bool) -> None:
    """Print a value as JSON for programs, or have it told to people."""
    if as_json:
        write_json(value)
    else:
        tell()


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> None:
    """Print rows in aligned columns under these headings; where there are none, the sentence with the key ``empty``."""
    if not rows:
        say(empty)
        return
    cells = [["–" if value in (None, "") else plain(str(value)) for value in row] for row in (headings, *rows)]
    widths = [max(wcswidth(row[column]) for row in cells) for column in range(len(headings))]
    for row in cells:
        padded = (value + " " * (width - wcswidth(value)) for value, width in zip(row, widths, strict=True))
        echo("  ".join(padded).rstrip())


def listing(columns: Columns[R], rows: Sequence[R], *, names: Sequence[str] = (), empty: str) -> None:
    """Print rows in the columns that a table has in the terminal, or in those of these names; ``empty`` as there."""
    shown = names or columns.terminal
    headings = [worded(heading(name)) for name in shown]
    table(headings, [[_cell(columns.read[name](row)) for name in shown] for row in rows], empty=empty)


_GLYPHS = {"green": "✓", "amiss": "✗", "unknown": "?"}


def tell_checklist(
    found: Checklist, *, typed: Callable[[Sequence[str]], str], everything: bool = False, err: bool = False
) -> None:
    """Print the lines of a checklist, what is wrong first; below each what is wrong, and each cure once.

    Args:
        typed: gives the words of a command as they are to be typed here.
        everything: all that is wrong is listed, not the first few of each kind.
    """
    for check in checks.in_order(found):
        number = f" ({len(check.amiss)})" if len(check.amiss) > 1 else ""
        echo(f"{_GLYPHS[check.state]} {phrase(f'checklist_{check.name}')}{number}", err=err)
        if check.unknown is not None:
            echo(f"    {plain(worded(check.unknown))}", err=err)
        for alike in checks.kinds(check):
            _tell_kind(alike, typed=typed, everything=everything, err=err)


def _tell_kind(
    alike: Sequence[checks.Amiss], *, typed: Callable[[Sequence[str]], str], everything: bool, err: bool
) -> None:
    few = len(alike) if everything or len(alike) <= _MOST_ALIKE + 1 else _MOST_ALIKE
    for one in alike[:few]:
        echo(f"    {plain(worded(one.told))}", err=err)
    if few < len(alike):
        echo(f"    {phrase('cli.checklist.and_more', n=len(alike) - few)}", err=err)
    echo(f"    {plain(worded(alike[0].cure))}", err=err)
    command = checks.together(alike)
    if command:
        echo(f"    {plain(typed(command))}", err=err)
    if command.count(checks.NUMBER) == checks.MOST_NAMED < len(alike):
        echo(f"    {phrase('cli.checklist.first_of', count=checks.MOST_NAMED)}", err=err)


def _cell(value: object) -> object:
    match value:
        case datetime():
            return local(value)
        case Message():
            return worded(value)
        case PutBack():
            return worded(Message.of("cli.put_back_by", at=value.at, op_id=value.op_id))
        case SlotState():
            return slot(value)
        case people.CandidateStatus():
            return phrase(f"cli.status_{value}")
        case str():
            return plain(value, most=_LONGEST_CELL)
        case tuple():
            return " ".join(str(_cell(one)) for one in value)
    return value


def slot(state: SlotState) -> str:
    """The state of a slot in a word."""
    return phrase(f"cli.slot_{state}")


def plain(text: str, *, most: int | None = None) -> str:
    """Text of the portal for a terminal, cut after ``most``: control characters, which break lines, become blanks."""
    clean = "".join(" " if unicodedata.category(character) == "Cc" else character for character in text)
    return clean if most is None else shortened(clean, most=most)


def local(value: datetime | None) -> str:
    """A time for people: ISO date, 24 h, in the portal's zone; a dash where there is none."""
    return "–" if value is None else value.astimezone(zone()).strftime("%Y-%m-%d %H:%M")


def values(thing: object) -> Any:
    """A value as JSON has it: times in UTC, durations in minutes, dataclasses as objects.

    Sentences are in English, their times in the portal's zone: what is read to somebody names the day of the listing.
    """
    match thing:
        case Message():
            return thing.english(zone=zone())
        case datetime():
            return thing.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return thing.isoformat()
        case timedelta():
            minutes = thing.total_seconds() / 60
            return int(minutes) if minutes.is_integer() else minutes
        case Path():
            return str(thing)
        case Mapping():
            return {key: values(one) for key, one in thing.items()}
        case tuple() | list():
            return [values(one) for one in thing]
        case frozenset():
            return sorted(thing)
    if is_dataclass(thing):
        written = _WRITTEN.get(type(thing)) or _keys(*(field.name for field in fields(thing)))
        return values(written(thing))
    return thing


def _keys(*own: str, **others: str | Callable[[Any], object]) -> Callable[[Any], dict[str, object]]:
    """What is written of a dataclass: attributes of its own, and by key others, or what is made of the whole."""
    get: dict[str, Callable[[Any], object]] = {name: attrgetter(name) for name in own}
    get |= {key: attrgetter(how) if isinstance(how, str) else how for key, how in others.items()}
    return lambda thing: {key: one(thing) for key, one in get.items()}


def _line(line: Line) -> dict[str, object]:
    who: dict[str, object]
    if line.choice is not None:
        who = {"trade": line.trade, "paper": line.choice.paper, "set": line.choice.letter}
        wishes = {"opens": line.choice.opens, "minutes": line.choice.minutes}
        who |= {name: wish for name, wish in wishes.items() if wish is not None}
        who |= {"writing": line.writing} if line.writing else {}
    else:
        who = {"army_no": line.army_no, "username": line.username, "name": line.name}
        who |= {"session_id": line.session_id} if line.session_id is not None else {}
    who |= {"given": _keys("session_id", "minutes", "planned")(line.given)} if line.given is not None else {}
    return who | _keys("outcome", "reason", "notes", "cleared", "restored", "accepted")(line)


_SLOT = _keys(
    state="slot",
    assigned_at="slot_assigned_at",
    assigned_by="slot_assigned_by",
    attempting_at="slot_attempting_at",
)
_WRITTEN: dict[type, Callable[[Any], dict[str, object]]] = {
    Finding: _keys("kind", "reason", "cure", "stuck", "session_id", "army_no", "trade"),
    SessionRow: _keys(
        *("id", "army_no", "username", "name", "trade", "paper", "exam_type", "sets", "active_set", "questions"),
        *("started_at", "completed_at", "ends_at", "stuck", "accepted"),
        findings=lambda row: [_keys("kind", "reason", "cure")(finding) for finding in row.findings],
    ),
    people.CandidateRow: _keys(
        *("army_no", "name", "trade", "slot", "next_paper", "status", "sets", "active_set"),
        minutes_left=lambda row: whole_minutes(row.time_left),
    ),
    people.WouldGet: _keys(
        "action", "paper", "set", "questions", "session_id", "reason", "notes", duration_minutes="duration"
    ),
    people.CandidateReading: lambda reading: (
        _keys("army_no", "name", "rank", "trade", "next_paper", "submitted", "completed", slot=_SLOT)(reading.candidate)
        | _keys("diagnosis", "would_get", "live_logins", "findings", "sessions", "last_action")(reading)
    ),
    sets.TradeSets: _keys("primary", "secondary", trade="trade.code"),
    sets.SetCell: _keys(
        *("has_paper", "active", "present", "required", "writing", "disagrees"),
        open="is_open",
        duration_minutes="duration",
        short=lambda cell: [dict(zip(("part", "present", "required"), one, strict=True)) for one in cell.short],
        letters=lambda cell: {one.letter: one.present for one in cell.letters},
        on_other_sets=lambda cell: dict(cell.elsewhere),
        accepted_on_other_sets=lambda cell: dict(cell.accepted),
    ),
    Line: _line,
    Closing: _keys(
        *("op_id", "day", "at", "person", "desk", "file", "row", "reason", "seal", "operations", "submissions"),
        sha256="digest",
        current="is_current",
    ),
    Changes: _keys(
        *("op_id", "dry_run", "applied", "refused", "same", "cleared_sessions", "ended_logins"),
        *("returned_logins", "safety_copy", "notes", "lines"),
        operation="kind.name",
        operator_reason="reason",
        restored_sessions=lambda changes: len(changes.restored_ids),
        screen=lambda changes: changes.screen if changes.touches_screens else None,
    ),
    Attendance: _keys(
        *("at", "figures"),
        day=lambda found: found.day.isoformat(),
        shift=lambda found: found.shift and found.shift.label,
        candidates="rows",
    ),
    Board: _keys(
        *("at", "elsewhere"),
        day=lambda found: found.day.isoformat(),
        shift=lambda found: found.shift and found.shift.label,
        lines="rows",
    ),
    BoardRow: _keys(
        *("standing", "stuck", "army_no", "name", "trade", "shift", "seat", "kinds", "told"),
        minutes_left=lambda row: whole_minutes(row.left),
    ),
    Checklist: _keys("at", "green", "checks", shift=lambda found: found.shift and found.shift.label),
    Check: _keys("name", "state", "unknown", problems="amiss"),
    Amiss: _keys("told", "cure", "army_no", command=lambda amiss: checks.typed(amiss.command)),
    Attendee: _keys(
        *("army_no", "rank", "name", "trade", "shift", "state", "guest", "seat"),
        checked_in_at=lambda row: row.checked_in and row.checked_in.at,
        checked_in_by=lambda row: row.checked_in and row.checked_in.person,
        seconds_late="late",
    ),
    HeldRole: _keys(
        *("username", "name", "role"),
        active="is_active",
        given_by=lambda one: one.giving and one.giving.person,
        given_at=lambda one: one.giving and one.giving.at,
    ),
    GuardCheck: _keys("state", "told", "differing", "installed_at", person=lambda found: found.person or None),
    OperationRecord: _keys(
        *("seq", "op_id", "operation", "at", "person", "verified", "released_by", "desk", "desk_at", "told"),
        *("undoes", "undone_by", "reason", "applied", "refused", "ended_logins", "lines", "sessions", "seal"),
        notes="warnings",
    ),
    ClearedSession: _keys(
        *("id", "damaged", "army_no", "name", "trade", "paper", "set", "started_at", "questions"),
        restored_by=lambda one: one.put_back and one.put_back.op_id,
        restored_at=lambda one: one.put_back and one.put_back.at,
    ),
}
"""What is written of each class; of a class that does not stand here, every attribute."""


def told(changes: Changes, *, err: bool = False) -> None:
    """Print for people what an operation did, or would do; ``err``: on stderr, because stdout is for an object."""
    for line in (_summary(changes), *told_lines(changes.lines)):
        echo(line, err=err)
    for note in changes.notes:
        say(note, err=err)
    if changes.screen is not None and changes.touches_screens:
        say(changes.screen, err=err)


def findings(found: Sequence[Finding], *, count: str) -> None:
    """Print on stderr what is stuck among those whom an operation names; ``count`` is the key of the heading."""
    if not found:
        return
    say(count, n=len(found), err=True)
    for one in found[:_MOST_LISTED]:
        who = plain(one.whom, most=_LONGEST_NAME)
        echo(f"  ◆ {who}: {worded(one.reason)} {worded(one.cure)}", err=True)
    if len(found) > _MOST_LISTED:
        echo(f"  … {phrase('cli.all_listed')}", err=True)


def _summary(changes: Changes) -> str:
    if not changes.lines:
        return phrase("cli.nothing_to_do")
    if changes.same == len(changes.lines):
        return phrase("cli.all_same", operation=changes.kind.say("name"), n=changes.same)
    counted = {
        "operation": changes.kind.say("name"),
        "applied": changes.applied,
        "refused": changes.refused,
        "cleared": Message.of("count.sessions", n=changes.cleared_sessions),
        "restored": Message.of("count.sessions", n=len(changes.restored_ids)),
        "logins": Message.of("count.logins", n=changes.ended_logins),
    }
    if changes.restored_ids:
        return phrase("cli.would_put_back" if changes.dry_run else "cli.did_put_back", **counted)
    told = phrase("cli.would" if changes.dry_run else "cli.did", **counted)
    return f"{told} {phrase('cli.same', n=changes.same)}" if changes.same else told


def told_lines(lines: Sequence[Line]) -> list[str]:
    """The lines for people: where very many are refused for the same reason, they are counted, after the others."""
    reasons = ["" if line.reason is None or line.is_trade else worded(line.reason) for line in lines]
    counted = {reason: n for reason, n in Counter(filter(None, reasons)).items() if n > _MOST_REFUSED}
    marks = {reason: _MARKS[line.outcome] for line, reason in zip(lines, reasons, strict=True)}
    with_trade = any(line.is_trade for line in lines)
    each = (line for line, reason in zip(lines, reasons, strict=True) if reason not in counted)
    return [
        *(f"  {_told_line(line, with_trade=with_trade)}" for line in each),
        *(f"  {marks[reason]} {phrase('count.candidates', n=n)}: {reason}" for reason, n in counted.items()),
    ]


def _told_line(line: Line, *, with_trade: bool) -> str:
    if line.choice is not None:
        who = f"{line.trade} {line.choice.paper} {', '.join(map(worded, line.choice.told))}"
    elif line.army_no is None and line.username is not None:
        who = phrase("cli.no_profile", username=plain(line.username))
    else:
        who = plain(" ".join(filter(None, (line.army_no, line.name))), most=_LONGEST_NAME)
        who += f" ({line.trade})" if with_trade and line.trade else ""
    parts = [worded(part) for part in ((line.reason,) if line.reason else ()) + line.notes]
    for key, ids in (("cli.clears", line.cleared), ("cli.puts_back", line.restored)):
        if ids:
            parts.insert(0, phrase(key, n=len(ids), sessions=ids))
    return f"{_MARKS[line.outcome]} {who}{': ' if parts else ''}{' '.join(parts)}"
