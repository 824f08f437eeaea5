"""Undo: an operation taken back exactly, where nothing has touched what it did.

Of a bulk operation or a set switch, whoever has restarted or submitted since is named and left as he is; all the
others get everything back in one transaction: slot columns, sets, sessions and portal logins.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop_admin.controllers import answers, archive, images, log_lines, logins, restoring, sessions
from desktop_admin.controllers.archive import Archived
from desktop_admin.controllers.images import Images
from desktop_admin.controllers.plans import Actor, Line, Plan, SetChoice, new_op_id
from desktop_admin.controllers.restoring import Facts
from desktop_admin.database import sql
from desktop_admin.database.own import OperationRow, RestoredSession
from desktop_admin.database.portal import CandidateProfile, ExamSession, QuestionPaper
from desktop_admin.database.session import bypass_guard, has_own_tables, server_now
from desktop_admin.errors import AdminError, UsageProblem
from desktop_admin.messages import Message
from desktop_admin.rules import Operation, Paper, Refusal, belonging_set


@dataclass(frozen=True, slots=True)
class _Past:
    """An operation of the log, with all that it did."""

    row: OperationRow
    lines: tuple[Line, ...]
    images: tuple[Images, ...]
    archived: tuple[Archived, ...]

    @property
    def operation(self) -> Operation:
        return Operation(self.row.operation)

    @property
    def people(self) -> tuple[Line, ...]:
        """A line for each candidate to whom it was applied; a restore has one for each of his sessions."""
        applied = (line for line in self.lines if line.user_id is not None and line.outcome == "applied")
        return tuple({line.user_id: line for line in applied}.values())


def last_of(session: Session, *, actor: Actor) -> str:
    """The ``op_id`` of the person's last operation that can still be undone.

    Raises:
        UsageProblem: there is none.
    """
    if not has_own_tables(session):
        raise UsageProblem("nothing_to_undo")
    undone = select(OperationRow.undoes).where(OperationRow.undoes.is_not(None))
    own = (
        OperationRow.person_id == actor.user_id
        if actor.user_id is not None
        else (OperationRow.person == actor.name) & (OperationRow.desk == actor.desk)
    )
    found = session.execute(
        select(OperationRow.op_id)
        .where(own, OperationRow.undoes.is_(None), OperationRow.op_id.not_in(undone))
        .where(OperationRow.operation.in_([operation.value for operation in _UNDOABLE]))
        .order_by(OperationRow.seq.desc())
        .limit(1)
    ).scalar_one_or_none()
    if found is None:
        raise UsageProblem("nothing_to_undo")
    return found


def plan_undo(session: Session, *, undoes: str, op_id: str | None = None, now: datetime | None = None) -> Plan:
    """What undoing an operation would do: a line for each trade that it switched, and for each candidate.

    Args:
        session: the database session.
        undoes: the ``op_id`` of the operation.
        op_id: the undo's own id, where it has one already.
        now: the database's time, UTC.

    Raises:
        UsageProblem: the log has no such operation.
        AdminError: it has been undone already, or is an undo itself.
    """
    if not has_own_tables(session):
        raise UsageProblem("no_such_operation", op_id=undoes)
    moment = now or server_now(session)
    past = _past(session, undoes)
    trades = _trade_lines(session, past)
    people = _candidate_lines(session, past, trades, moment)
    return Plan(
        operation=Operation.UNDO,
        lines=(*trades, *people),
        op_id=op_id or new_op_id(),
        choices=tuple(line.choice for line in trades if line.choice is not None),
        archived=tuple(one.key for one in past.archived),
        undoes=undoes,
        undone=past.operation,
        undone_by=(past.row.person, past.row.person_id),
        screen=Message.of("screen_undo"),
    )


def plan_again(session: Session, plan: Plan, now: datetime) -> Plan:
    """The same plan from the rows as they are now."""
    assert plan.undoes is not None
    return plan_undo(session, undoes=plan.undoes, op_id=plan.op_id, now=now)


def take_back(session: Session, plan: Plan, _actor: Actor, now: datetime) -> list[Images]:
    """Write what the applied lines' columns held before, put their sessions back, then their logins."""
    assert plan.undoes is not None
    past = _past(session, plan.undoes)
    users = set(plan.user_ids)
    trades = {line.choice.trade_id for line in plan.lines if line.choice is not None and line.outcome == "applied"}
    # Its own switch back must not let the guard clear those who started since: they are left as they are.
    bypass_guard(session)
    coming = set(plan.restored_ids)
    # Before anything else is written, because it sees whether the disk has room for it.
    archive.put_back(session, archived=[one for one in past.archived if one.session_id in coming], by_op_id=plan.op_id)
    written = [
        images.revert(session, one, users=users, trades=trades, everywhere=_whole(plan, past)) for one in past.images
    ]
    if past.operation is Operation.REOPEN:
        answers.put_back(session, op_id=plan.undoes, user_ids=users)
    returning = {line.user_id for line in plan.lines if line.user_id is not None and line.returned_logins}
    logins.give_back(session, user_ids=returning, op_id=plan.undoes, now=now)
    return [one for one in written if one.before]


