"""The archive of cleared sessions: taking them out of the portal's tables, reading them, and putting them back.

The archive keeps each column as the database itself wrote it into JSON, and gives it back in the same words; so a row
that was put back is the row that it was, on every engine.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, column, func, insert, literal, select, table

from desktop_admin.database.session import (
    Session,
    bypass_guard,
    refuse_unknown_columns,
    refuse_unknown_referring,
    require_room,
)
from desktop_admin.database.statements import sql
from desktop_admin.database.statements.archive_rows import ROOM_OF_A_SESSION, insert_rows, is_sound
from desktop_admin.database.tables.own import ArchivedSession, GuardClearing, OperationRow, RestoredSession
from desktop_admin.database.tables.portal import ExamQuestion, ExamSession
from desktop_admin.errors import TryAgain
from desktop_admin.rules import Paper

_SESSION_COLUMNS = tuple(one.name for one in ExamSession.__table__.columns)
_QUESTION_COLUMNS = ("id", "order", "session_id", "question_id")
_KEPT = {*_SESSION_COLUMNS, "army_no", "name", "username", "trade", "paper", "questions"}


@dataclass(frozen=True, slots=True)
class ArchivedQuestion:
    """One exam question of an archived session."""

    id: int
    position: int
    question_id: int


@dataclass(frozen=True, slots=True)
class Archived:
    """A cleared session in the archive.

    Attributes:
        op_id: the operation that cleared it.
        cleared_at: when, by the database server's clock.
        body: what the archive keeps of it; None where it is damaged.
        questions: in the order of their ids; empty where it is damaged.
    """

    op_id: str
    session_id: int
    user_id: int
    cleared_at: datetime | None
    body: dict[str, Any] | None
    questions: tuple[ArchivedQuestion, ...]

    @property
    def key(self) -> tuple[str, int]:
        """What identifies it: a session may have been cleared more than once."""
        return (self.op_id, self.session_id)


def of_operation(session: Session, *, op_id: str) -> list[Archived]:
    """The sessions that an operation cleared, by session id."""
    return _load(session, ArchivedSession.op_id == op_id)


def to_undo(session: Session, *, op_id: str) -> list[Archived]:
    """The sessions that an operation cleared, from where they lie now.

    One that was put back, and cleared again by the undo of that, lies in the archive of that undo.
    """
    back = RestoredSession
    again = session.execute(
        select(back.op_id, back.session_id, OperationRow.op_id)
        .join(OperationRow, OperationRow.undoes == back.by_op_id)
        .where(back.session_id.in_(select(ArchivedSession.session_id).where(ArchivedSession.op_id == op_id)))
    )
    moved = {(of, session_id): (by, session_id) for of, session_id, by in again}
    found = of_operation(session, op_id=op_id)
    if not moved:
        return found
    every = {one.key: one for one in of_sessions(session, session_ids=[one.session_id for one in found])}
    lying = []
    for one in found:
        while moved.get(one.key) in every:
            one = every[moved[one.key]]
        lying.append(one)
    return lying


def of_sessions(session: Session, *, session_ids: Collection[int]) -> list[Archived]:
    """Every time that these sessions were cleared, by session id, the oldest clearing first."""
    return _load(session, ArchivedSession.session_id.in_(sql.numbers(session_ids)))


def of_users(session: Session, *, user_ids: Collection[int]) -> list[Archived]:
    """Every time that a session of these accounts was cleared, in the same order."""
    return _load(session, ArchivedSession.user_id.in_(sql.numbers(user_ids)))


def _load(session: Session, wanted: Any) -> list[Archived]:
    one, back, cleared_at = ArchivedSession, RestoredSession, func.coalesce(OperationRow.at, GuardClearing.at)
    rows = session.execute(
        select(one.op_id, one.session_id, one.user_id, one.body, is_sound(one), cleared_at)
        .outerjoin(OperationRow, OperationRow.op_id == one.op_id)
        .outerjoin(GuardClearing, GuardClearing.op_id == one.op_id)
        .outerjoin(back, (back.op_id == one.op_id) & (back.session_id == one.session_id))
        .where(wanted)
        # It was cleared again only after it was put back: what was not put back is the last, whatever clocks say.
        .order_by(one.session_id, back.by_op_id.is_(None), cleared_at)
    )
    return [opened(*row) for row in rows]


def opened(
    op_id: str, session_id: int, user_id: int, text: str, sound: bool, cleared_at: datetime | None = None
) -> Archived:
    """A row of the archive, unpacked; without a body and questions where it is damaged."""
    body = body_of(text, sound=sound)
    try:
        listed = [
            ArchivedQuestion(*map(int, part.split(":"))) for part in ((body or {}).get("questions") or "").split()
        ]
    except (ValueError, TypeError):
        body = None
    if body is None or (body["id"], body["user_id"]) != (session_id, user_id):
        return Archived(op_id, session_id, user_id, cleared_at, None, ())
    return Archived(op_id, session_id, user_id, cleared_at, body, tuple(sorted(listed, key=lambda one: one.id)))


def body_of(text: str, *, sound: bool) -> dict[str, Any] | None:
    """What the archive keeps of a session, or None where it is damaged, also with a hash that was made to fit."""
    if not sound:
        return None
    try:
        # Numbers with a point stay as they are written: a float might not give the same digits back.
        body = json.loads(text, parse_float=str)
    except ValueError:
        return None
    return body if isinstance(body, dict) and body.keys() >= _KEPT and _has_its_kinds(body) else None


def _has_its_kinds(body: dict[str, Any]) -> bool:
    """Whether what decides about a session is of the kinds that we archive."""
    numbers = (body["id"], body["user_id"], body["paper_id"], body["trade_id"] or 0)
    return all(isinstance(one, int) for one in numbers) and body["paper"] in list(Paper)


def clear(session: Session, *, session_ids: Collection[int], op_id: str, completed: bool = False) -> None:
    """Take sessions out of the portal's tables into the archive.

    Called under the write lock, with ids that were read under it. The counts of every step must agree. Only incomplete
    sessions are cleared; those of a paper that is opened again must be ``completed``.

    Raises:
        DatabaseUnusable: not enough room on the disk, or a table that we do not know refers to sessions.
        TryAgain: somebody completed or removed one of them before it was locked.
        RuntimeError: a count does not agree; the caller's transaction is rolled back.
    """
    if not session_ids:
        return
    refuse_unknown_referring(session, ExamSession.__tablename__, ExamQuestion.__tablename__)
    require_room(session, len(session_ids) * ROOM_OF_A_SESSION)
    state = ExamSession.completed_at.is_not(None) if completed else ExamSession.completed_at.is_(None)
    chosen = ExamSession.id.in_(sql.numbers(session_ids)) & state
    if sql.is_mariadb(session):
        # Elsewhere the creation lock holds the whole table already, and a desk's account may not lock its rows.
        sql.lock_where(session, ExamSession, chosen)
    if session.execute(select(func.count(ExamSession.id)).where(chosen)).scalar_one() != len(session_ids):
        raise TryAgain
    of_chosen = ExamQuestion.session_id.in_(sql.numbers(session_ids))
    questions = session.execute(select(func.count(ExamQuestion.id)).where(of_chosen)).scalar_one()
    session.execute(insert_rows(sql.dialect(session), op_id=literal(op_id), chosen=chosen))
    archived, kept = session.execute(_counts(op_id)).one()
    removed = sql.delete_where(session, ExamQuestion, of_chosen)
    cleared = sql.delete_where(session, ExamSession, chosen)
    if not archived == cleared == len(session_ids) or not kept == removed == questions:
        raise RuntimeError(
            f"{len(session_ids)} sessions to clear, {archived} archived, {cleared} removed; "
            f"{questions} questions, {kept} archived, {removed} removed"
        )


def _counts(op_id: str) -> Select[int, int]:
    """How many sessions, and how many questions of them, an operation's archive holds: a blank ends each question."""
    held = func.coalesce(sql.json_text(ArchivedSession.body, "questions"), "")
    blanks = func.length(held) - func.length(func.replace(held, " ", ""))
    return select(func.count(), func.coalesce(func.sum(blanks), 0)).where(ArchivedSession.op_id == op_id)


