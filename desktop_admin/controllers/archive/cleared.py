"""The archive of cleared sessions: taking them out of the portal's tables, reading them, and putting them back.

The archive keeps every column that the tables have in the database's own words, and gives it back in the same words; so
a row that was put back is the row that it was, on every engine.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, text

from desktop_admin.controllers.archive import sums
from desktop_admin.controllers.archive.sums import SESSIONS, Row
from desktop_admin.database.session import Session, bypass_guard, refuse_unknown_referring, require_room
from desktop_admin.database.statements import archive_rows, catalogue, inserted, packed, sql, stored
from desktop_admin.database.statements.archive_rows import ROOM_OF_A_SESSION, Columns, insert_rows, is_sound
from desktop_admin.database.statements.stored import Value
from desktop_admin.database.tables.own import ArchivedSession, GuardClearing, OperationRow, RestoredSession
from desktop_admin.database.tables.portal import ExamQuestion, ExamSession
from desktop_admin.errors import TryAgain
from desktop_admin.rules import Paper

_CLEARED_AT = func.coalesce(OperationRow.at, GuardClearing.at)
_MANY = 200
"""From so many sessions on, a look at all exam questions is worth its time."""
_TOLD = ("army_no", "name", "username", "trade", "paper", "set")
_NOTHING_SAID: Mapping[str, str | None] = MappingProxyType({})
_COVERED = sums.TABLES[SESSIONS].covered
_HELD = ArchivedSession.questions
_MEASURED = (
    (sql.size(_HELD) - sql.size(func.replace(_HELD, "\n", ""))).label("lines"),
    sql.may_be_cut(_HELD).label("may_be_cut"),
)
"""How many questions an archived session holds, each in a line of its own, and whether some may be missing."""
_KNOWN = tuple(column.name for column in ExamSession.__table__.columns)
_of_known, _of_told = itemgetter(*_KNOWN), itemgetter(*_TOLD)
_PAPERS = {paper.value: paper for paper in Paper}
_OF_COMPLETED = (ExamSession.completed_at.name, ExamSession.score.name)
"""The account of a desk may write no completed session, not even by saying that one is not."""
_QUESTIONS_BY_INDEX = (
    "DELETE t FROM desktop_admin_archived_session AS a STRAIGHT_JOIN questions_examquestion AS t "
    "FORCE INDEX ({}) ON t.session_id = a.session_id WHERE a.op_id = :op_id"
)
_SESSIONS_BY_KEY = (
    "DELETE t FROM desktop_admin_archived_session AS a STRAIGHT_JOIN questions_examsession AS t "
    "FORCE INDEX (PRIMARY) ON t.id = a.session_id WHERE a.op_id = :op_id"
)
"""How MariaDB removes the questions and the sessions that an operation has archived."""


@dataclass(frozen=True, slots=True)
class ArchivedQuestions:
    """The exam questions of an archived session, in the order in which they were archived.

    Attributes:
        names: of their columns, in the order in which the archive keeps them.
        values: of each column, those of all questions.
        ids, positions, question_ids: the three that are always there.
    """

    names: tuple[str, ...] = ()
    values: tuple[tuple[Value, ...], ...] = ()
    ids: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    question_ids: tuple[int, ...] = ()

    @classmethod
    def of(cls, text: str) -> ArchivedQuestions:
        """The questions of a text in the archive; ValueError, TypeError or LookupError where it is damaged."""
        names, *rows = stored.read_json(text, whole_numbers=True)
        # By column, because so many short lists would be a burden on the collection of garbage.
        values = tuple(zip(*rows, strict=True)) or ((),) * len(names)
        if len(values) != len(names):
            raise ValueError("a question has other columns")
        numbers: list[Any] = [values[names.index(name)] for name in archive_rows.NAMES_OF_NUMBERS]
        if set(map(type, chain.from_iterable(numbers))) != {int}:
            numbers = [tuple(map(int, column)) for column in numbers]
        return cls(tuple(names), values, *numbers)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The first and the last of ids that stand one behind the other, as the portal gives them to a session."""
        if not self.ids:
            return []
        first, last = min(self.ids), max(self.ids)
        return [(first, last)] if last - first < len(self) else [(id_, id_) for id_ in self.ids]

    def rows(self) -> Iterator[dict[str, Value]]:
        """All that is kept of each question: all of it but its session."""
        return (dict(zip(self.names, row, strict=True)) for row in zip(*self.values, strict=True))