def _whole(plan: Plan, past: _Past) -> bool:
    """Whether every trade of a set switch goes back, so that the universal wish goes back with them."""
    switched = [line for line in past.lines if line.is_trade and line.outcome == "applied"]
    back = [line for line in plan.lines if line.is_trade and line.outcome == "applied"]
    return len(back) == len(switched)


_UNDOABLE = frozenset(
    {
        Operation.ASSIGN,
        Operation.RESET,
        Operation.REASSIGN,
        Operation.CLEAR,
        Operation.SIGN_OUT,
        Operation.ACTIVATE,
        Operation.REOPEN,
        Operation.RESTORE,
    }
)
"""What is done to candidates and sets; what is done to the database itself is done again instead."""


def _past(session: Session, undoes: str) -> _Past:
    row = session.execute(select(OperationRow).where(OperationRow.op_id == undoes)).scalar_one_or_none()
    if row is None:
        raise UsageProblem("no_such_operation", op_id=undoes)
    if row.operation == Operation.UNDO:
        raise AdminError("undo_of_undo")
    if row.operation not in set(_UNDOABLE):
        raise AdminError("not_undoable", operation=row.operation)
    if session.execute(select(OperationRow.seq).where(OperationRow.undoes == undoes)).scalar() is not None:
        raise AdminError("already_undone")
    try:
        body = json.loads(row.body)
        lines, written = log_lines.lines_of(body), tuple(images.read(image) for image in body["images"])
    except (ValueError, TypeError, KeyError) as failure:
        raise AdminError("undo_damaged", seq=row.seq) from failure
    return _Past(
        row=row,
        lines=lines,
        images=written,
        archived=tuple(archive.of_operation(session, op_id=undoes)),
    )


def _trade_lines(session: Session, past: _Past) -> tuple[Line, ...]:
    """A line for each trade's paper that was switched: back to the letter before, unless it was switched again."""
    switched = [line for line in past.lines if line.choice is not None and line.outcome == "applied"]
    if not switched:
        return ()
    touched = images.touched_trades(session, past.images)
    before = images.letters_before(past.images)
    lines = []
    for line in switched:
        assert line.choice is not None
        trade_id, paper = line.choice.trade_id, line.choice.paper
        choice = SetChoice(trade_id, paper, before[trade_id, paper])
        fresh = Line("applied", name=line.name, trade=line.trade, choice=choice)
        if (trade_id, paper) in touched:
            reason = Message.of(Refusal.SETS_CHANGED_SINCE, trade=line.trade or line.name)
            fresh = replace(fresh, outcome="refused", reason=reason)
        lines.append(fresh)
    return tuple(lines)


def _candidate_lines(session: Session, past: _Past, trades: tuple[Line, ...], now: datetime) -> tuple[Line, ...]:
    facts = restoring.read_facts(session, past.archived)
    of_user: dict[int, list[Archived]] = {}
    for one in past.archived:
        of_user.setdefault(one.user_id, []).append(one)
    moved = images.touched_candidates(session, past.images)
    returning = logins.returnable(session, op_id=past.row.op_id, now=now)
    live = logins.live_counts(session, now=now)
    put_back = _put_back_by(session, past)
    lost = answers.hindrances(session, op_id=past.row.op_id) if past.operation is Operation.REOPEN else {}
    stays = {line.trade: line.reason for line in trades if line.outcome == "refused"}
    lines = []
    for line in past.people:
        assert line.user_id is not None
        theirs = of_user.get(line.user_id, [])
        reason = _refusal(line, past, theirs, facts, moved, stays)
        if reason is None and line.user_id in lost:
            reason = Message.of(lost[line.user_id], session=", ".join(map(str, line.cleared)) or "–")
        cleared = put_back.get(line.user_id, ())
        if reason is None and past.operation is Operation.RESTORE and not cleared:
            reason = Message.of(Refusal.SESSION_GONE)
        lines.append(_line(line, reason, theirs, cleared, returning, live))
    return (*lines, *_started_since(session, past, trades, {line.user_id for line in lines}))


