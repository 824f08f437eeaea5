"""Late submissions: papers that were handed in with answers to questions that are not in their session."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from desktop_admin.controllers.archive import cleared
from desktop_admin.controllers.archive.cleared import Archived
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import answer_rows, sql
from desktop_admin.database.tables.portal import CandidateAnswer, CandidateProfile, ExamQuestion, ExamSession


def find(session: Session, *, user_ids: Collection[int] | None = None) -> dict[int, int | None]:
    """Completed sessions in whose course the candidate answered a question that they do not hold.

    Each with the archived session whose questions these are, where there is one.

    Which of the answers are given at all is asked only for those few, because a desk's account may not read answers.
    """
    held = select(ExamQuestion.id).where(
        ExamQuestion.session_id == ExamSession.id, ExamQuestion.question_id == CandidateAnswer.question_id
    )
    foreign = (
        CandidateProfile.user_id == ExamSession.user_id,
        CandidateAnswer.candidate_id == CandidateProfile.id,
        CandidateAnswer.paper_id == ExamSession.paper_id,
        CandidateAnswer.submitted_at.between(ExamSession.started_at, ExamSession.completed_at),
        ~held.correlate(ExamSession, CandidateAnswer).exists(),
    )
    has_foreign = select(CandidateAnswer.id).where(*foreign).correlate(ExamSession).exists()
    wanted = select(ExamSession.id).where(ExamSession.completed_at.is_not(None), has_foreign)
    if user_ids is not None:
        wanted = wanted.where(ExamSession.user_id.in_(sql.numbers(user_ids)))
    suspected = session.execute(wanted).scalars().all()
    if not suspected:
        return {}
    answers = select(ExamSession.id, ExamSession.user_id, CandidateAnswer.id, CandidateAnswer.question_id)
    rows = session.execute(answers.where(*foreign, ExamSession.id.in_(sql.numbers(suspected)))).all()
    given = answer_rows.given(session, ids={answer_id for *_, answer_id, _ in rows})
    asked: dict[tuple[int, int], set[int]] = {}
    for session_id, user_id, answer_id, question_id in rows:
        if answer_id in given:
            asked.setdefault((session_id, user_id), set()).add(question_id)
    archived = cleared.of_users(session, user_ids={user_id for _, user_id in asked}) if has_own_tables(session) else []
    return {
        session_id: _whose_questions(questions, [one for one in archived if one.user_id == user_id])
        for (session_id, user_id), questions in asked.items()
    }


def _whose_questions(questions: Collection[int], archived: Sequence[Archived]) -> int | None:
    """The archived session that holds most of the questions, or None where none holds any."""
    held = {one.session_id: sum(id_ in questions for id_ in one.questions.question_ids) for one in archived}
    found = max(held, key=lambda session_id: held[session_id], default=None)
    return found if found is not None and held[found] else None
