"""The operation log read back, with the archive beside it.

A row, or an archived session, that is damaged is shown as far as it can be read, and said to be damaged.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from desktop_admin.controllers.archive import cleared as archive
from desktop_admin.controllers.archive.cleared import Archived
from desktop_admin.controllers.log import bodies, desk_clock, seals
from desktop_admin.controllers.values.lines import Line, PaperChoice
from desktop_admin.controllers.values.records import (
    GUARD_CLEARING,
    ClearedSession,
    HistoryFilters,
    HistoryPage,
    LastAction,
    OperationRecord,
    PutBack,
    Sealed,
)
from desktop_admin.database.session import Session, has_own_tables
from desktop_admin.database.statements import sql, stored
from desktop_admin.database.statements.archive_rows import is_sound
from desktop_admin.database.tables.own import (
    ArchivedSession,
    GuardClearing,
    OperationCandidate,
    OperationRow,
    RestoredSession,
)
from desktop_admin.database.tables.portal import CandidateProfile, Trade
from desktop_admin.messages import Message
from desktop_admin.rules import Paper

EVERYTHING = HistoryFilters()
MOST = 200
"""So many operations are read at once, where nobody asks for more."""
_COLUMNS = {field.name for field in fields(OperationRecord)} & set(OperationRow.__table__.columns.keys())
"""What a record says as the log's row does."""


def operations(
    session: Session, *, filters: HistoryFilters = EVERYTHING, op_id: str | None = None, limit: int | None = MOST
) -> tuple[OperationRecord, ...]:
    """Recorded operations, newest first, and what the guard cleared, at most so many; without a limit, all that match.

    None where nothing was ever recorded.
    """
    if not has_own_tables(session):
        return ()
    wanted = select(OperationRow, _desk_before()).where(*_logged(filters)).order_by(OperationRow.seq.desc())
    by_guard = (
        select(GuardClearing, Trade.code)
        .outerjoin(Trade, Trade.id == GuardClearing.trade_id)
        .where(*_by_guard(filters))
        .order_by(GuardClearing.at.desc(), GuardClearing.op_id)
    )
    if op_id is not None:
        wanted = wanted.where(OperationRow.op_id == op_id)
        by_guard = by_guard.where(GuardClearing.op_id == op_id)
    rows = session.execute(wanted.limit(limit)).all()
    clearings = session.execute(by_guard.limit(limit)).all()
    archived = _archived(session, [row.op_id for row, _ in rows] + [clearing.op_id for clearing, _ in clearings])
    undone = _undone(session, [row.op_id for row, _ in rows])
    recorded = [
        _operation_record(row, seals.of_row(session, row), before, archived, undone.get(row.op_id, {}))
        for row, before in rows
    ]
    cleared = [_clearing_record(clearing, code, archived[clearing.op_id]) for clearing, code in clearings]
    # Both kinds have the server's time; the log's own order is kept, whatever its times say.
    return tuple(heapq.merge(recorded, cleared, key=lambda record: record.at, reverse=True))[:limit]


def page(session: Session, *, filters: HistoryFilters = EVERYTHING, limit: int = MOST) -> HistoryPage:
    """The newest operations that match the filters, how many match, and what the filters can choose from."""
    if not has_own_tables(session):
        return HistoryPage((), 0, (), ())
    records = operations(session, filters=filters, limit=limit)
    one = OperationRow
    listed = session.execute(select(one.operation, one.person, one.released_by).distinct())
    kinds = [[None if name is None else str(name) for name in names] for names in listed]
    guards = session.execute(select(GuardClearing.database_user).distinct()).scalars().all()
    return HistoryPage(
        records=records,
        count=len(records) if len(records) < limit else count(session, filters=filters),
        operations=tuple(sorted({str(kind) for kind, _, _ in kinds} | ({GUARD_CLEARING} if guards else set()))),
        people=tuple(sorted({*filter(None, (name for _, *names in kinds for name in names)), *guards})),
    )


