"""What the papers of the desk say: the slip of an operation, a candidate's history, the report of a shift.

Frozen values without words; the window makes pages of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from desktop_admin.controllers.findings import health
from desktop_admin.controllers.listings import panes
from desktop_admin.controllers.log import chain, history
from desktop_admin.controllers.log.chain import Checkpoint
from desktop_admin.controllers.values.people import CandidateReading
from desktop_admin.controllers.values.records import KEEPING_LOGINS, HistoryFilters, OperationRecord
from desktop_admin.controllers.values.sessions import QUIET_KINDS, Finding, FindingKind
from desktop_admin.database.session import Session, server_now
from desktop_admin.database.tables.own import OperationRow
from desktop_admin.errors import UsageProblem

_MOST_OPERATIONS = 1000
"""Nobody reads a longer report; it says how many there are."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One operation, to be filed or handed out.

    Attributes:
        seal: of its row in the log; None for what the guard cleared.
        undone_by: the newest operation that took it back, or None.
    """

    record: OperationRecord
    seal: str | None
    undone_by: OperationRecord | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CandidateHistory:
    """One candidate, as they stand, and what was done to them.

    Attributes:
        records: the operations that were applied to them, oldest first, with only their own lines and sessions.
    """

    reading: CandidateReading
    records: tuple[OperationRecord, ...]


@dataclass(frozen=True, slots=True)
class Presence:
    """A person who did something at a desk.

    Attributes:
        verified: whether a password was checked.
        released: how many operations of others this person released.
    """

    person: str
    verified: bool
    desks: tuple[str, ...]
    operations: int
    released: int


@dataclass(frozen=True, slots=True)
class ShiftReport:
    """What one shift hands over to the next.

    Attributes:
        since, until: the span, by the database server's clock.
        records: its operations, oldest first; at most the newest thousand.
        more: there were more than these.
        counts: how many findings of each kind are open that somebody should look at, the gravest kind first.
        problems: these findings.
        ending: how many portal logins end before the paper does, which is true of nearly everyone.
        running, waiting, finished: sessions that run, candidates who wait to restart, sessions that are finished.
        accepted: how many of those that run may be finished on another set than the active one.
        end: the log's end; on paper, it shows later whether the log was cut.
    """

    since: datetime
    until: datetime
    records: tuple[OperationRecord, ...]
    more: bool
    people: tuple[Presence, ...]
    counts: tuple[tuple[FindingKind, int], ...]
    problems: tuple[Finding, ...]
    ending: int
    running: int
    accepted: int
    waiting: int
    finished: int
    end: Checkpoint


def slip(session: Session, *, op_id: str) -> Slip:
    """One operation, whole.

    Raises:
        UsageProblem: the history has no such operation.
    """
    found = history.operations(session, op_id=op_id)
    if not found:
        raise UsageProblem("no_such_operation", op_id=op_id)
    row = OperationRow
    seal = session.execute(select(row.hash).where(row.op_id == op_id)).scalar_one_or_none()
    undoes = select(row.op_id).where(row.undoes == op_id, row.applied > 0).order_by(row.seq.desc()).limit(1)
    undo = session.execute(undoes).scalar_one_or_none()
    undone_by = history.operations(session, op_id=undo)[0] if undo is not None else None
    return Slip(found[0], seal, undone_by, server_now(session))


def last_op_id(session: Session, *, user_id: int) -> str:
    """The newest operation that was applied to a candidate.

    Raises:
        UsageProblem: nothing was.
    """
    last = history.last_action(session, user_id=user_id)
    if last is None:
        raise UsageProblem("nothing_done_yet")
    return last.op_id


def candidate_history(session: Session, *, user_id: int) -> CandidateHistory:
    """One candidate's state and everything that was applied to them.

    Raises:
        UsageProblem: the candidate is no longer in the portal.
    """
    records = history.operations(session, filters=HistoryFilters(user_id=user_id), limit=None)
    return CandidateHistory(
        reading=panes.read_candidate(session, user_id=user_id),
        records=tuple(_only(record, user_id) for record in reversed(records)),
    )


def _only(record: OperationRecord, user_id: int) -> OperationRecord:
    """The operation as far as it concerns one candidate; a paper about them names nobody else."""
    return replace(
        record,
        lines=tuple(line for line in record.lines if line.user_id == user_id or line.is_trade),
        sessions=tuple(one for one in record.sessions if one.user_id == user_id),
    )


def shift_report(session: Session, *, since: datetime, until: datetime | None = None) -> ShiftReport:
    """What was done in a span of time by the database server's clock, until now where it has no end, and what is open.

    Raises:
        UsageProblem: the span ends before it begins.
    """
    end = chain.end(session)
    until = until or end.at
    if since >= until:
        raise UsageProblem("shift_ends_before", since=since, until=until)
    span = HistoryFilters(since=since, until=until)
    newest_first = history.operations(session, filters=span, limit=_MOST_OPERATIONS + 1)
    records = tuple(reversed(newest_first[:_MOST_OPERATIONS]))
    seen = health.survey(session, finished=0)
    problems = tuple(finding for finding in seen.findings if finding.kind not in QUIET_KINDS)
    counts = Counter(finding.kind for finding in problems)
    return ShiftReport(
        since=since,
        until=until,
        records=records,
        more=len(newest_first) > _MOST_OPERATIONS,
        people=_people(records),
        counts=tuple((kind, counts[kind]) for kind in FindingKind if counts[kind]),
        problems=problems,
        ending=seen.ending,
        running=seen.running,
        accepted=seen.accepted,
        waiting=seen.waiting,
        finished=seen.finished,
        end=end,
    )


def _people(records: Sequence[OperationRecord]) -> tuple[Presence, ...]:
    """Who did or released something; what the guard or a rule does is nobody's work."""
    done: defaultdict[tuple[str, bool], list[OperationRecord]] = defaultdict(list)
    released: Counter[tuple[str, bool]] = Counter()
    for record in records:
        if record.seq is not None and record.operation != KEEPING_LOGINS:
            done[record.person, record.verified].append(record)
        if record.released_by is not None:
            # A release is a password, so whoever gave it was verified.
            released[record.released_by, True] += 1
    return tuple(
        Presence(*who, tuple(sorted({one.desk for one in done[who]})), len(done[who]), released[who])
        for who in sorted(done.keys() | released.keys())
    )
