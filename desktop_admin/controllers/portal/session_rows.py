"""Sessions with everything that their health depends on, read in two statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from desktop_admin.controllers.portal import open_sessions
from desktop_admin.controllers.values.views import SessionRow
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.portal import CandidateProfile, ExamSession, QuestionPaper, Trade, User
from desktop_admin.rules import Paper, QuestionSet


@dataclass(frozen=True, slots=True)
class Examined:
    """One session as the portal has it, with its candidate's profile (None where there is none).

    Attributes:
        held: how many questions of which sets it holds.
        submitted, completed: whether this paper's consumed column, or completed column, is set.
    """

    id: int
    user_id: int
    username: str
    paper: Paper
    exam_type: str
    row_trade_id: int | None
    started_at: datetime | None
    completed_at: datetime | None
    duration: timedelta | None
    profile_id: int | None
    army_no: str | None
    name: str | None
    profile_trade_id: int | None
    trade: str | None
    has_exam_slot: bool
    submitted: bool
    completed: bool
    held: Mapping[QuestionSet, int] = field(default_factory=dict)

    @property
    def active_trade_id(self) -> int | None:
        """The trade whose active set counts: the profile's, without one the row's."""
        return self.profile_trade_id if self.profile_trade_id is not None else self.row_trade_id


def read(
    session: Session, *, user_ids: Collection[int] | None, finished: int | None, also: Collection[int] = ()
) -> list[Examined]:
    """Incomplete sessions, the newest finished ones, and those named; newest start first, as the database orders it.

    Args:
        session: a reading session.
        user_ids: only these candidates', or None for everyone's.
        finished: at most so many finished ones; None for all.
        also: sessions that are listed in any case.
    """
    wanted = _wanted(user_ids=user_ids, finished=finished, also=also)
    rows = session.execute(
        select(
            ExamSession.id,
            ExamSession.user_id,
            User.username,
            QuestionPaper.question_paper,
            ExamSession.exam_type,
            ExamSession.trade_id,
            ExamSession.started_at,
            ExamSession.completed_at,
            ExamSession.duration,
            CandidateProfile.id.label("profile_id"),
            CandidateProfile.army_no,
            CandidateProfile.name,
            CandidateProfile.trade_id.label("profile_trade_id"),
            Trade.code,
            CandidateProfile.has_exam_slot,
            CandidateProfile.primary_slot_consumed_at,
            CandidateProfile.secondary_slot_consumed_at,
            CandidateProfile.is_primary_completed,
            CandidateProfile.is_secondary_completed,
        )
        .join(QuestionPaper, QuestionPaper.id == ExamSession.paper_id)
        .join(User, User.id == ExamSession.user_id)
        .outerjoin(CandidateProfile, CandidateProfile.user_id == ExamSession.user_id)
        .outerjoin(Trade, Trade.id == CandidateProfile.trade_id)
        .where(ExamSession.id.in_(wanted), QuestionPaper.question_paper.in_(list(Paper)))
        .order_by(ExamSession.started_at.desc(), ExamSession.id.desc())
    ).all()
    held = open_sessions.sets_of(session, sessions=wanted)
    return [_examined(row, held.get(row.id, {})) for row in rows]


def _wanted(*, user_ids: Collection[int] | None, finished: int | None, also: Collection[int]) -> Select[int]:
    wanted = select(ExamSession.id)
    if finished is not None:
        newest = (
            select(ExamSession.id)
            .where(ExamSession.completed_at.is_not(None))
            .order_by(ExamSession.completed_at.desc())
            .limit(finished)
            .subquery()
        )
        wanted = wanted.where(
            or_(
                ExamSession.completed_at.is_(None),
                ExamSession.id.in_(select(newest.c.id)),
                ExamSession.id.in_(sql.numbers(also)),
            )
        )
    if user_ids is not None:
        wanted = wanted.where(ExamSession.user_id.in_(sql.numbers(user_ids)))
    return wanted


def _examined(row: Any, held: Mapping[QuestionSet, int]) -> Examined:
    paper = Paper(row.question_paper)
    primary = paper is Paper.PRIMARY
    return Examined(
        id=row.id,
        user_id=row.user_id,
        username=row.username,
        paper=paper,
        exam_type=row.exam_type,
        row_trade_id=row.trade_id,
        started_at=row.started_at,
        completed_at=row.completed_at,
        duration=row.duration,
        profile_id=row.profile_id,
        army_no=row.army_no,
        name=row.name,
        profile_trade_id=row.profile_trade_id,
        trade=row.code,
        has_exam_slot=bool(row.has_exam_slot),
        submitted=(row.primary_slot_consumed_at if primary else row.secondary_slot_consumed_at) is not None,
        completed=bool(row.is_primary_completed if primary else row.is_secondary_completed),
        held=held,
    )


def as_row(one: Examined, *, labels: Mapping[QuestionSet, str], active: str) -> SessionRow:
    """The session as it is listed, before anything is found about it.

    Args:
        one: the session.
        labels: how each set that it holds is named.
        active: the active letter for it.
    """
    ends_at = one.started_at + one.duration if one.started_at and one.duration else None
    return SessionRow(
        id=one.id,
        user_id=one.user_id,
        army_no=one.army_no,
        username=one.username,
        name=one.name or one.username,
        trade_id=one.profile_trade_id,
        trade=one.trade,
        paper=one.paper,
        exam_type=one.exam_type,
        sets=tuple(sorted(labels.values())),
        questions=sum(one.held.values()),
        active_set=active,
        started_at=one.started_at,
        completed_at=one.completed_at,
        ends_at=ends_at,
    )
