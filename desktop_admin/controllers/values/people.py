"""The read models of candidates, one by one and in lists, frozen when the transaction ends.

All times are UTC-aware; durations are ``timedelta``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from desktop_admin.controllers.values.lines import Line, Outcome
from desktop_admin.controllers.values.records import LastAction
from desktop_admin.controllers.values.sessions import QUIET_KINDS, Finding, SessionRow
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, SlotState


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade, as it is listed and chosen."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift (date, start, centre) as it is listed in a filter."""

    id: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose a session is or was: the account, with the candidate that it belongs to, as they are now.

    Attributes:
        profile_id, army_no: None where the account has no candidate's profile.
        name: the candidate's, else the account's.
        trade: the trade's code, or None without a trade.
        submitted: the papers whose consumed column is set.
    """

    user_id: int
    username: str
    profile_id: int | None
    army_no: str | None
    name: str
    trade_id: int | None
    trade: str | None
    slot: SlotState
    slot_assigned_at: datetime | None
    slot_attempting_at: datetime | None
    submitted: frozenset[Paper]

    def line(self, outcome: Outcome, **told: Any) -> Line:
        """A line of a plan about them."""
        return Line(outcome, self.user_id, self.army_no, self.username, self.name, self.trade, **told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Owner):
    """A candidate with slot and paper states.

    Attributes:
        next_paper: the paper that the slot stands for, or None when all papers are completed.
        completed: the papers whose completed column is set.
        photograph: the file's name below the portal's media folder, or empty.
    """

    profile_id: int
    army_no: str
    rank: str
    trade_name: str | None
    shift_id: int | None
    account_active: bool
    slot_assigned_by: str | None
    next_paper: Paper | None
    completed: frozenset[Paper]
    photograph: str


@dataclass(frozen=True, slots=True)
class WouldGet:
    """What the candidate would get on pressing Start now.

    Attributes:
        action: ``start`` a new session, ``resume`` one, or be ``refused``.
        set: label of the question set (a resumed session of several sets: joined with ``+``), or None.
        duration: the session's, or for a new one the trade's, else the paper's.
        notes: what else the person at the desk should know.
    """

    action: str
    paper: Paper | None = None
    set: str | None = None
    questions: int | None = None
    duration: timedelta | None = None
    session_id: int | None = None
    reason: Message | None = None
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class CandidateReading:
    """Everything the candidate pane shows.

    Attributes:
        diagnosis: one sentence; ``stuck`` says whether it is a problem.
        sessions, last_actions: newest first; of the operations that were applied to the candidate only some.
    """

    candidate: Candidate
    would_get: WouldGet
    sessions: tuple[SessionRow, ...]
    findings: tuple[Finding, ...]
    live_logins: int
    last_actions: tuple[LastAction, ...]
    diagnosis: Message
    at: datetime

    @property
    def stuck(self) -> bool:
        """Whether one of the sessions is stuck."""
        return any(row.stuck for row in self.sessions)

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that somebody should look at."""
        return tuple(one for one in self.findings if one.kind not in QUIET_KINDS)

    @property
    def remarks(self) -> tuple[Finding, ...]:
        """The findings that are true of nearly everyone."""
        return tuple(one for one in self.findings if one.kind in QUIET_KINDS)

    @property
    def last_action(self) -> LastAction | None:
        """The newest of the operations that were applied to the candidate."""
        return next(iter(self.last_actions), None)

    @property
    def incomplete(self) -> tuple[SessionRow, ...]:
        """The incomplete sessions, newest first."""
        return tuple(row for row in self.sessions if row.incomplete)


class CandidateStatus(StrEnum):
    """One word per candidate in a list, worst first."""

    STUCK = "stuck"
    OVERDUE = "overdue"
    FINDING = "finding"
    ACCEPTED = "accepted"
    RUNNING = "running"
    WAITING = "waiting"
    NOT_STARTED = "not_started"
    FINISHED = "finished"
    NO_SLOT = "no_slot"


@dataclass(frozen=True, slots=True)
class NotBack:
    """A candidate who was to start again, or to log in again, and has not yet.

    Attributes:
        operation: what sent them away, as the log names it; ``person``: who did it.
        paper: which they are to go on with; None where the portal no longer has it.
        minutes: since then, whole.
    """

    user_id: int
    army_no: str
    name: str
    trade: str | None
    paper: Paper | None
    operation: str
    person: str
    at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One line of the candidate list.

    Attributes:
        sets: what the open session is made of, as in ``SessionRow.sets``; empty without one.
        active_set: the letter that is active for the next paper, or None where there is none.
        time_left: of the open session; negative when overdue; None without one.
    """

    user_id: int
    army_no: str
    name: str
    trade: str | None
    slot: SlotState
    next_paper: Paper | None
    status: CandidateStatus
    sets: tuple[str, ...]
    active_set: str | None
    time_left: timedelta | None
    rank: str = ""
    shift_id: int | None = None


@dataclass(frozen=True, slots=True)
class ListOrder:
    """By which column of the candidate list it is sorted; what says nothing comes last either way."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class CandidateList:
    """The candidates who match, in the order in which they are listed, and the rows of some of them.

    Attributes:
        user_ids: all of them; nobody changes it.
    """

    user_ids: Sequence[int] = ()
    rows: tuple[CandidateRow, ...] = ()
