"""What a row of the log says of the rows beside it: a sum for each table, so that none comes, goes or changes unseen.

A sum is a hash over what identifies an operation's rows and over their own hashes. It stands in the row's body, which
the log's seal covers. What the guard cleared has no row in the log; its sum stands in the guard's own table, where no
desk's account may write.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, select

from desktop_admin.controllers.values.written import CHECK_INS
from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql, stored
from desktop_admin.database.statements.archive_rows import is_sound
from desktop_admin.database.tables.own import (
    AcceptedSession,
    Accommodation,
    ArchivedAnswer,
    ArchivedSession,
    CheckIn,
    GivenTime,
    GuardClearing,
    OperationCandidate,
    OperationPaper,
    OperationRow,
    RestoredSession,
)

_AT_ONCE = 1000
_BEGINS = re.compile(r'\{"archive":(?:null|(?P<said>\{[^{}]*\}))[,}]')
"""How the body of a row begins, its keys being in order; to parse all of it takes as long as to check its seal."""
_DIGITS = 32
Row = tuple[Any, ...]
_LONGEST = 1000
"""No beginning is longer."""


class Beside(NamedTuple):
    """A table beside the log: its columns, first the operation's id, then those that the sum covers."""

    table: type[Any]
    of: Any
    covered: tuple[Any, ...]
    sound: ColumnElement[bool]


SESSIONS, CANDIDATES, PAPERS, ANSWERS, RESTORED = "sessions", "candidates", "papers", "answers", "restored"
GIVEN, ACCOMMODATIONS = "given", "accommodations"
ACCEPTED = "accepted"
_NEVER_DAMAGED: Any = literal(1)
_ACCEPTED = AcceptedSession
TABLES = {
    ACCEPTED: Beside(
        _ACCEPTED,
        _ACCEPTED.op_id,
        (_ACCEPTED.session_id, _ACCEPTED.user_id, _ACCEPTED.trade_id, _ACCEPTED.paper, _ACCEPTED.letter),
        _NEVER_DAMAGED,
    ),
    ACCOMMODATIONS: Beside(
        Accommodation,
        Accommodation.op_id,
        (Accommodation.user_id, Accommodation.extra, Accommodation.kept_at),
        _NEVER_DAMAGED,
    ),
    ANSWERS: Beside(
        ArchivedAnswer,
        ArchivedAnswer.op_id,
        (ArchivedAnswer.answer_id, ArchivedAnswer.sha256),
        is_sound(ArchivedAnswer),
    ),
    CHECK_INS: Beside(
        CheckIn,
        CheckIn.op_id,
        (CheckIn.user_id, CheckIn.day, CheckIn.shift_id, CheckIn.seat, CheckIn.present),
        _NEVER_DAMAGED,
    ),
    CANDIDATES: Beside(OperationCandidate, OperationCandidate.op_id, (OperationCandidate.user_id,), _NEVER_DAMAGED),
    PAPERS: Beside(
        OperationPaper,
        OperationPaper.op_id,
        (
            OperationPaper.trade_id,
            OperationPaper.paper,
            OperationPaper.letter,
            OperationPaper.opens,
            OperationPaper.minutes,
            OperationPaper.applied,
        ),
        _NEVER_DAMAGED,
    ),
    GIVEN: Beside(
        GivenTime,
        GivenTime.op_id,
        (GivenTime.session_id, GivenTime.user_id, GivenTime.minutes, GivenTime.planned, GivenTime.given_at),
        _NEVER_DAMAGED,
    ),
    RESTORED: Beside(
        RestoredSession, RestoredSession.by_op_id, (RestoredSession.op_id, RestoredSession.session_id), _NEVER_DAMAGED
    ),
    SESSIONS: Beside(
        ArchivedSession,
        ArchivedSession.op_id,
        (ArchivedSession.session_id, ArchivedSession.sha256),
        is_sound(ArchivedSession),
    ),
}


