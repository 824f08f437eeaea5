"""Taking sessions out of the portal's tables into the archive."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, func, literal, select

from desktop_admin.database.session import Session, require_room
from desktop_admin.database.statements import archive_rows, sql
from desktop_admin.database.tables.own import ArchivedSession
from desktop_admin.database.tables.portal import ExamQuestion, ExamSession
from desktop_admin.errors import TryAgain


def clear(session: Session, *, session_ids: Collection[int], op_id: str, completed: bool = False) -> None:
    """Take sessions out of the portal's tables into the archive.

    Called under the write lock, with ids that were read under it. The counts of every step must agree. Only incomplete
    sessions are cleared; those of a paper that is opened again must be ``completed``.

    Raises:
        DatabaseUnusable: not enough room on the disk.
        TryAgain: somebody completed or removed one of them before it was locked.
        RuntimeError: a count does not agree; the caller's transaction is rolled back.
    """
    if not session_ids:
        return
    require_room(session, len(session_ids) * archive_rows.ROOM_OF_A_SESSION)
    state = ExamSession.completed_at.is_not(None) if completed else ExamSession.completed_at.is_(None)
    chosen = ExamSession.id.in_(sql.numbers(session_ids)) & state
    if sql.is_mariadb(session):
        # Elsewhere the creation lock holds the whole table already, and a desk's account may not lock its rows.
        sql.lock_where(session, ExamSession, chosen)
    if session.execute(select(func.count(ExamSession.id)).where(chosen)).scalar_one() != len(session_ids):
        raise TryAgain
    of_chosen = ExamQuestion.session_id.in_(sql.numbers(session_ids))
    questions = session.execute(select(func.count(ExamQuestion.id)).where(of_chosen)).scalar_one()
    session.execute(archive_rows.insert_rows(sql.dialect(session), op_id=literal(op_id), chosen=chosen))
    archived, kept = session.execute(_archived(op_id)).one()
    removed = sql.delete_where(session, ExamQuestion, of_chosen)
    cleared = sql.delete_where(session, ExamSession, chosen)
    if not archived == cleared == len(session_ids) or not kept == removed == questions:
        raise RuntimeError(
            f"{len(session_ids)} sessions to clear, {archived} archived, {cleared} removed; "
            f"{questions} questions, {kept} archived, {removed} removed"
        )


def _archived(op_id: str) -> Select[int, int]:
    """How many sessions, and how many questions of them, an operation's archive holds: a blank ends each question."""
    held = func.coalesce(sql.json_text(ArchivedSession.body, "questions"), "")
    blanks = func.length(held) - func.length(func.replace(held, " ", ""))
    return select(func.count(), func.coalesce(func.sum(blanks), 0)).where(ArchivedSession.op_id == op_id)
