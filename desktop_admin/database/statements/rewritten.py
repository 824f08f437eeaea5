"""Rows that each get values of their own, written in one statement with one parameter, however many they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Dialect, Table, text
from sqlalchemy.orm import Session

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
_UPDATE = "UPDATE {table} SET {written} FROM {given} AS given WHERE {table}.{key} = given.{key}"
_UPDATE_BY_KEY = "UPDATE {given} AS given STRAIGHT_JOIN {table}{index} ON {table}.{key} = given.{key} SET {written}"
"""MariaDB looks up each row by its key: otherwise it would scan small tables, and deadlock with the candidates."""


def write(session: Session, target: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Write these columns of rows of the portal's, and say how many were found.

    Args:
        names: of the columns; the first is the key.
        rows: their values.
    """
    dialect = session.connection().dialect
    columns = [target.c[name] for name in names]
    quoted = [dialect.identifier_preparer.quote(name) for name in names]
    one, listed = _FROM_JSON[dialect.name]
    types = [column.type.compile(dialect) for column in columns]
    pieces = zip(quoted, types, strict=True)
    made = ", ".join(one.format(place=place, name=name, type=type_) for place, (name, type_) in enumerate(pieces))
    key, *others = quoted
    by_key = sql.is_mariadb(session)
    row = f"{target.name}." if by_key else ""
    statement = (_UPDATE_BY_KEY if by_key else _UPDATE).format(
        table=target.name,
        key=key,
        given=listed.format(columns=made),
        written=", ".join(f"{row}{name} = given.{name}" for name in others),
        index=" FORCE INDEX (PRIMARY)" if columns[0].primary_key else "",
    )
    return sql.changed(session, text(statement).bindparams(rows=_packed(dialect, columns, rows)))


def _packed(dialect: Dialect, columns: Sequence[Column[Any]], rows: Sequence[Sequence[Any]]) -> str:
    """The rows as JSON, with each value as the driver would be given it."""
    given = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    packed = [[value if pack is None else pack(value) for pack, value in zip(given, row, strict=True)] for row in rows]
    return json.dumps(packed, default=_in_words)


def _in_words(value: object) -> str:
    if isinstance(value, timedelta):
        return f"{value.days} days {value.seconds} seconds {value.microseconds} microseconds"
    assert isinstance(value, datetime)
    return value.isoformat(" ")