@dataclass(frozen=True, slots=True)
class Archived:
    """A cleared session in the archive.

    Attributes:
        op_id: the operation that cleared it.
        cleared_at: when, by the database server's clock.
        body: what the archive keeps of it, with the ids as numbers, and the ``Paper``; None where it is damaged.
        restored: whether it was put back since.
        row: all columns of the session, as they are kept; empty where it is damaged.
        questions: empty where it is damaged.
    """

    op_id: str
    session_id: int
    user_id: int
    cleared_at: datetime | None
    restored: bool = False
    body: dict[str, Any] | None = None
    row: dict[str, Value] = field(default_factory=dict)
    questions: ArchivedQuestions = ArchivedQuestions()

    @property
    def key(self) -> tuple[str, int]:
        """What identifies it: a session may have been cleared more than once."""
        return (self.op_id, self.session_id)


def of_operation(session: Session, *, op_id: str) -> list[Archived]:
    """The sessions that an operation cleared, by session id; whatever the log says of them."""
    return _load(session, ArchivedSession.op_id == op_id, vouched=False)


def to_undo(session: Session, *, op_id: str, said: Mapping[str, str]) -> list[Archived]:
    """The sessions that an operation cleared, from where they lie now.

    One that was put back, and cleared again by the undo of that, lies in the archive of that undo.

    Args:
        said: the sums of which its row speaks.
    """
    found = _load(session, ArchivedSession.op_id == op_id, said={op_id: said.get(SESSIONS)})
    if not any(one.restored for one in found):
        return found
    back = RestoredSession
    again = session.execute(
        select(back.op_id, back.session_id, OperationRow.op_id)
        .join(OperationRow, OperationRow.undoes == back.by_op_id)
        .where(back.session_id.in_(select(ArchivedSession.session_id).where(ArchivedSession.op_id == op_id)))
    )
    moved = {(of, session_id): (by, session_id) for of, session_id, by in again}
    if not moved:
        return found
    every = {one.key: one for one in of_keys(session, keys={*moved.values(), *(one.key for one in found)})}
    lying = []
    for one in found:
        seen = {one.key}
        # A row that somebody added may lead back.
        while (key := moved.get(one.key)) in every and key not in seen:
            one = every[key]
            seen.add(key)
        lying.append(one)
    return lying


def keys_of_sessions(
    session: Session, *, session_ids: Collection[int], op_id: str | None = None
) -> list[tuple[str, int]]:
    """What identifies each time that these sessions were cleared, by session id, the oldest clearing first.

    Args:
        op_id: the only operation that is meant; without it, all that have cleared one of them.
    """
    wanted: ColumnElement[bool] = ArchivedSession.session_id.in_(sql.numbers(session_ids))
    if op_id is not None:
        wanted &= ArchivedSession.op_id == op_id
    rows = session.execute(_found(wanted, ArchivedSession.op_id, ArchivedSession.session_id))
    return [(row.op_id, row.session_id) for row in rows]


def of_keys(session: Session, *, keys: Collection[tuple[str, int]]) -> list[Archived]:
    """These times alone, in the same order: a session may have been cleared a hundred times."""
    op_ids, session_ids = {op_id for op_id, _ in keys}, {session_id for _, session_id in keys}
    one = ArchivedSession
    found = _load(session, one.session_id.in_(sql.numbers(session_ids)) & one.op_id.in_(sql.texts(op_ids)))
    return [archived for archived in found if archived.key in keys]


def of_users(session: Session, *, user_ids: Collection[int]) -> list[Archived]:
    """Every time that a session of these accounts was cleared, in the same order."""
    return _load(session, ArchivedSession.user_id.in_(sql.numbers(user_ids)))


