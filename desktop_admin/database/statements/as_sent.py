"""Rows as the driver sends them: values are made of them only where they are not the same rows as before.

To make values of thousands of rows takes longer than to have them sent, and most are as they were a moment ago.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Select, TextClause, case, func, literal_column, or_, text, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from desktop_admin.database.statements import sql

Sent = tuple[Any, ...]
"""A row as the driver sends it."""


def as_sent(columns: Iterable[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """These columns for a statement whose rows hold what the driver sends.

    Columns of tables, and not attributes of mapped classes, spare such a statement what the mapping does for each row.
    """
    return [type_coerce(one, NullType()) for one in columns]


def meaning(dialect: Dialect, columns: Iterable[ColumnElement[Any]]) -> Callable[[Sent], list[Any]]:
    """What makes of a row that was sent the values that the types of its columns mean."""
    readers = [one.type.dialect_impl(dialect).result_processor(dialect, None) for one in columns]
    return lambda sent: [value if read is None else read(value) for read, value in zip(readers, sent, strict=True)]


def digest_of(table: str, *, md5: str) -> TextClause:
    """What gives, on MariaDB, a number of rows and two halves of a digest of them all, by the MD5 of one row.

    Its driver is written in Python, and takes several times as long to read the rows.
    """
    return text(f"""
SELECT count(*), bit_xor(CAST(conv(left(one.md5, 16), 16, 10) AS UNSIGNED)),
       bit_xor(CAST(conv(right(one.md5, 16), 16, 10) AS UNSIGNED))
  FROM (SELECT {md5} AS md5 FROM {table}) AS one
""")


def told(
    session: Session,
    query: Select[*tuple[Any, ...]],
    columns: Sequence[ColumnElement[Any]],
    *,
    known: Mapping[int, tuple[object, object]],
    many: bool,
) -> dict[int, tuple[object, Sent | None]]:
    """Of each row, by its id, what it is told apart by, and the row itself where that is not known.

    Args:
        session: of the database.
        query: where the rows come from, which and in which order, without columns.
        columns: what is wanted of a row, the id first.
        known: of rows, by their ids, first of all what they were told apart by.
        many: most rows are likely to be known.
    """
    if many and sql.dialect(session) != "postgresql":
        return _digested(session, query, columns, known)
    rows = map(tuple, session.execute(query.add_columns(*as_sent(columns))).all())
    return {row[0]: (row, None if known.get(row[0], _NOTHING)[0] == row else row) for row in rows}


_NOTHING = (None, None)


def _digested(
    session: Session,
    query: Select[*tuple[Any, ...]],
    columns: Sequence[ColumnElement[Any]],
    known: Mapping[int, tuple[object, object]],
) -> dict[int, tuple[object, Sent | None]]:
    """The same by digests: one text of each row is handed over in half the time that its columns take, or less."""
    digest = _mariadb_digest(columns) if sql.is_mariadb(session) else _sqlite_digest(columns)
    sent = as_sent(columns)
    if not known:
        return {row[1]: (row[0], tuple(row[1:])) for row in session.execute(query.add_columns(digest, *sent)).all()}
    digests = {row[0]: row[1] for row in session.execute(query.add_columns(sent[0], digest)).all()}
    others = [id_ for id_, text in digests.items() if known.get(id_, _NOTHING)[0] != text]
    if not others:
        return {id_: (text, None) for id_, text in digests.items()}
    again = query.add_columns(digest, *sent).where(columns[0].in_(sql.numbers(others)))
    # They may have changed once more, or be gone by now.
    found = {row[1]: (row[0], tuple(row[1:])) for row in session.execute(again).all()}
    gone = set(others) - found.keys()
    return {id_: found.get(id_, (text, None)) for id_, text in digests.items() if id_ not in gone}


def _mariadb_digest(columns: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    return func.md5(func.concat_ws(",", *(sql.in_utf8(func.quote(one)) for one in columns)))


def _sqlite_digest(columns: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    """The values themselves, so that none is taken for another or for NULL."""
    # JSON has no words for bytes, which SQLite sorts behind everything else, none of them in front.
    has_bytes = or_(*(one.op(">=")(literal_column("x''")) for one in columns))
    exact = sql.concat(*(piece(one) for one in columns for piece in (func.typeof, func.hex)))
    return case((has_bytes, exact), else_=func.json_array(*columns))
