"""The answers of a submitted paper: archived and removed when it is opened again, and brought back by an undo.

They are archived with every column, in the database's own words, so that they come back as they were on every engine.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, literal, or_, select

from desktop_admin.controllers.archive import sums
from desktop_admin.database.session import Session, bypass_guard, require_room
from desktop_admin.database.statements import sql, stored
from desktop_admin.database.statements.archive_rows import hashed, is_sound
from desktop_admin.database.statements.stored import Value
from desktop_admin.database.tables.own import ArchivedAnswer
from desktop_admin.database.tables.portal import CandidateAnswer, CandidateProfile, Question, QuestionPaper
from desktop_admin.rules import Paper, Refusal

_NEEDED = (
    ("candidate_id", CandidateProfile.id, Refusal.CANDIDATE_GONE),
    ("paper_id", QuestionPaper.id, Refusal.PAPER_GONE),
    ("question_id", Question.id, Refusal.QUESTION_GONE),
)
"""What an answer belongs to."""
_ANSWER_BYTES = 2000
"""What one answer takes in the archive, generously."""


def counts(session: Session, *, user_ids: Collection[int], paper: Paper) -> dict[int, int]:
    """How many answers of the paper each account has."""
    rows = session.execute(
        select(CandidateProfile.user_id, func.count(CandidateAnswer.id))
        .join(CandidateAnswer, CandidateAnswer.candidate_id == CandidateProfile.id)
        .where(_of_paper(user_ids, paper))
        .group_by(CandidateProfile.user_id)
    )
    return dict(iter(rows))


def remove(session: Session, *, user_ids: Collection[int], paper: Paper, op_id: str) -> None:
    """Take these candidates' answers of the paper out of the portal's table into the archive.

    Raises:
        DatabaseUnusable: not enough room on the disk.
        RuntimeError: the counts of the steps do not agree; the caller's transaction is rolled back.
    """
    count = sum(counts(session, user_ids=user_ids, paper=paper).values())
    require_room(session, count * _ANSWER_BYTES * 3)
    dialect, name = sql.dialect(session), CandidateAnswer.__tablename__
    body = stored.row(dialect, stored.columns(session, name), of=name).label("body")
    bodies = (
        select(CandidateAnswer.id.label("id"), CandidateProfile.user_id, body)
        .join(CandidateProfile, CandidateProfile.id == CandidateAnswer.candidate_id)
        .where(_of_paper(user_ids, paper))
    )
    rows = sql.made_once(dialect, bodies).c
    values = (literal(op_id), rows.id, rows.user_id, rows.body)
    session.execute(
        insert(ArchivedAnswer).from_select([*ArchivedAnswer.HASHED, "sha256"], select(*values, hashed(*values)))
    )
    archived = session.scalar(select(func.count()).select_from(ArchivedAnswer).where(ArchivedAnswer.op_id == op_id))
    kept = select(ArchivedAnswer.answer_id).where(ArchivedAnswer.op_id == op_id)
    removed = sql.delete_where(session, CandidateAnswer, CandidateAnswer.id.in_(kept), wanted=count)
    if not archived == removed == count:
        raise RuntimeError(f"{count} answers to remove, {archived} archived, {removed} removed")


def _of_paper(user_ids: Collection[int], paper: Paper) -> ColumnElement[bool]:
    """The answers of the paper; where the portal has lost which one that is, its name in the answer tells."""
    profiles = select(CandidateProfile.id).where(CandidateProfile.user_id.in_(sql.numbers(user_ids)))
    papers = select(QuestionPaper.id).where(QuestionPaper.question_paper == paper)
    nameless = and_(CandidateAnswer.paper_id.is_(None), CandidateAnswer.exam_type == paper)
    return and_(CandidateAnswer.candidate_id.in_(profiles), or_(CandidateAnswer.paper_id.in_(papers), nameless))


def hindrances(session: Session, *, op_id: str) -> dict[int, Refusal]:
    """The accounts whose answers an undo cannot put back, with the reason."""
    bodies: dict[int, tuple[int, dict[str, Value]]] = {}
    found: dict[int, Refusal] = {}
    whole = op_id in sums.vouched(session, op_ids=[op_id], of=sums.ANSWERS)
    for row in _archived(session, op_id):
        if row.sound and whole:
            bodies[row.answer_id] = (row.user_id, stored.read_json(row.body))
        else:
            found[row.user_id] = Refusal.ARCHIVE_DAMAGED
    used = _present(session, CandidateAnswer.id, bodies.keys())
    for name, key, refusal in _NEEDED:
        wanted = [(user_id, int(str(body[name]))) for user_id, body in bodies.values() if body[name] is not None]
        there = _present(session, key, {id_ for _, id_ in wanted})
        for user_id, id_ in wanted:
            if id_ not in there:
                found.setdefault(user_id, refusal)
    for answer_id in used:
        found.setdefault(bodies[answer_id][0], Refusal.ID_IN_USE)
    return found


def _present(session: Session, key: Any, ids: Collection[int]) -> set[int]:
    return set(session.execute(select(key).where(key.in_(sql.numbers(ids)))).scalars()) if ids else set()


def put_back(session: Session, *, op_id: str, user_ids: Collection[int]) -> None:
    """Write the answers of these candidates back that an operation archived.

    Raises:
        DatabaseUnusable: the table has a new column that we cannot fill, or lacks one.
    """
    chosen = set(user_ids)
    rows = [stored.read_json(row.body) for row in _archived(session, op_id) if row.user_id in chosen]
    if rows:
        bypass_guard(session)
        stored.put_back(session, CandidateAnswer.__tablename__, rows)


def _archived(session: Session, op_id: str) -> list[Any]:
    row = ArchivedAnswer
    query = (
        select(row.answer_id, row.user_id, row.body, is_sound(row).label("sound"))
        .where(row.op_id == op_id)
        .order_by(row.answer_id)
    )
    return list(session.execute(query))
