"""Incomplete sessions, and the question sets that they are made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select

from desktop_admin.controllers.portal.papers import OWNER
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import CandidateProfile, ExamQuestion, ExamSession, Question, QuestionPaper
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, QuestionSet

MANY_SESSIONS = 2000
"""Above so many sessions in one operation the plan warns: the locks are held for more than a moment."""


Held = dict[QuestionSet, int]
"""How many questions of which sets a session holds."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """An incomplete session, as far as a plan needs it."""

    id: int
    user_id: int
    paper: Paper
    exam_type: str
    row_trade_id: int | None
    profile_trade_id: int | None
    started_at: datetime | None


def of_trades(trade_ids: Collection[int]) -> Select[int]:
    """A subquery of the incomplete sessions that belong to the trades: by the candidate's profile or the row."""
    listed = sql.numbers(trade_ids)
    return (
        select(ExamSession.id)
        .outerjoin(CandidateProfile, CandidateProfile.user_id == ExamSession.user_id)
        .where(
            ExamSession.completed_at.is_(None),
            or_(CandidateProfile.trade_id.in_(listed), ExamSession.trade_id.in_(listed)),
        )
    )


def incomplete(
    session: Session, *, users: Select[int] | None = None, among: Select[int] | None = None
) -> list[OpenSession]:
    """Incomplete sessions, of the accounts and among the sessions of these subqueries.

    Newest first: by start, as the portal looks for one to resume.
    """
    one, profile, paper = ExamSession, CandidateProfile, QuestionPaper.question_paper
    wanted = (
        select(one.id, one.user_id, paper, one.exam_type, one.trade_id, profile.trade_id, one.started_at)
        .join(QuestionPaper, QuestionPaper.id == one.paper_id)
        .outerjoin(profile, profile.user_id == one.user_id)
        .where(one.completed_at.is_(None), paper.in_(list(Paper)))
        .order_by(one.started_at.desc(), one.id.desc())
    )
    if users is not None:
        wanted = wanted.where(ExamSession.user_id.in_(users))
    if among is not None:
        wanted = wanted.where(ExamSession.id.in_(among))
    return [
        OpenSession(id_, user_id, Paper(of), kind, row_trade, profile_trade, started)
        for id_, user_id, of, kind, row_trade, profile_trade, started in session.execute(wanted)
    ]


def by_user(sessions: Iterable[OpenSession]) -> dict[int, list[OpenSession]]:
    """The sessions of each account, in the given order."""
    grouped: dict[int, list[OpenSession]] = {}
    for one in sessions:
        grouped.setdefault(one.user_id, []).append(one)
    return grouped


def sets_of(session: Session, *, sessions: Select[int]) -> dict[int, Held]:
    """How many questions of which sets each session holds; a session without questions is missing."""
    rows = session.execute(
        select(ExamQuestion.session_id, OWNER, Question.question_set, func.count())
        .join(Question, Question.id == ExamQuestion.question_id)
        .where(ExamQuestion.session_id.in_(sessions))
        .group_by(ExamQuestion.session_id, OWNER, Question.question_set)
    )
    found: dict[int, Held] = {}
    for session_id, trade_id, letter, count in rows:
        held = found.setdefault(session_id, {})
        of_set = QuestionSet(trade_id, letter.upper())
        held[of_set] = held.get(of_set, 0) + count
    return found


def inactive_questions(session: Session, *, sessions: Select[int]) -> list[int]:
    """The questions that the sessions hold and that are not active, ascending."""
    held = select(ExamQuestion.question_id).where(ExamQuestion.session_id.in_(sessions))
    inactive = select(Question.id).where(~Question.is_active, Question.id.in_(held)).order_by(Question.id)
    return list(session.execute(inactive).scalars())


def set_label(question_set: QuestionSet, *, own: QuestionSet, trades: dict[int, str]) -> str:
    """How a set is named beside the set that the session should be of: the letter alone where the trade is right."""
    if question_set.trade_id == own.trade_id:
        return question_set.letter
    if question_set.trade_id is None:
        return f"common {question_set.letter}"
    return f"{trades.get(question_set.trade_id, 'no trade')} {question_set.letter}"


def notes_on_size(count: int) -> tuple[Message, ...]:
    """The warning for an operation that clears very many sessions, or nothing."""
    return (Message.of("note_many_sessions", n=count),) if count > MANY_SESSIONS else ()
