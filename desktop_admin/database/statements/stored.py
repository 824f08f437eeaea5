"""The rows of the portal's tables with every column that a table has, whether we know it or not.

A value is kept as the engine's own text, from which the same value comes back: on PostgreSQL as it casts it to text;
on MariaDB as text, and bytes in hexadecimal; on SQLite, where a column holds values of any type, as JSON does, and what
JSON has no words for with a letter that says what it is.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal,
    literal_column,
    table,
)
from sqlalchemy.orm import Session

from desktop_admin.database.statements import catalogue, sql
from desktop_admin.database.statements.catalogue import Column
from desktop_admin.errors import DatabaseUnusable

Value = str | int | list[str] | None
"""A value as it is kept: on SQLite also a number, or a list of the one text that begins with its letter."""


_BYTES = frozenset(["binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "bit"])
_LOSSLESS = {
    "postgresql": frozenset(
        [
            "bool",
            "int2",
            "int4",
            "int8",
            "numeric",
            "float4",
            "float8",
            "text",
            "varchar",
            "bpchar",
            "name",
            "citext",
            "uuid",
            "bytea",
            "json",
            "jsonb",
            "date",
            "time",
            "timetz",
            "timestamp",
            "timestamptz",
            "interval",
            "inet",
            "cidr",
            "macaddr",
            "macaddr8",
            "bit",
            "varbit",
            "enum",
            "oid",
        ]
    ),
    "mysql": _BYTES
    | frozenset(
        [
            "tinyint",
            "smallint",
            "mediumint",
            "int",
            "bigint",
            "decimal",
            "float",
            "double",
            "char",
            "varchar",
            "tinytext",
            "text",
            "mediumtext",
            "longtext",
            "enum",
            "set",
            "date",
            "datetime",
            "time",
            "timestamp",
            "year",
            "json",
            "uuid",
            "inet4",
            "inet6",
        ]
    ),
}
"""The types of which a text gives the same value back; on SQLite that is every one."""

_ANY, _WHOLE = json.JSONDecoder(), json.JSONDecoder(parse_float=str, parse_constant=str)
"""Made once: there are thousands of short texts to read."""

# Of what is not plain text, JSON would lose something: digits, bytes, what is no UTF-8, or stands behind a zero byte.
_SQLITE = (
    "json(CASE typeof({0}) WHEN 'null' THEN 'null' WHEN 'integer' THEN {0} "
    "WHEN 'text' THEN CASE WHEN length(CAST({0} AS BLOB)) = length({0}) AND {0} NOT GLOB '*[^' || char(1) || '-~]*' "
    "THEN json_quote({0}) ELSE '[\"t' || hex({0}) || '\"]' END "
    "WHEN 'real' THEN '[\"r' || quote({0}) || '\"]' ELSE '[\"b' || hex({0}) || '\"]' END)"
)


def columns(session: Session, table_name: str) -> tuple[Column, ...]:
    """The columns of a table of the portal, in the table's order; read once in a write, for all that are kept.

    Raises:
        DatabaseUnusable: one is of a type of which no text gives the same value back; with its name.
    """
    return _checked(sql.dialect(session), table_name, catalogue.of(session, table_name).columns)


def columns_now(connection: Connection, *table_names: str) -> tuple[tuple[Column, ...], ...]:
    """The same of several tables, as they are now."""
    found = catalogue.read(connection, table_names)
    return tuple(_checked(connection.dialect.name, name, found[name].columns) for name in table_names)


def _checked(dialect: str, table_name: str, listed: tuple[Column, ...]) -> tuple[Column, ...]:
    lossless = _LOSSLESS.get(dialect)
    for one in listed:
        if lossless is not None and one.kind not in lossless:
            raise DatabaseUnusable("portal_type_unknown", what=f"{table_name}.{one.name}", type=one.kind)
    return listed


def kept(dialect: str, one: Column, *, of: str) -> ColumnElement[Any]:
    """A column's value as it is kept, for ``sql.json_object``.

    Args:
        of: the name of the table, or of its alias, in the statement.
    """
    quote = "`" if dialect == "mysql" else '"'
    name = f"{of}.{quote}{one.name}{quote}"
    if dialect == "sqlite":
        return literal_column(_SQLITE.format(name))
    value: ColumnElement[Any] = literal_column(name)
    if dialect == "postgresql":
        return cast(value, Text)
    if one.kind in _BYTES:
        return func.hex(value)
    # A float shows six digits only, and all of them as a double.
    return sql.in_utf8(value + literal_column("0e0") if one.kind == "float" else value)


def row(dialect: str, listed: Iterable[Column], *, of: str) -> ColumnElement[str]:
    """A whole row as JSON: each column's name, and its value as it is kept."""
    return sql.json_object(*(piece for one in listed for piece in (literal(one.name), kept(dialect, one, of=of))))


def put_back(
    session: Session, table_name: str, rows: Iterable[Mapping[str, Value]], *, unless_null: Collection[str] = ()
) -> None:
    """Write rows back that were kept: every value in the database's own words, so that nothing is converted.

    A column that has come since gets the table's own default.

    Args:
        unless_null: columns that are not named for a row that has no value there.

    Raises:
        DatabaseUnusable: a column that has come since needs a value, or one of which a value was kept is gone.
    """
    connection, there = session.connection(), {one.name: one for one in columns(session, table_name)}
    named = there.keys() - set(unless_null)
    by_columns: defaultdict[tuple[tuple[str, bool], ...], list[Mapping[str, Value]]] = defaultdict(list)
    for one in rows:
        written = [
            (name, isinstance(value, list) and value[0].startswith("t"))
            for name, value in one.items()
            if value is not None or name in named
        ]
        by_columns[tuple(written)].append(one)
    for columns_of, alike in by_columns.items():
        names = [name for name, _ in columns_of]
        refuse_unfillable(table_name, there.values(), names)
        called = [f"value_{place}" for place, _ in enumerate(names)]
        given: dict[str, ColumnElement[Any]] = dict(zip(names, map(bindparam, called), strict=True))
        # Python could not hand over what is no UTF-8 as a text.
        given |= {name: cast(given[name], Text) for name, as_bytes in columns_of if as_bytes}
        if connection.dialect.name == "mysql":
            given |= {name: func.unhex(given[name]) for name in names if there[name].kind in _BYTES}
        statement = insert(table(table_name, *map(column, names))).values(given).compile(connection)
        values: Any = [
            tuple([restored(value) if isinstance(value := one[name], list) else value for name in names])
            for one in alike
        ]
        if not statement.positional:
            values = [dict(zip(called, row, strict=True)) for row in values]
        # As the driver takes them: SQLAlchemy would look at every value of every row, and has nothing to convert.
        connection.exec_driver_sql(statement.string, values)


def refuse_unfillable(table_name: str, there: Collection[Column], names: Collection[str]) -> None:
    """Refuse to write rows of which these columns were kept into a table with those that are there now.

    Raises:
        DatabaseUnusable: a column that has come since needs a value, or one of which a value was kept is gone.
    """
    needed = [one.name for one in there if one.required and one.name not in names]
    gone = {*names} - {one.name for one in there}
    for name in (*needed, *sorted(gone)):
        raise DatabaseUnusable("portal_newer", what=f"{table_name}.{name}")


def restored(value: Value) -> object:
    """A value as it is written back; a text that is kept in hexadecimal as its bytes.

    Raises:
        ValueError: it is not as it was kept.
    """
    if not isinstance(value, list):
        return value
    (tagged,) = value
    letter, digits = tagged[0], tagged[1:]
    return float(digits) if letter == "r" else bytes.fromhex(digits)


def moment(value: Value) -> datetime | None:
    """A time as it is kept, without an offset in UTC; None where there is none, or none that can be read."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def read_json(text: str, *, whole_numbers: bool = False) -> Any:
    """What a JSON text says, as ``json.loads``, for texts that anybody may have written.

    Args:
        whole_numbers: whether it holds no others: any other is read as the text that it is.

    Raises:
        ValueError: it is none, or says more within each other than anybody writes.
    """
    try:
        return (_WHOLE if whole_numbers else _ANY).decode(text)
    except RecursionError as failure:
        raise ValueError("nested too deeply") from failure
