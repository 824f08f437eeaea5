"""Small pieces of SQL that the controllers share, in the words of each engine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Delete,
    Insert,
    Result,
    Select,
    SQLColumnExpression,
    Subquery,
    Text,
    TextClause,
    Update,
    bindparam,
    delete,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_NO_LIMIT = 2**63 - 1
_COLLATION = "utf8mb4_general_ci"
"""MariaDB's own for utf8mb4, so that the portal's indexes can be used wherever the site has not chosen another."""


class _Listed(FunctionElement[Any]):
    """A table of one column ``value`` made of a JSON list that is sent as one parameter."""

    inherit_cache = True
    name = "listed"


class _ListedNumbers(_Listed):
    inherit_cache = True


@compiles(_Listed, "sqlite")
def _listed_on_sqlite(element: _Listed, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **kw)})"


@compiles(_Listed, "postgresql")
def _listed_on_postgresql(element: _Listed, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **kw)} AS json))"


@compiles(_ListedNumbers, "mysql", "mariadb")
def _numbers_on_mariadb(element: _ListedNumbers, compiler: SQLCompiler, **kw: Any) -> str:
    return f"JSON_TABLE({compiler.process(element.clauses, **kw)}, '$[*]' COLUMNS (value BIGINT PATH '$'))"


@compiles(_Listed, "mysql", "mariadb")
def _texts_on_mariadb(element: _Listed, compiler: SQLCompiler, **kw: Any) -> str:
    listed = compiler.process(element.clauses, **kw)
    return f"JSON_TABLE({listed}, '$[*]' COLUMNS (value VARCHAR(255) PATH '$'))"


class _Number(FunctionElement[int]):
    """A value of ``_ListedNumbers``: a number already, except on PostgreSQL."""

    inherit_cache = True
    type = BigInteger()


@compiles(_Number)
def _number(element: _Number, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(_Number, "postgresql")
def _number_on_postgresql(element: _Number, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AS bigint)"


class _Plain(FunctionElement[str]):
    """A value of ``_Listed``; on MariaDB of a stated collation, because a column's may be any other."""

    inherit_cache = True
    type = Text()


