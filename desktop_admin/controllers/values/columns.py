"""The columns of every table that more than one outlet shows: window, terminal, spreadsheet and paper.

A column has one name, which each outlet says with the sentence of its heading. Its value is what the row knows, and
each outlet only formats it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from operator import attrgetter
from typing import Generic, TypeVar

from desktop_admin.controllers.values.attending import Attendee, Figures
from desktop_admin.controllers.values.board import BoardFigures, BoardRow
from desktop_admin.controllers.values.checks import CheckRow, typed
from desktop_admin.controllers.values.closed import Closing
from desktop_admin.controllers.values.happened import Incident, IncidentPart, category_word
from desktop_admin.controllers.values.lines import Line
from desktop_admin.controllers.values.people import CandidateRow, CandidateStatus, NotBack
from desktop_admin.controllers.values.records import (
    ClearedSession,
    OperationRecord,
    PaperChange,
    operation_name,
    told_reason,
)
from desktop_admin.controllers.values.roles import HeldRole
from desktop_admin.controllers.values.sessions import Finding, SessionRow
from desktop_admin.messages import Message
from desktop_admin.rules import Role

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Columns(Generic[R]):
    """The columns of one table.

    A value is text, a number, a time (UTC-aware), a duration, a sentence, yes or no, one of the classes below, or None.

    Attributes:
        made: by name, how a value is made that is no attribute of the column's name.
        window, terminal, sheet, paper: which columns an outlet shows, in order.
        read: by name, what gives the column's value for a row.
    """

    made: Mapping[str, Callable[[R], object]]
    window: tuple[str, ...] = ()
    terminal: tuple[str, ...] = ()
    sheet: tuple[str, ...] = ()
    paper: tuple[str, ...] = ()
    read: dict[str, Callable[[R], object]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        names = {*self.window, *self.terminal, *self.sheet, *self.paper}
        self.read.update({**{name: attrgetter(name.replace(" ", "_")) for name in names}, **self.made})


@dataclass(frozen=True, slots=True)
class Person:
    """A candidate, or the account of a session, as far as known."""

    number: str | None
    name: str


@dataclass(frozen=True, slots=True)
class HeldSets:
    """The sets that a session is made of.

    Attributes:
        active: the letter that they are compared with, or None.
    """

    sets: tuple[str, ...]
    active: str | None
    stuck: bool


def heading(column: str) -> Message:
    """The heading of a column."""
    return Message.of(f"heading_{column.replace(' ', '_')}")


def whole_minutes(duration: timedelta | None) -> int | None:
    """A duration in whole minutes, rounded down also where it is negative."""
    return None if duration is None else int(duration.total_seconds() // 60)


def role_word(role: Role | None) -> Message:
    """A role at the desk, or that there is none."""
    return Message.of("role_none" if role is None else f"role_{role}")


def _told(row: SessionRow) -> tuple[Message, ...]:
    """What is wrong with a session, and that it may be finished on another set."""
    findings = tuple(one.reason for one in row.findings if one.stuck or not row.stuck)
    return findings if row.acceptance is None else (row.acceptance, *findings)


CANDIDATES: Columns[CandidateRow] = Columns(
    {
        "sets": lambda row: "+".join(row.sets),
        "set": lambda row: HeldSets(row.sets, row.active_set, row.status is CandidateStatus.STUCK),
        # Its label stands in a list of its own.
        "shift": lambda row: row.shift_id,
        "minutes left": lambda row: row.time_left,
        "whole minutes left": lambda row: whole_minutes(row.time_left),
    },
    window=("status", "army no", "rank", "name", "trade", "set", "minutes left", "shift"),
    terminal=("army no", "name", "trade", "slot", "next paper", "status", "sets"),
    sheet=("army no", "name", "trade", "slot", "next paper", "status", "sets", "active set", "whole minutes left"),
)

SESSIONS: Columns[SessionRow] = Columns(
    {
        "session": lambda row: row.id,
        "candidate": lambda row: Person(row.army_no or row.username, row.name),
        "army no": lambda row: row.army_no or row.username,
        "set": lambda row: HeldSets(row.sets, row.active_set if row.incomplete else None, row.stuck),
        "sets": lambda row: "+".join(row.sets),
        "started": lambda row: row.started_at,
        "completed": lambda row: row.completed_at,
        "ends": lambda row: row.ends_at,
        "finding": lambda row: row.findings[0].reason if row.findings else row.acceptance,
        "findings": _told,
        "cure": lambda row: row.findings[0].cure if row.findings else None,
    },
    # Status and minutes left depend on the time of reading, which the outlet knows.
    window=("status", "candidate", "trade", "paper", "set", "started", "minutes left", "finding"),
    terminal=(
        *("session", "army no", "name", "trade", "paper", "sets", "active set", "started", "completed", "findings"),
    ),
    sheet=(
        *("session", "army no", "name", "trade", "paper", "sets", "active set", "questions"),
        *("started", "completed", "ends", "stuck", "finding", "cure"),
    ),
    paper=("session", "paper", "set", "questions", "started", "completed", "status"),
)

_NUMBERS = ("expected", "present", "writing", "done", "absent", "not expected", "late")
FIGURES: Columns[Figures] = Columns(
    {"shift": lambda one: one.shift or Message.of("no_shift")},
    window=("shift", "trade", *_NUMBERS),
    terminal=("shift", "trade", *_NUMBERS),
    sheet=("shift", "trade", *_NUMBERS),
    paper=("shift", "trade", *_NUMBERS),
)

ATTENDEES: Columns[Attendee] = Columns(
    {
        "shift": lambda one: one.shift or Message.of("no_shift"),
        "state": lambda one: Message.of(f"attending_{one.state}"),
        "checked in": lambda one: one.checked_in and one.checked_in.at,
        "late": lambda one: Message.of("attending_late", n=-(-one.late // 60)) if one.late else None,
        "person": lambda one: one.checked_in and one.checked_in.person,
        # Is signed by hand.
        "signature": lambda _one: "",
    },
    window=("state", "army no", "name", "trade", "seat", "checked in", "late", "shift"),
    terminal=("army no", "name", "trade", "state", "seat", "checked in", "late", "shift"),
    sheet=("army no", "rank", "name", "trade", "state", "seat", "checked in", "late", "person", "shift"),
    paper=("army no", "rank", "name", "trade", "seat", "checked in", "late", "signature"),
)

ABSENTEES: Columns[Attendee] = Columns(
    {
        "shift": ATTENDEES.made["shift"],
        "slot withdrawn": lambda one: Message.of("sheet_no" if one.has_slot else "sheet_yes"),
    },
    sheet=("army no", "rank", "name", "trade", "shift", "slot withdrawn"),
    paper=("army no", "rank", "name", "trade", "shift", "slot withdrawn"),
)

INCIDENT_PARTS: Columns[IncidentPart] = Columns(
    {
        "incident": lambda one: one.incident.op_id[:8],
        "category": lambda one: category_word(one.incident.category),
        "happened": lambda one: one.incident.happened_at,
        "candidate": lambda one: ", ".join(f"{who.army_no} {who.name}" for who in one.part.people),
        "what happened": lambda one: one.part.text,
        "what was done": lambda one: one.part.done,
        "operations": lambda one: ", ".join(one.part.about),
        "when": lambda one: one.part.at,
        "person": lambda one: one.part.seal.mark(one.part.person),
        "desk": lambda one: one.part.desk,
        "row": lambda one: one.part.seq,
    },
    sheet=(
        *("incident", "category", "happened", "candidate", "what happened", "what was done", "operations"),
        *("when", "person", "desk", "row"),
    ),
)

CLOSINGS: Columns[Closing] = Columns(
    {"when": lambda one: one.at, "state": lambda one: one.told, "digest": lambda one: one.digest[:16]},
    terminal=("day", "when", "person", "file", "state", "digest"),
)

BOARD: Columns[BoardRow] = Columns(
    {
        "state": lambda row: Message.of("board_over") if row.over else row.standing.said,
        "minutes left": lambda row: row.left,
        "whole minutes left": lambda row: whole_minutes(row.left),
        "remark": lambda row: row.told,
    },
    window=("state", "army no", "name", "trade", "seat", "minutes left", "remark", "shift"),
    terminal=("state", "army no", "name", "trade", "seat", "whole minutes left", "remark"),
)

BOARD_FIGURES: Columns[BoardFigures] = Columns(
    {"group": lambda one: one.group or Message.of("board.without")},
    window=("group", "problem", "not back", "absent", "writing", "present", "done", "not expected"),
    terminal=("group", "problem", "not back", "absent", "writing", "present", "done", "not expected"),
)

CHECKS: Columns[CheckRow] = Columns(
    {
        "check": lambda row: Message.of(f"checklist_{row.check.name}"),
        "state": lambda row: Message.of(f"check_{row.check.state}"),
        "what is wrong": lambda row: row.told,
        "cure": lambda row: row.amiss and row.amiss.cure,
        "command": lambda row: row.amiss and typed(row.amiss.command),
    },
    window=("state", "check", "what is wrong", "cure"),
    terminal=("state", "check", "what is wrong", "cure", "command"),
    sheet=("state", "check", "what is wrong", "cure", "command"),
    paper=("state", "check", "what is wrong", "cure"),
)

INCIDENTS: Columns[Incident] = Columns(
    {
        "when": lambda one: one.happened_at,
        "category": lambda one: category_word(one.category),
        "what happened": lambda one: one.first.text,
        "concerned": lambda one: ", ".join(who.army_no for who in one.people),
        "added": lambda one: len(one.additions) or None,
        "person": lambda one: one.first.seal.mark(one.first.person),
    },
    window=("when", "category", "what happened", "concerned", "added", "person"),
)

NOT_BACK: Columns[NotBack] = Columns(
    {
        "candidate": lambda one: Person(one.army_no, one.name),
        "minutes since": lambda one: one.minutes,
        "operation": lambda one: operation_name(one.operation),
        "when": lambda one: one.at,
    },
    window=("minutes since", "candidate", "trade", "paper", "operation", "person", "when"),
    terminal=("minutes since", "army no", "name", "trade", "paper", "operation", "person", "when"),
    sheet=("minutes since", "army no", "name", "trade", "paper", "operation", "person", "when"),
)

FINDINGS: Columns[Finding] = Columns(
    {
        "session": lambda one: one.session_id,
        "candidate or trade": lambda one: Person(one.army_no, one.name),
        "who": lambda one: one.whom or one.trade,
    },
    terminal=("who", "reason", "cure"),
    sheet=("kind", "stuck", "session", "army no", "name", "trade", "reason", "cure"),
    paper=("candidate or trade", "trade", "reason"),
)

HISTORY: Columns[OperationRecord] = Columns(
    {
        "row": lambda record: record.seq,
        "when": lambda record: record.at,
        "operation": lambda record: operation_name(record.operation),
        "signed in": lambda record: record.verified,
        "reason": lambda record: told_reason(record.reason),
        "sessions": lambda record: len(record.sessions),
    },
    window=(
        *("when", "person", "released by", "desk", "operation", "to whom", "reason", "applied", "refused", "sessions"),
    ),
    terminal=(
        *("row", "when", "operation", "person", "released by", "desk", "reason", "applied", "refused", "sessions"),
        "op_id",
    ),
    sheet=("row", "when", "operation", "person", "signed in", "seal", "released by", "desk", "reason", "op_id"),
    paper=("row", "when", "operation", "person", "reason", "to whom", "sessions"),
)

LINES: Columns[Line] = Columns(
    {
        "candidate or trade": lambda line: line,
        "army no": lambda line: line.army_no or line.username,
        "paper": lambda line: line.choice and line.choice.paper,
        "set": lambda line: line.choice and line.choice.letter,
        "outcome": lambda line: Message.of(f"outcome.{line.outcome}"),
        "why": lambda line: line.reason,
        "sessions cleared": lambda line: len(line.cleared),
        "sessions put back": lambda line: len(line.restored),
    },
    window=("candidate or trade", "trade", "outcome"),
    sheet=("army no", "name", "trade", "paper", "set", "outcome", "why", "sessions cleared", "sessions put back"),
    paper=("candidate or trade", "trade", "outcome"),
)

CLEARED: Columns[ClearedSession] = Columns(
    {
        "session": lambda one: one.id,
        "candidate": lambda one: Person(one.army_no, one.name),
        "started": lambda one: one.started_at,
        "questions": lambda one: None if one.damaged else len(one.questions),
    },
    window=("session", "candidate", "trade", "paper", "set", "started", "questions", "put back"),
    terminal=("session", "army no", "name", "trade", "paper", "set", "started", "questions", "put back"),
    paper=("session", "candidate", "trade", "paper", "set", "questions"),
)

PAPER_CHANGES: Columns[PaperChange] = Columns(
    {
        "when": lambda one: one.at,
        "became": lambda one: Message.of("paper_became_undone" if one.undone else "paper_became", what=one.told),
        "reason": lambda one: told_reason(one.reason),
    },
    window=("when", "became", "person", "released by", "operation", "reason"),
)

ROLES: Columns[HeldRole] = Columns(
    {
        "user name": lambda one: one.username,
        "role": lambda one: role_word(one.role),
        "in portal": lambda one: role_word(one.in_portal),
        "account": lambda one: Message.of("account_on" if one.is_active else "account_off"),
        "given by": lambda one: one.giving and one.giving.seal.mark(one.giving.person),
        "given at": lambda one: one.giving and one.giving.at,
    },
    window=("user name", "name", "role", "in portal", "given by", "given at", "account"),
    terminal=("user name", "name", "role", "given by", "given at", "account"),
)
