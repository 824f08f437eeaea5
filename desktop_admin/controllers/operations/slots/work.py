"""Slots: what assign, reset and reassign would do, and the columns that they write.

Refusals are checked in the order of the domain's table *Operations*; a refused candidate keeps everything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.portal import candidates, logins
from desktop_admin.controllers.portal import open_sessions as sessions
from desktop_admin.controllers.portal.open_sessions import OpenSession
from desktop_admin.controllers.portal.papers import Papers, read_papers
from desktop_admin.controllers.values.plans import Actor, Chosen, Line, Plan, new_op_id
from desktop_admin.controllers.values.views import Candidate
from desktop_admin.database import sql
from desktop_admin.database.portal import CandidateProfile
from desktop_admin.database.session import Session, server_now
from desktop_admin.messages import Message
from desktop_admin.rules import Operation, Refusal, SlotState

_COLUMNS = (
    CandidateProfile.id,
    CandidateProfile.has_exam_slot,
    CandidateProfile.slot_assigned_at,
    CandidateProfile.slot_assigned_by_id,
    CandidateProfile.slot_attempting_at,
)


def plan_assign(session: Session, *, chosen: Chosen, op_id: str | None = None, now: datetime | None = None) -> Plan:
    """What assigning a slot would do: give it, and clear all incomplete sessions of either paper."""
    return _plan(session, Operation.ASSIGN, chosen=chosen, op_id=op_id, now=now)


def plan_reset(session: Session, *, chosen: Chosen, op_id: str | None = None, now: datetime | None = None) -> Plan:
    """What resetting would do: empty the slot, never the completion columns, and clear all incomplete sessions."""
    return _plan(session, Operation.RESET, chosen=chosen, op_id=op_id, now=now)


def plan_reassign(session: Session, *, chosen: Chosen, op_id: str | None = None, now: datetime | None = None) -> Plan:
    """What reset and assign as one step would do; one without a slot gets one."""
    return _plan(session, Operation.REASSIGN, chosen=chosen, op_id=op_id, now=now)


def plan_again(session: Session, plan: Plan, now: datetime) -> Plan:
    """The same plan from the rows as they are now, for the same candidates as were shown."""
    shown = Chosen(user_ids=tuple(line.user_id for line in plan.lines if line.user_id is not None))
    return _plan(session, plan.operation, chosen=shown, op_id=plan.op_id, now=now)


def give(session: Session, plan: Plan, actor: Actor, now: datetime) -> list[Images]:
    """Write a fresh slot for every applied candidate."""
    return _write(session, plan, (True, now, actor.user_id, None))


def empty(session: Session, plan: Plan, _actor: Actor, _now: datetime) -> list[Images]:
    """Empty the slot of every applied candidate."""
    return _write(session, plan, (False, None, None, None))


def _write(session: Session, plan: Plan, values: tuple[Any, ...]) -> list[Images]:
    chosen = CandidateProfile.user_id.in_(sql.numbers(plan.user_ids))
    before = tuple(tuple(row) for row in session.execute(select(*_COLUMNS).where(chosen).order_by(CandidateProfile.id)))
    new = dict(zip((column.key for column in _COLUMNS[1:]), values, strict=True))
    written = sql.update_where(session, CandidateProfile, chosen, new)
    if not written == len(before) == plan.applied:
        raise RuntimeError(f"{plan.applied} slots to write, {len(before)} read, {written} written")
    columns = tuple(column.key for column in _COLUMNS)
    return [Images(CandidateProfile.__tablename__, columns, before=before, after=values)]


def _plan(session: Session, operation: Operation, *, chosen: Chosen, op_id: str | None, now: datetime | None) -> Plan:
    moment = now or server_now(session)
    users = candidates.users(chosen)
    people = candidates.load(session, users=users)
    open_sessions = sessions.by_user(sessions.incomplete(session, users=users))
    signed_in = logins.live_counts(session, now=moment)
    papers = read_papers(session)
    lines = tuple(
        _line(operation, one, open_sessions.get(one.user_id, ()), signed_in.get(one.user_id, 0), papers, moment)
        for one in people
    )
    return Plan(
        operation=operation,
        lines=lines,
        op_id=op_id or new_op_id(),
        chosen=chosen,
        screen=Message.of(_SCREEN[operation]),
        notes=sessions.notes_on_size(sum(len(line.cleared) for line in lines)),
    )


def _line(
    operation: Operation,
    one: Candidate,
    open_sessions: Sequence[OpenSession],
    signed_in: int,
    papers: Papers,
    now: datetime,
) -> Line:
    refusal = _REFUSES[operation](one, open_sessions)
    if refusal is not None:
        return candidates.refused_line(one, Message.of(refusal))
    return candidates.applied_line(
        one,
        notes=_notes(operation, one, papers),
        cleared=tuple(sorted(open_session.id for open_session in open_sessions)),
        ended_logins=signed_in if open_sessions else 0,
        recent=any(candidates.started_recently(s.started_at, now=now) for s in open_sessions),
    )


def _notes(operation: Operation, one: Candidate, papers: Papers) -> tuple[Message, ...]:
    """A closed paper is a note, not a refusal: slots are prepared the day before."""
    if operation is Operation.RESET or one.trade_id is None or one.next_paper is None:
        return ()
    if papers.is_open(trade_id=one.trade_id, paper=one.next_paper):
        return ()
    return (Message.of("note_paper_closed", paper=one.next_paper, trade=one.trade),)


def _refuses_assign(one: Candidate, _open: Sequence[OpenSession]) -> Refusal | None:
    if one.trade_id is None:
        return Refusal.NO_TRADE
    if one.next_paper is None:
        return Refusal.ALL_COMPLETED
    return None if one.slot is SlotState.NONE else Refusal.HAS_SLOT


def _refuses_reset(one: Candidate, open_sessions: Sequence[OpenSession]) -> Refusal | None:
    if one.next_paper is None:
        return Refusal.ALL_COMPLETED
    return Refusal.NOTHING_TO_RESET if one.slot is SlotState.NONE and not open_sessions else None


def _refuses_reassign(one: Candidate, _open: Sequence[OpenSession]) -> Refusal | None:
    if one.next_paper is None:
        return Refusal.ALL_COMPLETED
    return Refusal.NO_TRADE if one.trade_id is None else None


_REFUSES: dict[Operation, Callable[[Candidate, Sequence[OpenSession]], Refusal | None]] = {
    Operation.ASSIGN: _refuses_assign,
    Operation.RESET: _refuses_reset,
    Operation.REASSIGN: _refuses_reassign,
}
_SCREEN = {
    Operation.ASSIGN: "screen_assign",
    Operation.RESET: "screen_reset",
    Operation.REASSIGN: "screen_restart",
}
