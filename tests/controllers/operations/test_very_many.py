"""One candidate with a thousand sessions, one of them of two thousand questions: taken and put back as any other."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, insert, select

from desktop_admin.controllers.operations.slots import RESET
from desktop_admin.controllers.values.lines import Actor
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.tables.portal import ExamQuestion, ExamSession, Portal, Question
from tests import raw
from tests.controllers import doing

SESSIONS, QUESTIONS = 1_000, 2_000
TABLES = Portal.metadata.tables


def fill(session: Session) -> None:
    """Give T-FINE so many sessions more, the first with so many questions."""
    one, first = model(session, Question), last(session, Question) + 1
    session.execute(insert(TABLES[Question.__tablename__]), [one | {"id": first + place} for place in range(QUESTIONS)])
    (user_id,) = session.execute(select(ExamSession.user_id).where(ExamSession.id == 2)).scalars()
    one, begun = (
        model(session, ExamSession) | {"user_id": user_id, "completed_at": None},
        last(session, ExamSession) + 1,
    )
    session.execute(
        insert(TABLES[ExamSession.__tablename__]), [one | {"id": begun + place} for place in range(SESSIONS)]
    )
    held = [{"session_id": begun, "question_id": first + place, "order": place} for place in range(QUESTIONS)]
    session.execute(insert(TABLES[ExamQuestion.__tablename__]), held)


def model(session: Session, table: Any) -> dict[str, Any]:
    """A row of the table, to make others like it."""
    return dict(session.execute(select(table.__table__).order_by(table.id).limit(1)).mappings().one())


def last(session: Session, table: Any) -> int:
    return session.execute(select(func.max(table.id))).scalar_one() or 0


@pytest.mark.parametrize(
    "engine_name",
    ["sqlite", pytest.param("mariadb", marks=pytest.mark.long), pytest.param("postgresql", marks=pytest.mark.long)],
    indirect=True,
    scope="session",
)
def test_a_thousand_sessions_and_two_thousand_questions_are_cleared_and_come_back(
    database: Database, actor: Actor
) -> None:
    database.write(fill)
    if raw.engine(database) == "postgresql":
        numbered = "SELECT setval(pg_get_serial_sequence('questions_examsession', 'id'), max(id)) FROM {}"
        raw.change(database, numbered.format("questions_examsession"))
    before = raw.content(database)
    done = doing.slot(database, actor, RESET, "T-FINE")
    assert done.cleared_sessions == SESSIONS + 1
    assert doing.undo(database, actor, done).applied == 1
    assert raw.differences(before, raw.content(database)) == {}
