"""Reopening a submitted paper, so that the candidate can sit it again: the cure of a late submission.

Its completed session goes into the archive with its questions, and so do the candidate's answers of that paper; its
completion columns are emptied. An undo brings all of it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from desktop_admin.controllers.archive import answers
from desktop_admin.controllers.archive.images import Images
from desktop_admin.controllers.portal import candidates, logins, open_sessions
from desktop_admin.controllers.portal.open_sessions import OpenSession
from desktop_admin.controllers.values.plans import Actor, Chosen, Line, Plan, new_op_id
from desktop_admin.controllers.values.views import Candidate
from desktop_admin.database import sql
from desktop_admin.database.portal import CandidateProfile, ExamSession, QuestionPaper
from desktop_admin.database.session import Session, server_now
from desktop_admin.messages import Message
from desktop_admin.rules import Operation, Paper, Refusal

_COLUMNS = {
    Paper.PRIMARY: (
        CandidateProfile.id,
        CandidateProfile.is_primary_completed,
        CandidateProfile.primary_slot_consumed_at,
    ),
    Paper.SECONDARY: (
        CandidateProfile.id,
        CandidateProfile.is_secondary_completed,
        CandidateProfile.secondary_slot_consumed_at,
    ),
}


def plan_reopen(
    session: Session, *, chosen: Chosen, paper: Paper, op_id: str | None = None, now: datetime | None = None
) -> Plan:
    """What reopening the paper would do, a line for each candidate; refused where it was not submitted."""
    moment = now or server_now(session)
    users = candidates.users(chosen)
    people = candidates.load(session, users=users)
    completed = _completed(session, [one.user_id for one in people], paper)
    given = answers.counts(session, user_ids=[one.user_id for one in people], paper=paper)
    writing = open_sessions.by_user(open_sessions.incomplete(session, users=users))
    signed_in = logins.live_counts(session, now=moment)
    lines = tuple(
        _line(
            one,
            paper,
            completed.get(one.user_id, ()),
            given.get(one.user_id, 0),
            writing.get(one.user_id, ()),
            signed_in.get(one.user_id, 0),
        )
        for one in people
    )
    return Plan(
        operation=Operation.REOPEN,
        lines=lines,
        op_id=op_id or new_op_id(),
        chosen=chosen,
        paper=paper,
        screen=Message.of("screen_reopen", paper=paper),
        notes=open_sessions.notes_on_size(sum(len(line.cleared) for line in lines)),
    )


def plan_again(session: Session, plan: Plan, now: datetime) -> Plan:
    """The same plan from the rows as they are now, for the same candidates as were shown."""
    assert plan.paper is not None
    shown = Chosen(user_ids=tuple(line.user_id for line in plan.lines if line.user_id is not None))
    return plan_reopen(session, chosen=shown, paper=plan.paper, op_id=plan.op_id, now=now)


def reopen(session: Session, plan: Plan, _actor: Actor, _now: datetime) -> list[Images]:
    """Archive and remove the answers, and empty the completion columns; the sessions are archived already."""
    assert plan.paper is not None
    answers.remove(session, user_ids=plan.user_ids, paper=plan.paper, op_id=plan.op_id)
    columns, values = _COLUMNS[plan.paper], (False, None)
    chosen = CandidateProfile.user_id.in_(sql.numbers(plan.user_ids))
    before = tuple(tuple(row) for row in session.execute(select(*columns).where(chosen).order_by(CandidateProfile.id)))
    names = tuple(column.key for column in columns)
    written = sql.update_where(session, CandidateProfile, chosen, dict(zip(names[1:], values, strict=True)))
    if not written == len(before) == plan.applied:
        raise RuntimeError(f"{plan.applied} papers to reopen, {len(before)} read, {written} written")
    return [Images(CandidateProfile.__tablename__, names, before=before, after=values)]


def _completed(session: Session, user_ids: Sequence[int], paper: Paper) -> dict[int, tuple[int, ...]]:
    rows = session.execute(
        select(ExamSession.user_id, ExamSession.id)
        .join(QuestionPaper, QuestionPaper.id == ExamSession.paper_id)
        .where(
            ExamSession.user_id.in_(sql.numbers(user_ids)),
            ExamSession.completed_at.is_not(None),
            QuestionPaper.question_paper == paper,
        )
        .order_by(ExamSession.id)
    )
    found: dict[int, tuple[int, ...]] = {}
    for user_id, session_id in rows:
        found[user_id] = (*found.get(user_id, ()), session_id)
    return found


def _line(
    one: Candidate, paper: Paper, completed: tuple[int, ...], given: int, open_: Sequence[OpenSession], signed_in: int
) -> Line:
    if paper not in one.submitted:
        return candidates.refused_line(one, Message.of(Refusal.NOT_SUBMITTED, paper=paper))
    kept = sorted({other.paper for other in open_}) if completed else []
    return candidates.applied_line(
        one,
        notes=(
            Message.of("note_answers_archived", count=given),
            *(Message.of("note_keeps_writing", paper=other) for other in kept),
        ),
        cleared=completed,
        ended_logins=signed_in if completed else 0,
        keeps_writing=bool(kept),
    )