def _load(
    session: Session, wanted: Any, *, vouched: bool = True, said: Mapping[str, str | None] = _NOTHING_SAID
) -> list[Archived]:
    """The archived sessions; as damaged what the log, or the guard, does not vouch for.

    Any desk's account may add a row to the archive, under whatever operation.

    Args:
        said: of operations all of whose sessions are ``wanted``, the sums that the log is known to speak of.
    """
    one = ArchivedSession
    restored = RestoredSession.by_op_id.is_not(None).label("restored")
    cleared_at = _CLEARED_AT.label("cleared_at")
    rows = session.execute(_found(wanted, one.__table__, is_sound(one).label("sound"), restored, cleared_at)).all()
    doubtful: set[str] = set()
    if vouched:
        of_sum = {op_id: [(row.session_id, row.sha256) for row in rows if row.op_id == op_id] for op_id in said}
        doubtful = {row.op_id for row in rows} - {op_id for op_id in said if sums.over(of_sum[op_id]) == said[op_id]}
        doubtful -= sums.vouched(session, op_ids=doubtful)
    # Of what was tampered with, the rows that the log lists are still good. Where it can list none any more, its row
    # fails by its seal, and a supervisor decides.
    listed = {op_id: sums.listed(session, op_id=op_id, of=SESSIONS) for op_id in doubtful}

    def is_good(row: Any) -> bool:
        known = listed.get(row.op_id)
        return known is None or sums.digest(row.sha256) in known

    return [
        opened(row, sound=row.sound and is_good(row), cleared_at=row.cleared_at, restored=row.restored) for row in rows
    ]


def _found(wanted: Any, *columns: Any) -> Select[Any]:
    """These of each time that a session was cleared; by session id, the oldest first."""
    one, back = ArchivedSession, RestoredSession
    return (
        select(*columns)
        .outerjoin(OperationRow, OperationRow.op_id == one.op_id)
        .outerjoin(GuardClearing, GuardClearing.op_id == one.op_id)
        .outerjoin(back, (back.op_id == one.op_id) & (back.session_id == one.session_id))
        .where(wanted)
        # It was cleared again only after it was put back: what was not put back is the last, whatever clocks say.
        .order_by(one.session_id, back.by_op_id.is_(None), _CLEARED_AT)
    )


def opened(row: Any, *, sound: bool, cleared_at: datetime | None = None, restored: bool = False) -> Archived:
    """A row of the archive, unpacked; without a body and questions where it is damaged.

    Damaged is also what is not as the archive keeps it, with a hash that was made to fit.
    """
    whose = (row.op_id, row.session_id, row.user_id, cleared_at, restored)
    try:
        if not sound:
            raise ValueError("it does not fit its hash")
        content = stored.read_json(row.body)
        kept = content["row"]
        questions = ArchivedQuestions.of(row.questions)
        body: dict[str, Any] = dict(zip(_KNOWN, _of_known(kept), strict=True))
        body.update(zip(_TOLD, _of_told(content), strict=True))
        for name in ("slot", "submitted"):
            body[name] = bool(_number(content[name]))
        for name in ("id", "user_id", "paper_id"):
            body[name] = _number(kept[name])
        body["trade_id"] = None if kept["trade_id"] is None else _number(kept["trade_id"])
        body["paper"] = _PAPERS[content["paper"]]
        if (body["id"], body["user_id"], body["paper_id"]) != (row.session_id, row.user_id, row.paper_id):
            raise ValueError("it is of another session")
    except (ValueError, TypeError, LookupError, AttributeError):
        return Archived(*whose)
    return Archived(*whose, body, kept, questions)


def _number(value: Value) -> int:
    if not isinstance(value, int | str):
        raise TypeError("no whole number")
    return int(value)