def count(session: Session, *, filters: HistoryFilters = EVERYTHING) -> int:
    """How many recorded operations match the filters, and how many clearings by the guard."""
    if not has_own_tables(session):
        return 0
    logged = select(func.count(OperationRow.seq)).where(*_logged(filters))
    by_guard = select(func.count(GuardClearing.op_id)).where(*_by_guard(filters))
    return session.execute(logged).scalar_one() + session.execute(by_guard).scalar_one()


def _logged(filters: HistoryFilters) -> list[ColumnElement[bool]]:
    """The conditions on the rows of the operation log."""
    people = (OperationRow.person, OperationRow.released_by)
    return _conditions(OperationRow, filters, kind=OperationRow.operation, people=people)


def _by_guard(filters: HistoryFilters) -> list[ColumnElement[bool]]:
    """The conditions on what the guard cleared."""
    return _conditions(GuardClearing, filters, kind=literal(GUARD_CLEARING), people=(GuardClearing.database_user,))


def _conditions(
    table: type[OperationRow] | type[GuardClearing],
    filters: HistoryFilters,
    *,
    kind: SQLColumnExpression[str],
    people: Iterable[SQLColumnExpression[Any]],
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.operation is not None:
        found.append(kind == filters.operation)
    if filters.person is not None:
        found.append(or_(*(one == filters.person for one in people)))
    if filters.since is not None:
        found.append(table.at >= filters.since)
    if filters.until is not None:
        found.append(table.at <= filters.until)
    touched = select(OperationCandidate.op_id)
    if filters.user_id is not None:
        found.append(table.op_id.in_(touched.where(OperationCandidate.user_id == filters.user_id)))
    if filters.text.strip():
        found.append(table.op_id.in_(touched.where(_is_called(filters.text.strip()))))
    return found


def _is_called(text: str) -> ColumnElement[bool]:
    """Whether the candidate of an operation is called so, in the portal or, where that forgot them, in the archive."""

    def matches(army_no: SQLColumnExpression[str], name: SQLColumnExpression[str]) -> ColumnElement[bool]:
        return or_(army_no.istartswith(text, autoescape=True), name.icontains(text, autoescape=True))

    body = ArchivedSession.body
    known = select(CandidateProfile.user_id).where(matches(CandidateProfile.army_no, CandidateProfile.name))
    kept = select(ArchivedSession.user_id).where(matches(sql.json_text(body, "army_no"), sql.json_text(body, "name")))
    return or_(OperationCandidate.user_id.in_(known), OperationCandidate.user_id.in_(kept))


def _desk_before() -> ScalarSelect[datetime]:
    """The desk's own time at the operation of the same desk before, as far back as the clock is looked at."""
    before = aliased(OperationRow)
    lately = and_(before.seq < OperationRow.seq, before.seq >= OperationRow.seq - desk_clock.LATELY)
    return (
        select(before.desk_at)
        .where(before.desk == OperationRow.desk, lately)
        .order_by(before.seq.desc())
        .limit(1)
        .correlate(OperationRow)
        .scalar_subquery()
    )


def last_action(session: Session, *, user_id: int) -> LastAction | None:
    """The newest operation that was applied to a candidate, or None."""
    return next(iter(last_actions(session, user_id=user_id, limit=1)), None)


def last_actions(session: Session, *, user_id: int, limit: int) -> tuple[LastAction, ...]:
    """The newest operations that were applied to a candidate, newest first; at most ``limit``."""
    if not has_own_tables(session):
        return ()
    touched = select(OperationCandidate.op_id).where(OperationCandidate.user_id == user_id)
    newest = select(OperationRow).where(OperationRow.op_id.in_(touched)).order_by(OperationRow.seq.desc()).limit(limit)
    return tuple(
        LastAction(row.op_id, row.operation, row.at, row.person, row.reason, seal=seals.of_row(session, row))
        for row in session.execute(newest).scalars()
    )


def _undone(session: Session, op_ids: Sequence[str]) -> dict[str | None, dict[str, Any]]:
    """Which of these operations were undone: by which operation each, and whether that left somebody out."""
    one = OperationRow
    rows = session.execute(select(one.undoes, one.op_id, one.refused > 0).where(one.undoes.in_(sql.texts(op_ids))))
    return {undoes: {"undone_by": op_id, "undone_in_part": bool(in_part)} for undoes, op_id, in_part in rows}


def _operation_record(
    row: OperationRow,
    sealed: Sealed,
    before: datetime | None,
    archived: Mapping[str, Sequence[ClearedSession]],
    undone: Mapping[str, Any],
) -> OperationRecord:
    lines, told = _content(row)
    clock = desk_clock.of_operation(at=row.at, desk_at=row.desk_at, before=before)
    damage = Message.of("record_damaged", seq=row.seq) if lines is None else None
    return OperationRecord(
        **{name: _readable(name, getattr(row, name)) for name in _COLUMNS},
        lines=lines or (),
        told=told,
        sessions=tuple(archived[row.op_id]),
        **undone,
        warnings=(*seals.odd(row), *filter(None, (clock, damage))),
        seal=sealed,
    )


def _readable(name: str, value: Any) -> Any:
    """A value of the log's row: a file keeps any value in any column, and one of another kind hides no other row."""
    kind = OperationRow.__table__.columns[name].type.python_type
    if value is None or isinstance(value, kind | datetime):
        return value
    return str(value) if kind is str else 0


def _content(row: OperationRow) -> tuple[tuple[Line, ...] | None, Message | None]:
    """What a row of the log says was done; no lines where it is damaged."""
    try:
        body = stored.read_json(row.body)
        return bodies.lines_of(body), bodies.told_of(body)
    except (ValueError, TypeError, AttributeError, LookupError):
        return None, None


def _clearing_record(clearing: GuardClearing, trade: str | None, sessions: Sequence[ClearedSession]) -> OperationRecord:
    switch = PaperChoice(clearing.trade_id, Paper(clearing.paper), clearing.letter)
    candidates = (
        Line("applied", one.user_id, one.army_no, None, one.name, one.trade, cleared=(one.id,)) for one in sessions
    )
    return OperationRecord(
        seq=None,
        op_id=clearing.op_id,
        operation=GUARD_CLEARING,
        at=clearing.at,
        person=clearing.database_user,
        verified=True,
        desk="",
        reason=None,
        applied=1,
        refused=0,
        ended_logins=0,
        lines=(Line("applied", name=trade or "", trade=trade, choice=switch), *candidates),
        sessions=tuple(sessions),
    )


def _archived(session: Session, op_ids: Sequence[str]) -> Mapping[str, list[ClearedSession]]:
    found: defaultdict[str, list[ClearedSession]] = defaultdict(list)
    back, one = RestoredSession, ArchivedSession
    rows = session.execute(
        select(one, is_sound(one), back.by_op_id, OperationRow.operation, OperationRow.at, OperationRow.person)
        .outerjoin(back, and_(back.op_id == one.op_id, back.session_id == one.session_id))
        .outerjoin(OperationRow, OperationRow.op_id == back.by_op_id)
        .where(one.op_id.in_(sql.texts(op_ids)))
        .order_by(one.op_id, one.session_id)
    )
    for row, sound, by_op_id, operation, at, person in rows:
        put_back = PutBack(by_op_id, operation, at, person) if by_op_id else None
        kept = archive.opened(row, sound=sound)
        found[row.op_id].append(_cleared_session(kept, put_back))
    return found


def _cleared_session(kept: Archived, put_back: PutBack | None) -> ClearedSession:
    body = kept.body
    if body is None:
        return ClearedSession(id=kept.session_id, user_id=kept.user_id, damaged=True, put_back=put_back)
    return ClearedSession(
        id=kept.session_id,
        user_id=kept.user_id,
        army_no=body["army_no"],
        name=body["name"] or body["username"],
        trade=body["trade"],
        paper=body["paper"],
        set=body["set"] or "",
        questions=tuple(
            id_ for _, id_ in sorted(zip(kept.questions.positions, kept.questions.question_ids, strict=True))
        ),
        started_at=stored.moment(body["started_at"]),
        put_back=put_back,
    )