def over(rows: Iterable[Sequence[Any]]) -> str:
    """The sum of an operation's rows in one table, each given by what is covered of it."""
    lines = (":".join(map(str, row)) for row in sorted(map(tuple, rows)))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def covered(name: str, rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """What is covered of rows of one of the ``TABLES`` that were written as they are given here."""
    columns = [column.key for column in TABLES[name].covered]
    return [tuple(row[column] for column in columns) for row in rows]


def of_operation(
    session: Session, *, op_id: str, known: Mapping[str, Collection[Row]], written: Iterable[str] = ()
) -> dict[str, str] | None:
    """The sums of the rows that an operation has written beside the log; None where there are none.

    Args:
        known: what is covered of those of which it is known, because they were written and counted so.
        written: to which others of the ``TABLES``; not every account may look at all of them.
    """
    found: dict[str, Collection[Row]] = dict(known)
    for name in written:
        one = TABLES[name]
        found[name] = [tuple(row) for row in session.execute(select(*one.covered).where(one.of == op_id))]
    return {name: over(rows) for name, rows in found.items() if rows} or None


def digest(sha256: str) -> str:
    """What the log keeps of the hash of each session that an operation cleared, and of each login that it ended."""
    return sha256[:_DIGITS]


def listed(session: Session, *, op_id: str, of: str) -> set[str] | None:
    """The digests that an operation's row lists, of its ``sessions`` or ``logins``; None where the row is damaged."""
    body = session.execute(select(OperationRow.body).where(OperationRow.op_id == op_id)).scalar()
    if body is None:
        return set()
    try:
        content = stored.read_json(body)
        # What was done to the database itself has cleared nothing, and keeps no list.
        return set() if "told" in content else set(content[of])
    except (ValueError, TypeError, LookupError):
        return None


def said(body: str) -> dict[str, str]:
    """The sums that the body of a row of the log speaks of; none where it is damaged, which fails by its seal."""
    begins = _BEGINS.match(body)
    try:
        content = stored.read_json(begins["said"] or "null") if begins else stored.read_json(body).get("archive")
    except (ValueError, AttributeError):
        return {}
    return content if isinstance(content, dict) else {}


def vouched(session: Session, *, op_ids: Collection[str], of: str = SESSIONS) -> set[str]:
    """The operations whose rows in the archive are those of which the log, or the guard, speaks.

    Args:
        of: which of the ``TABLES``.
    """
    if not op_ids:
        return set()
    named = sql.texts(op_ids)
    log, guard, one = OperationRow, GuardClearing, TABLES[of]
    bodies = session.execute(select(log.op_id, func.substr(log.body, 1, _LONGEST)).where(log.op_id.in_(named)))
    wanted = {op_id: said(body).get(of) for op_id, body in bodies}
    if of == SESSIONS:
        wanted |= dict(iter(session.execute(select(guard.op_id, guard.archive).where(guard.op_id.in_(named)))))
    rows: defaultdict[str, list[Sequence[Any]]] = defaultdict(list)
    for op_id, *row in session.execute(select(one.of, *one.covered).where(one.of.in_(named))):
        rows[op_id].append(row)
    return {op_id for op_id, listed in rows.items() if wanted.get(op_id) == over(listed)}


def groups(session: Session, one: Beside) -> Iterator[tuple[str, list[Any]]]:
    """All rows of a table by operation, read in pieces: each as what is covered of it, and whether it is sound."""
    return ((op_id, list(rows)) for op_id, rows in groupby(_rows(session, one), key=lambda row: row[0]))


def _rows(session: Session, one: Beside) -> Iterator[Any]:
    keys = one.table.__table__.primary_key.columns.keys()
    key = (one.of, *(column for column in one.covered if column.key in keys))
    query: Select[Any] = select(one.of, *one.covered, one.sound.label("sound")).order_by(*key).limit(_AT_ONCE)
    found = session.execute(query).all()
    while found:
        yield from found
        found = session.execute(query.where(_behind(key, found[-1]))).all()


def _behind(key: Sequence[Any], last: Sequence[Any]) -> ColumnElement[bool]:
    column, value = key[0], last[0]
    behind: ColumnElement[bool] = column > value
    return behind | ((column == value) & _behind(key[1:], last[1:])) if len(key) > 1 else behind