def clear(session: Session, *, session_ids: Collection[int], op_id: str, completed: bool = False) -> list[Row]:
    """Take sessions out of the portal's tables into the archive.

    Called under the write lock, with ids that were read under it. The counts of every step must agree. Only incomplete
    sessions are cleared; those of a paper that is opened again must be ``completed``.

    Returns:
        What the log's sum covers of each row that was written to the archive.

    Raises:
        DatabaseUnusable: not enough room on the disk, or a table that we do not know refers to sessions.
        TryAgain: somebody completed or removed one of them before it was locked.
        RuntimeError: a count does not agree; the caller's transaction is rolled back.
    """
    if not session_ids:
        return []
    refuse_unknown_referring(session, ExamSession.__tablename__, ExamQuestion.__tablename__)
    require_room(session, len(session_ids) * ROOM_OF_A_SESSION)
    state = ExamSession.completed_at.is_not(None) if completed else ExamSession.completed_at.is_(None)
    connection = session.connection()
    dialect = connection.dialect.name
    columns = Columns(*(stored.columns(session, one.__tablename__) for one in (ExamSession, ExamQuestion)))
    chosen = sql.one_of(dialect, session_ids)
    if sql.is_mariadb(session):
        # Elsewhere the creation lock holds the whole table already, and a desk's account may not lock its rows.
        sql.lock_keys(session, ExamSession, sorted(session_ids))
    many = len(session_ids) >= _MANY
    archiving = insert_rows(dialect, columns, state, op_id=literal(op_id), chosen=chosen, many=many)
    rows = inserted.rows(session, archiving, *_COVERED, *_MEASURED, of=ArchivedSession.op_id == op_id)
    archived = len(rows)
    if archived != len(session_ids):
        raise TryAgain
    if any(row.may_be_cut for row in rows):
        raise RuntimeError("a list of questions to archive, which may have been cut")
    kept = sum(row.lines for row in rows)
    if sql.is_mariadb(session):
        removed, cleared = _remove_by_archive(session, op_id)
    else:
        of_one, parents = ExamQuestion.session_id, select(ExamSession.id).where(chosen(ExamSession.id))
        removed = sql.delete_where(session, ExamQuestion, chosen(of_one), wanted=kept, parents=parents)
        cleared = sql.delete_where(session, ExamSession, chosen(ExamSession.id), wanted=archived)
    if cleared != archived or kept != removed:
        raise RuntimeError(
            f"{len(session_ids)} sessions to clear, {archived} archived, {cleared} removed; "
            f"{kept} questions archived, {removed} removed"
        )
    return [(row.session_id, row.sha256) for row in rows]


def _remove_by_archive(session: Session, op_id: str) -> tuple[int, int]:
    """Remove on MariaDB what has been archived, and say how many questions and sessions that were.

    Each row is looked up by its session, out of the archive, in the order and by the index that are named: with a
    condition it would scan small tables, and deadlock with the portal's candidates.
    """
    # There is one, because MariaDB has no foreign key without it.
    index = catalogue.of(session, ExamQuestion.__tablename__).indexes[ExamQuestion.session_id.name]
    by_index = _QUESTIONS_BY_INDEX.format(session.connection().dialect.identifier_preparer.quote(index))
    questions, sessions = (
        sql.changed(session, text(statement).bindparams(op_id=op_id)) for statement in (by_index, _SESSIONS_BY_KEY)
    )
    return questions, sessions


def put_back(session: Session, *, archived: Sequence[Archived], by_op_id: str) -> list[Row]:
    """Write the sessions and their questions back, with the same ids, and note that they were put back.

    No numbering is moved: the ids were given out before.

    Returns:
        What the log's sum covers of what was noted.

    Raises:
        DatabaseUnusable: not enough room on the disk; a table has a new column that we cannot fill, or lacks one.
        RuntimeError: a count does not agree; the caller's transaction is rolled back.
    """
    # The refusals of a restore are ours, and a supervisor may override some of them.
    bypass_guard(session)
    if not archived:
        return []
    require_room(session, len(archived) * ROOM_OF_A_SESSION)
    whole = [one for one in archived if one.body is not None]
    stored.put_back(session, ExamSession.__tablename__, [one.row for one in whole], unless_null=_OF_COMPLETED)
    _put_questions_back(session, whole)
    noted = [{"op_id": one.op_id, "session_id": one.session_id, "by_op_id": by_op_id} for one in archived]
    packed.insert(session, RestoredSession, noted)
    return [one.key for one in archived]


def _put_questions_back(session: Session, archived: Sequence[Archived]) -> None:
    """Write the questions back: where nothing but numbers is kept of them, inside the server."""
    known = archive_rows.NAMES_OF_NUMBERS
    plain = [one for one in archived if one.questions.names == known]
    others = [one for one in archived if one.questions.names != known]
    if plain:
        there = stored.columns(session, ExamQuestion.__tablename__)
        stored.refuse_unfillable(ExamQuestion.__tablename__, there, (*known, ExamQuestion.session_id.name))
        back = archive_rows.questions_back(sql.dialect(session))
        written = sql.changed(session, back.bindparams(keys=json.dumps([one.key for one in plain])))
        expected = sum(len(one.questions) for one in plain)
        if written != expected:
            raise RuntimeError(f"{expected} questions to put back, {written} written")
    rows = [{**row, "session_id": str(one.session_id)} for one in others for row in one.questions.rows()]
    stored.put_back(session, ExamQuestion.__tablename__, rows)
