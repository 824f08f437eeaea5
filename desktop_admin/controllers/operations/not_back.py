"""Who was to start again, or to log in again, and has not yet: after a clearing, a switch, or time that was given.

Nothing of it is stored. The list is what log and archive say, without whom the portal has seen since: somebody leaves
it with a newer session, without a slot, or when the operation is taken back; after time that was given, with a login.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from desktop_admin.controllers.operations.kind import Clears
from desktop_admin.controllers.operations.table import OPERATIONS
from desktop_admin.controllers.values.people import NotBack
from desktop_admin.database.session import Session, has_own_tables, server_now
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import (
    ArchivedSession,
    GivenTime,
    OperationCandidate,
    OperationRow,
    RestoredSession,
)
from desktop_admin.database.tables.portal import CandidateProfile, ExamSession, QuestionPaper, Trade, User
from desktop_admin.rules import Paper

LOOKED_BACK = timedelta(hours=24)
"""Whoever is not back by then is not waited for any more."""
_AFRESH = tuple(kind.name for kind in OPERATIONS if kind.writes_slots and not kind.restarts)
"""What begins or ends a candidate's slot: whatever came before is over."""
_CLEARING = tuple(kind.name for kind in OPERATIONS if kind.clears is Clears.INCOMPLETE and kind.name not in _AFRESH)
"""What leaves the slot with whomever it clears, so that they start again."""
Place = tuple[str, int]
"""An operation's id, and an account."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """What sent a candidate to the login page.

    Attributes:
        session_id: the newest that it cleared, or the one that it gave time.
        gave_time: the session is still there, and goes on with the next login.
    """

    op_id: str
    seq: int
    at: datetime
    operation: str
    person: str
    session_id: int
    paper: str | None
    gave_time: bool


@dataclass(frozen=True, slots=True)
class _Over:
    """Whose waiting has ended, as far as the log says.

    Attributes:
        back: for whom an operation was undone, or a session of it put back, or whom it put back itself.
        afresh: the last row of the log that began or ended the slot of an account.
    """

    back: frozenset[Place]
    afresh: Mapping[int, int]


def find(session: Session, *, now: datetime | None = None) -> tuple[NotBack, ...]:
    """Everybody who is not back, whoever has been waited for longest first; always by as many statements."""
    if not has_own_tables(session):
        return ()
    now = now or server_now(session)
    sent = _newest(_sent(session, since=now - LOOKED_BACK), _over(session, since=now - LOOKED_BACK))
    seen = _sessions(session, sent)
    found = [
        NotBack(
            user_id=one.user_id,
            army_no=one.army_no,
            name=one.name,
            trade=one.code,
            paper=None if what.paper is None else Paper(what.paper),
            operation=what.operation,
            person=what.person,
            at=what.at,
            minutes=int((now - what.at).total_seconds() // 60),
        )
        for one in _people(session, sent)
        if one.has_exam_slot and not _is_back(what := sent[one.user_id], seen[one.user_id], one.last_login)
    ]
    return tuple(sorted(found, key=lambda row: (row.at, row.army_no)))


def _is_back(what: _Sent, theirs: Sequence[Any], last_login: datetime | None) -> bool:
    """Whether the portal has seen the candidate since."""
    logged_in = last_login is not None and last_login >= what.at
    if what.gave_time:
        own = next((one for one in theirs if one.id == what.session_id), None)
        return logged_in or own is None or own.completed_at is not None
    return any(
        (one.started_at is not None and one.started_at >= what.at)
        # The portal's clock may run behind the database's; it never gives a number twice.
        or (one.id > what.session_id and one.paper == what.paper)
        # Who keeps another session goes on with that.
        or (one.completed_at is None and logged_in)
        for one in theirs
    )


def _newest(sent: Sequence[tuple[int, _Sent]], over: _Over) -> dict[int, _Sent]:
    """What each account was sent away by last, where that is not over."""
    found: dict[int, _Sent] = {}
    for user_id, what in sorted(sent, key=lambda one: (one[1].seq, one[1].session_id)):
        if (what.op_id, user_id) not in over.back and over.afresh.get(user_id, 0) < what.seq:
            found[user_id] = what
    return found


def _sent(session: Session, *, since: datetime) -> list[tuple[int, _Sent]]:
    """Everybody whom an operation sent to the login page, once for each session."""
    one, paper = OperationRow, QuestionPaper.question_paper
    recent = select(one.op_id, one.seq, one.at, one.operation, one.person).where(one.at >= since).subquery()
    cleared = (
        select(recent, ArchivedSession.user_id, ArchivedSession.session_id, paper)
        .join(ArchivedSession, ArchivedSession.op_id == recent.c.op_id)
        .outerjoin(QuestionPaper, QuestionPaper.id == ArchivedSession.paper_id)
        .where(recent.c.operation.in_(_CLEARING))
    )
    given = (
        select(recent, GivenTime.user_id, GivenTime.session_id, paper)
        .join(GivenTime, GivenTime.op_id == recent.c.op_id)
        .outerjoin(ExamSession, ExamSession.id == GivenTime.session_id)
        .outerjoin(QuestionPaper, QuestionPaper.id == ExamSession.paper_id)
    )
    return [
        (
            row.user_id,
            _Sent(
                op_id=row.op_id,
                seq=row.seq,
                at=row.at,
                operation=row.operation,
                person=row.person,
                session_id=row.session_id,
                paper=row.question_paper,
                gave_time=gave_time,
            ),
        )
        for gave_time, query in ((False, cleared), (True, given))
        for row in session.execute(query).all()
    ]


def _over(session: Session, *, since: datetime) -> _Over:
    one, whom, put_back = OperationRow, OperationCandidate, RestoredSession
    undone = select(one.undoes, whom.user_id).join(whom, whom.op_id == one.op_id)
    undone = undone.where(one.at >= since, one.undoes.is_not(None))
    archived = (ArchivedSession.op_id == put_back.op_id) & (ArchivedSession.session_id == put_back.session_id)
    restored = (
        select(put_back.op_id, put_back.by_op_id, ArchivedSession.user_id)
        .join(ArchivedSession, archived)
        .join(one, one.op_id == put_back.by_op_id)
        .where(one.at >= since)
    )
    slots = select(whom.user_id, one.op_id, one.seq).join(one, one.op_id == whom.op_id)
    slots = slots.where(one.at >= since, one.operation.in_(_AFRESH)).order_by(one.seq)
    back: set[Place] = {(str(op_id), user_id) for op_id, user_id in session.execute(undone).all()}
    slot_rows = session.execute(slots).all()
    afresh = {user_id: seq for user_id, op_id, seq in slot_rows if (op_id, user_id) not in back}
    for op_id, by_op_id, user_id in session.execute(restored).all():
        back |= {(op_id, user_id), (by_op_id, user_id)}
    return _Over(frozenset(back), afresh)


def _people(session: Session, user_ids: Collection[int]) -> Sequence[Any]:
    one = CandidateProfile
    return session.execute(
        select(one.user_id, one.army_no, one.name, one.has_exam_slot, Trade.code, User.last_login)
        .join(User, User.id == one.user_id)
        .outerjoin(Trade, Trade.id == one.trade_id)
        .where(one.user_id.in_(sql.numbers(user_ids)))
    ).all()


def _sessions(session: Session, user_ids: Collection[int]) -> defaultdict[int, list[Any]]:
    one, found = ExamSession, defaultdict[int, list[Any]](list)
    rows = session.execute(
        select(one.user_id, one.id, one.started_at, one.completed_at, QuestionPaper.question_paper.label("paper"))
        .join(QuestionPaper, QuestionPaper.id == one.paper_id)
        .where(one.user_id.in_(sql.numbers(user_ids)))
    ).all()
    for row in rows:
        found[row.user_id].append(row)
    return found