def _refusal(
    line: Line,
    past: _Past,
    theirs: Collection[Archived],
    facts: Facts,
    moved: Collection[int],
    stays: Mapping[str | None, Message | None],
) -> Message | None:
    if line.trade in stays:
        return stays[line.trade]
    for one in theirs:
        impossible = restoring.impossible(one, past.archived, facts)
        if impossible is not None:
            return impossible
    return Message.of(Refusal.CHANGED_SINCE) if line.user_id in moved else None


def _line(
    line: Line,
    reason: Message | None,
    theirs: Collection[Archived],
    cleared: tuple[int, ...],
    returning: Mapping[int, int],
    live: Mapping[int, int],
) -> Line:
    user_id = line.user_id or 0
    fresh = Line(
        outcome="applied" if reason is None else "refused",
        user_id=line.user_id,
        army_no=line.army_no,
        username=line.username,
        name=line.name,
        trade=line.trade,
        reason=reason,
    )
    if reason is not None:
        return fresh
    back = 0 if user_id in live else returning.get(user_id, 0)
    notes = []
    if line.ended_logins and not back:
        notes.append(Message.of("note_logged_in_since" if user_id in live else "note_logins_gone"))
    return replace(
        fresh,
        restored=tuple(sorted(one.session_id for one in theirs)),
        cleared=cleared,
        ended_logins=live.get(user_id, 0) if cleared else 0,
        returned_logins=back,
        notes=tuple(notes),
    )


def _put_back_by(session: Session, past: _Past) -> dict[int, tuple[int, ...]]:
    """For the undo of a restore: the sessions that it put back and that are still incomplete, by account."""
    if past.operation is not Operation.RESTORE:
        return {}
    rows = session.execute(
        select(ExamSession.user_id, ExamSession.id)
        .join(RestoredSession, RestoredSession.session_id == ExamSession.id)
        .where(RestoredSession.by_op_id == past.row.op_id, ExamSession.completed_at.is_(None))
        .order_by(ExamSession.id)
    )
    found: dict[int, tuple[int, ...]] = {}
    for user_id, session_id in rows:
        found[user_id] = (*found.get(user_id, ()), session_id)
    return found


def _started_since(
    session: Session, past: _Past, trades: tuple[Line, ...], named: Collection[int | None]
) -> tuple[Line, ...]:
    """Who has started on a switched set since, and was not writing before: named, and left as he is."""
    back = {(line.choice.trade_id, line.choice.paper): line for line in trades if line.choice and not line.reason}
    if not back:
        return ()
    started = _sessions_since(session, past, trade_ids={trade_id for trade_id, _ in back})
    held = sessions.sets_of(session, sessions=sql.numbers(one.id for one in started))
    since: dict[int, Message] = {}
    for one in started:
        line = back.get((one.trade_id, Paper(one.question_paper)))
        if line is None or line.choice is None or one.user_id in named:
            continue
        own = belonging_set(paper=line.choice.paper, trade_id=line.choice.trade_id, letter=line.choice.letter)
        others = [of_set for of_set in held.get(one.id, {}) if of_set != own]
        if others:
            refusal = Refusal.STARTED_SINCE if one.completed_at is None else Refusal.SAT_SINCE
            since[one.user_id] = Message.of(refusal, letter=others[0].letter, session=one.id)
    owners = restoring.owners(session, user_ids=since)
    return tuple(
        Line(
            outcome="refused",
            user_id=user_id,
            army_no=owners[user_id].army_no,
            username=owners[user_id].username,
            name=owners[user_id].name,
            trade=owners[user_id].trade,
            reason=reason,
        )
        for user_id, reason in sorted(since.items())
    )


def _sessions_since(session: Session, past: _Past, *, trade_ids: Collection[int]) -> Sequence[Any]:
    """The sessions that candidates of these trades started after an operation, also those that they submitted."""
    return session.execute(
        select(
            ExamSession.id,
            ExamSession.user_id,
            ExamSession.completed_at,
            QuestionPaper.question_paper,
            CandidateProfile.trade_id,
        )
        .join(QuestionPaper, QuestionPaper.id == ExamSession.paper_id)
        .join(CandidateProfile, CandidateProfile.user_id == ExamSession.user_id)
        .where(CandidateProfile.trade_id.in_(sql.numbers(trade_ids)), ExamSession.started_at >= past.row.at)
        .where(QuestionPaper.question_paper.in_(list(Paper)))
        .order_by(ExamSession.id)
    ).all()
