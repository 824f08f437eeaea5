"""What decides whether a cleared session can come back, read once for all that are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from desktop_admin.controllers.archive.cleared import Archived
from desktop_admin.controllers.portal import candidates
from desktop_admin.controllers.portal import open_sessions as sessions
from desktop_admin.controllers.portal.facts import Facts
from desktop_admin.controllers.portal.open_sessions import OpenSession
from desktop_admin.controllers.portal.papers import Papers
from desktop_admin.controllers.upkeep import policies
from desktop_admin.controllers.values.views import Owner
from desktop_admin.database.session import Session, last_id
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import RestoredSession
from desktop_admin.database.tables.portal import (
    ExamQuestion,
    ExamSession,
    Question,
    QuestionPaper,
)
from desktop_admin.rules import QuestionSet


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
    """Read what the refusals are decided by, and the owners of more accounts, in as many statements for any number."""
    session = facts.session
    user_ids = {one.user_id for one in wanted} | set(also)
    session_ids = {one.session_id for one in wanted}
    parts = {part.id for one in wanted for part in one.questions}
    question_ids = {part.question_id for one in wanted for part in one.questions}
    again = RestoredSession.session_id.in_(sql.numbers(session_ids))
    restored = session.execute(select(RestoredSession.op_id, RestoredSession.session_id).where(again)).all()
    return Standing(
        restored=frozenset((op_id, session_id) for op_id, session_id in restored),
        owners=candidates.owners(session, user_ids=sql.numbers(user_ids)),
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
