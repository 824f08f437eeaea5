"""Sessions with everything that their health depends on, read in two statements."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import aliased

from desktop_admin.controllers.portal import open_sessions
from desktop_admin.controllers.portal.open_sessions import Held
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import CandidateProfile, ExamSession, QuestionPaper, Trade, User
from desktop_admin.rules import Paper


def read(
    session: Session, *, user_ids: Collection[int] | None, finished: int | None, also: Collection[int] = ()
) -> list[tuple[Any, Held]]:
    """Incomplete sessions, so many of the newest finished ones (None: all), and those that are ``also`` named.

    With them, all sessions of whoever has submitted a paper that does not count as completed.
    Newest start first, as the database orders it, and of several that were started at once the one that the portal
    would resume; of each its row, in which ``submitted`` and ``completed`` speak of this paper's columns, and what it
    holds.
    """
    wanted = _wanted(user_ids=user_ids, finished=finished, also=also)
    profile, is_primary = CandidateProfile, QuestionPaper.question_paper == Paper.PRIMARY
    consumed = case((is_primary, profile.primary_slot_consumed_at), else_=profile.secondary_slot_consumed_at)
    completed = case((is_primary, profile.is_primary_completed), else_=profile.is_secondary_completed)
    found = session.execute(
        select(
            ExamSession.id,
            ExamSession.user_id,
            ExamSession.paper_id,
            User.username,
            User.last_login,
            QuestionPaper.question_paper.label("paper"),
            ExamSession.exam_type,
            ExamSession.started_at,
            ExamSession.completed_at,
            ExamSession.duration,
            profile.id.label("profile_id"),
            profile.army_no,
            profile.name,
            profile.trade_id,
            # Its active set counts: the profile's trade, without one the row's.
            func.coalesce(profile.trade_id, ExamSession.trade_id).label("active_trade_id"),
            Trade.code.label("trade"),
            profile.has_exam_slot,
            consumed.is_not(None).label("submitted"),
            completed.label("completed"),
        )
        .join(QuestionPaper, QuestionPaper.id == ExamSession.paper_id)
        .join(User, User.id == ExamSession.user_id)
        .outerjoin(profile, profile.user_id == ExamSession.user_id)
        .outerjoin(Trade, Trade.id == profile.trade_id)
        .where(ExamSession.id.in_(wanted), QuestionPaper.question_paper.in_(list(Paper)))
        .order_by(ExamSession.started_at.desc(), ExamSession.id.desc())
    ).all()
    rows = _as_the_portal_finds_them(session, list(found))
    held = open_sessions.sets_of(session, session_ids={row.id for row in rows}, whole=user_ids is None)
    return [(row, held.get(row.id, {})) for row in rows]


def _as_the_portal_finds_them(session: Session, rows: list[Any]) -> list[Any]:
    """Put the one that the portal would resume in front of incomplete sessions of the same start.

    Which of them it is, only the engine can tell: the portal orders by the start alone and takes the first.
    """
    first: dict[tuple[int, int, str], int] = {}
    tied: dict[int, int] = {}
    for place, row in enumerate(rows):
        if row.completed_at is None:
            front = first.setdefault((row.user_id, row.paper_id, row.exam_type), place)
            if front != place and rows[front].started_at == row.started_at:
                tied[row.id] = place
    if not tied:
        return rows
    one, other = ExamSession, aliased(ExamSession)
    taken = (
        select(other.id)
        .where(other.user_id == one.user_id, other.paper_id == one.paper_id, other.exam_type == one.exam_type)
        .where(other.completed_at.is_(None))
        .order_by(other.started_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    for id_ in session.execute(select(one.id).where(one.id.in_(sql.numbers(tied)), one.id == taken)).scalars():
        place = tied[id_]
        front = first[rows[place].user_id, rows[place].paper_id, rows[place].exam_type]
        rows[front], rows[place] = rows[place], rows[front]
    return rows


def _wanted(*, user_ids: Collection[int] | None, finished: int | None, also: Collection[int]) -> Select[int]:
    one = ExamSession
    wanted = select(one.id)
    if finished is not None:
        by_end = select(one.id).where(one.completed_at.is_not(None)).order_by(one.completed_at.desc())
        newest = by_end.limit(finished).subquery()
        profile = CandidateProfile
        unsettled = select(profile.user_id).where(
            or_(
                profile.primary_slot_consumed_at.is_not(None) & ~profile.is_primary_completed,
                profile.secondary_slot_consumed_at.is_not(None) & ~profile.is_secondary_completed,
            )
        )
        listed = (one.id.in_(select(newest.c.id)), one.id.in_(sql.numbers(also)), one.user_id.in_(unsettled))
        wanted = wanted.where(or_(one.completed_at.is_(None), *listed))
    if user_ids is not None:
        wanted = wanted.where(one.user_id.in_(sql.numbers(user_ids)))
    return wanted
