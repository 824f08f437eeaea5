"""Sessions made up as the portal makes them, right or wrong: for the demo's exam day and for tests."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from desktop_admin.controllers.portal.papers import Papers, read_papers
from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import (
    CandidateAnswer,
    CandidateProfile,
    ExamQuestion,
    ExamSession,
    Question,
    QuestionPaper,
)
from desktop_admin.practice import sample
from desktop_admin.rules import Paper, QuestionSet, belonging_set


@dataclass(frozen=True, slots=True)
class Pool:
    """The questions and papers that sessions are made of.

    Attributes:
        questions: active question ids by paper and set, then by part.
        papers: trades, durations and active sets.
        paper_ids: the id of each paper.
    """

    questions: Mapping[tuple[Paper, QuestionSet], Mapping[str, list[int]]]
    papers: Papers
    paper_ids: Mapping[Paper, int]

    @classmethod
    def read(cls, session: Session) -> Pool:
        """What the database holds now."""
        questions: dict[tuple[Paper, QuestionSet], dict[str, list[int]]] = {}
        belongs = (Question.paper_type, Question.is_common, Question.trade_id, Question.question_set)
        rows = select(*belongs, Question.part, Question.id).where(Question.is_active).order_by(Question.id)
        for paper, common, trade_id, letter, part, id_ in session.execute(rows):
            # Of PRIMARY the portal counts the trade's questions, common or not.
            key = (Paper(paper), QuestionSet(None if common and paper == Paper.SECONDARY else trade_id, letter.upper()))
            questions.setdefault(key, {}).setdefault(part, []).append(id_)
        ids = session.execute(select(QuestionPaper.question_paper, QuestionPaper.id))
        return cls(questions, read_papers(session), {Paper(paper): id_ for paper, id_ in ids})

    def choose(self, *, paper: Paper, trade_id: int, letter: str, pick: random.Random) -> list[int]:
        """Questions for one session, as many of each part as there must and can be."""
        present = self.questions.get((paper, belonging_set(paper=paper, trade_id=trade_id, letter=letter)), {})
        chosen: list[int] = []
        for part, needed in self.papers.required(trade_id=trade_id, paper=paper).items():
            of_part = present.get(part, [])
            chosen.extend(pick.sample(of_part, min(needed, len(of_part))))
        return chosen


def add_session(
    session: Session,
    pool: Pool,
    *,
    user_id: int,
    trade_id: int,
    paper: Paper,
    letter: str,
    started_at: datetime | None,
    pick: random.Random,
    questions: Collection[int] | None = None,
) -> int:
    """An incomplete session as the portal writes it; gives back its id.

    Args:
        trade_id: whose set it is of; a SECONDARY session's own row names no trade.
        questions: exactly these instead of a choice from the set.
    """
    held = pool.choose(paper=paper, trade_id=trade_id, letter=letter, pick=pick) if questions is None else questions
    session_row = ExamSession(
        started_at=started_at,
        duration=pool.papers.duration(trade_id=trade_id, paper=paper),
        total_questions=len(held),
        paper_id=pool.paper_ids[paper],
        trade_id=trade_id if paper is Paper.PRIMARY else None,
        user_id=user_id,
        exam_type=paper.value,
    )
    session_id = sample.add(session, session_row)
    if held:
        places = enumerate(held, 1)
        rows = [{"session_id": session_id, "question_id": one, "position": place} for place, one in places]
        session.execute(insert(ExamQuestion), rows)
    return session_id


def finish(
    session: Session, *, session_id: int, user_id: int, at: datetime, answered: Collection[int] | None = None
) -> None:
    """Submit a session as the portal does: answers, completion columns, and the slot is used up.

    Args:
        answered: the questions that were answered; the session's own where not given.
    """
    row = session.get_one(ExamSession, session_id)
    paper = Paper(row.exam_type)
    held = session.execute(select(ExamQuestion.question_id).where(ExamQuestion.session_id == session_id)).scalars()
    profile = session.execute(select(CandidateProfile.id).where(CandidateProfile.user_id == user_id)).scalar_one()
    answers = [
        {
            "answer": "a",
            "submitted_at": at,
            "candidate_id": profile,
            "paper_id": row.paper_id,
            "question_id": question,
            "exam_type": paper.value,
        }
        for question in (held if answered is None else answered)
    ]
    if answers:
        session.execute(insert(CandidateAnswer), answers)
    row.completed_at = at
    session.flush()
    used_up = {f"is_{paper.lower()}_completed": True, f"{paper.lower()}_slot_consumed_at": at}
    slot = {"has_exam_slot": False, "slot_attempting_at": None}
    session.execute(update(CandidateProfile).where(CandidateProfile.user_id == user_id).values(used_up | slot))
