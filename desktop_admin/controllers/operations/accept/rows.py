"""Writing down which sessions a plan accepts, and for which switch of their paper each."""

from __future__ import annotations

from sqlalchemy import func, select

from desktop_admin.controllers.archive import sums
from desktop_admin.controllers.archive.sums import Row
from desktop_admin.controllers.operations.plan import Plan
from desktop_admin.controllers.portal.papers import PaperSettings
from desktop_admin.database.session import Session
from desktop_admin.database.statements import packed, sql
from desktop_admin.database.tables.own import AcceptedSession
from desktop_admin.database.tables.portal import CandidateProfile, ExamSession, QuestionPaper
from desktop_admin.rules import Paper


def write(session: Session, plan: Plan, papers: PaperSettings) -> list[Row]:
    """Write a row for each session that the plan accepts.

    It must stand there before the sets are switched: by it the guard knows which sessions to leave alone.

    Returns:
        What the log's sum covers of these rows.

    Raises:
        RuntimeError: a session is not there; the caller's transaction is rolled back.
    """
    ids = plan.accepted_ids
    one, profile, paper = ExamSession, CandidateProfile, QuestionPaper.question_paper
    found = session.execute(
        select(one.id, one.user_id, paper, profile.trade_id, one.trade_id)
        .join(QuestionPaper, QuestionPaper.id == one.paper_id)
        .outerjoin(profile, profile.user_id == one.user_id)
        .where(one.id.in_(sql.numbers(ids)), one.completed_at.is_(None))
    ).all()
    switched = {choice.place: choice.letter for choice in plan.switched if choice.letter}
    rows = []
    for session_id, user_id, of, *trade_ids in found:
        # The trade whose active set counts for the session, whichever it was found by.
        trade_id, of_paper = next(one for one in trade_ids if one is not None), Paper(of)
        letter = switched.get((trade_id, of_paper)) or papers.letter(trade_id=trade_id, paper=of_paper)
        named = {"op_id": plan.op_id, "session_id": session_id, "user_id": user_id}
        rows.append({**named, "trade_id": trade_id, "paper": of_paper.value, "letter": letter})
    if len(rows) != len(ids):
        raise RuntimeError(f"{len(ids)} sessions to accept, {len(rows)} found")
    packed.insert(session, AcceptedSession, rows)
    return sums.covered(sums.ACCEPTED, rows)


def check(session: Session, plan: Plan) -> None:
    """See to it that what was accepted is still there, now that everything is written.

    Raises:
        RuntimeError: something has removed one, as a guard of another version would; the transaction is rolled back.
    """
    ids = plan.accepted_ids
    if not ids:
        return
    there = select(func.count(ExamSession.id)).where(
        ExamSession.id.in_(sql.numbers(ids)), ExamSession.completed_at.is_(None)
    )
    left = session.execute(there).scalar_one()
    if left != len(ids):
        raise RuntimeError(f"{len(ids)} sessions were accepted, {left} are left")
