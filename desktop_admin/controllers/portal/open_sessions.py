"""Sessions: reading them with their question sets, and clearing them into the archive."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, literal, select

from desktop_admin.database import archive_rows, sql
from desktop_admin.database.own import ArchivedSession
from desktop_admin.database.portal import CandidateProfile, ExamQuestion, ExamSession, Question, QuestionPaper
from desktop_admin.database.session import Session, require_room
from desktop_admin.errors import TryAgain
from desktop_admin.messages import Message
from desktop_admin.rules import Paper, QuestionSet

MANY_SESSIONS = 2000
"""Above so many sessions in one operation the plan warns: the locks are held for more than a moment."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """An incomplete session, as far as a plan needs it."""

    id: int
    user_id: int
    paper: Paper
    row_trade_id: int | None
    profile_trade_id: int | None
    started_at: datetime | None


def incomplete(
    session: Session, *, users: Select[int] | None = None, among: Select[int] | None = None
) -> list[OpenSession]:
    """Incomplete sessions, newest first (by start, as the portal looks for one to resume).

    Args:
        session: the database session.
        users: a subquery of accounts, or None for all.
        among: a subquery of session ids, or None for all.
    """
    wanted = (
        select(
            ExamSession.id,
            ExamSession.user_id,
            QuestionPaper.question_paper,
            ExamSession.trade_id,
            CandidateProfile.trade_id,
            ExamSession.started_at,
        )
        .join(QuestionPaper, QuestionPaper.id == ExamSession.paper_id)
        .outerjoin(CandidateProfile, CandidateProfile.user_id == ExamSession.user_id)
        .where(ExamSession.completed_at.is_(None), QuestionPaper.question_paper.in_(list(Paper)))
        .order_by(ExamSession.started_at.desc(), ExamSession.id.desc())
    )
    if users is not None:
        wanted = wanted.where(ExamSession.user_id.in_(users))
    if among is not None:
        wanted = wanted.where(ExamSession.id.in_(among))
    return [
        OpenSession(id_, user_id, Paper(paper), row_trade, profile_trade, started)
        for id_, user_id, paper, row_trade, profile_trade, started in session.execute(wanted)
    ]


def by_user(sessions: Iterable[OpenSession]) -> dict[int, list[OpenSession]]:
    """The sessions of each account, in the given order."""
    grouped: dict[int, list[OpenSession]] = {}
    for one in sessions:
        grouped.setdefault(one.user_id, []).append(one)
    return grouped


def sets_of(session: Session, *, sessions: Select[int]) -> dict[int, dict[QuestionSet, int]]:
    """How many questions of which sets each session holds; a session without questions is missing.

    A question that is neither common nor of a trade (its trade was deleted) counts as of trade 0.
    """
    trade = case((Question.is_common, None), else_=func.coalesce(Question.trade_id, 0)).label("trade")
    rows = session.execute(
        select(ExamQuestion.session_id, trade, Question.question_set, func.count())
        .join(Question, Question.id == ExamQuestion.question_id)
        .where(ExamQuestion.session_id.in_(sessions))
        .group_by(ExamQuestion.session_id, trade, Question.question_set)
    )
    found: dict[int, dict[QuestionSet, int]] = {}
    for session_id, trade_id, letter, count in rows:
        held = found.setdefault(session_id, {})
        of_set = QuestionSet(trade_id, letter.upper())
        held[of_set] = held.get(of_set, 0) + count
    return found


def set_label(question_set: QuestionSet, *, own: QuestionSet, trades: dict[int, str]) -> str:
    """How a set is named beside the set that the session should be of: the letter alone where the trade is right."""
    if question_set.trade_id == own.trade_id:
        return question_set.letter
    if question_set.trade_id is None:
        return f"common {question_set.letter}"
    return f"{trades.get(question_set.trade_id, 'no trade')} {question_set.letter}"


def notes_on_size(count: int) -> tuple[Message, ...]:
    """The warning for an operation that clears very many sessions, or nothing."""
    return (Message.of("note_many_sessions", count=count),) if count > MANY_SESSIONS else ()


def clear(session: Session, *, session_ids: Collection[int], op_id: str, completed: bool = False) -> None:
    """Take sessions out of the portal's tables into the archive.

    Called under the write lock, with ids that were read under it. The counts of every step must agree. Only incomplete
    sessions are cleared; those of a paper that is reopened must be ``completed``.

    Raises:
        DatabaseUnusable: not enough room on the disk.
        TryAgain: somebody completed or removed one of them before it was locked.
        RuntimeError: a count does not agree; the caller's transaction is rolled back.
    """
    if not session_ids:
        return
    require_room(session, len(session_ids) * archive_rows.ROOM_OF_A_SESSION)
    state = ExamSession.completed_at.is_not(None) if completed else ExamSession.completed_at.is_(None)
    chosen = ExamSession.id.in_(sql.numbers(session_ids)) & state
    if sql.is_mariadb(session):
        # Elsewhere the creation lock holds the whole table already, and a desk's account may not lock its rows.
        sql.lock_where(session, ExamSession, chosen)
    if session.execute(select(func.count(ExamSession.id)).where(chosen)).scalar_one() != len(session_ids):
        raise TryAgain
    of_chosen = ExamQuestion.session_id.in_(sql.numbers(session_ids))
    questions = session.execute(select(func.count(ExamQuestion.id)).where(of_chosen)).scalar_one()
    session.execute(archive_rows.insert_rows(sql.dialect(session), op_id=literal(op_id), chosen=chosen))
    archived, kept = session.execute(_archived(op_id)).one()
    removed = sql.delete_where(session, ExamQuestion, of_chosen)
    cleared = sql.delete_where(session, ExamSession, chosen)
    if not archived == cleared == len(session_ids) or not kept == removed == questions:
        raise RuntimeError(
            f"{len(session_ids)} sessions to clear, {archived} archived, {cleared} removed; "
            f"{questions} questions, {kept} archived, {removed} removed"
        )


def _archived(op_id: str) -> Select[int, int]:
    """How many sessions, and how many questions of them, an operation's archive holds: a blank ends each question."""
    held = func.coalesce(sql.json_text(ArchivedSession.body, "questions"), "")
    blanks = func.length(held) - func.length(func.replace(held, " ", ""))
    return select(func.count(), func.coalesce(func.sum(blanks), 0)).where(ArchivedSession.op_id == op_id)