def put_back(session: Session, *, archived: Sequence[Archived], by_op_id: str) -> None:
    """Write the sessions and their questions back, with the same ids, and note that they were put back.

    No numbering is moved: the ids were given out before.

    Raises:
        DatabaseUnusable: not enough room on the disk; a newer portal has a column there that we cannot fill.
    """
    if not archived:
        return
    require_room(session, len(archived) * ROOM_OF_A_SESSION)
    refuse_unknown_columns(session, ExamSession.__tablename__, ExamQuestion.__tablename__)
    # The refusals of a restore are ours, and a supervisor may override some of them.
    bypass_guard(session)
    bodies = [one.body for one in archived if one.body is not None]
    # The account of a desk may write no completed session, not even by saying that one is not.
    needless = {name for name in ("completed_at", "score") if all(body[name] is None for body in bodies)}
    names = [name for name in _SESSION_COLUMNS if name not in needless]
    _insert(session, ExamSession.__tablename__, names, [[body[name] for name in names] for body in bodies])
    questions = [
        [question.id, question.position, one.session_id, question.question_id]
        for one in archived
        for question in one.questions
    ]
    _insert(session, ExamQuestion.__tablename__, _QUESTION_COLUMNS, questions)
    noted = [{"op_id": one.op_id, "session_id": one.session_id, "by_op_id": by_op_id} for one in archived]
    session.execute(insert(RestoredSession), noted)


def _insert(session: Session, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert values in the database's own words: the columns have no type here, so nothing is converted."""
    if rows:
        target = table(name, *(column(one) for one in columns))
        session.connection().execute(insert(target), [dict(zip(columns, row, strict=True)) for row in rows])
