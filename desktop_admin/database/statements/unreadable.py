"""Rows of the portal's tables with a value that its column cannot mean; the types read it as None, or as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Column, ColumnElement, Connection, LargeBinary, Table, cast, func, or_, select

from desktop_admin.database.tables import types
from desktop_admin.database.tables.portal import (
    CandidateAnswer,
    CandidateProfile,
    ExamSession,
    Portal,
    PortalLogin,
    QuestionPaper,
    TradePaperActivation,
)

_MOST = 100
"""So many rows of a table are named."""
_NOBODYS = {"aadhar_number", "apaar_id", "mobile_no"}
"""What this program reads for nothing."""
_READ = {
    CandidateAnswer: ("submitted_at",),
    CandidateProfile: (
        *("slot_assigned_at", "slot_attempting_at", "primary_slot_consumed_at", "secondary_slot_consumed_at"),
    ),
    ExamSession: ("started_at", "completed_at", "duration"),
    PortalLogin: ("expire_date",),
    QuestionPaper: ("exam_duration",),
    TradePaperActivation: ("exam_duration",),
}
"""The times and durations that are read: a server keeps everything else to its type, and shows a desk no more."""


def find(connection: Connection) -> Iterator[tuple[str, object, tuple[str, ...]]]:
    """Table, key and columns of each row with such a value; of each table the first hundred."""
    engine = connection.dialect.name
    for table, columns in _looked_at(engine):
        (key,) = table.primary_key.columns
        wrong = {column.name: _wrong(column, engine) for column in columns}
        rows = select(key, *wrong.values()).where(or_(*wrong.values())).order_by(key).limit(_MOST)
        for of, *flags in connection.execute(rows):
            yield table.name, of, tuple(name for name, flag in zip(wrong, flags, strict=True) if flag)


def _looked_at(engine: str) -> Iterator[tuple[Table, Iterable[Column[object]]]]:
    for mapper in Portal.registry.mappers:
        table = mapper.local_table
        assert isinstance(table, Table)
        if engine == "sqlite":
            yield table, [one for one in table.columns if not one.primary_key and one.name not in _NOBODYS]
        elif mapper.class_ in _READ:
            yield table, [table.columns[name] for name in _READ[mapper.class_]]


def _wrong(column: Column[object], engine: str) -> ColumnElement[bool]:
    """Whether a row's value in this column is none that can be read."""
    outside: ColumnElement[bool]
    match column.type:
        case types.UtcDateTime():
            outside = (column < types.FIRST) | (column > types.LAST)
            if engine == "sqlite":
                outside = _no_iso(column, "moment")
            elif engine == "mysql":
                # Where the server lets it, a day or a month may be 0.
                outside |= (func.month(column) == 0) | (func.dayofmonth(column) == 0)
        case types.Duration():
            outside = (column < -types.LONGEST) | (column > types.LONGEST)
            if engine == "sqlite":
                outside |= _stored_as(column, "text", "blob", "real")
        case types.BigInteger() | types.Integer():
            outside = _stored_as(column, "text", "blob", "real")
        case types.Day():
            outside = _no_iso(column, "day")
        case types.Clock():
            outside = _no_iso(column, "clock")
        case _:
            outside = _stored_as(column, "blob")
    return func.coalesce(outside, False)


def _no_iso(column: Column[object], kind: str) -> ColumnElement[bool]:
    """Whether SQLite stores something else than such a text; as bytes, because it may be no UTF-8."""
    return _stored_as(column, "integer", "real", "blob") | (func.is_readable(kind, cast(column, LargeBinary)) == 0)


def _stored_as(column: Column[object], *kinds: str) -> ColumnElement[bool]:
    return func.typeof(column).in_(kinds)
