"""Clearing chosen incomplete sessions; the slot stays. The cure of every stuck session."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.portal import candidates, logins
from desktop_admin.controllers.portal import open_sessions as sessions
from desktop_admin.controllers.portal.open_sessions import OpenSession
from desktop_admin.controllers.values.plans import Actor, Line, Plan, new_op_id
from desktop_admin.database import sql
from desktop_admin.database.portal import CandidateProfile, ExamSession, Trade, User
from desktop_admin.database.session import Session, server_now
from desktop_admin.messages import Message
from desktop_admin.rules import Operation, Refusal


def plan_clear(
    session: Session, *, session_ids: Collection[int], op_id: str | None = None, now: datetime | None = None
) -> Plan:
    """What clearing these sessions would do, a line for each candidate.

    A session that is completed by now is refused; one that is gone is refused as well.
    """
    moment = now or server_now(session)
    lines = lines_for(session, session_ids=session_ids, now=moment)
    return Plan(
        operation=Operation.CLEAR,
        lines=(*lines, *_refused(session, session_ids=session_ids, lines=lines)),
        op_id=op_id or new_op_id(),
        requested_sessions=tuple(sorted(session_ids)),
        screen=Message.of("screen_restart"),
        notes=sessions.notes_on_size(sum(len(line.cleared) for line in lines)),
    )


def plan_again(session: Session, plan: Plan, now: datetime) -> Plan:
    """The same plan from the rows as they are now."""
    return plan_clear(session, session_ids=plan.requested_sessions, op_id=plan.op_id, now=now)


def change_nothing(_session: Session, _plan: Plan, _actor: Actor, _now: datetime) -> list[Images]:
    """Clearing and signing out write no column of a row that stays."""
    return []


def lines_for(session: Session, *, session_ids: Collection[int], now: datetime) -> tuple[Line, ...]:
    """A line for each candidate whose incomplete sessions these are, by army number.

    A candidate who keeps another incomplete session is told so on his line: he is signed out there, too.
    """
    clearing = set(session_ids)
    asked = select(ExamSession.user_id).where(ExamSession.id.in_(sql.numbers(clearing)))
    open_sessions = sessions.by_user(sessions.incomplete(session, users=asked))
    signed_in = logins.live_counts(session, now=now)
    lines = []
    for who in _people(session, asked_ids=clearing):
        theirs = open_sessions.get(who.user_id or 0, [])
        cleared = [one for one in theirs if one.id in clearing]
        if cleared:
            lines.append(_line(who, cleared, [one for one in theirs if one.id not in clearing], signed_in, now))
    return tuple(lines)


def _line(
    who: Line, cleared: Sequence[OpenSession], kept: Sequence[OpenSession], signed_in: dict[int, int], now: datetime
) -> Line:
    papers = sorted({one.paper for one in kept})
    return Line(
        outcome="applied",
        user_id=who.user_id,
        army_no=who.army_no,
        username=who.username,
        name=who.name,
        trade=who.trade,
        notes=tuple(Message.of("note_keeps_writing", paper=paper) for paper in papers),
        cleared=tuple(sorted(one.id for one in cleared)),
        ended_logins=signed_in.get(who.user_id or 0, 0),
        keeps_writing=bool(kept),
        recent=any(candidates.started_recently(one.started_at, now=now) for one in cleared),
    )


def _people(session: Session, *, asked_ids: Collection[int]) -> list[Line]:
    """Whose sessions these are, completed or not, as lines that say nothing yet; by army number, then account."""
    rows = session.execute(
        select(User.id, User.username, CandidateProfile.army_no, CandidateProfile.name, Trade.code)
        .outerjoin(CandidateProfile, CandidateProfile.user_id == User.id)
        .outerjoin(Trade, Trade.id == CandidateProfile.trade_id)
        .where(User.id.in_(select(ExamSession.user_id).where(ExamSession.id.in_(sql.numbers(asked_ids)))))
        .order_by(CandidateProfile.army_no, User.username)
    )
    return [
        Line("refused", user_id=id_, army_no=army_no, username=username, name=name or username, trade=trade)
        for id_, username, army_no, name, trade in rows
    ]


def _refused(session: Session, *, session_ids: Collection[int], lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines for what was asked for and cannot be cleared: completed by now, or gone."""
    applied = {line.user_id for line in lines}
    taken = {session_id for line in lines for session_id in line.cleared}
    left = {session_id for session_id in session_ids if session_id not in taken}
    if not left:
        return ()
    there = set(session.execute(select(ExamSession.id).where(ExamSession.id.in_(sql.numbers(left)))).scalars())
    completed = Message.of(Refusal.SESSION_COMPLETED)
    return (
        *(replace(who, reason=completed) for who in _people(session, asked_ids=there) if who.user_id not in applied),
        *(Line("refused", name=f"#{gone}", reason=Message.of(Refusal.SESSION_GONE)) for gone in sorted(left - there)),
    )
