"""Starting and resuming as a correct portal would: for scratch, demo and test databases only."""

from __future__ import annotations

import random
from datetime import datetime

from sqlalchemy import update

from desktop_admin.controllers.listings import panes
from desktop_admin.database.backends.backend import PRACTICE, REHEARSALS
from desktop_admin.database.session import Session, kind_of, refuse_unknown_columns
from desktop_admin.database.tables.portal import CandidateProfile, ExamQuestion, ExamSession
from desktop_admin.errors import AdminError
from desktop_admin.practice.sample_sessions import Pool, add_session

_ALLOWED_KINDS = PRACTICE | REHEARSALS


def start_or_resume(session: Session, *, user_id: int, now: datetime) -> int:
    """Let a candidate press Start, and give back the id of the session.

    Unlike the portal, it never resumes a stuck session, and a new one is of the paper that the slot stands for.

    Args:
        session: a session in a write transaction.
        user_id: the candidate's account.
        now: the moment of the click, UTC.

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
    paper, trade_id = reading.candidate.next_paper, reading.candidate.trade_id
    assert paper is not None
    assert trade_id is not None
    session.execute(update(CandidateProfile).where(CandidateProfile.user_id == user_id).values(slot_attempting_at=now))
    refuse_unknown_columns(session, ExamSession.__tablename__, ExamQuestion.__tablename__)
    pool = Pool.read(session)
    return add_session(
        session,
        pool,
        user_id=user_id,
        trade_id=trade_id,
        paper=paper,
        letter=pool.papers.active_set(trade_id=trade_id, paper=paper).letter,
        started_at=now,
        pick=random.Random(user_id),
    )
