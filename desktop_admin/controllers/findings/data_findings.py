"""What is not as it should be with the portal's data as a whole: rows that are gone, and values that are none."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select

from desktop_admin.controllers.archive import cleared
from desktop_admin.controllers.values.sessions import Finding, FindingKind
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import sql, unreadable
from desktop_admin.database.statements.archive_rows import is_sound
from desktop_admin.database.tables.own import ArchivedSession
from desktop_admin.database.tables.portal import ExamSession, Question, QuestionPaper, User
from desktop_admin.messages import Message


def find(session: Session, *, thorough: bool) -> list[Finding]:
    """Portal data that was erased and, where it is ``thorough``, values that cannot be read.

    A thorough one also looks for each archived question in the portal, which reads the whole archive and every row.
    """
    return [*_erased(session, thorough=thorough), *(_unreadable(session) if thorough else ())]


def _erased(session: Session, *, thorough: bool) -> list[Finding]:
    """Whether the archive knows candidates, papers or questions that the portal no longer has."""
    if not has_own_tables(session):
        return []

    def count(counted: Any, *where: ColumnElement[bool]) -> int:
        return session.execute(select(func.count(counted)).where(*where)).scalar_one()

    one = ArchivedSession
    no_question = count(Question.id) == 0
    gone = {
        "candidates": count(one.user_id.distinct(), one.user_id.not_in(select(User.id))),
        "papers": count(one.paper_id.distinct(), one.paper_id.not_in(select(QuestionPaper.id))),
        "questions": int(no_question and count(one.session_id) > 0),
        "some_questions": _erased_questions(session) if thorough and not no_question else 0,
    }
    cure = Message.of("cure_data_erased")
    return [
        Finding(FindingKind.DATA_ERASED, Message.of(f"erased_{what}", n=number), cure)
        for what, number in gone.items()
        if number
    ]


def _erased_questions(session: Session) -> int:
    """How many different questions of archived sessions the portal no longer has."""
    known: set[int] = set()
    for row, sound in session.execute(select(ArchivedSession, is_sound(ArchivedSession))):
        # One that is damaged is told by the log's verification.
        known.update(cleared.opened(row, sound=sound).questions.question_ids)
    there = session.execute(select(func.count(Question.id)).where(Question.id.in_(sql.numbers(known)))).scalar_one()
    return len(known) - there


def _unreadable(session: Session) -> list[Finding]:
    """The rows with a value that is none; everywhere else it counts as missing, and hides no other row."""
    cure = Message.of("cure_unreadable")
    return [
        Finding(
            FindingKind.UNREADABLE,
            Message.of("unreadable", table=table, row=key, columns=columns),
            cure,
            session_id=key if table == ExamSession.__tablename__ and isinstance(key, int) else None,
        )
        for table, key, columns in unreadable.find(session.connection())
    ]
