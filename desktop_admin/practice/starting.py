"""Starting and resuming as a correct portal would: for scratch, demo and test databases only."""

from __future__ import annotations

import random
from datetime import datetime

from sqlalchemy import func, insert, select, update

from desktop_admin.controllers.portal import panes
from desktop_admin.controllers.portal.papers import Papers, read_papers
from desktop_admin.controllers.values.views import Candidate
from desktop_admin.database.session import Session, kind_of, refuse_unknown_columns
from desktop_admin.database.tables.portal import CandidateProfile, ExamQuestion, ExamSession, Question, QuestionPaper
from desktop_admin.errors import AdminError
from desktop_admin.rules import Paper, required_parts

_ALLOWED_KINDS = ("scratch", "demo", "rehearsal")


def start_or_resume(session: Session, *, user_id: int, now: datetime, choose: random.Random | None = None) -> int:
    """Let a candidate press Start, and give back the id of the session.

    Unlike the portal, it never resumes a stuck session, and a new one is of the paper that the slot stands for.

    Args:
        session: a session in a write transaction.
        user_id: the candidate's account.
        now: the moment of the click, UTC.
        choose: picks the questions; seeded for repeatable databases.

    Raises:
        AdminError: the portal would refuse them, or the database is one where candidates sit a real exam.
    """
    if kind_of(session) not in _ALLOWED_KINDS:
        raise AdminError("start_not_here")
    reading = panes.read_candidate(session, user_id=user_id, now=now)
    get = reading.would_get
    if get.action == "refused" or get.paper is None:
        raise AdminError("start_refused", why=get.reason)
    healthy = {row.id for row in reading.incomplete if not row.stuck}
    if get.session_id is not None and get.session_id in healthy:
        return get.session_id
    paper = reading.candidate.next_paper
    assert paper is not None
    session.execute(update(CandidateProfile).where(CandidateProfile.user_id == user_id).values(slot_attempting_at=now))
    return _start(session, reading.candidate, paper, read_papers(session), now, choose or random.Random(user_id))


def _start(session: Session, one: Candidate, paper: Paper, papers: Papers, now: datetime, choose: random.Random) -> int:
    refuse_unknown_columns(session, ExamSession.__tablename__, ExamQuestion.__tablename__)
    picked = _pick(session, one, paper, papers, choose)
    trade_id = one.trade_id if paper is Paper.PRIMARY else None
    new = ExamSession(
        started_at=now,
        completed_at=None,
        duration=papers.duration(trade_id=one.trade_id or 0, paper=paper),
        total_questions=len(picked),
        score=None,
        paper_id=session.execute(select(QuestionPaper.id).where(QuestionPaper.question_paper == paper)).scalar_one(),
        trade_id=trade_id,
        user_id=one.user_id,
        exam_type=paper.value,
    )
    session.add(new)
    session.flush()
    session.execute(
        insert(ExamQuestion),
        [
            {"session_id": new.id, "question_id": question_id, "position": place}
            for place, question_id in enumerate(picked, 1)
        ],
    )
    return new.id


def _pick(session: Session, one: Candidate, paper: Paper, papers: Papers, choose: random.Random) -> list[int]:
    wanted = papers.active_set(trade_id=one.trade_id, paper=paper)
    rows = session.execute(
        select(Question.part, Question.id)
        .where(
            Question.is_active,
            Question.paper_type == paper,
            func.upper(Question.question_set) == wanted.letter,
            Question.is_common if wanted.trade_id is None else Question.trade_id == wanted.trade_id,
        )
        .order_by(Question.part, Question.id)
    ).all()
    picked: list[int] = []
    for part, needed in required_parts(trade_name=one.trade_name or "", paper=paper).items():
        present = [question_id for question_part, question_id in rows if question_part == part]
        picked.extend(choose.sample(present, min(needed, len(present))))
    return picked
