"""Rows with values of their own, written in one statement with one parameter, however many they are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Dialect, String, Table, text
from sqlalchemy.orm import DeclarativeBase, Session

from desktop_admin.database.statements import sql

_FROM_JSON = {
    "sqlite": ("json_extract(value, '$[{place}]') AS {name}", "(SELECT {columns} FROM json_each(:rows))"),
    "postgresql": (
        "CAST(value->>{place} AS {type}) AS {name}",
        "(SELECT {columns} FROM json_array_elements(CAST(:rows AS json)))",
    ),
    # What cannot be read would be NULL otherwise.
    "mysql": ("{name} {type} PATH '$[{place}]' ERROR ON ERROR", "JSON_TABLE(:rows, '$[*]' COLUMNS ({columns}))"),
}
"""A column of a list of rows, and the list as a table."""
_INSERT = "INSERT INTO {table} ({names}) SELECT {names} FROM {given} AS given"
_UPDATE = "UPDATE {table} SET {written} FROM {given} AS given WHERE {table}.{key} = given.{key}"
_UPDATE_BY_KEY = "UPDATE {given} AS given STRAIGHT_JOIN {table}{index} ON {table}.{key} = given.{key} SET {written}"
"""MariaDB looks up each row by its key: otherwise it would scan small tables, and deadlock with the candidates."""


def insert(session: Session, model: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows into one of our own tables; all have the same columns.

    Raises:
        RuntimeError: not all of them were written; the caller's transaction is rolled back.
    """
    if not rows:
        return
    dialect, target = session.connection().dialect, model.__table__
    assert isinstance(target, Table)
    columns = [target.c[name] for name in rows[0]]
    statement = _INSERT.format(
        table=target.name, names=", ".join(_quoted(dialect, columns)), given=_given(dialect, columns)
    )
    values = ([row[column.name] for column in columns] for row in rows)
    written = sql.changed(session, text(statement).bindparams(rows=_packed(dialect, columns, values)))
    if written != len(rows):
        raise RuntimeError(f"{len(rows)} rows of {target.name} to write, {written} written")


def update(session: Session, target: Table, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write these columns of rows of the portal's, and say how many were found.

    Args:
        names: of the columns; the first is the key.
        rows: their values.
    """
    dialect, by_key = session.connection().dialect, sql.is_mariadb(session)
    columns = [target.c[name] for name in names]
    key, *others = _quoted(dialect, columns)
    row = f"{target.name}." if by_key else ""
    statement = (_UPDATE_BY_KEY if by_key else _UPDATE).format(
        table=target.name,
        key=key,
        given=_given(dialect, columns),
        written=", ".join(f"{row}{name} = given.{name}" for name in others),
        index=" FORCE INDEX (PRIMARY)" if columns[0].primary_key else "",
    )
    return sql.changed(session, text(statement).bindparams(rows=_packed(dialect, columns, rows)))


def _quoted(dialect: Dialect, columns: Iterable[Column[Any]]) -> list[str]:
    return [dialect.identifier_preparer.quote(column.name) for column in columns]


def _given(dialect: Dialect, columns: Sequence[Column[Any]]) -> str:
    """The rows as a table."""
    one, listed = _FROM_JSON[dialect.name]
    named = zip(_quoted(dialect, columns), columns, strict=True)
    made = [
        one.format(place=place, name=name, type=_type(dialect, column)) for place, (name, column) in enumerate(named)
    ]
    return listed.format(columns=", ".join(made))


def _type(dialect: Dialect, column: Column[Any]) -> str:
    """A column's type; of a text without its length, which would cut what the column itself refuses as too long."""
    if isinstance(column.type, String):
        return "LONGTEXT" if dialect.name == "mysql" else "TEXT"
    return column.type.compile(dialect)


def _packed(dialect: Dialect, columns: Sequence[Column[Any]], rows: Iterable[Sequence[Any]]) -> str:
    """The rows as JSON, with each value as the driver would be given it."""
    given = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    packed = [[value if pack is None else pack(value) for pack, value in zip(given, row, strict=True)] for row in rows]
    return json.dumps(packed, default=_in_words)


def _in_words(value: object) -> str:
    if isinstance(value, timedelta):
        return f"{value.days} days {value.seconds} seconds {value.microseconds} microseconds"
    assert isinstance(value, datetime)
    return value.isoformat(" ")
