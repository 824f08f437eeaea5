"""Sessions made up as the portal makes them, right or wrong: for the demo's exam day and for tests."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import (
    CandidateAnswer,
    CandidateProfile,
    ExamQuestion,
    ExamSession,
    Question,
    QuestionPaper,
    Trade,
    TradePaperActivation,
)
from desktop_admin.rules import Paper, QuestionSet, belonging_set, required_parts


@dataclass(frozen=True, slots=True)
class Pool:
    """The questions and papers that sessions are made of.

    Attributes:
        questions: active question ids by paper and set, then by part.
        papers: (id, duration) of each paper.
        durations: a trade's own duration of a paper.
        names: trade names by id.
    """

    questions: Mapping[tuple[Paper, QuestionSet], Mapping[str, list[int]]]
    papers: Mapping[Paper, tuple[int, timedelta]]
    durations: Mapping[tuple[int, Paper], timedelta]
    names: Mapping[int, str]

    @classmethod
    def read(cls, session: Session) -> Pool:
        """What the database holds now."""
        questions: dict[tuple[Paper, QuestionSet], dict[str, list[int]]] = {}
        rows = session.execute(
            select(
                Question.id,
                Question.paper_type,
                Question.is_common,
                Question.trade_id,
                Question.question_set,
                Question.part,
            )
            .where(Question.is_active)
            .order_by(Question.id)
        )
        for id_, paper, common, trade_id, letter, part in rows:
            key = (Paper(paper), QuestionSet(None if common else trade_id, letter.upper()))
            questions.setdefault(key, {}).setdefault(part, []).append(id_)
        papers = session.execute(select(QuestionPaper.question_paper, QuestionPaper.id, QuestionPaper.exam_duration))
        own = session.execute(
            select(TradePaperActivation.trade_id, TradePaperActivation.paper_type, TradePaperActivation.exam_duration)
        )
        return cls(
            questions=questions,
            papers={Paper(paper): (id_, duration) for paper, id_, duration in papers},
            durations={(trade_id, Paper(paper)): duration for trade_id, paper, duration in own if duration},
            names={row.id: row.name for row in session.execute(select(Trade.id, Trade.name))},
        )

    def choose(self, *, paper: Paper, trade_id: int, letter: str, pick: random.Random) -> list[int]:
        """Questions for one session, as many of each part as there must and can be."""
        present = self.questions.get((paper, belonging_set(paper=paper, trade_id=trade_id, letter=letter)), {})
        chosen: list[int] = []
        for part, needed in required_parts(trade_name=self.names[trade_id], paper=paper).items():
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
    paper_id, duration = pool.papers[paper]
    held = list(
        pool.choose(paper=paper, trade_id=trade_id, letter=letter, pick=pick) if questions is None else questions
    )
    row = ExamSession(
        started_at=started_at,
        completed_at=None,
        duration=pool.durations.get((trade_id, paper), duration),
        total_questions=len(held),
        score=None,
        paper_id=paper_id,
        trade_id=trade_id if paper is Paper.PRIMARY else None,
        user_id=user_id,
        exam_type=paper.value,
    )
    session.add(row)
    session.flush()
    if held:
        session.execute(
            insert(ExamQuestion),
            [{"session_id": row.id, "question_id": one, "position": place} for place, one in enumerate(held, 1)],
        )
    return row.id


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
    session.execute(update(ExamSession).where(ExamSession.id == session_id).values(completed_at=at))
    primary = paper is Paper.PRIMARY
    session.execute(
        update(CandidateProfile)
        .where(CandidateProfile.user_id == user_id)
        .values(
            {
                "is_primary_completed" if primary else "is_secondary_completed": True,
                "primary_slot_consumed_at" if primary else "secondary_slot_consumed_at": at,
                "has_exam_slot": False,
                "slot_attempting_at": None,
            }
        )
    )
