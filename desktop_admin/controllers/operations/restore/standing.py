"""What decides whether a cleared session can come back, read once for all that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from desktop_admin.controllers.archive.cleared import Archived
from desktop_admin.controllers.portal import open_sessions as sessions
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.portal.open_sessions import OpenSession
from desktop_admin.controllers.portal.papers import Papers
from desktop_admin.controllers.upkeep import policies
from desktop_admin.database import sql
from desktop_admin.database.own import RestoredSession
from desktop_admin.database.portal import (
    CandidateProfile,
    ExamQuestion,
    ExamSession,
    Question,
    QuestionPaper,
    Trade,
    User,
)
from desktop_admin.database.session import Session, last_id
from desktop_admin.rules import Paper, QuestionSet


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose session it was, as the account and the candidate are now."""

    user_id: int
    username: str
    profile_id: int | None
    army_no: str | None
    name: str
    trade_id: int | None
    trade: str | None
    has_exam_slot: bool
    slot_assigned_at: datetime | None
    submitted: frozenset[Paper]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the refusals are decided by, read once for all sessions that are asked for."""

    restored: frozenset[tuple[str, int]]
    owners: Mapping[int, Owner]
    used_sessions: frozenset[int]
    used_questions: frozenset[int]
    last_session: int
    last_question: int
    open_sessions: Mapping[int, Sequence[OpenSession]]
    questions: Mapping[int, QuestionSet]
    papers: Papers
    paper_ids: frozenset[int]
    restore_age: timedelta


def read_standing(facts: Facts, wanted: Sequence[Archived], *, also: Iterable[int] = ()) -> Standing:
    """Read what the refusals are decided by; as many statements for one session as for a thousand.

    Args:
        facts: the portal as it is.
        wanted: the archived sessions.
        also: more accounts whose owners are wanted.
    """
    session = facts.session
    user_ids = {one.user_id for one in wanted} | set(also)
    session_ids = {one.session_id for one in wanted}
    parts = {part.id for one in wanted for part in one.questions}
    question_ids = {part.question_id for one in wanted for part in one.questions}
    again = RestoredSession.session_id.in_(sql.numbers(session_ids))
    restored = session.execute(select(RestoredSession.op_id, RestoredSession.session_id).where(again)).all()
    return Standing(
        restored=frozenset((op_id, session_id) for op_id, session_id in restored),
        owners=owners(session, user_ids=user_ids),
        used_sessions=_present(session, ExamSession, session_ids),
        used_questions=_present(session, ExamQuestion, parts),
        last_session=last_id(session, ExamSession.__tablename__),
        last_question=last_id(session, ExamQuestion.__tablename__),
        open_sessions=sessions.by_user(sessions.incomplete(session, users=sql.numbers(user_ids))),
        questions=_usable(session, question_ids),
        papers=facts.papers,
        paper_ids=frozenset(session.execute(select(QuestionPaper.id)).scalars()),
        restore_age=policies.read(session).restore_age,
    )


def _present(session: Session, kind: type[ExamSession] | type[ExamQuestion], ids: Collection[int]) -> frozenset[int]:
    return frozenset(session.execute(select(kind.id).where(kind.id.in_(sql.numbers(ids)))).scalars())


def _usable(session: Session, ids: Collection[int]) -> dict[int, QuestionSet]:
    """The sets of the questions that are still there and active."""
    rows = session.execute(
        select(Question.id, Question.is_common, Question.trade_id, Question.question_set).where(
            Question.id.in_(sql.numbers(ids)), Question.is_active
        )
    )
    return {
        id_: QuestionSet(None if is_common else trade_id or 0, letter.upper())
        for id_, is_common, trade_id, letter in rows
    }


def owners(session: Session, *, user_ids: Collection[int]) -> dict[int, Owner]:
    """The accounts that are still there, with the candidates that they belong to."""
    one = CandidateProfile
    rows = session.execute(
        select(
            User.id,
            User.username,
            one.id.label("profile_id"),
            one.army_no,
            one.name,
            Trade.id.label("trade_id"),
            Trade.code,
            one.has_exam_slot,
            one.slot_assigned_at,
            one.primary_slot_consumed_at,
            one.secondary_slot_consumed_at,
        )
        .outerjoin(one, one.user_id == User.id)
        .outerjoin(Trade, Trade.id == one.trade_id)
        .where(User.id.in_(sql.numbers(user_ids)))
    )
    return {row.id: _owner(row) for row in rows}


def _owner(row: Any) -> Owner:
    consumed = {Paper.PRIMARY: row.primary_slot_consumed_at, Paper.SECONDARY: row.secondary_slot_consumed_at}
    return Owner(
        user_id=row.id,
        username=row.username,
        profile_id=row.profile_id,
        army_no=row.army_no,
        name=row.name or row.username,
        trade_id=row.trade_id,
        trade=row.code,
        has_exam_slot=bool(row.has_exam_slot),
        slot_assigned_at=row.slot_assigned_at,
        submitted=frozenset(paper for paper, at in consumed.items() if at is not None),
    )