@compiles(_Plain)
def _plain(element: _Plain, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(_Plain, "mysql", "mariadb")
def _plain_on_mariadb(element: _Plain, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CONVERT({compiler.process(element.clauses, **kw)} USING utf8mb4) COLLATE {_COLLATION}"


def numbers(values: Iterable[int]) -> Select[int]:
    """A subquery of the given numbers, sent as ONE parameter, however many they are; its column is ``value``.

    Thousands of single parameters would exceed what the drivers take, and make SQLite's planner hang.
    """
    listed = _ListedNumbers(bindparam(None, json.dumps(sorted(values)), Text)).table_valued("value")
    return select(_Number(listed.c.value).label("value"))


def texts(values: Iterable[str]) -> Select[str]:
    """A subquery of the given texts, sent as one parameter; its column is ``value``."""
    listed = _Listed(bindparam(None, json.dumps(sorted(values)), Text)).table_valued("value")
    return select(_Plain(listed.c.value).label("value"))


class _JsonObject(FunctionElement[str]):
    """A JSON object as text, of keys and values in turn."""

    inherit_cache = True
    type = Text()


@compiles(_JsonObject)
def _json_object(element: _JsonObject, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_object({compiler.process(element.clauses, **kw)})"


@compiles(_JsonObject, "postgresql")
def _json_object_on_postgresql(element: _JsonObject, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(json_build_object({compiler.process(element.clauses, **kw)}) AS text)"


def json_object(*pieces: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """A JSON object as text, of keys and values in turn."""
    return _JsonObject(*pieces)


class _JsonText(FunctionElement[str]):
    """The text under a key of a JSON object that is stored as text."""

    inherit_cache = True
    type = Text()


@compiles(_JsonText, "sqlite")
def _json_text_on_sqlite(element: _JsonText, compiler: SQLCompiler, **kw: Any) -> str:
    content, key = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"CASE WHEN json_valid({content}) THEN json_extract({content}, '$.' || {key}) END"


@compiles(_JsonText, "postgresql")
def _json_text_on_postgresql(element: _JsonText, compiler: SQLCompiler, **kw: Any) -> str:
    content, key = (compiler.process(clause, **kw) for clause in element.clauses)
    # A cast fails where one row is no JSON, which cannot be asked before PostgreSQL 16.
    found = rf"""substring({content} FROM '"' || {key} || '" ?: ?"((?:[^"\\]|\\.)*)"')"""
    return rf"""replace(replace({found}, '\"', '"'), '\\', '\')"""


@compiles(_JsonText, "mysql", "mariadb")
def _json_text_on_mariadb(element: _JsonText, compiler: SQLCompiler, **kw: Any) -> str:
    content, key = (compiler.process(clause, **kw) for clause in element.clauses)
    # A JSON null becomes the text null; JSON_VALUE would not, but cuts on MySQL.
    found = f"nullif(json_unquote(json_extract({content}, concat('$.', {key}))), 'null')"
    return f"CASE WHEN json_valid({content}) THEN {found} END"


def json_text(content: ColumnElement[str] | InstrumentedAttribute[str], key: str) -> ColumnElement[str]:
    """The text under a key of a JSON object that is stored as text; NULL where there is none, or no JSON at all."""
    return _JsonText(content, literal(key))


class _Joined(FunctionElement[str]):
    """Whole numbers with colons between them and a blank behind the last."""

    inherit_cache = True
    type = Text()


@compiles(_Joined)
def _joined(element: _Joined, compiler: SQLCompiler, **kw: Any) -> str:
    numbers = ", ':', ".join(compiler.process(number, **kw) for number in element.clauses)
    return f"concat({numbers}, ' ')"


@compiles(_Joined, "sqlite")
def _joined_on_sqlite(element: _Joined, compiler: SQLCompiler, **kw: Any) -> str:
    pattern = ":".join("%d" for _ in element.clauses)
    return f"printf('{pattern} ', {compiler.process(element.clauses, **kw)})"


def joined(*numbers: InstrumentedAttribute[int]) -> ColumnElement[str]:
    """Whole numbers with colons between them and a blank behind the last: ``7:1:42 ``."""
    return _Joined(*numbers)


class _Sha256(FunctionElement[str]):
    """The SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""

    inherit_cache = True
    type = Text()


@compiles(_Sha256, "sqlite")
def _sha256_on_sqlite(element: _Sha256, compiler: SQLCompiler, **kw: Any) -> str:
    # As bytes, because a text that is not UTF-8 could not be handed over as one.
    return f"sha256_hex(CAST({compiler.process(element.clauses, **kw)} AS BLOB))"


@compiles(_Sha256, "postgresql")
def _sha256_on_postgresql(element: _Sha256, compiler: SQLCompiler, **kw: Any) -> str:
    return f"encode(sha256(convert_to({compiler.process(element.clauses, **kw)}, 'UTF8')), 'hex')"


@compiles(_Sha256, "mysql", "mariadb")
def _sha256_on_mariadb(element: _Sha256, compiler: SQLCompiler, **kw: Any) -> str:
    return f"SHA2({compiler.process(element.clauses, **kw)}, 256)"


def sha256(content: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[str]:
    """The SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    return _Sha256(content)


class _DistinctList(FunctionElement[str]):
    """The different values of a group, separated by commas."""

    inherit_cache = True
    type = Text()


@compiles(_DistinctList)
def _distinct_list(element: _DistinctList, compiler: SQLCompiler, **kw: Any) -> str:
    return f"group_concat(DISTINCT {compiler.process(element.clauses, **kw)})"


@compiles(_DistinctList, "postgresql")
def _distinct_list_on_postgresql(element: _DistinctList, compiler: SQLCompiler, **kw: Any) -> str:
    return f"string_agg(DISTINCT {compiler.process(element.clauses, **kw)}, ',')"


def distinct_list(column: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[str]:
    """The different values of a group, separated by commas."""
    return _DistinctList(column)


def made_once(dialect: str, query: Select[*tuple[Any, ...]]) -> CTE | Subquery:
    """The query as a table whose rows are made once, although more than one column of them is used outside.

    SQLite and MariaDB would otherwise compute an expression again for each use. MariaDB knows no CTE before an INSERT,
    but makes a table of its own of what has a LIMIT.
    """
    if dialect == "sqlite":
        return query.cte().prefix_with("MATERIALIZED")
    return query.subquery() if dialect == "postgresql" else query.limit(_NO_LIMIT).subquery()


def lock_where(session: Session, table: type[DeclarativeBase], where: ColumnElement[bool]) -> int:
    """Lock the rows until COMMIT, by id, and say how many there are; a file has one lock for all."""
    if is_mariadb(session):
        return len(session.execute(_by_key(session, table, where, "SELECT t.{key} FROM {rows} FOR UPDATE")).all())
    key = _key(table)
    return len(session.execute(select(key).where(where).order_by(key).with_for_update()).all())


def delete_where(session: Session, table: type[DeclarativeBase], where: ColumnElement[bool]) -> int:
    """Delete rows, and say how many.

    MariaDB looks up each row by its primary key: with a condition it would scan small tables, and deadlock with the
    portal's candidates.
    """
    if is_mariadb(session):
        return _rowcount(session.execute(_by_key(session, table, where, "DELETE t FROM {rows}")))
    return changed(session, delete(table).where(where))


def update_where(
    session: Session, table: type[DeclarativeBase], where: ColumnElement[bool], values: dict[str, Any]
) -> int:
    """Write the same values into rows, and say how many were found; on MariaDB by primary key, as ``delete_where``."""
    if not is_mariadb(session):
        return changed(session, update(table).where(where).values(values))
    columns = table.__table__.c
    written = ", ".join(f"t.{name} = :{name}" for name in values)
    statement = _by_key(session, table, where, f"UPDATE {{rows}} SET {written}")
    typed = (bindparam(name, value, columns[name].type) for name, value in values.items())
    return _rowcount(session.execute(statement.bindparams(*typed)))


def _by_key(session: Session, table: type[DeclarativeBase], where: ColumnElement[bool], statement: str) -> TextClause:
    """MariaDB's statement on rows that are found one by one by their primary key, and on no other row.

    Args:
        where: which rows; their keys are read first, without a lock.
        statement: with ``{key}`` for the key's name and ``{rows}`` for the table references, ``t`` being the table.
    """
    key = _key(table)
    is_number = isinstance(key.type, BigInteger)
    kind = "BIGINT" if is_number else "VARCHAR(255)"
    value = "listed.value" if is_number else f"CONVERT(listed.value USING utf8mb4) COLLATE {_COLLATION}"
    listed = f"JSON_TABLE(:keys, '$[*]' COLUMNS (value {kind} PATH '$')) AS listed"
    rows = f"{listed} STRAIGHT_JOIN {table.__tablename__} AS t FORCE INDEX (PRIMARY) ON t.{key.name} = {value}"
    keys = json.dumps(list(session.execute(select(key).where(where).order_by(key)).scalars()))
    return text(statement.format(key=key.name, rows=rows)).bindparams(keys=keys)


def _key(table: type[DeclarativeBase]) -> Column[Any]:
    (key,) = table.__mapper__.primary_key
    assert isinstance(key, Column)
    return key


def dialect(session: Session) -> str:
    """SQLAlchemy's name of the engine: ``sqlite``, ``postgresql`` or ``mysql``, which is MariaDB's, too."""
    return session.connection().dialect.name


def is_file(session: Session) -> bool:
    """Whether the database is a file, with one lock for all of it."""
    return dialect(session) == "sqlite"


def is_mariadb(session: Session) -> bool:
    """Whether the database is on a MariaDB or MySQL server."""
    return dialect(session) in ("mysql", "mariadb")


def may_call(connection: Connection, function: str) -> bool:
    """Whether PostgreSQL has this function, named with its argument types, and lets this account call it."""
    found = func.to_regprocedure(function)
    return bool(connection.execute(select(func.has_function_privilege(found, "EXECUTE"))).scalar_one())


def changed(session: Session, statement: Insert | Update | Delete) -> int:
    """Run a statement that changes rows, and say how many it changed."""
    # Of an INSERT it is kept only where it is asked for.
    return _rowcount(session.execute(statement, execution_options={"preserve_rowcount": True}))


def _rowcount(result: Result[Any]) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount
