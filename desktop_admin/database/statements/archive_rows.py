"""What the archive keeps of a cleared session: one definition, for the program and for the guard's triggers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, case, func, insert, literal, literal_column, select
from sqlalchemy.sql.elements import SQLColumnExpression

from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import ArchivedAnswer, ArchivedSession
from desktop_admin.database.tables.portal import (
    CandidateProfile,
    ExamQuestion,
    ExamSession,
    Question,
    QuestionPaper,
    Trade,
    User,
)

ROOM_OF_A_SESSION = 3 * 1800
"""Bytes that must be free on the disk to clear a session or to put it back: three times what it takes in the archive,
generously."""


def insert_rows(dialect: str, *, op_id: ColumnElement[str], chosen: ColumnElement[bool]) -> Insert:
    """INSERT … SELECT of one archive row for each chosen session.

    Args:
        dialect: SQLAlchemy's name of the engine.
        op_id: the operation that clears them.
        chosen: which sessions, as a condition on ``ExamSession``.
    """
    rows = sql.made_once(dialect, bodies(ExamSession).where(chosen))
    return insert(ArchivedSession).from_select(
        ["op_id", "session_id", "user_id", "paper_id", "body", "sha256"],
        select(op_id, rows.c.session_id, rows.c.user_id, rows.c.paper_id, rows.c.body, sql.sha256(rows.c.body)),
    )


def is_sound(one: type[ArchivedSession] | type[ArchivedAnswer]) -> ColumnElement[bool]:
    """Whether a row's body still fits its checksum, to the byte: a name that is no UTF-8 is mended when it is read."""
    return sql.sha256(one.body) == one.sha256


def bodies(one: type[ExamSession], *, newest: bool = False) -> Select[int, int, int, str]:
    """The sessions as the archive keeps them: columns ``session_id``, ``user_id``, ``paper_id`` and ``body``.

    Args:
        one: the sessions; an alias of ``ExamSession`` where they come from a subquery.
        newest: read questions past the transaction's view, with a shared lock (for MariaDB's triggers).
    """
    question = sql.joined(ExamQuestion.id, ExamQuestion.position, ExamQuestion.question_id)
    questions = select(func.aggregate_strings(question, "")).where(ExamQuestion.session_id == one.id)
    letters = (
        select(sql.distinct_list(Question.question_set))
        .join(ExamQuestion, ExamQuestion.question_id == Question.id)
        .where(ExamQuestion.session_id == one.id)
    )
    if newest:
        questions, letters = questions.with_for_update(read=True), letters.with_for_update(read=True)
    stored = {column.name: getattr(one, column.key) for column in ExamSession.__table__.columns}
    told: dict[str, SQLColumnExpression[Any]] = {
        "army_no": CandidateProfile.army_no,
        "name": CandidateProfile.name,
        "username": User.username,
        "trade": Trade.code,
        "set": letters.scalar_subquery(),
        "paper": QuestionPaper.question_paper,
        "questions": questions.scalar_subquery(),
    }
    consumed = case(
        (QuestionPaper.question_paper == "PRIMARY", CandidateProfile.primary_slot_consumed_at),
        else_=CandidateProfile.secondary_slot_consumed_at,
    )
    # As they were then: an undo refuses only what has come to be since.
    for name, then in (("slot", CandidateProfile.has_exam_slot), ("submitted", consumed.is_not(None))):
        told[name] = case((then, literal_column("1")), else_=literal_column("0"))
    pieces = [piece for name, column in (stored | told).items() for piece in (literal(name), column)]
    return (
        select(one.id.label("session_id"), one.user_id, one.paper_id, sql.json_object(*pieces).label("body"))
        .join(QuestionPaper, QuestionPaper.id == one.paper_id)
        .join(User, User.id == one.user_id)
        .outerjoin(CandidateProfile, CandidateProfile.user_id == one.user_id)
        .outerjoin(Trade, Trade.id == func.coalesce(CandidateProfile.trade_id, one.trade_id))
    )
